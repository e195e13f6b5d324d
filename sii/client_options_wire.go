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

// Wire sets what is sent where sources disagree, or where the SII may change its
// requirements. Zero fields mean the defaults, which most working clients send.
type Wire struct {
	// SOAPNamespace is the namespace of the operations. The default is
	// http://DefaultNamespace, as in the WSDLs; other clients send the address of the
	// service.
	SOAPNamespace string

	// QueryDateLayout is how DTE.DocumentStatus and DTE.SignedStatus write the date of a
	// document, as a layout of package time. The default is 02012006; one client sends 02-01-2006.
	QueryDateLayout string

	// UserAgent is the User-Agent of requests to the portal. The default is that of
	// a browser, which a firewall in front of the portal requires.
	UserAgent string

	// TransactionID returns the ids that the RCV echoes. By default they are random
	// UUIDs. It must be safe for concurrent use.
	TransactionID func() string

	// Recaptcha returns the tokenRecaptcha sent to the RCV. The default is the
	// constant t-o-k-e-n-web, which most clients send; some say that the SII requires
	// a real token. The action is the accionRecaptcha, such as RCV_DETC, for which a
	// real token is made. An error of the function is ErrRecaptcha. It must be safe
	// for concurrent use.
	Recaptcha func(ctx context.Context, action string) (string, error)
}

// WithWire sets values that are sent to the SII. An invalid namespace, date
// layout or header is refused.
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
		return fmt.Errorf("WithWire: %q is not a namespace", w.SOAPNamespace)
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
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
