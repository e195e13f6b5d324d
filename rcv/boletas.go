package rcv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ofitec/chile"
)

// BoletaMonth is the SII's boletas (type 39) or payment vouchers (type 48) of a
// month by day: an answer of obtieneListaBoletasMes. The register itself has
// only their total.
//
// Unverified: the shape of the answer is taken from one working client; no
// answer has been published. A row in another shape is a *RowError.
type BoletaMonth struct {
	Type   chile.DocType
	Period chile.Period
	Days   []BoletaDay // in the SII's order; days without boletas may be missing

	// Total is the SII's own total of the days; nil if it gave none.
	Total *BoletaSums
}

// BoletaDay is one day of a BoletaMonth.
type BoletaDay struct {
	Date chile.Date `json:"dia"`
	BoletaSums
}

// BoletaSums count and sum boletas. Amounts are whole pesos.
type BoletaSums struct {
	Documents int64     `json:"totalDocumentos"`
	Exempt    chile.CLP `json:"montoExento"`
	Net       chile.CLP `json:"montoNeto"`
	VAT       chile.CLP `json:"montoIva"`
	Total     chile.CLP `json:"montoTotal"`
}

// sums returns the sums in the form of a summary line.
func (s *BoletaSums) sums() sums {
	return sums{chile.CLP(s.Documents), s.Exempt, s.Net, s.VAT, 0, 0, s.Total}
}

// Compare returns where the days of the month differ from the lines of their type
// in the register's summary, which are added up, and from the SII's own total. The
// error is chile.ErrOverflow if a sum does not fit.
func (m *BoletaMonth) Compare(lines ...SummaryLine) ([]Mismatch, error) {
	var want, got sums
	for i := range lines {
		if lines[i].Type != m.Type {
			continue
		}
		if err := want.add(*lines[i].sums()); err != nil {
			return nil, fmt.Errorf("rcv: summary of type %d: %w", m.Type, err)
		}
	}
	for i := range m.Days {
		if err := got.add(m.Days[i].sums()); err != nil {
			return nil, fmt.Errorf("rcv: boletas of type %d: %w", m.Type, err)
		}
	}
	g := group{Registro, m.Type}
	found := g.compare(&want, &got)
	if m.Total != nil {
		own := m.Total.sums()
		for _, mismatch := range g.compare(&own, &got) {
			for i, name := range sumNames {
				if name == mismatch.Field {
					mismatch.Field = boletaNames[i]
					break
				}
			}
			found = append(found, mismatch)
		}
	}
	return found, nil
}

// boletaNames are the names of the sums of boletas, in the order of sumNames.
// Boletas have no other sums.
var boletaNames = [7]string{0: "totalDocumentos", 1: "montoExento", 2: "montoNeto", 3: "montoIva", 6: "montoTotal"}

// maxBoletaRows bounds the rows of an answer. A month has 31 days.
const maxBoletaRows = 10_000

// DecodeBoletas reads an answer of obtieneListaBoletasMes for the requested type
// and month: {"data":{"boletas":[day, …], sums}}, or only the days as data. A
// day needs its number and all five sums, each of which may be null; a repeated
// day is an error. Elements of the list that are null or text are skipped, as in
// the client that the shape is taken from. So compare the days with the summary
// (BoletaMonth.Compare).
//
// The errors are those of DecodeTypes. An answer without respEstado is accepted,
// since this page of the portal is not the registers' page.
func DecodeBoletas(r io.Reader, period chile.Period, typ chile.DocType) (*BoletaMonth, error) {
	month := &BoletaMonth{Type: typ, Period: period}
	a := newAnswer(r)
	a.mayLackStatus = true
	hasData := false
	err := a.read(map[string]func() error{"data": func() error {
		hasData = true
		return month.decode(a)
	}})
	if err == nil && !hasData {
		err = notAnswer(errors.New("it has no data"))
	}
	if err != nil {
		return nil, err
	}
	return month, nil
}

// decode reads data.
func (m *BoletaMonth) decode(a *answer) error {
	days := make(map[chile.Date]bool)
	row := func(n int, raw []byte) error {
		if n > maxBoletaRows {
			return notAnswer(ErrTooLong)
		}
		if raw[0] == 'n' || raw[0] == '"' {
			return nil
		}
		day, err := m.day(n, raw)
		if err != nil {
			return rowError(n, err)
		}
		if days[day.Date] {
			return newRowError(n, "dia", []byte(day.Date.String()), ErrUnexpected)
		}
		days[day.Date] = true
		m.Days = append(m.Days, day)
		return nil
	}
	token, err := a.token()
	if err != nil {
		return err
	}
	if token.Kind() != jsontext.KindBeginObject {
		return a.elements(token, row)
	}
	var own object
	own.members = make(map[string]scalar, len(boletaNames))
	for a.more() {
		token, err := a.token()
		if err != nil {
			return err
		}
		name := token.String()
		if name == "boletas" {
			err = a.list(row)
		} else if err = a.value(&a.row); slices.Contains(boletaNames[:], name) {
			own.members[name] = scalar(bytes.Clone(a.row))
		}
		if err != nil {
			return err
		}
	}
	if err := a.delim(jsontext.KindEndObject); err != nil {
		return err
	}
	if !own.get("totalDocumentos").isNull() {
		m.Total = new(BoletaSums)
		return m.Total.decode(&own, 0)
	}
	return nil
}

// day reads a day.
func (m *BoletaMonth) day(n int, raw []byte) (day BoletaDay, err error) {
	if raw[0] != '{' {
		return day, newRowError(n, "", raw, chile.ErrSyntax)
	}
	o := &object{raw: raw}
	var number int
	if err := need(o, n, "dia", &numberKind, &number); err != nil {
		return day, err
	}
	if day.Date, err = chile.NewDate(m.Period.Year, m.Period.Month, number); err != nil {
		return day, newRowError(n, "dia", o.get("dia"), chile.ErrRange)
	}
	return day, day.decode(o, n)
}

// decode reads the five sums, all of which are required.
func (s *BoletaSums) decode(o *object, n int) error {
	for _, name := range boletaNames {
		if _, ok := o.lookup(name); !ok && name != "" {
			return newRowError(n, name, nil, ErrMissing)
		}
	}
	return firstError(
		lineValue(o, n, "totalDocumentos", &idKind, &s.Documents),
		lineValue(o, n, "montoExento", &amountKind, &s.Exempt),
		lineValue(o, n, "montoNeto", &amountKind, &s.Net),
		lineValue(o, n, "montoIva", &amountKind, &s.VAT),
		lineValue(o, n, "montoTotal", &amountKind, &s.Total),
	)
}
