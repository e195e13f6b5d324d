package redact

import "unicode/utf8"

const (
	maxLooked  = 4 << 10  // bytes of a text of a peer that are looked through
	maxMessage = 500      // that are kept
	maxText    = 64 << 10 // of an error of our own
	maxErrors  = 100      // errors of a tree that are looked at
)

// Short redacts a peer's text of any length, and keeps its first 500 bytes.
func (r *Redactor) Short(text string) string { return r.Cut(text, maxMessage) }

// Cut redacts a peer's text of any length, and keeps so many bytes of it, at most
// 4 KiB. It redacts before it cuts, so no part of a secret is left.
func (r *Redactor) Cut(text string, limit int) string {
	long := len(text) > maxLooked
	if long {
		text = validEnd(text[:maxLooked])
	}
	if text = r.Text(text); len(text) <= limit && !long {
		return text
	}
	return validEnd(text[:min(len(text), limit)]) + "…"
}

// Cut is Redactor.Cut for secrets that their names show.
func Cut(text string, limit int) string { return (*Redactor)(nil).Cut(text, limit) }

// Error is Redactor.Error for secrets that their names show.
func Error(err error) error { return (*Redactor)(nil).Error(err) }

// validEnd leaves out the half of a character at the end of a text that was cut.
func validEnd(text string) string {
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if end := text[len(text)-i:]; utf8.RuneStart(end[0]) {
			if !utf8.FullRuneInString(end) {
				return text[:len(text)-i]
			}
			break
		}
	}
	return text
}

// Error returns a peer's error, redacted and cut as Short does. It returns an error
// without secrets unchanged. In other errors, errors.Is and errors.As find the wrapped
// errors whose own texts have no secrets: a hidden error cannot be unwrapped.
func (r *Redactor) Error(err error) error { return r.error(err, maxMessage) }

// OwnError is Error for errors that a program makes from a peer's texts. They may be
// long, and are cut only if they have a secret.
func (r *Redactor) OwnError(err error) error { return r.error(err, maxText) }

func (r *Redactor) error(err error, limit int) error {
	if err == nil {
		return nil
	}
	look := &look{Redactor: r, limit: limit, left: maxErrors}
	if look.isClean(err) {
		return err
	}
	look.left = maxErrors
	return &hidden{text: r.Short(err.Error()), timeout: isTimeout(err), causes: look.cleanCauses(err)}
}

// look is a look at a tree of errors.
type look struct {
	*Redactor
	limit int // bytes that a text may have
	left  int // errors that are still looked at
}

// hidden is an error whose text was redacted.
type hidden struct {
	text    string
	timeout bool
	causes  []error
}

func (h *hidden) Error() string   { return h.text }
func (h *hidden) Unwrap() []error { return h.causes }

// Timeout is that of net.Error.
func (h *hidden) Timeout() bool { return h.timeout }

func isTimeout(err error) bool {
	timeout, ok := err.(interface{ Timeout() bool })
	return ok && timeout.Timeout()
}

// isClean reports whether an error and all that it wraps may be shown.
func (l *look) isClean(err error) bool {
	if l.left--; l.left < 0 {
		return false
	}
	if text := err.Error(); len(text) > l.limit || l.Text(text) != text {
		return false
	}
	for _, cause := range causesOf(err) {
		if !l.isClean(cause) {
			return false
		}
	}
	return true
}

// cleanCauses returns the outermost wrapped errors that may be shown.
func (l *look) cleanCauses(err error) (clean []error) {
	for _, cause := range causesOf(err) {
		switch {
		case l.left <= 0:
		case l.isClean(cause):
			clean = append(clean, cause)
		default:
			clean = append(clean, l.cleanCauses(cause)...)
		}
	}
	return clean
}

func causesOf(err error) []error {
	switch e := err.(type) { //nolint:errorlint // what that error itself wraps
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			return []error{cause}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}
