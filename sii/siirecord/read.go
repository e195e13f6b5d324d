package siirecord

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The bounds of a cassette in Read.
const (
	maxCassette  = 256 << 20
	maxLine      = 64 << 10
	maxExchanges = 100_000
	maxHeaders   = 256 // of a message
)

// ErrSyntax says that a text is not a cassette of the supported version, or
// exceeds the bounds: 256 MiB, 100,000 exchanges, 64 KiB per line.
var ErrSyntax = errors.New("siirecord: not a cassette")

// SyntaxError says which line of a cassette is invalid. It is ErrSyntax.
type SyntaxError struct {
	Line int // from 1
	Text string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("siirecord: line %d: %s", e.Line, e.Text) }

// Is reports whether target is ErrSyntax.
func (e *SyntaxError) Is(target error) bool { return target == ErrSyntax }

// Open reads the cassette of a file.
func Open(path string) (*Cassette, error) {
	file, err := os.Open(path) //nolint:gosec // the path is the caller's own
	if err != nil {
		return nil, fmt.Errorf("siirecord: %w", err)
	}
	defer file.Close()
	return Read(file)
}

// Read reads a cassette. The errors are *SyntaxError and those of the reader.
func Read(r io.Reader) (*Cassette, error) {
	p := &parser{lines: bufio.NewReaderSize(io.LimitReader(r, maxCassette+1), maxLine), seen: map[int]bool{}}
	for {
		line, err := p.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := p.take(line); err != nil {
			return nil, err
		}
	}
	if p.line == 0 {
		return nil, p.fail("it is empty")
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	slices.SortFunc(p.cassette.Exchanges, func(a, b Exchange) int { return cmp.Compare(a.Number, b.Number) })
	return &p.cassette, nil
}

// parser reads a cassette line by line.
type parser struct {
	lines    *bufio.Reader
	line     int
	bytes    int64
	cassette Cassette
	seen     map[int]bool // numbers

	exchange *Exchange // the current one
	answered bool      // its status was read
	headers  int
}

func (p *parser) fail(text string) error { return &SyntaxError{Line: p.line, Text: text} }

// next returns the next line without its end.
func (p *parser) next() (string, error) {
	line, err := p.lines.ReadSlice('\n')
	p.bytes += int64(len(line))
	p.line++
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", p.fail("it is too long")
	case p.bytes > maxCassette:
		return "", p.fail("the cassette is too large")
	case errors.Is(err, io.EOF) && len(line) == 0:
		p.line--
		return "", io.EOF
	case err != nil && !errors.Is(err, io.EOF):
		return "", fmt.Errorf("siirecord: %w", err)
	}
	return string(bytes.TrimSuffix(line, []byte("\n"))), nil
}

func (p *parser) take(line string) error {
	switch {
	case p.line == 1 && line != version:
		return p.fail("it does not begin with " + version)
	case p.line == 1, line == "", line[0] == '#':
		return nil
	case strings.HasPrefix(line, "== "):
		return p.begin(line[3:])
	case p.exchange == nil:
		return p.fail("it is in no exchange")
	case line[0] == '>' && !p.answered:
		return p.message(&p.exchange.Request, line[1:])
	case line[0] == '<' && p.answered:
		return p.message(&p.exchange.Response, line[1:])
	}
	key, value, found := strings.Cut(line, ": ")
	if !found {
		return p.fail("it has no key")
	}
	return p.field(key, value)
}

// begin ends the previous exchange and begins one.
func (p *parser) begin(number string) error {
	if err := p.end(); err != nil {
		return err
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || p.seen[n] {
		return p.fail("the number of an exchange is wrong, or there twice")
	}
	if len(p.seen) >= maxExchanges {
		return p.fail("there are too many exchanges")
	}
	p.seen[n] = true
	p.exchange, p.answered, p.headers = &Exchange{Number: n}, false, 0
	return nil
}

// end keeps the current exchange.
func (p *parser) end() error {
	e := p.exchange
	if e == nil {
		return nil
	}
	if e.Method == "" || (e.Failure == nil) != p.answered {
		return p.fail("the exchange before has no request, or neither status nor failure")
	}
	p.cassette.Exchanges = append(p.cassette.Exchanges, *e)
	p.exchange = nil
	return nil
}

func (p *parser) field(key, value string) (err error) {
	e, ok := p.exchange, true
	switch key {
	case "at":
		e.At, err = time.Parse(time.RFC3339Nano, value)
	case "took":
		e.Took, err = time.ParseDuration(value)
	case "request":
		e.Method, e.URL, ok = strings.Cut(value, " ")
		ok = ok && e.Method != "" && strings.ToUpper(e.Method) == e.Method
	case "operation":
		e.Operation = value
	case "status":
		e.Status, err = strconv.Atoi(value)
		ok = !p.answered && e.Failure == nil && e.Status >= 100 && e.Status <= 999
		p.answered, p.headers = true, 0
	case "failed":
		e.Failure, ok = parseFailure(value)
		ok = ok && !p.answered
	default:
		return p.fail("the key " + strconv.Quote(key) + " is not known")
	}
	if err != nil || !ok {
		return p.fail("the value of " + key + " is wrong")
	}
	return nil
}

// message reads a line of a message, after its mark.
func (p *parser) message(m *Message, line string) (err error) {
	if line == "" {
		return p.fail("there is nothing behind the mark")
	}
	kind, text := line[0], line[1:]
	follows := kind == '+'
	switch kind {
	case ' ':
		return p.header(m, text)
	case '|':
	case '"':
		text, err = strconv.Unquote(line)
	case '+':
		if strings.HasPrefix(text, `"`) {
			text, err = strconv.Unquote(text)
		}
	default:
		return p.ended(m, line)
	}
	if err != nil {
		return p.fail("a line of a body is quoted wrongly")
	}
	if m.Body == nil {
		m.Body = []byte(text)
		return nil
	}
	if !follows {
		m.Body = append(m.Body, '\n')
	}
	m.Body = append(m.Body, text...)
	return nil
}

func (p *parser) header(m *Message, line string) error {
	name, value, found := strings.Cut(line, ": ")
	if !found {
		name, found = strings.CutSuffix(line, ":")
	}
	if p.headers++; !found || name == "" || p.headers > maxHeaders || strings.ContainsAny(name, " \t") {
		return p.fail("a header is wrong, or there are too many")
	}
	if m.Header == nil {
		m.Header = http.Header{}
	}
	m.Header.Add(name, value)
	return nil
}

// ended reads how a body ended.
func (p *parser) ended(m *Message, line string) error {
	key, value, _ := strings.Cut(line, ": ")
	switch key {
	case "missing":
		m.Missing = value
		if value != "" {
			return nil
		}
	case "broken":
		var ok bool
		if m.Broken, ok = parseFailure(value); ok {
			return nil
		}
	}
	return p.fail("what is behind the mark is not known")
}
