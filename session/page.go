package session

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"
)

// Page is a complete answer of the portal.
type Page struct {
	URL         *url.URL // where it came from, after redirections
	Status      int
	ContentType string
	Disposition string // Content-Disposition, which has file names
	Body        []byte // as received, after decompression

	location string // of a redirection that was not followed
}

// Text returns the body as UTF-8: if it is not valid UTF-8, it is read as
// ISO-8859-1. Pages of the portal declare either, sometimes the wrong one.
func (p *Page) Text() string { return decode(p.Body) }

func decode(body []byte) string {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if utf8.Valid(body) {
		return string(body)
	}
	text, err := charmap.ISO8859_1.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\ufffd") // cannot happen: every byte is a character
	}
	return string(text)
}

// isHTML reports whether the answer is a web page.
func (p *Page) isHTML() bool {
	start := bytes.ToLower(bytes.TrimSpace(p.Body[:min(len(p.Body), 512)]))
	return bytes.HasPrefix(start, []byte("<")) && !bytes.HasPrefix(start, []byte("<?xml"))
}

// message is the text of a page for a person.
type message struct {
	words string // the visible text, with alerts from its scripts
	code  string // of the message; empty if there is none
	cause string // the sentence before the code, or the alert
	title string
	next  string // where its script leads
}

var (
	codeWords = regexp.MustCompile(`(?i)(?:c[oó]digo de este mensaje es|c[oó]digo)\s*:?\s*([0-9]{1,3}(?:\.-?[0-9]{1,6}){3,7})`)
	alertCall = regexp.MustCompile(`(?s)alert\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`)
	leadsTo   = regexp.MustCompile(`location\.replace\(\s*['"]([^'"]{1,1000})['"]|location(?:\.href)?\s*=\s*['"]([^'"]{1,1000})['"]`)
)

var (
	raw    = map[string]bool{"script": true, "style": true, "title": true}
	inline = map[string]bool{"a": true, "b": true, "em": true, "font": true, "i": true, "span": true, "strong": true, "u": true}
)

// read parses a page. Pages are often malformed, so elements need not be closed.
func (p *Page) read() message {
	var m message
	var visible, scripts, line strings.Builder
	var lines []string
	flush := func() {
		if text := strings.Join(strings.Fields(line.String()), " "); text != "" {
			lines = append(lines, text)
		}
		line.Reset()
	}
	tokenizer := html.NewTokenizer(strings.NewReader(p.Text()))
	tokenizer.SetMaxBuf(maxBody)
	inside := "" // script, style or title
	for {
		switch tokenizer.Next() {
		case html.ErrorToken: // the end, since a tokenizer stops for nothing else
			flush()
			for _, text := range lines {
				visible.WriteString(text + "\n")
			}
			m.finish(lines, visible.String(), scripts.String())
			return m
		case html.StartTagToken:
			name, _ := tokenizer.TagName()
			if inside = ""; raw[string(name)] {
				inside = string(name)
			} else if !inline[string(name)] {
				flush()
			}
		case html.EndTagToken, html.SelfClosingTagToken:
			name, _ := tokenizer.TagName()
			if inside = ""; !inline[string(name)] {
				flush()
			}
		case html.TextToken:
			switch text := string(tokenizer.Text()); inside {
			case "script":
				scripts.WriteString(text + "\n")
			case "title":
				m.title = strings.Join(strings.Fields(text), " ")
			case "style":
			default:
				line.WriteString(text)
			}
		}
	}
}

// finish finds the code and the sentence before it, in the text or in an alert.
func (m *message) finish(lines []string, visible, scripts string) {
	m.words = visible
	for _, found := range alertCall.FindAllStringSubmatch(scripts, -1) {
		text := html.UnescapeString(unescapeJS(found[1] + found[2]))
		m.words += text + "\n"
		if m.cause == "" {
			m.cause, _, _ = strings.Cut(text, "\n")
		}
	}
	for i, text := range lines {
		at := codeWords.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		m.code = text[at[2]:at[3]]
		before := strings.TrimSpace(text[:at[0]])
		before = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(before, "El"), "el"))
		if before == "" && i > 0 {
			before = lines[i-1]
		}
		m.cause = before
		break
	}
	if m.code == "" {
		if found := codeWords.FindStringSubmatch(m.words); found != nil {
			m.code = found[1]
		}
	}
	if found := leadsTo.FindStringSubmatch(scripts); found != nil {
		m.next = unescapeJS(found[1] + found[2])
	}
}

var jsEscapes = strings.NewReplacer(`\n`, "\n", `\r`, "", `\t`, " ", `\'`, "'", `\"`, `"`, `\/`, "/", `\\`, `\`)

func unescapeJS(text string) string { return jsEscapes.Replace(text) }

// readBody reads a complete answer, or reports that it is too large.
func readBody(response *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, errTooLarge
	}
	return body, nil
}
