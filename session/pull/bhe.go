package pull

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
)

// In the reports of boletas a script builds the table: its content is in maps in
// the source, one assignment per line (seen in three clients).
//
//	xml_values['total_boletas'] = "2";
//	arr_informe_mensual['totalhonorarios_1'] = formatMiles("145000",'.');
var (
	bheValue = regexp.MustCompile(`xml_values\['(\w{1,64})'\]\s*=\s*"([^"]*)"`)
	bheRow   = regexp.MustCompile(`arr_informe_mensual\['(\w{1,64})_([0-9]{1,6})'\]\s*=\s*([^\n\r]*)`)
	bheText  = regexp.MustCompile(`^(?:formatMiles\(\s*)?"([^"]*)"`)
)

// bhePage is the maximum number of rows of a page of the report; maxBHERows
// bounds the rows read from a file.
const (
	bhePage    = 100
	maxBHERows = 10_000
)

// readBHE reads a monthly report of boletas, and reports whether the page is
// one.
func (f *File) readBHE(page string, o *Options) (bool, error) {
	if !strings.Contains(page, "xml_values[") {
		return false, nil
	}
	values := make(map[string]string)
	for _, found := range bheValue.FindAllStringSubmatch(page, -1) {
		values[found[1]] = found[2]
	}
	if values["anio_consulta"] == "" || values["total_boletas"] == "" {
		return true, layoutError(f.Format, slices.Sorted(maps.Keys(values)), errors.New("not a report of a month of boletas"))
	}
	total, err := strconv.Atoi(strings.ReplaceAll(values["total_boletas"], ".", ""))
	if err != nil || total < 0 {
		return true, layoutError(f.Format, nil, fmt.Errorf("total_boletas is %q", redact.Cut(values["total_boletas"], maxTold)))
	}
	rows := make(map[int]map[string]string)
	for _, found := range bheRow.FindAllStringSubmatch(page, -1) {
		n, _ := strconv.Atoi(found[2]) // the expression allows only digits
		if rows[n] == nil {
			if len(rows) == maxBHERows {
				return true, fmt.Errorf("%w: more than %d boletas in a page", ErrTooLarge, maxBHERows)
			}
			rows[n] = make(map[string]string)
		}
		rows[n][found[1]] = bheValueOf(found[3])
	}
	f.Kind = KindBHE
	received := o.Received
	for _, row := range rows {
		if _, has := row["rutemisor"]; has {
			received = true
		}
		if _, has := row["rutreceptor"]; has {
			received = false
		}
	}
	f.total = total
	f.Pages = (total + bhePage - 1) / bhePage
	if said, err := strconv.Atoi(values["pagina_actual"]); err == nil {
		f.Page = said
	}
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		f.boleta(n, rows[n], received)
	}
	if got := len(f.BHE) + len(f.Unread); f.Pages <= 1 && got != total {
		return true, fmt.Errorf("%w: %d boletas where the report says %d", ErrIncomplete, got, total)
	}
	return true, nil
}

// bheValueOf returns the text of an expression of the script. Names contain
// entities, because the script writes them into the page.
func bheValueOf(expression string) string {
	found := bheText.FindStringSubmatch(strings.TrimSpace(expression))
	if found == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(found[1])), " ")
}

// boleta reads one row of the report.
func (f *File) boleta(n int, row map[string]string, received bool) {
	b := session.BHE{Received: received, State: row["estado"], AnnulledText: row["fechaanulacion"], Code: row["codigobarras"]}
	failed := false
	read := func(name string, parse func(string) error) {
		if failed {
			return
		}
		value, has := row[name]
		err := rcv.ErrMissing
		if has && value != "" {
			err = parse(value)
		}
		if err != nil {
			failed = true
			f.unread(n, name, value, err)
		}
	}
	amount := func(target *chile.CLP) func(string) error {
		return func(s string) (err error) { *target, err = parseAmount(s); return err }
	}
	date := func(s string) (err error) { b.Issued, err = chile.ParseDate(s); return err }
	party := func(dv string) func(string) error {
		return func(s string) (err error) {
			b.Counterparty, err = chile.ParseHyphenatedRUT(s + "-" + row[dv])
			return err
		}
	}
	read("nroboleta", func(s string) (err error) {
		b.Folio, err = chile.ParseFolio(strings.ReplaceAll(s, ".", ""))
		return err
	})
	if received {
		b.Name = row["nombre_emisor"]
		read("rutemisor", party("dvemisor"))
		read("fecha_boleta", date)
	} else {
		b.Name = row["nombrereceptor"]
		read("rutreceptor", party("dvreceptor"))
		read("fechaemision", date)
		read("retencion_emisor", amount(&b.OwnWithheld))
	}
	read("totalhonorarios", amount(&b.Gross))
	read("retencion_receptor", amount(&b.Withheld))
	read("honorariosliquidos", amount(&b.Net))
	if !failed {
		f.BHE = append(f.BHE, b)
	}
}
