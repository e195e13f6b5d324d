package rcv

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of what memory holds of an answer. A row of the facade has about 2 kB.
const (
	maxRowBytes   = 256 << 10 // one row of an answer, one name
	maxOtherBytes = 1 << 20   // any other value outside the rows
)

// answer walks through a JSON answer of the facade and holds at most one row in
// memory:
//
//	{"data": [row, …], …, "metaData": {…}, "respEstado": {"codRespuesta": 0, …}}
//	{"errorMsg": "…"}
//
// Names come in any order. Unknown names are ignored: the facade adds new ones
// without notice.
type answer struct {
	dec  *jsontext.Decoder
	from *meter
	row  json.RawMessage // reused

	mayLackStatus bool // respEstado may be missing

	seen     map[string]bool // names that were seen
	status   *statusJSON
	errorMsg string
}

func newAnswer(r io.Reader) *answer {
	from := &meter{r: bufio.NewReader(r)}
	// Duplicate names are checked here, and bytes that are not UTF-8 in unquote.
	dec := jsontext.NewDecoder(from, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return &answer{dec: dec, from: from, seen: make(map[string]bool)}
}

// read calls the function of each known name to read its value, and checks the
// status. It reads to the end of the input, so a caller that hashes the bytes
// sees all of them.
func (a *answer) read(values map[string]func() error) error {
	if err := a.begin(); err != nil {
		return err
	}
	for {
		name, err := a.member(func(name string) bool { return values[name] != nil })
		if err != nil || name == "" {
			return err
		}
		if err := values[name](); err != nil {
			return err
		}
	}
}

// begin reads up to the first name.
func (a *answer) begin() error {
	if err := a.from.skipMark(); err != nil {
		return err
	}
	return a.delim(jsontext.KindBeginObject)
}

// member reads up to a wanted name, whose value is next. At the end of the
// input it checks the status and returns an empty name.
func (a *answer) member(wanted func(name string) bool) (string, error) {
	for a.more() {
		token, err := a.token()
		if err != nil {
			return "", err
		}
		name := token.String()
		if a.seen[name] {
			return "", notAnswer(fmt.Errorf("%q comes twice", name))
		}
		switch {
		case name == "respEstado":
			a.seen[name] = true
			err = a.value(&a.status)
		case name == "errorMsg":
			a.seen[name] = true
			err = a.value(&a.errorMsg)
		case wanted(name):
			a.seen[name] = true
			return name, nil
		default:
			err = a.value(&a.row)
		}
		if err != nil {
			return "", err
		}
	}
	if err := a.delim(jsontext.KindEndObject); err != nil {
		return "", err
	}
	if err := a.end(); err != nil {
		return "", err
	}
	return "", a.judge()
}

// judge returns the refusal in the answer, or nil.
func (a *answer) judge() error {
	switch {
	case a.errorMsg != "":
		return &AnswerError{ErrorMsg: a.errorMsg, Status: a.status.orZero()}
	case a.status == nil && a.mayLackStatus:
		return nil
	case a.status == nil || a.status.Code == nil:
		return notAnswer(errors.New("it has no respEstado with a codRespuesta"))
	}
	return a.status.orZero().refusal()
}

// statusJSON is respEstado as received.
type statusJSON struct {
	Code      *lenientInt  `json:"codRespuesta"`
	Message   *string      `json:"msgeRespuesta"`
	ErrorCode *lenientText `json:"codError"`
}

func (s *statusJSON) orZero() AnswerStatus {
	var status AnswerStatus
	if s == nil {
		return status
	}
	if s.Code != nil {
		status.Code = int(*s.Code)
	}
	if s.Message != nil {
		status.Message = *s.Message
	}
	if s.ErrorCode != nil {
		status.ErrorCode = string(*s.ErrorCode)
	}
	return status
}

// lenientInt is a number that may come as a string.
type lenientInt int

func (n *lenientInt) UnmarshalJSON(raw []byte) error {
	v, err := parseScalar(scalar(raw))
	if err == nil {
		var code int64
		negative := bytes.HasPrefix(v, []byte{'-'})
		if code, err = parseDigits(bytes.TrimPrefix(v, []byte{'-'}), 9); negative {
			code = -code
		}
		*n = lenientInt(code)
	}
	return err
}

// lenientText is a text that may come as a number.
type lenientText string

func (t *lenientText) UnmarshalJSON(raw []byte) error {
	v, err := parseScalar(scalar(raw))
	*t = lenientText(v)
	return err
}

// list reads a value that is a list or null, calling row for each element with
// its number, from 1. The bytes are valid JSON, but only until row returns.
func (a *answer) list(row func(n int, raw []byte) error) error {
	token, err := a.token()
	if err != nil {
		return err
	}
	return a.elements(token, row)
}

// elements reads the rest of a list or null that begins with token.
func (a *answer) elements(token jsontext.Token, row func(n int, raw []byte) error) error {
	if token.Kind() == jsontext.KindNull {
		return nil
	}
	if token.Kind() != jsontext.KindBeginArray {
		return notAnswer(fmt.Errorf("data is %v, not a list", token.Kind()))
	}
	for n := 1; a.more(); n++ {
		a.from.allow(maxRowBytes)
		raw, err := a.dec.ReadValue()
		if err != nil {
			return a.problem(err)
		}
		if err := row(n, raw); err != nil {
			return err
		}
	}
	return a.delim(jsontext.KindEndArray)
}

// more reports whether a list or object has more elements, or cannot be read.
func (a *answer) more() bool {
	a.from.allow(maxRowBytes)
	kind := a.dec.PeekKind()
	return kind != jsontext.KindEndArray && kind != jsontext.KindEndObject
}

// value decodes one whole value.
func (a *answer) value(into any) error {
	a.from.allow(maxOtherBytes)
	return a.decode(into)
}

func (a *answer) token() (jsontext.Token, error) { return a.tokenWithin(maxRowBytes) }

func (a *answer) tokenWithin(most int) (jsontext.Token, error) {
	a.from.allow(most)
	token, err := a.dec.ReadToken()
	return token, a.problem(err)
}

func (a *answer) delim(want jsontext.Kind) error {
	token, err := a.token()
	if err == nil && token.Kind() != want {
		return notAnswer(fmt.Errorf("%v where %v should be", token.Kind(), want))
	}
	return err
}

func (a *answer) decode(into any) error {
	raw, err := a.dec.ReadValue()
	if err != nil {
		return a.problem(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return notAnswer(err)
	}
	return nil
}

// end checks that nothing follows.
func (a *answer) end() error {
	a.from.allow(maxRowBytes)
	_, err := a.dec.ReadToken()
	if errors.Is(err, io.EOF) && a.from.err == nil {
		return nil
	}
	if err == nil {
		err = errors.New("data after the end")
	}
	return a.problem(err)
}

// problem distinguishes a failure of the reader, which is returned unchanged,
// from bytes that are not an answer.
func (a *answer) problem(err error) error {
	switch {
	case err == nil:
		return nil
	case a.from.err != nil:
		return fmt.Errorf("rcv: read the answer: %w", a.from.err)
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return notAnswer(err)
}

// meter limits how far a reader may be read, so a decoder that needs a whole
// value cannot use all memory.
type meter struct {
	r    *bufio.Reader
	left int
	err  error // of the reader, except io.EOF
}

func (m *meter) allow(n int) { m.left = n }

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, ErrTooLong
	}
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	return n, err
}

// skipMark skips a byte order mark.
func (m *meter) skipMark() error {
	if mark, _ := m.r.Peek(3); string(mark) == "\ufeff" {
		_, err := m.r.Discard(len(mark))
		return err
	}
	return nil
}
