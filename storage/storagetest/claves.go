package storagetest

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// claves is an optional ability.
func claves() []sentence {
	return []sentence{
		{text: "of somebody of whom nothing is counted the state is zero", test: claveNothing},
		{text: "each wrong clave counts, of each person apart", test: claveCounted},
		{text: "of many that count at once each counts", test: claveAtOnce},
		{text: "a block lasts for its term, and is not shortened", test: claveBlocked},
		{text: "a block is over after its term, and what is counted is not", test: claveBlockOver},
		{text: "what is forgiven is forgotten, also where there was nothing", test: claveForgiven},
		{text: "a zero RUT, or a block of no term, is ErrInvalid", test: claveInvalid},
		{text: "a method of claves whose context has ended returns its cause and has changed nothing", test: endedClaves},
		{text: "what is counted of claves is there after the store was closed", test: reopenClaves, needs: aReopen},
	}
}

var (
	clavePerson = chile.MustParseRUT("11111111-1")
	claveOther  = chile.MustParseRUT("22222222-2")
)

func (c *check) claves() storage.Claves {
	c.Helper()
	s, ok := c.store.(storage.Claves)
	if !ok {
		c.Skip("the store does not count claves")
	}
	return s
}

// counts checks the counts of a person; blocked is the maximum rest of a block.
func (c *check) counts(rut chile.RUT, wrong int, blocked time.Duration) {
	c.Helper()
	state, err := c.claves().ClaveState(c.ctx, rut)
	c.ok(err)
	c.equal("wrong claves", state.Wrong, wrong)
	if state.Blocked > blocked || state.Blocked < blocked/2 {
		c.Errorf("blocked for %v; want %v", state.Blocked, blocked)
	}
}

func (c *check) countsOne(rut chile.RUT) {
	c.Helper()
	c.ok(c.claves().CountWrongClave(c.ctx, rut))
}

func claveNothing(c *check) { c.counts(clavePerson, 0, 0) }

func claveCounted(c *check) {
	c.countsOne(clavePerson)
	c.countsOne(clavePerson)
	c.countsOne(claveOther)
	c.counts(clavePerson, 2, 0)
	c.counts(claveOther, 1, 0)
}

func claveAtOnce(c *check) {
	s := c.claves()
	parallel(8, func(int) {
		if err := s.CountWrongClave(c.ctx, clavePerson); err != nil {
			c.Error(err)
		}
	})
	c.counts(clavePerson, 8, 0)
}

func claveBlocked(c *check) {
	c.ok(c.claves().BlockClave(c.ctx, clavePerson, longTerm))
	c.counts(clavePerson, 0, longTerm)
	c.ok(c.claves().BlockClave(c.ctx, clavePerson, moment))
	c.countsOne(clavePerson)
	c.counts(clavePerson, 1, longTerm)
	c.ok(c.claves().BlockClave(c.ctx, clavePerson, 2*longTerm))
	c.counts(clavePerson, 1, 2*longTerm)
	c.counts(claveOther, 0, 0)
}

func claveBlockOver(c *check) {
	c.countsOne(clavePerson)
	c.ok(c.claves().BlockClave(c.ctx, clavePerson, moment))
	for {
		state, err := c.claves().ClaveState(c.ctx, clavePerson)
		c.ok(err)
		if state.Blocked == 0 {
			break
		}
	}
	c.counts(clavePerson, 1, 0)
}

func claveForgiven(c *check) {
	c.ok(c.claves().ForgiveClave(c.ctx, clavePerson))
	c.countsOne(clavePerson)
	c.countsOne(claveOther)
	c.ok(c.claves().BlockClave(c.ctx, clavePerson, longTerm))
	c.ok(c.claves().ForgiveClave(c.ctx, clavePerson))
	c.counts(clavePerson, 0, 0)
	c.counts(claveOther, 1, 0)
	c.countsOne(clavePerson)
	c.counts(clavePerson, 1, 0)
}

func claveInvalid(c *check) {
	s, nobody := c.claves(), chile.RUT{}
	_, err := s.ClaveState(c.ctx, nobody)
	c.fails("ClaveState", err, storage.ErrInvalid)
	c.fails("CountWrongClave", s.CountWrongClave(c.ctx, nobody), storage.ErrInvalid)
	c.fails("BlockClave", s.BlockClave(c.ctx, nobody, longTerm), storage.ErrInvalid)
	c.fails("ForgiveClave", s.ForgiveClave(c.ctx, nobody), storage.ErrInvalid)
	c.fails("BlockClave", s.BlockClave(c.ctx, clavePerson, 0), storage.ErrInvalid)
	c.fails("BlockClave", s.BlockClave(c.ctx, clavePerson, -moment), storage.ErrInvalid)
	c.counts(clavePerson, 0, 0)
}

func endedClaves(c *check) {
	s := c.claves()
	c.countsOne(clavePerson)
	ctx, cause := endedContext(c.ctx)
	_, err := s.ClaveState(ctx, clavePerson)
	c.fails("ClaveState", err, cause)
	c.fails("CountWrongClave", s.CountWrongClave(ctx, clavePerson), cause)
	c.fails("BlockClave", s.BlockClave(ctx, clavePerson, longTerm), cause)
	c.fails("ForgiveClave", s.ForgiveClave(ctx, clavePerson), cause)
	c.counts(clavePerson, 1, 0)
}

func reopenClaves(c *check) {
	c.countsOne(clavePerson)
	c.ok(c.claves().BlockClave(c.ctx, claveOther, longTerm))
	c.reopen()
	c.counts(clavePerson, 1, 0)
	c.counts(claveOther, 0, longTerm)
}
