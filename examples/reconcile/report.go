package main

import (
	"fmt"
	"strings"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
)

// pair is what is printed of a result.
type pair struct {
	Event      string `json:"event"`
	Outcome    string `json:"outcome"`
	Register   string `json:"register,omitempty"`
	Books      string `json:"books,omitempty"`
	Difference int64  `json:"difference"`
	Score      int    `json:"score"`
	Reason     string `json:"reason,omitempty"`
}

func describe(e *rcv.Entry) string {
	if e == nil {
		return ""
	}
	text := fmt.Sprintf("%s type %d folio %d total %s", e.Counterparty, int(e.Type), int64(e.Folio), e.Total.Format())
	if kind := e.Kind.String(); kind != "" && e.Kind != rcv.KindTrade {
		text += ", " + kind
	}
	if e.Key != "" {
		text += " (" + e.Key + ")"
	}
	return text
}

// report prints the pairs that do not match, and the sums, with what cannot be
// compared.
func report(out *cli.Output, r *rcv.Reconciliation, without func() (*rcv.Totals, error)) error {
	counts := map[rcv.Outcome]int{}
	for p, err := range r.Pairs() {
		if err != nil {
			return err
		}
		counts[p.Outcome]++
		shown := pair{"pair", string(p.Outcome), describe(p.Register), describe(p.Books), int64(p.Difference), p.Score, p.Reason}
		for _, note := range p.Notes {
			if p.NotesOfBooks {
				shown.Books += " and " + describe(note)
			} else {
				shown.Register += " and " + describe(note)
			}
		}
		out.Event(shown)
		if p.Outcome != rcv.Matched {
			out.Text("%s (%d %%)\n  register: %s\n  books:    %s\n  %s", strings.ReplaceAll(string(p.Outcome), "_", " "), p.Score, shown.Register, shown.Books, p.Reason)
		}
	}
	totals, err := r.Totals()
	if err != nil {
		return err
	}
	register, books, err := totals.Net()
	if err != nil {
		return err
	}
	left, err := without()
	if err != nil {
		return err
	}
	out.Event(map[string]any{
		"event": "done", "counts": counts, "register": int64(register), "books": int64(books),
		"without_documents": map[string]int64{"count": left.Documents, "total": int64(left.Total)},
	})
	bad := 0
	for _, outcome := range cli.SortedKeys(counts) {
		out.Text("%6d %s", counts[outcome], outcome)
		if outcome != rcv.Matched && outcome != rcv.Netted {
			bad += counts[outcome]
		}
	}
	out.Text("register %s, books %s, credit notes subtracted", register.Format(), books.Format())
	if left.Documents != 0 || left.Total != 0 {
		out.Text("not compared: %d boletas and the like for %s, of which the SII gives only the total of the month", left.Documents, left.Total.Format())
	}
	if bad > 0 {
		return fmt.Errorf("%d results do not match", bad)
	}
	return out.Err()
}
