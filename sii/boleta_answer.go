package sii

import (
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
)

// boletaRefusal returns the error for a text instead of an answer. Errors are plain text,
// even with a JSON content type and status 200.
func boletaRefusal(r *response, op string, env Environment) *Error {
	said := headText(r.first)
	code, ok := boletaCodeOf(plain.Text(html.UnescapeString(said)), r)
	if strings.HasPrefix(r.start(), "<") {
		said = "" // no words for people
	}
	if ok {
		return code.refused(op, "", printable(said))
	}
	if e := r.refusal(op, env); e != nil {
		return e
	}
	if r.status < http.StatusBadRequest {
		return nil
	}
	if code, ok = boletaCodes.find(strconv.Itoa(r.status)); !ok {
		code, _ = httpCode(strconv.Itoa(r.status))
	}
	return code.refused(op, "", printable(said))
}

// boletaCodeOf returns the entry for an answer's words, or for its status if no words
// are needed.
func boletaCodeOf(text string, r *response) (Code, bool) {
	status := strconv.Itoa(r.status)
	if r.status < http.StatusMultipleChoices && r.isData() {
		return Code{}, false // an answer
	}
	for _, c := range boletaCodes.Codes {
		of := c.Code == status || c.Code == "" && r.status == http.StatusOK || strings.Trim(c.Code, "0123456789") != ""
		if c.Words != "" && of && strings.Contains(text, c.Words) {
			return c, true
		}
	}
	switch r.status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusMethodNotAllowed:
		return boletaCodes.find(status)
	}
	return Code{}, false
}

// unreadError says that an answer does not have the expected form.
type unreadError struct{ cause error }

func (e *unreadError) Error() string { return e.cause.Error() }
func (e *unreadError) Unwrap() error { return e.cause }

// readJSON reads an answer, which may be ISO-8859-1.
func readJSON(body []byte, into any) error {
	err := json.Unmarshal([]byte(strings.TrimPrefix(toUTF8(body), "\ufeff")), into)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(body)):
		return &unreadError{io.ErrUnexpectedEOF}
	case err != nil:
		return &unreadError{errors.New("the answer is not the JSON that it should be")} // its own error shows values
	}
	return nil
}

// scalar is a text or a number as written in the answer: numbers never become floats.
// Absent and null are "".
type scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	var text string
	switch {
	case string(raw) == "null":
	case raw[0] == '"':
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
	case raw[0] == '{' || raw[0] == '[':
		return errors.New("neither a text nor a number")
	default:
		text = string(raw)
	}
	*s = scalar(trim(text))
	return nil
}

// number returns a non-negative number of at most 32 bits, or 0 if there is none.
func (s scalar) number() (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(string(s), 10, 31)
	if err != nil {
		return 0, &unreadError{errors.New("a number cannot be read")}
	}
	return int64(n), nil
}

// time returns a time in one of the service's two forms, or zero for another form.
func (s scalar) time() time.Time {
	for _, layout := range []string{time.DateTime, "02/01/2006 15:04:05"} {
		if t, err := time.ParseInLocation(layout, string(s), chile.Santiago()); err == nil {
			return t
		}
	}
	return time.Time{}
}

// contradicts reports whether a text names another RUT. An absent or unreadable one is no
// contradiction.
func (s scalar) contradicts(rut chile.RUT) bool {
	said, err := chile.ParseRUT(string(s))
	return err == nil && said != rut
}
