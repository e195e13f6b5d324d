package sii

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// check refuses options that contradict each other, because one of them would
// have no effect.
func (c *config) check() error {
	switch {
	case c.source != nil && c.identity != nil:
		return errors.New("sii: WithTokenSource and WithIdentity: give only one source of tokens")
	case c.source != nil && c.cache != nil:
		return errors.New("sii: WithTokenSource and WithTokenCache: the cache is for tokens of WithIdentity")
	case c.http != nil && (c.network.timeouts.Connect != 0 || c.network.timeouts.Answer != 0):
		return errors.New("sii: WithHTTPClient and WithTimeouts: set Connect and Answer in its transport")
	case c.network.tls != nil && c.network.tls.RootCAs != nil && c.network.roots != nil:
		return errors.New("sii: WithTLSConfig and WithRootCAs: both give roots")
	}
	return nil
}

// checkHeader refuses a text that is not valid as the value of a header.
func checkHeader(option, text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("%s: not all printable ASCII", option)
	}
	return nil
}

// checkDateLayout refuses a layout without day, month or year.
func checkDateLayout(layout string) error {
	if layout == "" {
		return nil // the default
	}
	written := make(map[string]bool)
	for _, d := range []struct {
		year  int
		month time.Month
		day   int
	}{{2026, 4, 5}, {2025, 4, 5}, {2026, 6, 5}, {2026, 4, 7}} {
		written[time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Format(layout)] = true
	}
	if len(written) < 4 {
		return fmt.Errorf("WithWire: %q has no day, month and year, as %q has", layout, dateDDMMAAAA)
	}
	return nil
}
