package siitest

import (
	"net/http"
	"time"
)

// Fault is a failure of the SII: when it happens, and its effect. Zero fields
// have no effect, so any of them combine. Known faults of the SII have names: see
// package fault.
type Fault struct {
	Name string // of the symptom, for Requests; may be empty

	Times       int       // how often it happens; 0 for always
	After       int       // how many matching calls succeed before
	Probability float64   // of happening to a call; 0 for always
	From, Until time.Time // when it happens, by the fake's clock: maintenance; zero is open
	Rate        Rate      // it happens only to calls above this rate
	Announce    bool      // the rate is announced in the headers X-RateLimit-* of every answer

	HTTPStatus  int         // status of the answer; 0 is 200 if there is a Body; with 200 and no Body it is empty
	Header      http.Header // headers of the answer
	Body        string      // instead of the answer
	ContentType string      // of Body; the default is text/html

	// Estado and Glosa replace the SII's verdict: ESTADO and GLOSA in a SOAP
	// answer, codRespuesta and msgeRespuesta in one of the RCV, STATUS and ERROR in
	// one of DTEUpload. The boleta service has none.
	Estado, Glosa string

	Latency   time.Duration // extra duration of the answer
	Bandwidth int           // bytes per second of the answer
	Cut       int           // only so many bytes of the answer are sent, then the connection ends
	Drop      bool          // the connection ends before the call is processed
	Reset     bool          // the same, with a reset
	Lost      bool          // the call is processed, and the connection ends without its answer
	Done      bool          // the call is processed, and Body and HTTPStatus replace its answer
	Late      time.Duration // the call is processed, and its answer comes this much later
	Revoke    bool          // all tokens end before the call is processed

	Text Damage // damage to letters with accents
	Pad  int64  // this many spaces come before the answer
	Gzip bool   // the answer is compressed, if the client accepts it

	// Skew is how far the clock of the serving machine is ahead of the others, or
	// behind if it is negative. It applies to the age of seeds and tokens and to the
	// header Date.
	Skew time.Duration

	// Shows reports whether an operation shows the symptom. If nil, all do.
	Shows func(Op) bool
}

// Damage is the damage to letters with accents in an answer.
type Damage int

// The damages.
const (
	Undamaged  Damage = iota
	Latin1Text        // bytes of ISO-8859-1, whatever the headers say
	LostText          // U+FFFD instead, as if decoded wrongly before
)

// Once returns the fault, to happen once.
func (f Fault) Once() Fault { return f.Repeated(1) }

// Repeated returns the fault, to happen so many times.
func (f Fault) Repeated(times int) Fault { f.Times = times; return f }

// Later returns the fault, to happen after so many calls went well.
func (f Fault) Later(calls int) Fault { f.After = calls; return f }

// Randomly returns the fault, happening to a call with that probability. The
// server's seed determines when: see WithSeed.
func (f Fault) Randomly(probability float64) Fault { f.Probability = probability; return f }

// Taken returns the fault with its call processed anyway: it only replaces the
// answer.
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

// ShownBy reports whether the operation shows the symptom: a SOAP service, for
// example, never shows a page of the portal.
func (f *Fault) ShownBy(op Op) bool { return f.Shows == nil || f.Shows(op) }

// Rate is a number of calls per time. They are counted per holder of a token,
// and calls without a valid token together. The zero value is no limit.
type Rate struct {
	Calls int
	Per   time.Duration
}
