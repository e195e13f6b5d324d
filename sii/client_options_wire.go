package sii

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// WithTransactionIDs sets where the ids come from that the RCV echoes. The
// default are random UUIDs.
func WithTransactionIDs(next func() string) Option {
	return func(c *config) error {
		if next == nil {
			return errors.New("sii: WithTransactionIDs: nil function")
		}
		c.newID = next
		return nil
	}
}

// WithRecaptcha asks the function for what is sent to the RCV as tokenRecaptcha,
// if the SII comes to want a real one: some clients say that it does, most send
// the constant t-o-k-e-n-web, which is the default. The action is the
// accionRecaptcha, such as RCV_DETC, for which a real token is made. An error of
// the function is ErrRecaptcha.
func WithRecaptcha(token func(ctx context.Context, action string) (string, error)) Option {
	return func(c *config) error {
		if token == nil {
			return errors.New("sii: WithRecaptcha: nil function")
		}
		c.recaptcha = token
		return nil
	}
}

// WithRecaptchaToken is WithRecaptcha for one token for all actions.
func WithRecaptchaToken(token string) Option {
	if token == "" {
		return func(*config) error { return errors.New("sii: WithRecaptchaToken: empty") }
	}
	return WithRecaptcha(constantRecaptcha(token))
}

func constantRecaptcha(token string) func(context.Context, string) (string, error) {
	return func(context.Context, string) (string, error) { return token, nil }
}

// WithUserAgent sets the User-Agent of requests to the RCV. The default is that
// of a browser.
func WithUserAgent(browser string) Option {
	return func(c *config) error {
		if err := checkHeader("WithUserAgent", browser); err != nil {
			return err
		}
		c.browser = browser
		return nil
	}
}

// WithSOAPNamespace sets the namespace of the operations. The default is
// http://DefaultNamespace.
func WithSOAPNamespace(namespace string) Option {
	return func(c *config) error {
		if namespace == "" || strings.ContainsFunc(namespace, unicode.IsSpace) {
			return fmt.Errorf("sii: WithSOAPNamespace: %q is no namespace", namespace)
		}
		c.soapNamespace = namespace
		return nil
	}
}

// WithQueryDateLayout sets how DTE.DocumentStatus writes the date of a document,
// as a layout of package time, with day, month and year. The default is 02012006.
func WithQueryDateLayout(layout string) Option {
	return func(c *config) error {
		if err := checkDateLayout(layout); err != nil {
			return err
		}
		c.dateLayout = layout
		return nil
	}
}

// WithMaxAnswer bounds the answers of the RCV, after decompression. The default
// is 256 MiB.
func WithMaxAnswer(bytes int64) Option {
	return func(c *config) error {
		if bytes <= 0 {
			return errors.New("sii: WithMaxAnswer: not positive")
		}
		c.maxBody = bytes
		return nil
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
