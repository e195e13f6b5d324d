package sii

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// An answer is read through a watch against stalls, a bound, gzip, and a second
// bound. Both sides of gzip need a bound: the input, since empty parts can
// decompress to nothing forever, and the output.

// errEncoding says that an answer has a compression that was not requested.
var errEncoding = errors.New("sii: unknown Content-Encoding")

// errStill says that an answer stalled.
var errStill = errors.New("sii: the answer stalled")

// newBody returns a reader for an answer, and the bounded reader that counts
// its bytes.
func newBody(resp *http.Response, limit int64, watch func(io.Reader) io.Reader) (*bufio.Reader, *boundedReader, error) {
	raw := &boundedReader{r: watch(resp.Body), left: limit, limit: limit}
	bounded := raw
	switch encoding := strings.TrimSpace(resp.Header.Get("Content-Encoding")); strings.ToLower(encoding) {
	case "", "identity":
	case "gzip", "x-gzip":
		bounded = &boundedReader{r: &gzipBody{compressed: bufio.NewReader(raw)}, left: limit, limit: limit}
	default:
		return nil, raw, fmt.Errorf("%w %q", errEncoding, cutTo(encoding, 32))
	}
	return bufio.NewReaderSize(bounded, 32<<10), bounded, nil
}

// gzipBody decompresses. It reads the header with the first bytes, so an empty
// answer is valid.
type gzipBody struct {
	compressed *bufio.Reader
	gzip       *gzip.Reader
}

// Read implements io.Reader.
func (g *gzipBody) Read(p []byte) (int, error) {
	if g.gzip == nil {
		if _, err := g.compressed.Peek(1); err != nil {
			return 0, err
		}
		var err error
		if g.gzip, err = gzip.NewReader(g.compressed); err != nil {
			return 0, damaged(err)
		}
	}
	n, err := g.gzip.Read(p)
	return n, damaged(err)
}

// damagedError says that an answer was damaged or cut in transit.
type damagedError struct{ cause error }

func (e *damagedError) Error() string { return "the answer is damaged: " + e.cause.Error() }
func (e *damagedError) Unwrap() error { return e.cause }

// damaged marks errors of decompression, as opposed to those of the reader
// below.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return &damagedError{err}
	}
	return err
}

// boundedReader fails, instead of ending, if an answer is too large.
type boundedReader struct {
	r           io.Reader
	left, limit int64
}

// sizeError says that an answer is too large.
type sizeError struct{ limit int64 }

func (e *sizeError) Error() string { return fmt.Sprintf("the answer has more than %d bytes", e.limit) }

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := b.r.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, &sizeError{b.limit}
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

// watch cancels a request whose answer stalls while it is read. Time in which
// nobody reads does not count.
type watch struct {
	r     io.Reader
	ctx   context.Context // of the request
	timer *time.Timer
	still time.Duration
}

// newWatch returns a reader for the answer to a request; cancel ends its
// context.
func newWatch(ctx context.Context, cancel context.CancelCauseFunc, still time.Duration, r io.Reader) *watch {
	timer := time.AfterFunc(still, func() { cancel(errStill) })
	timer.Stop()
	return &watch{r: r, ctx: ctx, timer: timer, still: still}
}

// Read implements io.Reader.
func (w *watch) Read(p []byte) (int, error) {
	w.timer.Reset(w.still)
	n, err := w.r.Read(p)
	w.timer.Stop()
	if err != nil && err != io.EOF && errors.Is(context.Cause(w.ctx), errStill) {
		err = errStill
	}
	return n, err
}
