package session

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/ofitec/chile/internal/redact"
)

// ChallengeKind says what blocks a program at the portal.
type ChallengeKind string

// The kinds of challenge.
const (
	Captcha     ChallengeKind = "captcha"      // a puzzle for a person
	WaitingRoom ChallengeKind = "waiting_room" // a queue in front of the portal, at peak times
	Firewall    ChallengeKind = "firewall"     // the request was blocked; SupportID identifies it for the SII's help desk
	Unknown     ChallengeKind = "unknown_page" // the portal has changed
)

// ChallengeError is a page where only a person can continue: log in with a browser
// and give the cookies to Restore, or wait and retry. It is ErrChallenge; with kind
// Unknown it is ErrPortalChanged.
type ChallengeError struct {
	Op        string
	Kind      ChallengeKind
	URL       string // where a person continues
	Title     string
	SupportID string // of the firewall; empty if it gave none
	Sample    string // the first 2 kB of the page's source, without secrets, for a report
}

func (c *ChallengeError) Error() string {
	text := fmt.Sprintf("session: %s: a person is needed: %s", c.Op, c.Kind)
	if c.Kind == Unknown {
		text = fmt.Sprintf("session: %s: portal has changed: page %q", c.Op, c.Title)
	}
	if c.SupportID != "" {
		text += ": support id " + c.SupportID
	}
	return text
}

// LogValue implements slog.LogValuer.
func (c *ChallengeError) LogValue() slog.Value { return slog.StringValue(c.Error()) }

// Is reports whether target is ErrChallenge, or ErrPortalChanged for an unknown
// page.
func (c *ChallengeError) Is(target error) bool {
	if c.Kind == Unknown {
		return target == ErrPortalChanged
	}
	return target == ErrChallenge
}

// ChallengeHandler asks a person to solve a challenge with a browser. It returns
// the cookies of the session that the person has opened, or an error. The Holder
// of the Snapshot may be empty.
type ChallengeHandler func(ctx context.Context, challenge *ChallengeError) (*Snapshot, error)

var supportID = regexp.MustCompile(`(?i)support id(?: is)?\s*:?\s*([0-9]{6,32})`)

// challenge returns the challenge in a page, or nil.
func (p *Page) challenge(op string, m *message, text string, secrets *redact.Redactor) error {
	source := strings.ToLower(p.Text())
	c := &ChallengeError{Op: op, URL: secrets.Short(p.URL.String()), Title: secrets.Short(m.title)}
	switch found := supportID.FindStringSubmatch(m.words); {
	case found != nil:
		c.Kind, c.SupportID = Firewall, found[1]
	case strings.Contains(text, "request rejected"):
		c.Kind = Firewall
	case strings.Contains(source, "queue-it.net") && !strings.Contains(source, "datoscntrnow"):
		c.Kind = WaitingRoom
	case strings.Contains(source, "g-recaptcha") || strings.Contains(source, "hcaptcha") || strings.Contains(text, "captcha"):
		c.Kind = Captcha
	default:
		return nil
	}
	c.Sample = secrets.Cut(p.Text(), maxSample)
	return c
}

func isWaitingRoom(host string) bool {
	return host == "queue-it.net" || strings.HasSuffix(host, ".queue-it.net")
}

// changed returns the error for a page of unknown form.
func (p *Page) changed(op string, secrets *redact.Redactor) error {
	c := &ChallengeError{Op: op, Kind: Unknown, URL: secrets.Short(p.URL.String()), Sample: secrets.Cut(p.Text(), maxSample)}
	if p.isHTML() {
		c.Title = secrets.Short(p.read().title)
	}
	return c
}

const maxSample = 2 << 10

// secrets returns a Redactor for the secrets of a session: the values of its
// cookies, and what was sent.
func (j *jar) secrets(sent ...[]byte) *redact.Redactor {
	secrets := redact.New()
	for _, c := range j.list() {
		if !public[c.Name] {
			secrets.Learn([]byte(c.Value))
		}
	}
	for _, secret := range sent {
		secrets.Learn(secret)
	}
	return secrets
}

// public are cookies whose values are not secret and appear in texts.
var public = map[string]bool{
	"NETSCAPE_LIVEWIRE.rut": true, "NETSCAPE_LIVEWIRE.dv": true, "NETSCAPE_LIVEWIRE.rutm": true, "NETSCAPE_LIVEWIRE.dvm": true,
	"RUT_NS": true, "DV_NS": true, "NETSCAPE_LIVEWIRE.sec": true, "NETSCAPE_LIVEWIRE.lms": true,
}

var _ http.CookieJar = (*jar)(nil)
