package sii

import (
	"strconv"

	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
)

func estadoOf(status rcv.AnswerStatus) string {
	if status.ErrorCode != "" {
		return strconv.Itoa(status.Code) + " " + status.ErrorCode
	}
	return strconv.Itoa(status.Code)
}

// refusalCode tells what a refusal of the facade means: by its words, since its
// codes hardly tell refusals apart, or else by its code.
func refusalCode(refusal *rcv.AnswerError) Code {
	if c, ok := rcvMessages.findWords(plain.Text(refusal.Status.Message + " " + refusal.ErrorMsg)); ok {
		return c
	}
	if c, ok := rcvCodes.find(strconv.Itoa(refusal.Status.Code)); ok && c.Kind != nil {
		return c
	}
	return codeRefused
}

// refusalError is the error of a refusal of the facade.
func refusalError(op string, refusal *rcv.AnswerError) *Error {
	code := refusalCode(refusal)
	if refusal.ErrorMsg != "" {
		return code.refused(op, "", refusal.ErrorMsg)
	}
	return code.refused(op, estadoOf(refusal.Status), refusal.Status.Message)
}
