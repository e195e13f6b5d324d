package rcv

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
)

// similar pairs documents whose amounts and dates are close. It proceeds from the
// most to the least certain: same amount, date and nearly the same folio; same
// amount and date; same amount; within the tolerance. So no pair takes an entry
// that another pair matches better.
func (g *remains) similar() {
	if g.opts.Amount == 0 && g.opts.Days == 0 {
		return
	}
	p := newPool(g.register, g.usedR)
	var queue []int // the remaining entries of the books
	for i := range g.books {
		if !g.usedB[i] && !g.books[i].Date.IsZero() {
			queue = append(queue, i)
		}
	}
	slices.SortStableFunc(queue, func(a, b int) int { return compareSimilar(&g.books[a], &g.books[b]) })
	for _, t := range []tier{
		{likeFolio: true},
		{},
		{days: g.opts.Days},
		{days: g.opts.Days, amount: g.opts.Amount},
	} {
		for _, b := range queue {
			if g.usedB[b] {
				continue
			}
			if i, score := g.best(p, &g.books[b], t); score > 0 {
				p.take(i)
				g.pair(Similar, p.order[i], b, score, g.reason(p.order[i], b))
			}
		}
	}
}

// tier says how close two documents must be.
type tier struct {
	amount    chile.CLP
	days      int
	likeFolio bool
}

// best returns the index in the pool of the best candidate for an entry of the
// books, and its score; 0 for none.
func (g *remains) best(p *pool, books *Entry, t tier) (place, score int) {
	p.near(books, t, func(i int) {
		register := &g.register[p.order[i]]
		if t.likeFolio && !folioLike(register.Folio, books.Folio) {
			return
		}
		if s := g.score(register, books); s > score {
			place, score = i, s
		}
	})
	return place, score
}

// score returns how likely two entries within the tolerance are the same
// document, from 1 to 90; 0 for no.
func (g *remains) score(r, b *Entry) int {
	if !mayBeOne(r, b) {
		return 0
	}
	days := daysApart(r.Date, b.Date)
	score := 90 - 20*days/(g.opts.Days+1)
	if difference := max(r.Total, b.Total) - min(r.Total, b.Total); difference > 0 {
		score -= 10 + int(20*(float64(difference)/float64(g.opts.Amount+1)))
	}
	if r.Type != b.Type && b.Type != 0 {
		score -= 10
	}
	if !folioLike(r.Folio, b.Folio) {
		score -= 10
	}
	return max(score, 1)
}

// compareSimilar orders entries by amount, date and folio.
func compareSimilar(a, b *Entry) int {
	return cmp.Or(cmp.Compare(a.signed(), b.signed()), a.Date.Compare(b.Date), cmp.Compare(a.Folio, b.Folio))
}

// maxNear bounds how many documents of the register an entry of the books is
// compared with in each tier: rents have the same amount each month.
const maxNear = 64

// pool has the remaining documents of the register by amount and date.
type pool struct {
	side  []Entry
	order []int // indexes in side
	free  []int // for each place, the next free place of order
}

func newPool(side []Entry, used []bool) *pool {
	p := &pool{side: side}
	for i := range side {
		if !used[i] && !side[i].Date.IsZero() {
			p.order = append(p.order, i)
		}
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return compareSimilar(&side[a], &side[b]) })
	p.free = make([]int, len(p.order)+1)
	for i := range p.free {
		p.free[i] = i
	}
	return p
}

func (p *pool) at(i int) *Entry { return &p.side[p.order[i]] }

// take marks a place as no longer free.
func (p *pool) take(i int) { p.free[i] = i + 1 }

// nextFree returns the first free place from i on.
func (p *pool) nextFree(i int) int {
	next := i
	for p.free[next] != next {
		next = p.free[next]
	}
	for p.free[i] != next && i != next { // speeds up the next search
		p.free[i], i = next, p.free[i]
	}
	return next
}

// from returns the first place at or after that amount and date.
func (p *pool) from(amount int64, date chile.Date) int {
	return sort.Search(len(p.order), func(i int) bool {
		e := p.at(i)
		return cmp.Or(cmp.Compare(e.signed(), amount), e.Date.Compare(date)) >= 0
	})
}

// near visits free places within the tolerance, nearest amounts first, until there
// are no more or the limit is reached.
func (p *pool) near(of *Entry, t tier, visit func(i int)) {
	amount := of.signed()
	above := p.from(amount, chile.Date{})
	below := above - 1
	for visited := 0; visited < maxNear; visited++ {
		up, down := uint64(math.MaxUint64), uint64(math.MaxUint64) // distance of the next amounts
		if above < len(p.order) {
			up = uint64(p.at(above).signed()) - uint64(amount) //nolint:gosec // a distance, whatever the signs
		}
		if below >= 0 {
			down = uint64(amount) - uint64(p.at(below).signed()) //nolint:gosec // as above
		}
		if min(up, down) > uint64(t.amount) { //nolint:gosec // not below zero
			return
		}
		at := above
		if down < up {
			at = below
		}
		block := p.at(at).signed()
		visited += p.block(block, of.Date, t.days, maxNear-visited, visit)
		if down < up {
			below = p.from(block, chile.Date{}) - 1
		} else {
			above = p.behind(block)
		}
	}
}

// behind returns the first place with a larger amount.
func (p *pool) behind(amount int64) int {
	return sort.Search(len(p.order), func(i int) bool { return p.at(i).signed() > amount })
}

// block visits at most so many free places of one amount, and returns the
// number.
func (p *pool) block(amount int64, date chile.Date, days, most int, visit func(i int)) (visited int) {
	first := date.AddDays(-days) // the zero date, before the calendar begins, comes first
	for i := p.nextFree(p.from(amount, first)); i < len(p.order) && visited < most; i = p.nextFree(i + 1) {
		e := p.at(i)
		if e.signed() != amount || daysApart(e.Date, date) > days {
			break
		}
		visit(i)
		visited++
	}
	return visited
}

// daysApart returns the days between two dates.
func daysApart(a, b chile.Date) int {
	days := func(d chile.Date) int {
		return int(time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
	}
	return max(days(a), days(b)) - min(days(a), days(b))
}

// folioLike reports whether one folio could be a typing error of the other: one
// digit missing, added or different, or two swapped.
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

// reason explains why two entries may be the same document.
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
