package siitest

import (
	"net/http"
	"time"
)

// Fault is a failure of the SII: when it happens, and what then does. Fields that
// are zero take no part in it, so that any of them combine. Those that
// are known of the SII have names: see package fault.
type Fault struct {
	Name string // of the symptom, for Requests; may be empty

	Times       int       // how often it happens; 0 is always
	After       int       // how many calls that it could happen to go well before
	Probability float64   // of happening to a call; 0 is always
	From, Until time.Time // when it happens, by the fake's clock: maintenance; zero is open
	Rate        Rate      // it happens to calls beyond that rate only
	Announce    bool      // the rate is told in the headers X-RateLimit-* of every answer

	HTTPStatus  int         // status of the answer; 0 is 200 if there is a Body; with 200 and no Body it is empty
	Header      http.Header // headers of the answer
	Body        string      // in place of the answer
	ContentType string      // of Body; the default is text/html

	// Estado and Glosa are in place of the SII's verdict: in a SOAP answer of its
	// ESTADO and GLOSA, in one of the RCV of codRespuesta and msgeRespuesta, in one of
	// DTEUpload of STATUS and ERROR. The service of the boletas has none.
	Estado, Glosa string

	Latency   time.Duration // what the answer takes longer
	Bandwidth int           // bytes a second in which the answer comes
	Cut       int           // only so many bytes of the answer are sent, then the connection ends
	Drop      bool          // the connection ends before the call is looked at
	Reset     bool          // the same, by a reset rather than in order
	Lost      bool          // the call is done, and the connection ends without its answer
	Done      bool          // the call is done, and Body and HTTPStatus take the place of its answer alone
	Late      time.Duration // the call is done, and its answer comes so much later
	Revoke    bool          // all tokens end before the call is looked at

	Text Damage // what becomes of letters with accents
	Pad  int64  // so many spaces come before the answer
	Gzip bool   // the answer is compressed, if the client accepts that

	// Skew is how far the clock of the machine that serves the call is ahead of the
	// others, or behind if it is negative. The age of seeds and tokens and the header
	// Date go by it.
	Skew time.Duration

	// Shows tells of an operation whether it shows the symptom. nil is everything.
	Shows func(Op) bool
}

// Damage is what becomes of letters with accents in an answer.
type Damage int

// The damages.
const (
	Undamaged  Damage = iota
	Latin1Text        // bytes of ISO-8859-1, whatever the headers announce
	LostText          // U+FFFD in their place, as if decoded wrongly before
)

// Once returns the fault, to happen once.
func (f Fault) Once() Fault { return f.Repeated(1) }

// Repeated returns the fault, to happen so many times.
func (f Fault) Repeated(times int) Fault { f.Times = times; return f }

// Later returns the fault, to happen after so many calls went well.
func (f Fault) Later(calls int) Fault { f.After = calls; return f }

// Randomly returns the fault, to happen to a call with that probability. What
// happens follows from the server's seed: see WithSeed.
func (f Fault) Randomly(probability float64) Fault { f.Probability = probability; return f }

// Taken returns the fault, whose call is done all the same: what it says is in the
// place of the answer alone.
func (f Fault) Taken() Fault {
	f.Done = true
	if f.Name != "" {
		f.Name += ", taken"
	}
	return f
}

// Between returns the fault, to happen from one time until the other.
func (f Fault) Between(from, until time.Time) Fault { f.From, f.Until = from, until; return f }

// Beyond returns the fault, to happen to calls beyond that many in that time.
func (f Fault) Beyond(calls int, per time.Duration) Fault {
	f.Rate = Rate{Calls: calls, Per: per}
	return f
}

// ShownBy reports whether the operation is one that shows the symptom: a page
// of the portal, for one, is nothing that a SOAP service shows.
func (f *Fault) ShownBy(op Op) bool { return f.Shows == nil || f.Shows(op) }

// Rate is a number of calls in a time. They are counted for each holder of a
// token by itself, and calls without a good token together. The zero value is no
// rate.
type Rate struct {
	Calls int
	Per   time.Duration
}
