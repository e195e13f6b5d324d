package siirecord

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
)

// ErrFull says that the cassette has reached its bound. Later exchanges are not
// in it.
var ErrFull = errors.New("siirecord: the cassette is full")

// Settings are the settings of a Recorder. If nil or zero, the documented defaults
// apply.
type Settings struct {
	// Secrets are values that must not be recorded, in addition to those found
	// automatically. Values of less than four bytes are ignored.
	Secrets []string

	// Anonymous replaces RUTs and names of people and companies, each always by the
	// same substitute. A RUT is recognised by its check digit or its field name, a
	// name by its field name. In pages, and in texts inside rows, some may remain.
	// In a replay, request a register for the company in the cassette: the summary
	// of another one is an error of package sii.
	Anonymous bool

	// MaxBody bounds the body of a request or answer, without compression. The
	// rest is left out. The default is 8 MiB.
	MaxBody int64

	// MaxSize bounds the cassette. The default is 64 MiB, the most 256 MiB and 100,000
	// exchanges.
	MaxSize int64

	// Now is the clock. The default is time.Now.
	Now func() time.Time
}

// check refuses invalid settings.
func (o *Settings) check() error {
	if o == nil {
		return nil
	}
	return option.NotNegative("siirecord: MaxBody and MaxSize", chile.ErrRange, o.MaxBody, o.MaxSize)
}

const (
	defaultMaxBody = 8 << 20
	defaultMaxSize = 64 << 20
)

// Recorder records the exchanges of its transports. A failed write does not disturb
// the requests: see Err. Redaction takes time, after an answer is read to its end
// or closed. A Recorder is safe for concurrent use.
type Recorder struct {
	settings Settings
	scrub    *scrubber
	sent     atomic.Int64 // requests

	mu   sync.Mutex
	w    io.Writer
	file io.Closer // nil if the writer is the caller's
	size int64
	err  error
}

// Create creates the file of a cassette, readable only by its owner. If the file
// exists, errors.Is(err, fs.ErrExist) holds.
func Create(path string, settings *Settings) (*Recorder, error) {
	if err := settings.check(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the path is the caller's own
	if err != nil {
		return nil, fmt.Errorf("siirecord: %w", err)
	}
	r := NewRecorder(file, settings)
	r.file = file
	return r, nil
}

// NewRecorder writes a cassette to w, an exchange at a time. With a negative bound
// it writes nothing, and Err is chile.ErrRange.
func NewRecorder(w io.Writer, settings *Settings) *Recorder {
	r := &Recorder{w: w}
	if settings != nil {
		r.settings = *settings
	}
	r.err = settings.check()
	r.settings.MaxBody = cmp.Or(r.settings.MaxBody, defaultMaxBody)
	r.settings.MaxSize = min(cmp.Or(r.settings.MaxSize, defaultMaxSize), maxCassette)
	if r.settings.Now == nil {
		r.settings.Now = time.Now //nolint:forbidigo // the default of Settings.Now
	}
	r.scrub = newScrubber(r.settings.Secrets, r.settings.Anonymous)
	r.write(0, []byte(version+"\n"))
	return r
}

// Around returns a transport that records the exchanges of base, for
// sii.WithRoundTripper. Several may share a recorder.
func (r *Recorder) Around(base http.RoundTripper) http.RoundTripper { return &recording{r, base} }

// Err returns why the cassette is incomplete: ErrFull, or an error of writing. It
// is nil if the cassette is complete.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Close ends the recording and returns Err. Running exchanges are not recorded.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file != nil {
		if err := r.file.Close(); err != nil && r.err == nil {
			r.err = fmt.Errorf("siirecord: %w", err)
		}
		r.file = nil
	}
	r.w = nil
	return r.err
}

// write adds the exchange of that number, or the first line.
func (r *Recorder) write(number int, text []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.w == nil || r.err != nil {
		return
	}
	if r.size += int64(len(text)); r.size > r.settings.MaxSize || number > maxExchanges {
		r.err = ErrFull
		return
	}
	if _, err := r.w.Write(text); err != nil {
		r.err = fmt.Errorf("siirecord: %w", err)
	}
}

// recording is a transport that records.
type recording struct {
	recorder *Recorder
	base     http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (r *recording) RoundTrip(req *http.Request) (*http.Response, error) {
	t := &take{recorder: r.recorder, number: int(r.recorder.sent.Add(1)), began: r.recorder.settings.Now()}
	t.request = newTap(r.recorder.settings.MaxBody)
	sent := t.listen(req)
	resp, err := r.base.RoundTrip(sent)
	if err != nil {
		t.failed(err)
		return resp, err
	}
	t.answered(resp)
	return resp, nil
}
