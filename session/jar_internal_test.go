package session

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Which cookies of the portal are kept, and for whom.
func TestCookiesThatAreKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 15, 15, 0, 0, 0, time.UTC)
	at := &url.URL{Scheme: "https", Host: "zeusr.sii.cl", Path: "/cgi_AUT2000/CAutInicio.cgi"}
	for name, c := range map[string]struct {
		set  http.Cookie
		want []Cookie
	}{
		"of the host":          {http.Cookie{Name: "A", Value: "1"}, []Cookie{{Name: "A", Value: "1", Domain: "zeusr.sii.cl", Path: "/", Host: true}}},
		"of all hosts":         {http.Cookie{Name: "A", Value: "1", Domain: ".SII.cl", Path: "/x"}, []Cookie{{Name: "A", Value: "1", Domain: "sii.cl", Path: "/x"}}},
		"path that is none":    {http.Cookie{Name: "A", Value: "1", Domain: "sii.cl", Path: "x"}, []Cookie{{Name: "A", Value: "1", Domain: "sii.cl", Path: "/"}}},
		"of another host":      {http.Cookie{Name: "A", Value: "1", Domain: "www4.sii.cl"}, nil},
		"of nobody's":          {http.Cookie{Name: "A", Value: "1", Domain: "example.com"}, nil},
		"ends in a while":      {http.Cookie{Name: "A", Value: "1", MaxAge: 60}, []Cookie{{Name: "A", Value: "1", Domain: "zeusr.sii.cl", Path: "/", Host: true, Expires: now.Add(time.Minute)}}},
		"ends at a time":       {http.Cookie{Name: "A", Value: "1", Expires: now.Add(1)}, []Cookie{{Name: "A", Value: "1", Domain: "zeusr.sii.cl", Path: "/", Host: true, Expires: now.Add(1)}}},
		"age before time":      {http.Cookie{Name: "A", Value: "1", MaxAge: 60, Expires: now}, []Cookie{{Name: "A", Value: "1", Domain: "zeusr.sii.cl", Path: "/", Host: true, Expires: now.Add(time.Minute)}}},
		"has ended":            {http.Cookie{Name: "A", Value: "1", Expires: now}, nil},
		"ends at once":         {http.Cookie{Name: "A", Value: "1", MaxAge: -1}, nil},
		"without value":        {http.Cookie{Name: "A"}, nil},
		"longest value":        {http.Cookie{Name: "A", Value: strings.Repeat("x", maxCookieValue)}, []Cookie{{Name: "A", Value: strings.Repeat("x", maxCookieValue), Domain: "zeusr.sii.cl", Path: "/", Host: true}}},
		"value that is longer": {http.Cookie{Name: "A", Value: strings.Repeat("x", maxCookieValue+1)}, nil},
		"name that is longer":  {http.Cookie{Name: strings.Repeat("x", maxCookieValue+1), Value: "1"}, nil},
	} {
		j := newJar(func() time.Time { return now })
		j.SetCookies(at, []*http.Cookie{&c.set})
		assert.Equal(t, c.want, append([]Cookie(nil), j.list()...), name)
	}
}

// A cookie is taken back by one of its name that has ended or has no value.
func TestCookiesThatAreTakenBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 15, 15, 0, 0, 0, time.UTC)
	at := &url.URL{Scheme: "https", Host: "zeusr.sii.cl", Path: "/"}
	for name, end := range map[string]http.Cookie{
		"age": {Name: "TOKEN", Value: "x", MaxAge: -1}, "no value": {Name: "TOKEN"}, "time": {Name: "TOKEN", Value: "x", Expires: now},
	} {
		j := newJar(func() time.Time { return now })
		j.SetCookies(at, []*http.Cookie{{Name: "TOKEN", Value: "ABCDEFGHIJKLM"}})
		require.Equal(t, "ABCDEFGHIJKLM", j.value("TOKEN"))
		j.SetCookies(at, []*http.Cookie{&end})
		assert.Empty(t, j.value("TOKEN"), name)
	}
}

// More cookies than the portal has are not kept; those that are kept can change.
func TestCookiesAreBounded(t *testing.T) {
	t.Parallel()
	j := newJar(time.Now)
	at := &url.URL{Scheme: "https", Host: "zeusr.sii.cl", Path: "/"}
	for n := range maxCookies + 1 {
		j.SetCookies(at, []*http.Cookie{{Name: fmt.Sprintf("C%d", n), Value: "1"}})
	}
	assert.Len(t, j.list(), maxCookies)
	assert.Empty(t, j.value(fmt.Sprintf("C%d", maxCookies)))
	j.SetCookies(at, []*http.Cookie{{Name: "C0", Value: "2"}})
	assert.Equal(t, "2", j.value("C0"))
	assert.Len(t, j.list(), maxCookies)
}
