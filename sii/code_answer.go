package sii

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
)

func estadoOf(status rcv.AnswerStatus) string {
	if status.ErrorCode != "" {
		return strconv.Itoa(status.Code) + " " + status.ErrorCode
	}
	return strconv.Itoa(status.Code)
}

// refusalCode classifies a refusal of the facade by its words, since its codes
// hardly distinguish refusals, or else by its code.
func refusalCode(refusal *rcv.AnswerError) Code {
	if c, ok := rcvMessages.findWords(plain.Text(refusal.Status.Message + " " + refusal.ErrorMsg)); ok {
		return c
	}
	if c, ok := rcvCodes.find(strconv.Itoa(refusal.Status.Code)); ok && c.Kind != nil {
		return c
	}
	return codeRefused
}

// refusalError returns the error for a refusal of the facade.
func refusalError(op string, refusal *rcv.AnswerError) *Error {
	code := refusalCode(refusal)
	if refusal.ErrorMsg != "" {
		return code.refused(op, "", refusal.ErrorMsg)
	}
	return code.refused(op, estadoOf(refusal.Status), refusal.Status.Message)
}

// codeOf returns the entry of a table for a code of an answer; codeUnknown if there
// is none.
func codeOf(t *Table, code string) Code {
	if c, ok := t.find(code); ok && c.Kind != nil {
		return c
	}
	return codeUnknown
}

// unknownForm returns the error for an answer that lacks a required part.
func unknownForm(op, estado string, cause error) *Error {
	e := codeUnknown.refused(op, estado, "")
	e.Err = cause
	return e
}

// notUnderstood returns the error for an unreadable answer: one that is cut, or one
// of unknown form.
func notUnderstood(op string, cause error) *Error {
	code := codeUnknown
	switch {
	case errors.Is(cause, io.ErrUnexpectedEOF), errors.Is(cause, io.EOF):
		code = codeTruncated
	case errors.Is(cause, rcv.ErrTooLong):
		code = codeLarge
	}
	e := code.failed(op)
	e.Err = cause
	return e
}

// serviceTables are the tables of failures of a service itself.
var serviceTables = []*Table{httpCodes, networkCodes, pageCodes, portalCodes, seedCodes, tokenCodes}

// isOfService reports whether the service failed, rather than the query: a query
// that fails with its own code is an answer.
func isOfService(e *Error) bool {
	return e.Is(ErrUnavailable) && slices.ContainsFunc(serviceTables, func(t *Table) bool { return t.Name == e.Code().Table })
}

// refusesFile reports whether an answer with that code says that a file was not
// taken. Internal errors, and pages without known words, do not say.
func (c Code) refusesFile() bool {
	switch c.Table {
	case sendCodes.Name:
		return c.Kind != nil && c.Code != codeSendOther.Code
	case boletaCodes.Name:
		return c.Kind != nil && c.Kind != ErrUnavailable //nolint:errorlint // a kind is a sentinel itself
	case httpCodes.Name:
		return strings.HasPrefix(c.Code, "4") && c.Code != "408"
	case pageCodes.Name:
		return c.refusesToken()
	}
	return false
}
