package sii

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// Wire is what goes over the wire in a way on which sources disagree, or that the
// SII may come to want otherwise. Each zero field is its default, which is what most
// clients that work send.
type Wire struct {
	// SOAPNamespace is that of the operations. The default is
	// http://DefaultNamespace, as in the WSDLs; other clients send the address of the
	// service.
	SOAPNamespace string

	// QueryDateLayout is how DTE.DocumentStatus and DTE.SignedStatus write the date of a
	// document, as a layout of package time. The default is 02012006; one client sends 02-01-2006.
	QueryDateLayout string

	// UserAgent is that of requests to the portal. The default is that of a browser,
	// which a firewall in front of the portal wants.
	UserAgent string

	// TransactionID returns the ids that the RCV echoes. The default are random UUIDs.
	// It may be called from many goroutines at once.
	TransactionID func() string

	// Recaptcha returns what is sent to the RCV as tokenRecaptcha. The default is the
	// constant t-o-k-e-n-web, which most clients send; some say that the SII wants a
	// real one. The action is the accionRecaptcha, such as RCV_DETC, for which a real
	// token is made. An error of the function is ErrRecaptcha. It may be called from
	// many goroutines at once.
	Recaptcha func(ctx context.Context, action string) (string, error)
}

// WithWire sets what goes over the wire in a way of one's own. What cannot be a
// namespace, a date or a header is refused.
func WithWire(wire Wire) Option {
	return func(c *config) error {
		if err := wire.check(); err != nil {
			return err
		}
		c.wire(wire)
		return nil
	}
}

func (w *Wire) check() error {
	if strings.ContainsFunc(w.SOAPNamespace, unicode.IsSpace) {
		return fmt.Errorf("WithWire: %q is no namespace", w.SOAPNamespace)
	}
	if err := checkHeader("WithWire: UserAgent", w.UserAgent); err != nil {
		return err
	}
	return checkDateLayout(w.QueryDateLayout)
}

// wire sets the fields that are not zero.
func (c *config) wire(w Wire) {
	set := func(target *string, value string) {
		if value != "" {
			*target = value
		}
	}
	set(&c.soapNamespace, w.SOAPNamespace)
	set(&c.dateLayout, w.QueryDateLayout)
	set(&c.browser, w.UserAgent)
	if w.TransactionID != nil {
		c.newID = w.TransactionID
	}
	if w.Recaptcha != nil {
		c.recaptcha = w.Recaptcha
	}
}

// WithMaxAnswer bounds the answers of the RCV, after decompression. The default
// is 256 MiB, also for 0.
func WithMaxAnswer(bytes int64) Option {
	return func(c *config) error {
		c.maxBody = cmp.Or(bytes, defaultMaxBody)
		return option.NotNegative("WithMaxAnswer", chile.ErrRange, bytes)
	}
}

// randomID returns a random UUID, version 4.
func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // does not fail
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
