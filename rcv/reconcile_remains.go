package rcv

import (
	"fmt"

	"github.com/ofitec/chile"
)

// remains matches the remaining entries of one counterparty.
type remains struct {
	opts            *ReconcileOptions
	register, books []Entry
	differing       []Pair
	usedR, usedB    []bool
	found           []Pair
}

func (g *remains) pairs() []Pair {
	g.usedR, g.usedB = make([]bool, len(g.register)), make([]bool, len(g.books))
	notesR, notesB := notesOf(g.register), notesOf(g.books)
	g.explain(notesR, notesB)
	g.sameFolio()
	g.annulled(g.register, g.usedR, notesR, false)
	g.annulled(g.books, g.usedB, notesB, true)
	g.similar()
	for i := range g.register {
		if !g.usedR[i] {
			g.found = append(g.found, only(&g.register[i], ofRegister, ""))
		}
	}
	for i := range g.books {
		if !g.usedB[i] {
			g.found = append(g.found, only(&g.books[i], ofBooks, ""))
		}
	}
	return g.found
}

func (g *remains) pair(outcome Outcome, r, b, score int, reason string) {
	g.usedR[r], g.usedB[b] = true, true
	g.found = append(g.found, Pair{Outcome: outcome, Register: &g.register[r], Books: &g.books[b], Score: score, Reason: reason})
}

// reference is a document that notes refer to.
type reference struct {
	t     chile.DocType
	folio chile.Folio
}

// notesOf returns the indexes of a side's credit notes by the document they refer
// to.
func notesOf(side []Entry) map[reference][]int {
	var notes map[reference][]int
	for i := range side {
		if !side[i].Type.Credit() || side[i].RefFolio == 0 {
			continue
		}
		if notes == nil {
			notes = make(map[reference][]int)
		}
		ref := reference{side[i].RefType, side[i].RefFolio}
		notes[ref] = append(notes[ref], i)
	}
	return notes
}

// making returns unused notes that add up to an amount: one of them, or all.
func making(amount chile.CLP, side []Entry, used []bool, notes []int) []int {
	var free []int
	var sum chile.CLP
	for _, i := range notes {
		if used[i] {
			continue
		}
		if side[i].Total == amount {
			return []int{i}
		}
		total, err := sum.Add(side[i].Total)
		if err != nil {
			return nil
		}
		sum, free = total, append(free, i)
	}
	if len(free) > 0 && sum == amount {
		return free
	}
	return nil
}

// taken marks notes as used and returns them.
func taken(side []Entry, used []bool, notes []int) (list []*Entry) {
	for _, i := range notes {
		used[i] = true
		list = append(list, &side[i])
	}
	return list
}

// explain looks for credit notes that account for the difference of two amounts:
// books may have an invoice minus its notes.
func (g *remains) explain(notesR, notesB map[reference][]int) {
	for _, p := range g.differing {
		ref := reference{p.Register.Type, p.Register.Folio}
		more, err := less(p.Register.Total, p.Books.Total)
		if err != nil {
			g.found = append(g.found, p)
			continue
		}
		if notes := making(more, g.register, g.usedR, notesR[ref]); more > 0 && notes != nil {
			p.Outcome, p.Notes = Netted, taken(g.register, g.usedR, notes)
			p.Reason = "same counterparty, type and folio; the books have it less its credit notes"
		} else if notes := making(-more, g.books, g.usedB, notesB[ref]); more < 0 && notes != nil {
			p.Outcome, p.Notes, p.NotesOfBooks = Netted, taken(g.books, g.usedB, notes), true
			p.Reason = "same counterparty, type and folio; the register has it less its credit notes"
		}
		g.found = append(g.found, p)
	}
}

// annulled pairs, on one side, a document with credit notes that refer to it and
// add up to its total.
func (g *remains) annulled(side []Entry, used []bool, notes map[reference][]int, ofBooks bool) {
	if notes == nil {
		return
	}
	for i := range side {
		d := &side[i]
		if used[i] || d.Type.Credit() {
			continue
		}
		of := making(d.Total, side, used, notes[reference{d.Type, d.Folio}])
		if of == nil {
			continue
		}
		used[i] = true
		p := Pair{
			Outcome: Netted, Notes: taken(side, used, of), NotesOfBooks: ofBooks, Score: 100,
			Reason: fmt.Sprintf("credit notes refer to the document and have its total, %s", d.Total.Format()),
		}
		if ofBooks {
			p.Books = d
		} else {
			p.Register = d
		}
		g.found = append(g.found, p)
	}
}

// sameFolio pairs documents of one folio and different types, those with the same
// total first. An entry of unknown type matches any type.
func (g *remains) sameFolio() {
	byFolio := make(map[chile.Folio][]int, len(g.register))
	for i := range g.register {
		if !g.usedR[i] {
			byFolio[g.register[i].Folio] = append(byFolio[g.register[i].Folio], i)
		}
	}
	for _, exact := range []bool{true, false} {
		for b := range g.books {
			if g.usedB[b] {
				continue
			}
			for _, r := range byFolio[g.books[b].Folio] {
				if g.usedR[r] || (g.register[r].Total == g.books[b].Total) != exact || !mayBeOne(&g.register[r], &g.books[b]) {
					continue
				}
				g.typeDiffers(r, b, exact)
				break
			}
		}
	}
}

// mayBeOne reports whether two documents could be the same by their types: a
// credit note is not an invoice.
func mayBeOne(register, books *Entry) bool {
	return books.Type == 0 || register.Type.Credit() == books.Type.Credit()
}

func (g *remains) typeDiffers(r, b int, sameTotal bool) {
	switch t := g.books[b].Type; {
	case t == 0 && sameTotal:
		g.pair(Matched, r, b, 95, "same counterparty, folio and total; the books do not tell the type")
	case t == 0:
		g.pair(AmountDiffers, r, b, 70, "same counterparty and folio; the books do not tell the type")
	case sameTotal:
		g.pair(TypeDiffers, r, b, 90, fmt.Sprintf("same counterparty, folio and total; type %d in the books", int(t)))
	default:
		g.pair(TypeDiffers, r, b, 60, fmt.Sprintf("same counterparty and folio; type %d and another total in the books", int(t)))
	}
}
