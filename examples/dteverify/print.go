package main

import (
	"strings"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
)

// words are what is printed, in one language.
type words struct {
	good, bad, ok, no string
	summary           string
	names             [9]string // of the grades, in the order of the line
	severities        map[dte.Severity]string
	tell              func(dte.Finding) string
}

var languages = map[string]words{
	"en": {
		good: "good", bad: "BAD ", ok: "ok", no: "NO", summary: "%d of %d files are not good",
		names:      [9]string{"signature", "stamp", "CAF", "agreement", "totals", "dates", "schema", "values", "cover"},
		severities: map[dte.Severity]string{dte.Note: "note", dte.Warning: "warning", dte.Wrong: "wrong"},
		tell:       dte.Finding.English,
	},
	"es": {
		good: "bien", bad: "MAL ", ok: "sí", no: "NO", summary: "%d de %d archivos no están bien",
		names:      [9]string{"firma", "timbre", "CAF", "concordancia", "totales", "fechas", "esquema", "valores", "carátula"},
		severities: map[dte.Severity]string{dte.Note: "nota", dte.Warning: "advertencia", dte.Wrong: "error"},
		tell:       dte.Finding.Spanish,
	},
}

// print prints a line as text and, if it was asked for, what was found.
func (s *settings) print(out *cli.Output, l *line) {
	verdict := s.words.bad
	if l.good {
		verdict = s.words.good
	}
	if l.Error != "" {
		out.Text("%s %s: %s", verdict, l.File, l.Error)
		return
	}
	grades := [9]*grade{nil, l.TED, l.CAF, l.Agreement, l.Totals, l.Dates, l.Schema, l.Values, l.Cover}
	if l.Signature != nil {
		grades[0] = &l.Signature.grade
	}
	var told []string
	for i, g := range grades {
		if g == nil {
			continue
		}
		text := s.words.names[i] + " " + s.words.no
		if g.OK {
			text = s.words.names[i] + " " + s.words.ok
		}
		if detail := s.detail(i, l, g); detail != "" {
			text += " (" + detail + ")"
		}
		told = append(told, text)
	}
	out.Text("%s %s %s %s %s: %s", verdict, l.File, l.Path, l.Kind, l.ID, strings.Join(told, ", "))
	if !s.explain {
		return
	}
	for i, g := range grades {
		if g == nil {
			continue
		}
		for _, f := range g.Findings {
			out.Text("       %s, %s: %s\n         %s", s.words.names[i], s.words.severities[f.Severity], s.words.tell(f), f.Path)
		}
	}
}

// detail returns what is told of a grade behind its verdict.
func (s *settings) detail(i int, l *line, g *grade) string {
	if i != 0 {
		return g.Detail
	}
	var parts []string
	for _, part := range []string{l.Signature.Context, l.Signature.Key, l.Signature.RUT} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
