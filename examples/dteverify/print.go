package main

import (
	"cmp"
	"strings"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/xmlsig"
)

// words are what is printed, in one language.
type words struct {
	good, bad, ok, no string
	summary           string
	names             map[dte.Aspect]string
	severities        map[dte.Severity]string
	terms             map[string]string // of the library, unless they stay as they are
	tell              func(dte.Finding) string
	fault             func(error) string // why a file cannot be read
}

var languages = map[string]words{
	"en": {
		good: "good", bad: "BAD ", ok: "ok", no: "NO", summary: "%d of %d files are not good",
		names: map[dte.Aspect]string{
			dte.AspectSignature: "signature", dte.AspectStamp: "stamp", dte.AspectCAF: "CAF", dte.AspectAgreement: "agreement", dte.AspectTotals: "totals",
			dte.AspectDates: "dates", dte.AspectSchema: "schema", dte.AspectValues: "values", dte.AspectCover: "cover",
		},
		severities: map[dte.Severity]string{dte.Note: "note", dte.Warning: "warning", dte.Wrong: "wrong"},
		tell:       dte.Finding.English,
		fault:      cli.Text,
	},
	"es": {
		good: "bien", bad: "MAL ", ok: "sí", no: "NO", summary: "%d de %d archivos no están bien",
		names: map[dte.Aspect]string{
			dte.AspectSignature: "firma", dte.AspectStamp: "timbre", dte.AspectCAF: "CAF", dte.AspectAgreement: "concordancia", dte.AspectTotals: "totales",
			dte.AspectDates: "fechas", dte.AspectSchema: "esquema", dte.AspectValues: "valores", dte.AspectCover: "carátula",
		},
		severities: map[dte.Severity]string{dte.Note: "nota", dte.Warning: "advertencia", dte.Wrong: "error"},
		terms: map[string]string{
			xmlsig.InPlace.String(): "en su lugar", xmlsig.CutOut.String(): "recortado", xmlsig.OnlySII.String(): "solo SiiDte",
			xmlsig.NoNamespace.String(): "sin espacio de nombres", "certificate": "certificado",
		},
		tell:  dte.Finding.Spanish,
		fault: cli.Spanish,
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
	var told []string
	for _, g := range l.grades {
		text := s.words.name(g.aspect) + " " + s.words.no
		if g.OK {
			text = s.words.name(g.aspect) + " " + s.words.ok
		}
		if detail := g.detail(s.words.terms); detail != "" {
			text += " (" + detail + ")"
		}
		told = append(told, text)
	}
	out.Text("%s %s %s %s %s: %s", verdict, l.File, l.Path, l.Kind, l.ID, strings.Join(told, ", "))
	if !s.explain {
		return
	}
	for _, g := range l.grades {
		for _, f := range g.Findings {
			out.Text("       %s, %s: %s\n         %s", s.words.name(g.aspect), s.words.severities[f.Severity], s.words.tell(f), f.Path)
		}
	}
}

// name returns what an aspect is called.
func (w *words) name(a dte.Aspect) string {
	if name := w.names[a]; name != "" {
		return name
	}
	return string(a)
}

// detail returns what is told of a grade behind its verdict.
func (g *grade) detail(terms map[string]string) string {
	var parts []string
	for _, part := range []string{g.Detail, g.Context, g.Key, g.RUT} {
		if part != "" {
			parts = append(parts, cmp.Or(terms[part], part))
		}
	}
	return strings.Join(parts, ", ")
}
