package sii

import (
	"crypto/fips140"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// WithIdentity logs in with that certificate. It cannot be combined with
// WithTokenSource.
func WithIdentity(id *xmlsig.Identity) Option {
	return func(c *config) error {
		if id == nil {
			return errors.New("WithIdentity: nil identity")
		}
		c.identity = id
		return nil
	}
}

// WithTokenSource takes tokens from another source, such as a session of the
// portal. It cannot be combined with WithIdentity or WithTokenCache.
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
// fails, the client continues without it and calls report, unless it is nil.
func WithTokenCache(cache TokenCache, report ...func(error)) Option {
	return func(c *config) error {
		switch {
		case cache == nil:
			return errors.New("WithTokenCache: nil cache")
		case len(report) > 1:
			return errors.New("WithTokenCache: more than one report function")
		}
		c.cache = cache
		if len(report) > 0 {
			c.reuse.report = report[0]
		}
		return nil
	}
}

// WithHolder sets the logged-in holder if there is no certificate: see
// WithTokenSource. The SII asks for the holder when it returns the file of a
// deferred export; by default it is the owner of the register. With WithIdentity
// it must equal the RUT in the certificate, if the certificate has one.
func WithHolder(holder chile.RUT) Option {
	return func(c *config) error {
		if holder.IsZero() {
			return errors.New("WithHolder: no RUT")
		}
		c.holder = holder
		return nil
	}
}

// checkIdentity returns an error if the certificate is not valid now, and
// records its holder.
func (c *config) checkIdentity() error {
	if fips140.Enforced() {
		return fmt.Errorf("sii: %w", xmlsig.ErrFIPS)
	}
	if err := c.identity.ValidAt(c.now()); err != nil {
		return fmt.Errorf("sii: %w", err)
	}
	return c.nameHolder()
}

// nameHolder records the RUT in the certificate, if there is one: logging in
// does not need a RUT, but querying a document's state does.
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
		return fmt.Errorf("sii: WithHolder: the certificate belongs to %s, not to %s", holder, c.holder)
	}
	c.holder = holder
	return nil
}
