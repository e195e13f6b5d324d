package siirecord

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// version is the first line of a cassette.
const version = "siirecord/1"

const (
	longLine = 160  // bytes; a longer line of a body is split where it reads best
	mostLine = 4000 // bytes; a longer line is always split

	mostValue = 16_000 // bytes of a value outside bodies
)

// shortLine returns a text in one line, cut if very long.
func shortLine(text string) string {
	if len(text) > mostValue {
		text = strings.ToValidUTF8(text[:mostValue], "") + "…"
	}
	return oneLine(text)
}

// append adds the exchange in the format of a cassette.
func (e *Exchange) append(b []byte) []byte {
	b = fmt.Appendf(b, "\n== %d\nat: %s\ntook: %s\nrequest: %s %s\n",
		e.Number, e.At.Format(time.RFC3339Nano), e.Took, e.Method, shortLine(e.URL))
	if e.Operation != "" {
		b = fmt.Appendf(b, "operation: %s\n", e.Operation)
	}
	b = e.Request.append(b, '>')
	if e.Failure != nil {
		return fmt.Appendf(b, "failed: %s\n", e.Failure.line())
	}
	b = fmt.Appendf(b, "status: %d\n", e.Status)
	return e.Response.append(b, '<')
}

// line returns the failure in the format of a cassette.
func (f *NetError) line() string { return strings.TrimSpace(f.Kind + ": " + shortLine(f.Text)) }

// append adds a message, each line after the mark.
func (m *Message) append(b []byte, mark byte) []byte {
	names := make([]string, 0, len(m.Header))
	for name := range m.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	lines := 0
	for _, name := range names {
		for _, value := range m.Header[name] {
			if lines++; lines <= maxHeaders {
				b = fmt.Appendf(b, "%c %s: %s\n", mark, http.CanonicalHeaderKey(name), shortLine(value))
			}
		}
	}
	b = appendBody(b, mark, string(m.Body))
	if m.Missing != "" {
		b = fmt.Appendf(b, "%cmissing: %s\n", mark, oneLine(m.Missing))
	}
	if m.Broken != nil {
		b = fmt.Appendf(b, "%cbroken: %s\n", mark, m.Broken.line())
	}
	return b
}

func appendBody(b []byte, mark byte, body string) []byte {
	if body == "" {
		return b
	}
	for line := range strings.SplitSeq(body, "\n") {
		follows := ""
		for {
			piece := line[:breakAt(line)]
			line = line[len(piece):]
			b = append(b, mark)
			switch {
			case !printable(piece), follows != "" && piece[0] == '"':
				b = append(b, follows+strconv.Quote(piece)...)
			case follows == "":
				b = append(b, '|')
				b = append(b, piece...)
			default:
				b = append(b, follows+piece...)
			}
			b = append(b, '\n')
			if line == "" {
				break
			}
			follows = "+"
		}
	}
	return b
}

// breakAt returns the best place to break a line: between rows of JSON, before
// elements of XML.
func breakAt(line string) int {
	if len(line) <= longLine {
		return len(line)
	}
	for i := longLine / 2; i < min(len(line), mostLine); i++ {
		if rest := line[i:]; line[i-1] == ',' && rest[0] == '{' || rest[0] == '<' || strings.HasPrefix(rest, "&lt;") {
			return i
		}
	}
	end := min(len(line), mostLine)
	for end < len(line) && end > mostLine-utf8.UTFMax && !utf8.RuneStart(line[end]) {
		end--
	}
	return end
}
