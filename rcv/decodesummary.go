package rcv

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxSummaryLines bounds a summary. The SII has some fifty types of document.
const maxSummaryLines = 10_000

// DecodeSummary reads an answer of getResumen; state is the requested state. A
// month without movements has a summary without lines; if such a summary counts
// documents, it is ErrNotAnswer.
//
// A line needs its type, its count and the mark for detail (rsmnLink): a wrong
// guess would disable the check of the rows. The error is a *RowError for an
// unreadable line, an *AnswerError if the SII refuses, ErrNotAnswer if the bytes
// are not an answer, else the error of r.
//
// Values about the whole register in an unknown form are left zero. dcvVigente,
// dcvNroCruceHadoop and dcvFchUltimoCruceHadoop, which were null in every
// answer seen, are ignored.
func DecodeSummary(r io.Reader, state State) (*Summary, error) {
	summary := new(Summary)
	a := newAnswer(r)
	row := func(n int, raw []byte) error {
		if n > maxSummaryLines {
			return notAnswer(ErrTooLong)
		}
		line, err := decodeLine(n, raw)
		line.State = state
		summary.Lines = append(summary.Lines, line)
		return err
	}
	var marks object
	err := a.read(map[string]func() error{
		"data":                func() error { return a.list(row) },
		"dataCabecera":        func() error { return a.value(&marks.raw) },
		"totDocRes":           func() error { return readMark(a, &idKind, &summary.Documents) },
		"tieneEmisorAgresivo": func() error { return readMark(a, &flagKind, &summary.AggressiveIssuer) },
		"verF29":              func() error { return readMark(a, &flagKind, &summary.ShowsF29) },
		"pDB":                 func() error { return readMark(a, &flagKind, &summary.ShowsDatabase) },
	})
	if err != nil {
		return nil, err
	}
	if len(summary.Lines) == 0 && summary.Documents > 0 {
		return nil, notAnswer(fmt.Errorf("%d documents (totDocRes) without a line", summary.Documents))
	}
	summary.decodeRegister(&marks)
	return summary, nil
}

// readMark reads a value outside the rows.
func readMark[T comparable](a *answer, k *kind[T], into *T) error {
	if err := a.value(&a.row); err != nil {
		return err
	}
	mark(k, scalar(a.row), into)
	return nil
}

// mark sets a value that no computation uses; an unreadable one is left zero.
func mark[T comparable](k *kind[T], value scalar, into *T) {
	if text, err := parseScalar(value); err == nil && !k.means(text) {
		if v, err := k.parse(text, new(interner)); err == nil {
			*into = v
		}
	}
}

// decodeRegister reads dataCabecera.
func (s *Summary) decodeRegister(o *object) {
	mark(&textKind, o.get("dcvFctProp"), (*string)(&s.Factor))
	mark(&instantKind, o.get("dcvFecCreacion"), &s.Created)
	mark(&instantKind, o.get("dcvFecModificacion"), &s.Modified)
	mark(&periodKind, o.get("dcvPtributario"), &s.Period)
	mark(&periodKind, o.get("dcvPcarga"), &s.Loaded)
	mark(&idKind, o.get("dcvCodigo"), &s.RegisterID)
	mark(&textKind, o.get("dcvOperacion"), (*string)(&s.Book))
	number, errNumber := parseScalar(o.get("dcvRutEmisor"))
	dv, errDV := parseScalar(o.get("dcvDvEmisor"))
	if errNumber == nil && errDV == nil {
		s.Owner, _ = split{number: number, dv: dv}.rut(0, "")
	}
}

// decodeLine reads a line of the summary.
func decodeLine(n int, raw []byte) (line SummaryLine, err error) {
	o := object{raw: raw}
	if raw[0] != '{' {
		return line, newRowError(n, "", raw, notRow(raw))
	}
	err = errors.Join(
		lineValue(&o, n, "rsmnTipoDocInteger", &docTypeKind, &line.Type),
		lineValue(&o, n, "dcvNombreTipoDoc", &textKind, &line.TypeName),
		lineValue(&o, n, "dcvTipoIngresoDoc", &textKind, &line.Entry),
		lineValue(&o, n, "rsmnLink", &flagKind, &line.HasDetail),
		lineValue(&o, n, "rsmnTotDoc", &idKind, &line.Documents),
		lineValue(&o, n, "rsmnMntExe", &amountKind, &line.Exempt),
		lineValue(&o, n, "rsmnMntNeto", &amountKind, &line.Net),
		lineValue(&o, n, "rsmnMntIVA", &amountKind, &line.VAT),
		lineValue(&o, n, "rsmnMntIVANoRec", &amountKind, &line.NonRecoverableVAT),
		lineValue(&o, n, "rsmnIVAUsoComun", &amountKind, &line.CommonUseVAT),
		lineValue(&o, n, "rsmnMntTotal", &amountKind, &line.Total),
	)
	mark(&idKind, o.get("dcvCodigo"), &line.RegisterID)
	mark(&idKind, o.get("rsmnCodigo"), &line.LineID)
	mark(&textKind, o.get("dcvOperacion"), &line.RawBook)
	mark(&textKind, o.get("rsmnFechModificacion"), &line.RawModified)
	mark(&textKind, o.get("rsmnEstadoContab"), &line.RawState)
	mark(&textKind, o.get("rsmnTotalRutEmisor"), &line.RawIssuers)
	if err != nil {
		return line, rowError(n, err)
	}
	for _, name := range []string{"rsmnTipoDocInteger", "rsmnLink", "rsmnTotDoc"} {
		if o.get(name).isNull() {
			return line, newRowError(n, name, nil, ErrMissing)
		}
	}
	return line, nil
}

// lineValue reads a value that sums use.
func lineValue[T comparable](o *object, n int, name string, k *kind[T], into *T) error {
	value := o.get(name)
	text, err := parseScalar(value)
	if err == nil && !k.means(text) {
		*into, err = k.parse(text, new(interner))
	}
	if err != nil {
		return newRowError(n, name, value, err)
	}
	return nil
}

// object finds members of a small JSON object.
type object struct {
	raw     json.RawMessage
	members map[string]scalar
}

// get returns the member with that name. A missing member is null; if the value
// is not an object, all members are missing.
func (o *object) get(name string) scalar {
	value, _ := o.lookup(name)
	return value
}

// lookup returns the member with that name, and whether there is one.
func (o *object) lookup(name string) (scalar, bool) {
	if o.members == nil {
		o.members = make(map[string]scalar)
		if len(o.raw) > 0 && o.raw[0] == '{' {
			_ = members(o.raw, func(name []byte, value scalar) error {
				o.members[string(name)] = value
				return nil
			})
		}
	}
	value, ok := o.members[name]
	return value, ok
}
