package redact_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/redact"
)

type slowError struct{ text string }

func (e *slowError) Error() string { return e.text }
func (e *slowError) Timeout() bool { return true }
func (e *slowError) Unwrap() error { return context.DeadlineExceeded }

func TestErrorHidesWhatItWraps(t *testing.T) {
	t.Parallel()
	r := redact.New(secret)
	for _, clean := range []error{io.EOF, fmt.Errorf("read: %w", io.ErrUnexpectedEOF), &net.DNSError{Name: "sii.cl", Err: "no such host"}} {
		assert.Equal(t, clean, r.Error(clean), "what has nothing to hide is left as it is")
	}
	require.NoError(t, r.Error(nil))

	clean := &net.DNSError{Name: "sii.cl", Err: "no such host"}
	got := r.Error(fmt.Errorf("at %s: %w", secret, errors.Join(fmt.Errorf("malformed %q: %w", secret, io.EOF), clean)))
	assert.Equal(t, `at ***: malformed "***": EOF`+"\n"+clean.Error(), got.Error())
	require.ErrorIs(t, got, io.EOF)
	var dns *net.DNSError
	require.ErrorAs(t, got, &dns)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", got, got, got), secret)

	slow := r.Error(&slowError{secret})
	var timeout interface{ Timeout() bool }
	require.ErrorAs(t, slow, &timeout)
	assert.True(t, timeout.Timeout())
	require.ErrorIs(t, slow, context.DeadlineExceeded)
	var itself *slowError
	assert.NotErrorAs(t, slow, &itself)
}

func TestErrorBoundsTextsOfPeers(t *testing.T) {
	t.Parallel()
	long := fmt.Errorf("malformed %s: %w", strings.Repeat("ñ", 5<<20), io.EOF)
	got := redact.Error(long)
	assert.Less(t, len(got.Error()), 510)
	assert.True(t, utf8.ValidString(got.Error()))
	require.ErrorIs(t, got, io.EOF)

	own := fmt.Errorf("register: %s", strings.Repeat("a row. ", 1000))
	assert.Equal(t, own, redact.New(secret).OwnError(own), "of one's own texts only what is secret is hidden")
	assert.Less(t, len(redact.New(secret).OwnError(fmt.Errorf("%w%s", own, secret)).Error()), 510)

	deep := error(io.EOF)
	for range 1000 {
		deep = fmt.Errorf("%w, again", deep)
	}
	require.NotErrorIs(t, redact.Error(deep), context.Canceled)
	assert.Less(t, len(redact.Error(deep).Error()), 510)
}

func TestCut(t *testing.T) {
	t.Parallel()
	r := redact.New(secret)
	assert.Equal(t, "short ***", r.Cut("short "+secret, 20))
	assert.Equal(t, "abc…", r.Cut("abcñ", 4))
	assert.Equal(t, strings.Repeat("x", 20)+"…", r.Cut(strings.Repeat("x", 10<<20), 20))
	for n := range 40 { // wherever it is cut
		assert.NotContains(t, r.Cut(strings.Repeat("-", n)+secret, 20), secret[:5])
		assert.NotContains(t, r.Cut(strings.Repeat(" ", 4<<10-n)+secret, 5<<10), secret[:5])
	}
}

func TestLearnAndClear(t *testing.T) {
	t.Parallel()
	r := redact.New()
	r.Learn([]byte("cañón  feo"))
	for _, text := range []string{"cañón  feo", "ca\xf1\xf3n  feo", "caÃ±Ã³n  feo", "CAñóN+FEO", "ca&ntilde;&oacute;n%20%20feo", "ca%F1%F3n++feo", "ca%C3%B1%C3%B3n%20feo"} {
		assert.Equal(t, "<***>", r.Text("<"+text+">"), text)
	}
	r.Clear()
	assert.Equal(t, "cañón  feo", r.Text("cañón  feo"))
}
