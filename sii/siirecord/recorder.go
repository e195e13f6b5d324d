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

// ErrFull says that the cassette has reached its bound. What came later is not in
// it.
var ErrFull = errors.New("siirecord: the cassette is full")

// Settings changes what a recorder writes. nil and the zero value are the documented
// defaults.
type Settings struct {
	// Secrets are values that must not be written, in addition to those that are
	// found by themselves. Those of less than four bytes are left out.
	Secrets []string

	// Anonymous has RUT and names of people and companies replaced by others, the
	// same each time. A RUT is known by its check digit or by the name of its field, a
	// name by that of its field. Of pages and of texts within rows not all are found.
	// Who asks for a register is to ask for the company that stands in the cassette:
	// the summary of another one is an error of package sii.
	Anonymous bool

	// MaxBody bounds the body of a request or answer, without compression. What is
	// beyond is left out. The default is 8 MiB.
	MaxBody int64

	// MaxSize bounds the cassette. The default is 64 MiB, the most 256 MiB and 100,000
	// exchanges.
	MaxSize int64

	// Now is the clock. The default is time.Now.
	Now func() time.Time
}

// check refuses settings that mean nothing.
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

// Recorder writes what goes through it. Nothing that goes wrong with writing
// disturbs the requests: see Err. Redaction takes time, when an answer was read to
// its end or closed. A Recorder may be used from many goroutines at once.
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

// Create makes the file of a cassette, readable by its owner alone. A file that is
// there already is an error, for which errors.Is(err, fs.ErrExist) holds.
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

// Around returns a transport that records what goes through base, as
// sii.WithRoundTripper wants it. Several may share a recorder.
func (r *Recorder) Around(base http.RoundTripper) http.RoundTripper { return &recording{r, base} }

// Err returns why the cassette is not whole: ErrFull, or an error of writing. It is
// nil if it is.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Close ends the recording and returns Err. Exchanges that are under way are not
// written.
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

// write adds the exchange of that number, or the beginning.
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
