package sii

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/redact"
)

const (
	// maxFile bounds an uploaded file. The bound is this package's; the SII's own,
	// which STATUS 2 reports, is not known.
	maxFile       = 32 << 20
	maxFileName   = 100
	maxFileAnswer = 1 << 20
	maxDetails    = 20 // texts of an answer to keep
	maxTrackID    = 20 // digits
)

// file is an upload for a service that takes files. The form is that of DTEUpload
// (SII manual OI2003_UPDTE_MDE_1.5); the boleta service has the same one (the
// SII's OpenAPI "API SII - V1" 1.0.5).
type file struct {
	sender, company chile.RUT
	name            string
	content         []byte
}

// sentBy fills in the sender, who is the holder of the certificate. The holder is
// zero if unknown.
func (f *file) sentBy(holder chile.RUT) error {
	if f.sender.IsZero() {
		f.sender = holder
	}
	if !holder.IsZero() && f.sender != holder {
		return fmt.Errorf("the sender is %s, but the token belongs to %s", f.sender, holder)
	}
	return nil
}

// asTrackID returns a track id as text: it has up to 15 digits and may have leading
// zeros. An invalid one is "".
func asTrackID(said string) string {
	if len(said) > maxTrackID || strings.Trim(said, "0123456789") != "" || strings.Trim(said, "0") == "" {
		return ""
	}
	return said
}

// SameTrackID reports whether two track ids are one: the SII writes them with zeros
// in front or without. An empty one is none.
func SameTrackID(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return a == b && a != ""
}

// check refuses a file that must not be sent. The name goes into a header of
// the form.
func (f *file) check() error {
	switch {
	case f.sender.IsZero() || f.company.IsZero():
		return errors.New("an upload needs a sender and a company")
	case f.name == "" || len(f.name) > maxFileName || strings.ContainsFunc(f.name, notInName):
		return fmt.Errorf("%q is not a name for an upload: at most %d letters, digits, dots, hyphens and underscores", redact.Cut(f.name, maxFileName), maxFileName)
	case len(f.content) == 0:
		return errors.New("the file is empty")
	case len(f.content) > maxFile:
		return fmt.Errorf("the file has %d bytes, more than %d", len(f.content), maxFile)
	}
	return nil
}

func notInName(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("._-", r)
}

// form returns the file as the parts of a form, in the SII's order, and the content
// type. The bytes of the file are sent unchanged, because they are signed.
func (f *file) form(boundary func() string) (body *once, contentType string, err error) {
	between := boundary()
	for tries := 0; bytes.Contains(f.content, []byte(between)); tries++ {
		if tries == maxBoundaries {
			return nil, "", errors.New("no boundary that is not in the file")
		}
		between = boundary()
	}
	sender, senderDV := splitRUT(f.sender)
	company, companyDV := splitRUT(f.company)
	var head bytes.Buffer
	for _, field := range []argument{{"rutSender", sender}, {"dvSender", senderDV}, {"rutCompany", company}, {"dvCompany", companyDV}} {
		head.WriteString("--" + between + "\r\nContent-Disposition: form-data; name=\"" + field.name + "\"\r\n\r\n" + field.value + "\r\n")
	}
	head.WriteString("--" + between + "\r\nContent-Disposition: form-data; name=\"archivo\"; filename=\"" + f.name +
		"\"\r\nContent-Type: text/xml\r\n\r\n")
	return newOnce(head.Bytes(), f.content, []byte("\r\n--"+between+"--\r\n")), "multipart/form-data; boundary=" + between, nil
}

const maxBoundaries = 10

// randomBoundary is the default of callSettings.boundary.
func randomBoundary() string { return "chile" + rand.Text() }

func splitRUT(rut chile.RUT) (number, dv string) {
	number, dv, _ = strings.Cut(rut.String(), "-")
	return number, dv
}

// fileService is a service that takes files.
type fileService struct {
	op      operation
	address string
	accept  string
	refusal func(r *response, op string, env Environment) *Error // see outgoing.refusal

	// read reads an answer. Its error states the outcome.
	read func(r *response, body []byte, known *redact.Redactor) error
}

// sendFile sends a file once. It is repeated only if the SII says that it did not
// accept the token, which is renewed once. The error is an UploadError.
func (c *caller) sendFile(ctx context.Context, tokens *ReusedTokenSource, f *file, s *fileService) error {
	if err := f.check(); err != nil {
		return &UploadError{Outcome: OutcomeNotSent, Err: &Error{Op: s.op.name, Kind: ErrInvalidRequest, Err: err}}
	}
	err := c.authorizedBy(ctx, tokens, s.op, Subject{Owner: f.company}, func(ctx context.Context, token string) (bool, error) {
		body, contentType, err := f.form(c.boundary)
		if err != nil {
			return false, &UploadError{Outcome: OutcomeNotSent, Err: &Error{Op: s.op.name, Err: err}}
		}
		err = c.exchangeFile(ctx, token, body, contentType, s)
		return false, uploadFailure(err, body.seal())
	})
	var failed *UploadError
	if err == nil || errors.As(err, &failed) {
		return err
	}
	return &UploadError{Outcome: OutcomeNotSent, Err: err} // there was no token, or the service may not be called
}

// exchangeFile sends a file and reads the answer.
func (c *caller) exchangeFile(ctx context.Context, token string, body *once, contentType string, s *fileService) error {
	resp, err := c.transport.send(ctx, &outgoing{
		op: s.op.name, method: http.MethodPost, address: s.address, once: body, limit: maxFileAnswer, refusal: s.refusal,
		header: http.Header{
			"Content-Type": {contentType},
			"Cookie":       {"TOKEN=" + token},
			"Accept":       {s.accept},
			"User-Agent":   {c.soapUserAgent},
		},
	})
	if err != nil {
		return err
	}
	defer resp.close() //nolint:errcheck // nothing is left to read
	answer, err := io.ReadAll(resp.body)
	if err != nil {
		return c.transport.failure(ctx, s.op.name, err)
	}
	return s.read(resp, answer, redact.New(token))
}

// uploadFailure returns the outcome of a failed upload. Unless the answer is a
// refusal, it depends on whether any byte has left.
func uploadFailure(err error, left bool) error {
	var failed *UploadError
	if err == nil || errors.As(err, &failed) {
		return err
	}
	failed = &UploadError{Err: err}
	var e *Error
	switch {
	case errors.As(err, &e) && e.Code().refusesFile():
		failed.Outcome = OutcomeRefused
	case !left:
		failed.Outcome = OutcomeNotSent
	}
	return failed
}

// noReceipt returns the error for an unreadable answer to an upload.
func (r *response) noReceipt(op string, cause error) *Error {
	if r.isHTML() && !strings.HasPrefix(r.start(), "<?xml") && r.status < http.StatusBadRequest {
		return pageUpload.failed(op)
	}
	if code, ok := httpCode(strconv.Itoa(r.status)); ok {
		return code.failed(op)
	}
	return notUnderstood(op, cause)
}
