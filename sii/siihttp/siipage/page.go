package siipage

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

//go:embed static
var static embed.FS

// DefaultAPI is the default URL of the interface of package siihttp.
const DefaultAPI = "/api/v1/sii"

// Settings changes the page. The zero value is the default.
type Settings struct {
	// API is the base URL of the interface, as the browser reaches it: DefaultAPI
	// if empty. It may be a path of the page's own origin, including a path that a
	// proxy adds (/finanzas/api/v1/sii); a path relative to the page
	// (../../api/v1/sii); or an absolute http or https URL. The origin of an
	// absolute URL must allow the page's origin (CORS, with credentials).
	API string
}

// page is the handler.
type page struct {
	policy string
	files  map[string]file // by path below the page; "" is the page itself
}

// New returns the handler of the page and its files. It answers GET and HEAD below
// its mount path; strip the prefix first.
func New(config Settings) (http.Handler, error) {
	api := config.API
	if api == "" {
		api = DefaultAPI
	}
	base, err := url.Parse(api)
	if err != nil {
		return nil, fmt.Errorf("siipage: Settings.API: %w", err)
	}
	connect := "'self'"
	switch {
	case base.User != nil || base.RawQuery != "" || base.Fragment != "" || base.Opaque != "":
		return nil, fmt.Errorf("siipage: Settings.API: %q is more than a path or an origin with a path", base.Redacted())
	case base.Scheme == "" && base.Host == "":
	case (base.Scheme == "http" || base.Scheme == "https") && validHost(base.Host):
		connect = base.Scheme + "://" + base.Host
	default:
		return nil, fmt.Errorf("siipage: Settings.API: %q is neither a path nor an http URL", api)
	}
	p := &page{policy: policy(connect)}
	if p.files, err = load(); err != nil {
		return nil, err
	}
	index, err := render(strings.TrimSuffix(api, "/"))
	if err != nil {
		return nil, err
	}
	p.files[""] = index
	return p, nil
}

// validHost reports whether a host may be in the content security policy, where a
// space or semicolon would begin something else.
func validHost(host string) bool {
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-.:[]", r))
	})
}

func policy(connect string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src " + connect,
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; ")
}

// render fills the settings into the page.
func render(api string) (file, error) {
	tmpl, err := template.ParseFS(static, "static/index.html")
	if err != nil {
		return file{}, fmt.Errorf("siipage: %w", err)
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, struct{ API string }{api}); err != nil {
		return file{}, fmt.Errorf("siipage: %w", err)
	}
	return newFile("index.html", out.Bytes()), nil
}

// ServeHTTP implements http.Handler.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", p.policy)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "405: solo GET y HEAD", http.StatusMethodNotAllowed)
		return
	}
	if r.URL.Path == "" {
		toFolder(w, r)
		return
	}
	f, ok := p.files[strings.TrimPrefix(r.URL.Path, "/")]
	if !ok {
		http.Error(w, "404: no existe", http.StatusNotFound)
		return
	}
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", "no-cache") // stored, and revalidated by its hash
	header.Set("ETag", f.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}

// toFolder redirects a request without the last slash to the page's folder. The
// target is relative, so it works behind a proxy that adds a path.
func toFolder(w http.ResponseWriter, r *http.Request) {
	asked, _, _ := strings.Cut(r.RequestURI, "?")
	target := url.URL{Path: "./" + path.Base(asked) + "/", RawQuery: r.URL.RawQuery}
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusMovedPermanently)
}
