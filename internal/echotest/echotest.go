// Package echotest has servers that repeat what they were sent in malformed answers.
// Tests check with it that nothing of it is shown.
package echotest

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Shapes are answers that repeat a text, named by their fault.
var Shapes = map[string]func(echo string) string{
	"no HTTP":             func(e string) string { return "rut=11111111&clave=" + e + "&x=1\r\n\r\n" },
	"status line":         func(e string) string { return "HTTP/1.1 " + e + "\r\n\r\n" },
	"status code":         func(e string) string { return "HTTP/1.1 2x0 " + e + "\r\n\r\n" },
	"version":             func(e string) string { return "HTTP/" + e + " 200 OK\r\n\r\n" },
	"header without name": func(e string) string { return "HTTP/1.1 200 OK\r\n: " + e + "\r\n\r\n" },
	"line without colon":  func(e string) string { return "HTTP/1.1 200 OK\r\n" + strings.ReplaceAll(e, ":", "") + "\r\n\r\n" },
	"name of a header":    func(e string) string { return "HTTP/1.1 200 OK\r\n" + e + "(: x\r\n\r\n" },
	"length":              func(e string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + e + "\r\n\r\n" },
	"two lengths": func(e string) string {
		return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: " + e + "\r\n\r\nabc"
	},
	"transfer encoding": func(e string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + e + "\r\n\r\n" },
	"content encoding": func(e string) string {
		return "HTTP/1.1 200 OK\r\nContent-Encoding: " + e + "\r\nContent-Length: 2\r\n\r\nab"
	},
	"chunk": func(e string) string {
		return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + e + "\r\nabc\r\n0\r\n\r\n"
	},
	"trailer": func(e string) string {
		return "HTTP/1.1 200 OK\r\nTrailer: " + e + "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" + e + "\r\n\r\n"
	},
	"location": func(e string) string {
		return "HTTP/1.1 302 Found\r\nLocation: https://zeusr.sii.cl/%zz?" + e + "\r\nContent-Length: 0\r\n\r\n"
	},
	"location elsewhere": func(e string) string {
		return "HTTP/1.1 302 Found\r\nLocation: https://sii.queue-it.net/?clave=" + url.QueryEscape(e) + "\r\nContent-Length: 0\r\n\r\n"
	},
	"page": func(e string) string { return page("text/html", "<html><title>"+e+"</title><body>"+e+"</body></html>") },
	"form": func(e string) string {
		return page("text/html", `<html><form><input name="q" value="`+e+`"></form></html>`)
	},
	"reason": func(e string) string {
		return page("text/html", "<html><body><p>"+e+"</p><p>El código de este mensaje es 01.01.217.500.720.12</p></body></html>")
	},
	"captcha": func(e string) string {
		return page("text/html", "<html><title>"+e+"</title><body>captcha "+e+"</body></html>")
	},
	"JSON": func(e string) string {
		return page("application/json", `{"respEstado":{"codRespuesta":7,"msgeRespuesta":"`+e+`","codError":"`+e+`"}}`)
	},
	"XML": func(e string) string { return page("text/xml", "<a><ESTADO>"+e+"</ESTADO><GLOSA>"+e+"</GLOSA></a>") },
}

// Endless are answers that repeat a text for megabytes.
var Endless = map[string]func(echo string) string{
	"endless status line": func(e string) string { return "HTTP/1.1 2x0 " + strings.Repeat(e+" ", (9<<20)/(len(e)+1)) + "\r\n\r\n" },
	"long page": func(e string) string {
		return page("text/html", "<html><title>"+strings.Repeat(e+" ", 1<<20/(len(e)+1))+"</title></html>")
	},
}

func page(kind, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body)
}

// Encodings are ways in which a peer may write a text.
var Encodings = map[string]func(string) string{
	"plain":           func(s string) string { return s },
	"form":            url.QueryEscape,
	"percent":         func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
	"percent, all":    func(s string) string { return each(s, "%%%02x") },
	"percent, twice":  func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"HTML":            strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace,
	"HTML, twice":     func(s string) string { return strings.ReplaceAll(each(s, "&#%d;"), "&", "&amp;") },
	"decimal":         func(s string) string { return each(s, "&#%d;") },
	"hexadecimal":     func(s string) string { return each(s, "&#x%x;") },
	"JSON":            func(s string) string { return each(s, `\u%04x`) },
	"JavaScript":      func(s string) string { return each(s, `\x%02X`) },
	"JavaScript, new": func(s string) string { return each(s, `\u{%x}`) },
	"octal":           func(s string) string { return each(s, `\%03o`) },
	"base64":          func(s string) string { return base64.StdEncoding.EncodeToString([]byte("clave=" + s)) },
	"hexadecimal run": func(s string) string { return hex.EncodeToString([]byte(s)) },
}

func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// Client returns a client of a server that answers every request with that text,
// whatever the address.
func Client(answer string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go serve(server, answer)
			return client, nil
		},
	}}
}

// serve answers one request.
func serve(conn net.Conn, answer string) {
	defer conn.Close()
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, request.Body)
	_, _ = io.WriteString(conn, answer)
}

// maxText is how long the text of a failure may be.
const maxText = 4 << 10

// Check fails if an error, or one that it wraps, shows the secret in one of the
// Encodings, or is too long to be shown.
func Check(t testing.TB, secret string, err error) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "err", err)
	CheckText(t, secret, fmt.Sprintf("%v %+v %#v %q %s", err, err, err, err, log.String()), 6*maxText)
	for _, cause := range all(err) {
		CheckText(t, secret, cause.Error(), maxText)
	}
}

// CheckText fails if a text shows the secret, or is longer than the limit.
func CheckText(t testing.TB, secret, text string, most int) {
	t.Helper()
	if len(text) > most {
		t.Errorf("%d bytes: %s…", len(text), text[:200])
		return
	}
	folded := strings.ToLower(text)
	for name, encode := range Encodings {
		if strings.Contains(folded, strings.ToLower(encode(secret))) {
			t.Errorf("the secret is shown (%s): %s", name, text)
		}
	}
}

// all returns an error and all that it wraps.
func all(err error) []error {
	list := []error{err}
	switch e := err.(type) { //nolint:errorlint // what that error itself wraps
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			list = append(list, all(cause)...)
		}
	default:
		if cause := errors.Unwrap(err); cause != nil {
			list = append(list, all(cause)...)
		}
	}
	return list
}
