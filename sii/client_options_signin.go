package sii

import (
	"crypto/fips140"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// WithIdentity signs in with that certificate. WithTokenSource cannot be given as
// well.
func WithIdentity(id *xmlsig.Identity) Option {
	return func(c *config) error {
		if id == nil {
			return errors.New("WithIdentity: nil identity")
		}
		c.identity = id
		return nil
	}
}

// WithTokenSource takes tokens from elsewhere than from signing a seed, such as
// from a session of the portal. Its tokens are reused until they expire or the
// SII refuses them. Neither WithIdentity nor WithTokenCache can be given as well.
func WithTokenSource(source TokenSource) Option {
	return func(c *config) error {
		if isNilSource(source) {
			return errors.New("WithTokenSource: nil source")
		}
		c.source = source
		return nil
	}
}

// WithTokenCache shares tokens between processes through the cache. If the cache
// fails, the client continues without it and calls report, if it is not nil.
func WithTokenCache(cache TokenCache, report ...func(error)) Option {
	return func(c *config) error {
		switch {
		case cache == nil:
			return errors.New("WithTokenCache: nil cache")
		case len(report) > 1:
			return errors.New("WithTokenCache: more than one function to report to")
		}
		c.cache = cache
		if len(report) > 0 {
			c.reuse.report = report[0]
		}
		return nil
	}
}

// WithHolder says who signs in, where no certificate does: see WithTokenSource.
// The SII wants to know where it gives the file of a deferred export; without it
// the owner of the register is taken to have signed in. With WithIdentity it must
// be the RUT of the certificate, if that has one.
func WithHolder(holder chile.RUT) Option {
	return func(c *config) error {
		if holder.IsZero() {
			return errors.New("WithHolder: no RUT")
		}
		c.holder = holder
		return nil
	}
}

// checkIdentity returns an error if nobody can sign in with the certificate now,
// and notes whom it names.
func (c *config) checkIdentity() error {
	if fips140.Enforced() {
		return fmt.Errorf("sii: %w", xmlsig.ErrFIPS)
	}
	if err := c.identity.ValidAt(c.now()); err != nil {
		return fmt.Errorf("sii: %w", err)
	}
	return c.nameHolder()
}

// nameHolder notes whom the certificate names, if it names anybody: signing in
// needs no RUT, asking for a document's state does.
func (c *config) nameHolder() error {
	rut, err := c.identity.RUT()
	if errors.Is(err, xmlsig.ErrNoRUT) {
		return nil
	}
	holder := chile.RUT{}
	if err == nil {
		holder, err = chile.ParseRUT(rut)
	}
	switch {
	case err != nil:
		return fmt.Errorf("sii: WithIdentity: %w", err)
	case !c.holder.IsZero() && c.holder != holder:
		return fmt.Errorf("sii: WithHolder: the certificate is of %s, not of %s", holder, c.holder)
	}
	c.holder = holder
	return nil
}
