package redact

import "unicode/utf8"

const (
	maxLooked  = 4 << 10  // bytes of a text of a peer that are looked through
	maxMessage = 500      // that are kept
	maxText    = 64 << 10 // of an error of our own
	maxErrors  = 100      // errors of a tree that are looked at
)

// Short redacts a text of a peer of any length, and keeps its first 500 bytes.
func (r *Redactor) Short(text string) string { return r.Cut(text, maxMessage) }

// Cut redacts a text of a peer of any length, and keeps so many bytes of it, of
// which there are at most 4 KiB. It cuts after it has redacted, so that no part of
// a secret is left.
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

// Cut is Redactor.Cut of what names tell to be secret.
func Cut(text string, limit int) string { return (*Redactor)(nil).Cut(text, limit) }

// Error is Redactor.Error of what names tell to be secret.
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

// Error returns an error that says what a peer's does, redacted and cut as Short
// does. An error that has nothing to hide is returned as it is. Of others those
// that they wrap are found by errors.Is and errors.As as long as their own texts
// have nothing to hide: what is hidden cannot be unwrapped.
func (r *Redactor) Error(err error) error { return r.error(err, maxMessage) }

// OwnError is Error of what a program makes of a peer's texts: it may be long, and
// is cut only if there is something in it to hide.
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

// Timeout is as of net.Error.
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

// cleanCauses returns the outermost errors that an error wraps and that may be
// shown.
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
