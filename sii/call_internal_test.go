package sii

import (
	"context"
	"errors"
	"testing"
	"time"
)

// changing runs an operation that changes something at the SII, which fails in
// that way, and returns how often it was asked.
func changing(t *testing.T, failure *Error) int {
	t.Helper()
	source := TokenFunc(func(context.Context) (string, time.Time, error) { return "T", time.Now().Add(time.Hour), nil })
	client, err := NewClient(Production(), WithTokenSource(source), WithSleep(func(context.Context, time.Duration) error { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	err = client.caller.authorized(t.Context(), operation{name: "changes"}, Subject{}, func(context.Context, string) (bool, error) {
		calls++
		return false, failure
	})
	if !errors.Is(err, failure) {
		t.Fatalf("%v is not %v", err, failure)
	}
	return calls
}

// What changes something at the SII is repeated only where it is certain that
// nothing was done but to refuse the token. An operation that does not
// say that it is a query is one that does.
func TestChangesAreNotRepeated(t *testing.T) {
	status := func(status string) *Error { c, _ := httpCode(status); return c.failed("x") }
	words := func(words string) *Error { c, _ := pageCodes.findWords(words); return c.failed("x") }
	upload, _ := FindCode("dte.send", "5")
	for name, test := range map[string]struct {
		failure *Error
		calls   int
	}{
		"no answer":       {codeNoAnswer.failed("x"), 1},
		"cut":             {codeCut.failed("x"), 1},
		"truncated":       {codeTruncated.failed("x"), 1},
		"503":             {status("503"), 1},
		"429":             {status("429"), 1},
		"401":             {status("401"), 2},
		"login":           {pageLogin.failed("x"), 2},
		"STATUS 5":        {upload.failed("x"), 2},
		"some page":       {pageLost.failed("x"), 1},
		"page of uploads": {words("error 501"), 1},
	} {
		if calls := changing(t, test.failure); calls != test.calls {
			t.Errorf("%s: %d calls", name, calls)
		}
	}
}

// Every operation of the package but four is a query, so that it is repeated.
func TestQueriesAreRepeated(t *testing.T) {
	for _, op := range []operation{
		opSeed, opToken, opBoletaSeed, opBoletaToken, opUpload, opDocument, opSigned, opBoletaUpload, opBoletaDocument,
		opSummary, opDetail, opExport, opSummaryExport, opDeferred, opFile, opDocuments, opTypes, opCompanies, opEvents, opBoletas,
	} {
		if !op.query || op.name == "" || op.service == "" {
			t.Errorf("%+v", op)
		}
	}
	for _, op := range []operation{opDefer, opSend, opBoletaSend, opMail} {
		if op.query || op.name == "" || op.service == "" {
			t.Errorf("%s is done once", op.name)
		}
	}
}

func TestBackoffIsBounded(t *testing.T) {
	settings := RetrySettings{Random: func() float64 { return 0.999999 }}.orDefaults()
	for failures, most := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 6: 30 * time.Second, 40: 30 * time.Second, 1000: 30 * time.Second} {
		d := settings.backoff(failures, &Error{Kind: ErrUnavailable})
		if d > most || d < most*9/10 {
			t.Errorf("after %d failures: %s", failures, d)
		}
	}
	if d := settings.backoff(10, &Error{Kind: ErrThrottled}); d > 150*time.Second || d < 149*time.Second {
		t.Errorf("throttled: %s", d)
	}
}
