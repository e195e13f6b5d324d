package main

import (
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// maxChanges bounds the changes that are listed for people.
const maxChanges = 20

// sums are totals with credit notes subtracted.
type sums struct {
	Count  int64     `json:"count"`
	Net    chile.CLP `json:"net"`
	VAT    chile.CLP `json:"iva"`
	Exempt chile.CLP `json:"exempt"`
	Total  chile.CLP `json:"total"`
}

func newSums(t *rcv.Totals) sums {
	return sums{Count: t.Documents, Net: t.Net, VAT: t.VAT, Exempt: t.Exempt, Total: t.Total}
}

// bookSums are the totals of a book, and of each state.
type bookSums struct {
	sums
	ByState map[rcv.State]sums `json:"by_state"`
}

// done is the last line of the program.
type done struct {
	Event     string         `json:"event"`
	Owner     chile.RUT      `json:"owner"`
	Period    chile.Period   `json:"period"`
	Complete  bool           `json:"complete"`
	Purchases bookSums       `json:"purchases"`
	Sales     bookSums       `json:"sales"`
	Changes   storage.Counts `json:"changes"`
	DTEStatus *dteStatus     `json:"dte_status"`
}

type dteStatus struct {
	Document     chile.DocumentID `json:"document"`
	Verdict      sii.Verdict      `json:"verdict"`
	Estado       string           `json:"estado"`
	Glosa        string           `json:"glosa"`
	Observations []string         `json:"observations"`
	Error        string           `json:"error,omitempty"`
}

// group is what totals are kept for.
type group struct {
	book  rcv.Book
	state rcv.State
	typ   chile.DocType
}

// report prints what the program does, and keeps what its last line says.
type report struct {
	out     *cli.Output
	done    done
	byType  map[group]*rcv.Totals // typ is set
	byState map[group]*rcv.Totals // typ is 0
	byBook  map[group]*rcv.Totals // state is empty, typ is 0
	alone   map[group]bool        // types that have a total and no documents
}

func (r *report) start(s *site) {
	r.byType, r.byState, r.byBook = map[group]*rcv.Totals{}, map[group]*rcv.Totals{}, map[group]*rcv.Totals{}
	r.alone = map[group]bool{}
	r.out.Text("Company %s, period %s, SII: %s", s.owner.Format(), s.period, s.Environment.Name)
	r.out.Event(map[string]any{"event": "start", "owner": s.owner, "period": s.period, "environment": s.Environment.Name})
}

func (r *report) token(t *sii.Token) {
	r.out.Text("Signed in; the token is good until %s.", t.Expiry.In(chile.Santiago()).Format("15:04:05 MST"))
	r.out.Event(map[string]any{"event": "token", "expires_at": t.Expiry.UTC().Format(time.RFC3339)})
}

func (r *report) progress(p siisync.Progress) {
	r.out.Event(map[string]any{
		"event": "progress", "book": p.Key.Book, "stage": p.Stage, "state": p.State, "rows": p.Rows, "expected": p.Expected,
	})
}

// imported tells what the import of both books did.
func (r *report) imported(result *siisync.PeriodResult, err error) {
	r.done.Complete = err == nil && result.Complete()
	for _, book := range []*siisync.BookResult{result.Purchases, result.Sales} {
		if book == nil {
			continue
		}
		cli.TellAdopted(r.out, &book.ImportResult)
		cli.TellWarnings(r.out, book)
		c := book.Counts
		r.out.Text("%-6s imported: %d added, %d changed, %d gone, %d returned, %d unchanged",
			book.Key.Book, c.Added, c.Changed, c.Gone, c.Returned, c.Unchanged)
		r.out.Event(map[string]any{"event": "import", "book": book.Key.Book, "counts": c, "sources": len(book.Sources)})
		all := &r.done.Changes
		all.Added += c.Added
		all.Changed += c.Changed
		all.Gone += c.Gone
		all.Returned += c.Returned
		all.Unchanged += c.Unchanged
		r.changes(&book.ImportResult)
	}
	if err != nil {
		r.out.Text("NOT imported: %s", cli.Text(err))
		r.out.Event(map[string]any{"event": "error", "error": cli.Text(err)})
	}
}

func (r *report) changes(book *storage.ImportResult) {
	for i, change := range book.Changes {
		doc, differences := change.Document(), change.Differences()
		id := doc.ID(book.Key)
		r.out.Event(map[string]any{
			"event": "change", "book": book.Key.Book, "kind": change.Kind, "document": id,
			"differences": differences, "before": change.Before, "after": change.After,
		})
		switch {
		case i == maxChanges:
			r.out.Text("  … and %d more", len(book.Changes)-maxChanges)
		case i < maxChanges:
			r.out.Text("  %-11s %s %s", change.Kind, id, doc.Name)
			for _, d := range differences {
				r.out.Text("           %s: %s → %s", d.Field, d.Before, d.After)
			}
		}
	}
}

// add counts a stored document.
func (r *report) add(doc *storage.StoredDocument) error {
	return r.count(group{doc.Key.Book, doc.State, doc.Type}, func(t *rcv.Totals) error { return t.Add(&doc.Document) })
}

// addLine counts a line of the SII's summary that has no documents, such as the
// month's boletas. It comes after the documents.
func (r *report) addLine(book rcv.Book, line *rcv.SummaryLine) error {
	g := group{book, line.State, line.Type}
	if line.HasDetail && !line.Type.Summary() || r.byType[g] != nil && !r.alone[g] {
		return nil
	}
	r.alone[g] = true
	return r.count(g, func(t *rcv.Totals) error { return t.AddLine(line) })
}

// count adds something to the totals of its type, of its state and of its book.
func (r *report) count(of group, add func(*rcv.Totals) error) error {
	for where, g := range map[*map[group]*rcv.Totals]group{
		&r.byType: of, &r.byState: {book: of.book, state: of.state}, &r.byBook: {book: of.book},
	} {
		totals := (*where)[g]
		if totals == nil {
			totals = &rcv.Totals{}
			(*where)[g] = totals
		}
		if err := add(totals); err != nil {
			return err
		}
	}
	return nil
}

// totals prints what was read back, by book, state and type.
func (r *report) totals() {
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		into := &r.done.Purchases
		if book == rcv.Sales {
			into = &r.done.Sales
		}
		into.ByState = map[rcv.State]sums{}
		r.out.Text("\n%-6s %-10s %-40s %6s %15s %15s %15s %15s", book, "", "", "count", "net", "IVA", "exempt", "total")
		for _, state := range book.States() {
			into.ByState[state] = sums{}
			for _, g := range r.typesOf(book, state) {
				r.line(string(state), fmt.Sprintf("%d %s", g.typ, g.typ), r.byType[g], g)
			}
			if totals := r.byState[group{book: book, state: state}]; totals != nil {
				into.ByState[state] = newSums(totals)
			}
		}
		if totals := r.byBook[group{book: book}]; totals != nil {
			into.sums = newSums(totals)
			r.line("", "all", totals, group{book: book})
		}
	}
}

func (r *report) typesOf(book rcv.Book, state rcv.State) []group {
	types := map[chile.DocType]group{}
	for g := range r.byType {
		if g.book == book && g.state == state {
			types[g.typ] = g
		}
	}
	var groups []group
	for _, typ := range cli.SortedKeys(types) {
		groups = append(groups, types[typ])
	}
	return groups
}

func (r *report) line(state, name string, t *rcv.Totals, g group) {
	r.out.Text("       %-10s %-40.40s %6d %15s %15s %15s %15s",
		state, name, t.Documents, t.Net.Format(), t.VAT.Format(), t.Exempt.Format(), t.Total.Format())
	r.out.Event(map[string]any{"event": "totals", "book": g.book, "state": g.state, "type": g.typ, "sums": newSums(t)})
}

// status tells what the SII said of a document.
func (r *report) status(query sii.DocumentQuery, status *sii.DocumentStatus, err error) {
	id := chile.DocumentID{Issuer: query.Issuer, Type: query.Type, Folio: query.Folio}
	r.done.DTEStatus = &dteStatus{Document: id, Observations: []string{}}
	if err != nil {
		r.done.DTEStatus.Error = err.Error()
		r.out.Text("\nState of %s: %v", id, err)
		return
	}
	r.done.DTEStatus.Verdict, r.done.DTEStatus.Estado = status.Verdict, status.Estado
	r.done.DTEStatus.Glosa = status.Glosa
	r.done.DTEStatus.Observations = append(r.done.DTEStatus.Observations, status.Observations...)
	r.out.Text("\nState of %s: %s (%s %s)", id, status.Verdict, status.Estado, status.Glosa)
}

// end prints the last line.
func (r *report) end() {
	r.done.Event = "done"
	r.out.Event(r.done)
	c := r.done.Changes
	r.out.Text("Done: %d changes (%d added, %d changed, %d gone, %d returned).",
		c.Added+c.Changed+c.Gone+c.Returned, c.Added, c.Changed, c.Gone, c.Returned)
}
