package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
)

// words are what is printed, in one language.
type words struct {
	headings []string
	sii      string          // heading of what the SII would say
	verdicts map[bool]string // by whether the draft is refused
	levels   map[issue.Level]string
	summary  string
	envelope string
	upload   string
	tell     func(issue.Finding) string
}

var languages = map[string]*words{
	"en": {
		headings: []string{"draft", "type", "folio", "receiver", "net", "exempt", "VAT", "other taxes", "total", ""},
		sii:      "the SII",
		verdicts: map[bool]string{false: "good", true: "REFUSED"},
		levels:   map[issue.Level]string{issue.LevelRejects: "refused", issue.LevelReparo: "reparo", issue.LevelAdvice: "advice"},
		summary:  "%d of %d drafts are refused",
		envelope: "%s of %d documents, %s",
		upload:   "upload of %d documents: %s %s",
		tell:     issue.Finding.English,
	},
	"es": {
		headings: []string{"borrador", "tipo", "folio", "receptor", "neto", "exento", "IVA", "otros impuestos", "total", ""},
		sii:      "el SII",
		verdicts: map[bool]string{false: "bien", true: "RECHAZADO"},
		levels:   map[issue.Level]string{issue.LevelRejects: "rechazo", issue.LevelReparo: "reparo", issue.LevelAdvice: "consejo"},
		summary:  "%d de %d borradores se rechazan",
		envelope: "%s de %d documentos, %s",
		upload:   "envío de %d documentos: %s %s",
		tell:     issue.Finding.Spanish,
	},
}

// table is what people read.
type table struct {
	words   *words
	issued  bool // there are folios
	lines   []*line
	answers []*verdict // of the SII, nil if it was not asked
	notes   []string   // below all
}

// The column of folios, and those of numbers, which end at the right.
const folioColumn = 2

var numeric = map[int]bool{folioColumn: true, 4: true, 5: true, 6: true, 7: true, 8: true}

// print prints the documents in columns, and below what was found in each.
func (t *table) print(out *cli.Output) {
	headings := t.words.headings
	if t.answers != nil {
		headings = append(slices.Clone(headings), t.words.sii)
	}
	rows := [][]string{headings}
	for _, l := range t.lines {
		rows = append(rows, t.row(l))
	}
	widths := make([]int, len(headings))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			if i == folioColumn && !t.issued {
				continue
			}
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if numeric[i] {
				cell = space + cell
			} else {
				cell += space
			}
			b.WriteString(cell + "  ")
		}
		out.Text("%s", strings.TrimRight(b.String(), " "))
	}
	for i, note := range t.notes {
		if i == 0 {
			out.Text("")
		}
		out.Text("%s", note)
	}
	for _, l := range t.lines {
		if len(l.findings) == 0 {
			continue
		}
		out.Text("\n%s", l.Draft)
		for _, f := range l.findings {
			at := f.Path
			if at != "" {
				at += ": "
			}
			out.Text("  %s %s  %s%s", t.words.levels[f.Level], f.Code, at, t.words.tell(f))
		}
	}
}

func (t *table) row(l *line) []string {
	var taxes []string
	for _, code := range cli.SortedKeys(l.Taxes) {
		taxes = append(taxes, code+": "+grouped(l.Taxes[code].String()))
	}
	total := grouped(l.Total.String())
	if l.Currency != "" {
		total = l.Currency + " " + total
	}
	kind := ""
	if l.Type != 0 {
		kind = fmt.Sprintf("%d %s", int(l.Type), l.Type)
	}
	folio := ""
	if l.Folio != 0 {
		folio = strconv.FormatInt(int64(l.Folio), 10)
	}
	row := []string{
		l.Draft, kind, folio, l.Receiver, grouped(l.Net.String()), grouped(l.Exempt.String()), grouped(l.VAT.String()),
		strings.Join(taxes, " "), total, t.words.verdicts[l.Refused()],
	}
	if t.answers != nil {
		row = append(row, t.answer(l.id))
	}
	return row
}

// answer is what the SII would say of a document.
func (t *table) answer(id chile.DocumentID) string {
	for _, v := range t.answers {
		if v.id == id {
			return strings.TrimSpace(strings.Join(append([]string{string(v.Verdict), v.Estado}, v.Codes...), " "))
		}
	}
	return ""
}

// below adds a line that stands below the table.
func (t *table) below(format string, args ...any) {
	t.notes = append(t.notes, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// grouped writes a number as in Chile: 1234567.5 is 1.234.567,5.
func grouped(number string) string {
	digits, negative := strings.CutPrefix(number, "-")
	whole, decimals, _ := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "." + whole[i:]
	}
	if decimals != "" {
		whole += "," + decimals
	}
	if negative {
		return "-" + whole
	}
	return whole
}
