package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
)

// words are what is printed, in one language.
type words struct {
	headings []string
	verdicts map[bool]string // by whether the draft is refused
	levels   map[issue.Level]string
	summary  string
	tell     func(issue.Finding) string
}

var languages = map[string]*words{
	"en": {
		headings: []string{"draft", "type", "receiver", "net", "exempt", "VAT", "other taxes", "total", ""},
		verdicts: map[bool]string{false: "good", true: "REFUSED"},
		levels:   map[issue.Level]string{issue.LevelRejects: "refused", issue.LevelReparo: "reparo", issue.LevelAdvice: "advice"},
		summary:  "%d of %d drafts are refused",
		tell:     issue.Finding.English,
	},
	"es": {
		headings: []string{"borrador", "tipo", "receptor", "neto", "exento", "IVA", "otros impuestos", "total", ""},
		verdicts: map[bool]string{false: "bien", true: "RECHAZADO"},
		levels:   map[issue.Level]string{issue.LevelRejects: "rechazo", issue.LevelReparo: "reparo", issue.LevelAdvice: "consejo"},
		summary:  "%d de %d borradores se rechazan",
		tell:     issue.Finding.Spanish,
	},
}

// table is what people read.
type table struct {
	words *words
	lines []*line
}

// numeric are the columns of numbers, which end at the right.
var numeric = map[int]bool{3: true, 4: true, 5: true, 6: true, 7: true}

// print prints the documents in columns, and below what was found in each.
func (t *table) print(out *cli.Output) {
	rows := [][]string{t.words.headings}
	for _, l := range t.lines {
		rows = append(rows, t.row(l))
	}
	widths := make([]int, len(t.words.headings))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
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
	return []string{
		l.Draft, kind, l.Receiver, grouped(l.Net.String()), grouped(l.Exempt.String()), grouped(l.VAT.String()),
		strings.Join(taxes, " "), total, t.words.verdicts[l.Refused()],
	}
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
