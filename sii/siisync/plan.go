package siisync

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Plan says which registers to keep up to date: those of some companies, for the
// months From to To, both included.
type Plan struct {
	Owners   []chile.RUT
	From, To chile.Period
	Books    []rcv.Book // both if there are none
	Cadence  Cadence
}

// Cadence says how old the last import of a register may be before the register
// is due. Registers of recent months change daily, since suppliers send and
// receivers acknowledge; older ones hardly ever. Zero fields mean the documented
// defaults.
type Cadence struct {
	// RecentMonths is how many months count as recent, including the current one: 3
	// by default.
	RecentMonths int

	// Recent and Old are the ages: 20 hours by default, so that a daily run finds
	// all of them due, and 30 days.
	Recent, Old time.Duration

	Always bool // every register is due, whatever its age
}

// The defaults of a Cadence.
const (
	defaultRecentMonths = 3
	defaultRecent       = 20 * time.Hour
	defaultOld          = 30 * 24 * time.Hour
)

// due reports whether a register with its last import at taken is due; the zero
// time means no import. A month that has not begun has no register.
func (c Cadence) due(period chile.Period, taken, now time.Time) bool {
	current := chile.PeriodOf(now)
	if period.Compare(current) > 0 || taken.IsZero() {
		return period.Compare(current) <= 0
	}
	age := cmp.Or(c.Old, defaultOld)
	if period.Compare(current.Add(1-cmp.Or(c.RecentMonths, defaultRecentMonths))) >= 0 {
		age = cmp.Or(c.Recent, defaultRecent)
	}
	return c.Always || now.Sub(taken) >= age
}

// check refuses a plan that names nothing.
func (p *Plan) check() error {
	switch {
	case len(p.Owners) == 0:
		return fmt.Errorf("siisync: %w: a plan without companies", storage.ErrInvalid)
	case !p.From.Valid() || !p.To.Valid() || p.From.Compare(p.To) > 0:
		return fmt.Errorf("siisync: %w: a plan from %s to %s", storage.ErrInvalid, p.From, p.To)
	}
	months := option.NotNegative("siisync: plan: RecentMonths", storage.ErrInvalid, p.Cadence.RecentMonths)
	ages := option.NotNegative("siisync: plan: age", storage.ErrInvalid, p.Cadence.Recent, p.Cadence.Old)
	if err := cmp.Or(months, ages); err != nil {
		return err
	}
	for _, owner := range p.Owners {
		if owner.IsZero() {
			return fmt.Errorf("siisync: %w: a plan with a company without RUT", storage.ErrInvalid)
		}
	}
	for _, book := range p.Books {
		if !book.Valid() {
			return fmt.Errorf("siisync: %w: a plan with the book %q", storage.ErrInvalid, string(book))
		}
	}
	return nil
}

// books returns the books of the plan, each once.
func (p *Plan) books() []rcv.Book {
	if len(p.Books) == 0 {
		return []rcv.Book{rcv.Purchases, rcv.Sales}
	}
	return slices.Compact(slices.Sorted(slices.Values(p.Books)))
}

// keys yields the registers of a company, the newest months first.
func (p *Plan) keys(owner chile.RUT) iter.Seq[rcv.Key] {
	return func(yield func(rcv.Key) bool) {
		for period := p.To; period.Compare(p.From) >= 0; period = period.Previous() {
			for _, book := range p.books() {
				if !yield(rcv.Key{Owner: owner, Period: period, Book: book}) {
					return
				}
			}
		}
	}
}

// size returns how many registers the plan has.
func (p *Plan) size() int {
	months := 12*(p.To.Year-p.From.Year) + int(p.To.Month-p.From.Month) + 1
	return months * len(p.books()) * len(p.Owners)
}

// unique returns each company once, in order.
func unique(owners []chile.RUT) []chile.RUT {
	var list []chile.RUT
	seen := make(map[chile.RUT]bool, len(owners))
	for _, owner := range owners {
		if !seen[owner] {
			seen[owner] = true
			list = append(list, owner)
		}
	}
	return list
}
