package sii

import (
	"bufio"
	"net/http"
	"net/url"
	"strings"
)

// response is an answer whose first bytes were examined.
type response struct {
	status int
	header http.Header
	body   *bufio.Reader // bounded
	first  []byte        // the first bytes of body, which still contains them
	whole  bool          // there are no more
	close  func() error
}

// leadsTo reports whether the target of a redirection satisfies is.
func (r *response) leadsTo(is func(*url.URL) bool) bool {
	target, err := url.Parse(r.header.Get("Location"))
	if err != nil || target.Path == "" && target.Host == "" {
		return false
	}
	return is(target)
}

// isHTML reports whether the answer is a web page.
func (r *response) isHTML() bool {
	text := r.start()
	for _, begin := range []string{"<!doctype html", "<html", "<head", "<body", "<script", "<meta"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return strings.Contains(r.header.Get("Content-Type"), "text/html") && strings.HasPrefix(text, "<")
}

// isData reports whether the answer begins as JSON, or as XML that is not a
// page.
func (r *response) isData() bool {
	text := r.start()
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<") && !r.isHTML()
}

// start returns the beginning of the answer in lower case.
func (r *response) start() string {
	text := strings.TrimLeft(strings.TrimPrefix(string(r.first), "\ufeff"), " \t\r\n")
	return strings.ToLower(text[:min(len(text), 64)])
}
