package siirecord

import (
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ofitec/chile/internal/redact"
)

const (
	minLearned = 8    // least bytes of a secret that is then searched by value
	maxLearned = 100  // most secrets searched; the oldest, long expired, are forgotten
	maxStands  = 1000 // most secrets with a substitute
)

// scrubber removes the secrets. It learns the values of tokens, seeds, cookies and
// passwords by their names, and finds them elsewhere. It is safe for concurrent
// use.
type scrubber struct {
	secrets []string // of the options

	mu      sync.Mutex
	learned []string
	current *redact.Redactor  // for all these; nil until made
	stands  map[string]string // the substitute for a secret
	given   map[string]bool   // the used substitutes
	count   int

	people *people // nil if RUTs and names are kept
}

func newScrubber(secrets []string, anonymous bool) *scrubber {
	s := &scrubber{secrets: slices.Clone(secrets), stands: map[string]string{}, given: map[string]bool{}}
	if anonymous {
		s.people = newPeople()
	}
	return s
}

// learnt are values beside names that mark them as secret.
var learnt = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(?:TOKEN|SEMILLA|SEED)(?:&gt;|>)\s*([A-Za-z0-9_\-]+)`),
	regexp.MustCompile(`(?i)"(?:conversationId|token|access_token|clave)"\s*:\s*"([^"]+)"`),
	regexp.MustCompile(`(?i)(?:^|&)(?:clave|password|referencia_clave)=([^&\s]+)`),
}

// openCookies are cookies of the portal without secrets. Their values are times and
// numbers that its clients read.
var openCookies = regexp.MustCompile(`(?i)^(?:NETSCAPE_LIVEWIRE\.(?:exp|locexp|lms|rut|rutm|dv|dvm)|RUT_NS|DV_NS)$`)

// learn records the secrets of a message.
func (s *scrubber) learn(header http.Header, body string) {
	for _, c := range cookiesOf(header) {
		if !openCookies.MatchString(c.name) {
			s.note(c.value)
		}
	}
	for _, expression := range learnt {
		for _, found := range expression.FindAllStringSubmatch(body, -1) {
			s.note(found[1])
			if plain, err := url.QueryUnescape(found[1]); err == nil {
				s.note(plain)
			}
		}
	}
}

func (s *scrubber) note(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(secret) < minLearned || s.given[secret] || slices.Contains(s.learned, secret) {
		return
	}
	if s.learned = append(s.learned, secret); len(s.learned) > maxLearned {
		s.learned = slices.Delete(s.learned, 0, len(s.learned)-maxLearned)
	}
	s.current = nil
}

func (s *scrubber) redactor() *redact.Redactor {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		s.current = redact.New(append(slices.Clone(s.secrets), s.learned...)...)
	}
	return s.current
}

var (
	figures = regexp.MustCompile(`^[0-9]{6,64}$`)
	word    = regexp.MustCompile(`^[A-Za-z0-9_\-]{8,512}$`)
)

// standIn returns the substitute for a secret: always the same. It has the same
// form if a client may check it; otherwise it is redact.Mark.
func (s *scrubber) standIn(marked string) string {
	secret := strings.TrimSpace(marked)
	s.mu.Lock()
	defer s.mu.Unlock()
	if secret == "" || secret == redact.Mark || s.given[secret] {
		return marked
	}
	stand, known := s.stands[secret]
	if !known {
		stand = s.newStandIn(secret)
		if len(s.stands) > maxStands {
			clear(s.stands)
			clear(s.given)
		}
		s.stands[secret], s.given[stand] = stand, true
	}
	return strings.Replace(marked, secret, stand, 1)
}

// newStandIn returns a substitute with as many digits or letters as the secret, if
// the secret has no other characters.
func (s *scrubber) newStandIn(secret string) string {
	filling := "X"
	switch {
	case figures.MatchString(secret):
		filling = "0"
	case !word.MatchString(secret):
		return redact.Mark
	}
	s.count++
	number := strconv.Itoa(s.count)
	return strings.Repeat(filling, max(0, len(secret)-len(number))) + number
}

// text removes the secrets from a text. It reports whether it could.
func (s *scrubber) text(text string) (scrubbed string, ok bool) {
	if scrubbed, ok = s.redactor().Long(s.standIn).Replace(text); !ok {
		return "", false
	}
	if s.people != nil {
		scrubbed = s.people.hide(scrubbed)
	}
	return scrubbed, true
}

// short is text for surely short texts.
func (s *scrubber) short(text string) string {
	if scrubbed, ok := s.text(text); ok {
		return scrubbed
	}
	return redact.Mark
}

// header removes the secrets from a header.
func (s *scrubber) header(header http.Header) http.Header {
	out := http.Header{}
	for name, values := range header {
		for _, value := range values {
			switch textproto.CanonicalMIMEHeaderKey(name) {
			case "Cookie", "Set-Cookie", "Set-Cookie2":
				value = s.cookies(value)
			case "Authorization", "Proxy-Authorization":
				value = redact.Mark
			default:
				value = s.short(value)
			}
			out[name] = append(out[name], value)
		}
	}
	return out
}

// cookie is a cookie of a header.
type cookie struct{ name, value string }

// cookiesOf returns the cookies of a header.
func cookiesOf(header http.Header) (cookies []cookie) {
	for _, name := range []string{"Cookie", "Set-Cookie", "Set-Cookie2"} {
		for _, value := range header.Values(name) {
			for i, part := range strings.Split(value, ";") {
				key, secret, found := strings.Cut(strings.TrimSpace(part), "=")
				if found && (i == 0 || name == "Cookie") {
					cookies = append(cookies, cookie{key, strings.Trim(secret, `"`)})
				}
			}
		}
	}
	return cookies
}

// attributes are the attributes of a set cookie, in lower case.
var attributes = []string{"path", "domain", "expires", "max-age", "samesite", "version", "comment"}

// cookies replaces the secret values of cookies.
func (s *scrubber) cookies(line string) string {
	parts := strings.Split(line, ";")
	for i, part := range parts {
		name, value, found := strings.Cut(part, "=")
		switch key := strings.TrimSpace(name); {
		case !found, strings.Trim(value, `" `) == "":
		case i > 0 && slices.Contains(attributes, strings.ToLower(key)):
		case openCookies.MatchString(key):
			if s.people != nil {
				parts[i] = s.people.hide(part)
			}
		default:
			parts[i] = name + "=" + s.standIn(value)
		}
	}
	return strings.Join(parts, ";")
}

// address removes the secrets from an address.
func (s *scrubber) address(u *url.URL) string {
	clean := *u
	if clean.User != nil {
		clean.User = url.User(redact.Mark)
	}
	return s.short(clean.String())
}
