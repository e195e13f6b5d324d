package rcv

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// remains matches what remains of one counterparty.
type remains struct {
	opts            *ReconcileOptions
	register, books []Entry
	usedR, usedB    []bool
	found           []Pair
}

func (g *remains) pairs() []Pair {
	g.usedR, g.usedB = make([]bool, len(g.register)), make([]bool, len(g.books))
	g.sameFolio()
	g.netted(g.register, g.usedR, false)
	g.netted(g.books, g.usedB, true)
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

// sameFolio pairs documents of one folio and different types, those with the same
// total first. An entry of unknown type is of any.
func (g *remains) sameFolio() {
	byFolio := make(map[chile.Folio][]int, len(g.register))
	for i := range g.register {
		byFolio[g.register[i].Folio] = append(byFolio[g.register[i].Folio], i)
	}
	for _, exact := range []bool{true, false} {
		for b := range g.books {
			if g.usedB[b] {
				continue
			}
			for _, r := range byFolio[g.books[b].Folio] {
				if g.usedR[r] || (g.register[r].Total == g.books[b].Total) != exact || !g.mayBeOneType(r, b) {
					continue
				}
				g.typeDiffers(r, b, exact)
				break
			}
		}
	}
}

// mayBeOneType reports whether two documents could be one: a credit note is no
// invoice.
func (g *remains) mayBeOneType(r, b int) bool {
	return g.books[b].Type == 0 || g.register[r].Type.Credit() == g.books[b].Type.Credit()
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

// netted pairs, on one side, a credit note with the document of the same total
// that it refers to.
func (g *remains) netted(side []Entry, used []bool, ofBooks bool) {
	type key struct {
		t     chile.DocType
		folio chile.Folio
		total chile.CLP
	}
	var documents map[key]int
	for note := range side {
		n := &side[note]
		if used[note] || !n.Type.Credit() || n.RefFolio == 0 {
			continue
		}
		if documents == nil {
			documents = make(map[key]int)
			for i := range side {
				if !used[i] && !side[i].Type.Credit() {
					documents[key{side[i].Type, side[i].Folio, side[i].Total}] = i
				}
			}
		}
		i, ok := documents[key{n.RefType, n.RefFolio, n.Total}]
		if !ok || used[i] {
			continue
		}
		used[i], used[note] = true, true
		g.found = append(g.found, Pair{
			Outcome: Netted, Document: &side[i], Note: n, OfBooks: ofBooks, Score: 100,
			Reason: fmt.Sprintf("the note refers to the document and has its total, %s", n.Total.Format()),
		})
	}
}

// candidate is a pair that may be one document, by its places.
type candidate struct{ register, books, score int }

// maxCandidates bounds with how many documents of the register an entry of the
// books is compared: rents have one amount each month.
const maxCandidates = 64

// similar pairs documents whose amounts and dates are close, the surest first.
func (g *remains) similar() {
	if g.opts.Amount == 0 && g.opts.Days == 0 {
		return
	}
	var byAmount []int // of the register, those that remain
	for i := range g.register {
		if !g.usedR[i] {
			byAmount = append(byAmount, i)
		}
	}
	slices.SortStableFunc(byAmount, func(a, b int) int { return cmp.Compare(g.register[a].signed(), g.register[b].signed()) })
	var candidates []candidate
	for b := range g.books {
		if g.usedB[b] {
			continue
		}
		candidates = append(candidates, g.candidates(b, byAmount)...)
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range candidates {
		if !g.usedR[c.register] && !g.usedB[c.books] {
			g.pair(Similar, c.register, c.books, c.score, g.reason(c.register, c.books))
		}
	}
}

// candidates returns the documents of the register that an entry may be.
func (g *remains) candidates(b int, byAmount []int) (found []candidate) {
	entry := &g.books[b]
	amount, tolerance := entry.signed(), int64(g.opts.Amount)
	from, _ := slices.BinarySearchFunc(byAmount, amount-tolerance, func(i int, low int64) int { return cmp.Compare(g.register[i].signed(), low) })
	for _, r := range byAmount[from:] {
		if g.register[r].signed() > amount+tolerance {
			break
		}
		if score := g.score(&g.register[r], entry); score > 0 {
			found = append(found, candidate{register: r, books: b, score: score})
		}
	}
	if len(found) > maxCandidates {
		slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
		found = found[:maxCandidates]
	}
	return found
}

// score says how likely two entries are one document, from 1 to 90; 0 is no.
func (g *remains) score(r, b *Entry) int {
	days := daysApart(r.Date, b.Date)
	if days > g.opts.Days || b.Type != 0 && r.Type.Credit() != b.Type.Credit() {
		return 0
	}
	score := 90 - 20*days/(g.opts.Days+1)
	if difference := max(r.Total, b.Total) - min(r.Total, b.Total); difference > 0 {
		score -= 10 + int(20*difference/(g.opts.Amount+1))
	}
	if r.Type != b.Type && b.Type != 0 {
		score -= 10
	}
	if !folioLike(r.Folio, b.Folio) {
		score -= 10
	}
	return max(score, 1)
}

// daysApart returns the days between two dates; a date that is missing is far.
func daysApart(a, b chile.Date) int {
	if a.IsZero() || b.IsZero() {
		return 1 << 20
	}
	days := func(d chile.Date) int {
		return int(time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
	}
	return max(days(a), days(b)) - min(days(a), days(b))
}

// folioLike reports whether one folio could be a slip of the other: a digit too
// many or too few, one that is another, or two that changed places.
func folioLike(a, b chile.Folio) bool {
	s, t := strconv.FormatInt(int64(a), 10), strconv.FormatInt(int64(b), 10)
	if len(s) > len(t) {
		s, t = t, s
	}
	prefix := 0
	for prefix < len(s) && s[prefix] == t[prefix] {
		prefix++
	}
	s, t = s[prefix:], t[prefix:]
	switch len(t) - len(s) {
	case 1:
		return s == t[1:]
	case 0:
		return len(s) < 2 || s[1:] == t[1:] || s[0] == t[1] && s[1] == t[0] && s[2:] == t[2:]
	default:
		return false
	}
}

// reason tells in words why two entries may be one document.
func (g *remains) reason(r, b int) string {
	register, books := &g.register[r], &g.books[b]
	parts := []string{"same counterparty"}
	if register.Total == books.Total {
		parts = append(parts, "same total")
	} else {
		parts = append(parts, fmt.Sprintf("totals %s and %s", register.Total.Format(), books.Total.Format()))
	}
	switch days := daysApart(register.Date, books.Date); days {
	case 0:
		parts = append(parts, "same date")
	default:
		parts = append(parts, fmt.Sprintf("%d days apart", days))
	}
	return strings.Join(append(parts, fmt.Sprintf("folio %d and in the books %d", int64(register.Folio), int64(books.Folio))), ", ")
}
