package session

import (
	"cmp"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"
)

// Cookie is a cookie of the portal. Its value is a secret.
type Cookie struct {
	Name, Value string
	Domain      string    // without a leading dot
	Path        string    // "/" if the portal named none
	Host        bool      // only for that host, not for its subdomains
	Expires     time.Time // zero: until the session ends
}

// jar stores cookies by the rules of the web (cookiejar with the public suffix
// list) and remembers their attributes, which a cookiejar does not return.
type jar struct {
	now func() time.Time

	mu    sync.Mutex
	rules *cookiejar.Jar
	all   map[cookieKey]Cookie
}

type cookieKey struct{ name, domain, path string }

// maxCookies bounds the stored cookies: the portal sets about twenty.
const (
	maxCookies     = 200
	maxCookieValue = 4 << 10
)

func newJar(now func() time.Time) *jar {
	rules, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		rules = nil // cannot happen: New returns no error
	}
	return &jar{now: now, rules: rules, all: make(map[cookieKey]Cookie)}
}

// SetCookies implements http.CookieJar.
func (j *jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range cookies {
		if len(c.Value) > maxCookieValue || len(c.Name) > maxCookieValue {
			continue
		}
		kept := Cookie{Name: c.Name, Value: c.Value, Domain: strings.TrimPrefix(strings.ToLower(c.Domain), "."), Path: c.Path, Expires: c.Expires}
		if kept.Domain == "" {
			kept.Domain, kept.Host = u.Hostname(), true
		}
		if !strings.HasPrefix(kept.Path, "/") {
			kept.Path = "/"
		}
		if !ours(kept.Domain) || kept.Domain != u.Hostname() && !strings.HasSuffix(u.Hostname(), "."+kept.Domain) {
			continue // no host may set cookies for another's domain
		}
		if c.MaxAge > 0 {
			kept.Expires = j.now().Add(time.Duration(c.MaxAge) * time.Second)
		}
		j.rules.SetCookies(u, []*http.Cookie{c})
		key := cookieKey{kept.Name, kept.Domain, kept.Path}
		if c.MaxAge < 0 || c.Value == "" || !kept.Expires.IsZero() && !kept.Expires.After(j.now()) {
			delete(j.all, key)
			continue
		}
		if _, known := j.all[key]; known || len(j.all) < maxCookies {
			j.all[key] = kept
		}
	}
}

// Cookies implements http.CookieJar.
func (j *jar) Cookies(u *url.URL) []*http.Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.rules.Cookies(u)
}

// value returns the value of a cookie, for any host; empty if there is none.
func (j *jar) value(name string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range j.all {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// list returns all cookies in a fixed order.
func (j *jar) list() []Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]Cookie, 0, len(j.all))
	for _, c := range j.all {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Cookie) int {
		return cmp.Or(cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// put adds cookies of a snapshot.
func (j *jar) put(cookies []Cookie) {
	for _, c := range cookies {
		set := &http.Cookie{Name: c.Name, Value: c.Value, Path: c.Path, Expires: c.Expires, Secure: true} //nolint:gosec // a cookie of a client: the other attributes are for browsers
		if !c.Host {
			set.Domain = c.Domain
		}
		j.SetCookies(&url.URL{Scheme: "https", Host: c.Domain, Path: "/"}, []*http.Cookie{set})
	}
}

// ours reports whether the host belongs to the SII.
func ours(host string) bool {
	host = strings.ToLower(host)
	return host == "sii.cl" || strings.HasSuffix(host, ".sii.cl")
}
