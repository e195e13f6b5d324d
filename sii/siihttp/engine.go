package siihttp

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
)

// Engine runs imports. NewLocalEngine runs them in this process; another engine may
// use a job queue on many machines. It must be safe for concurrent use.
type Engine interface {
	// Start begins to download the registers of a company and returns the job. If
	// an unfinished job of the company does the same, it returns that one. The
	// error is ErrBusy if the queue is full, and ErrClosed after Close.
	Start(ctx context.Context, order Order) (*Job, error)

	// Job returns the job with that id, which cannot be guessed. If there is none,
	// errors.Is(err, fs.ErrNotExist) holds.
	Job(ctx context.Context, id string) (*Job, error)

	// Jobs yields the known jobs of a company, or of all if owner is zero, newest
	// first.
	Jobs(ctx context.Context, owner chile.RUT) iter.Seq2[*Job, error]

	// Watch calls the function with the changes of jobs until stop is called. It
	// returns at once. A missed update is no loss: Job returns the current state.
	Watch(report func(JobUpdate)) (stop func())

	// Close refuses new jobs and waits for running ones. Waiting jobs end with
	// ErrInterrupted; so do running ones when the context ends.
	Close(ctx context.Context) error
}

// The errors of an Engine.
var (
	// ErrBusy says that the queue of jobs is full.
	ErrBusy = errors.New("siihttp: too many imports are waiting")

	// ErrClosed says that the engine accepts no more jobs.
	ErrClosed = errors.New("siihttp: closed")

	// ErrInterrupted says that a job was stopped because its process ended.
	ErrInterrupted = errors.New("siihttp: the process ended before the import did")
)

// Order is what to import: both books of a company, for the months From through To,
// both included.
type Order struct {
	Owner    chile.RUT
	From, To chile.Period
	Who      string // the person who ordered it, for the record; may be empty
}

// Job is an import. Its JSON is the answer of GET /jobs/{id}.
type Job struct {
	ID    string    `json:"job_id"`
	State JobState  `json:"estado"`
	Owner chile.RUT `json:"rut"`

	From chile.Period `json:"desde"`
	To   chile.Period `json:"hasta"`

	Created time.Time `json:"creado"`
	Ended   time.Time `json:"terminado,omitzero"`

	Done  int `json:"hechas"` // finished units, successful or not
	Total int `json:"total"`

	Units   []JobUnit  `json:"unidades,omitempty"`  // newest months first
	Result  *JobResult `json:"resultado,omitempty"` // of a successful job
	Problem *Problem   `json:"problema,omitempty"`  // of a failed job
}

// JobState is the progress of a job.
type JobState string

// The states of a job.
const (
	JobQueued  JobState = "queued"
	JobRunning JobState = "running"
	JobDone    JobState = "done"   // all of its registers were imported
	JobFailed  JobState = "failed" // some failed; its units say which
)

// Ended reports whether a job in that state has ended.
func (s JobState) Ended() bool { return s == JobDone || s == JobFailed }

// JobUnit is the import of one register.
type JobUnit struct {
	Period    chile.Period `json:"periodo"`
	Book      Book         `json:"libro"`
	State     UnitState    `json:"estado"`
	Rows      int64        `json:"filas,omitempty"`     // received so far
	Expected  int64        `json:"esperadas,omitempty"` // announced by the summaries so far
	Documents int64        `json:"documentos"`          // in the register after the import
	Changes   int64        `json:"cambios"`             // found by the import
	Adopted   bool         `json:"adopta,omitempty"`    // older data of the store now belong to its environment: see storage.Environments
	Warnings  *JobWarnings `json:"avisos,omitempty"`    // nil if there are none
	Problem   *Problem     `json:"problema,omitempty"`
}

// UnitState is the progress of a unit.
type UnitState string

// The states of a unit.
const (
	UnitPending UnitState = "pending"
	UnitRunning UnitState = "running"
	UnitOK      UnitState = "ok"
	UnitError   UnitState = "error"
)

// JobResult sums up the import.
type JobResult struct {
	Sales     int64 `json:"ventas"`  // documents in the registers of sales
	Purchases int64 `json:"compras"` // documents in the registers of purchases
	Changes   int64 `json:"cambios"`
	Adopted   bool  `json:"adopta,omitempty"` // one unit adopted the store's older data: see storage.Environments

	Warnings *JobWarnings `json:"avisos,omitempty"` // of all registers; nil if there are none
}

// JobWarnings are anomalies of registers that were imported anyway: see
// siisync.Warnings.
type JobWarnings struct {
	Gaps           int64    `json:"descuadrados"`                    // documents whose amounts do not make up their total
	MissingColumns []string `json:"columnas_faltantes,omitempty"`    // of the SII's export
	UnknownColumns []string `json:"columnas_desconocidas,omitempty"` // of the SII's export
}

func warningsOf(w *siisync.Warnings) *JobWarnings {
	if w.Empty() {
		return nil
	}
	return &JobWarnings{int64(len(w.Gaps) + w.MoreGaps), w.MissingColumns, w.UnknownColumns}
}

// plus returns the warnings of both.
func (w *JobWarnings) plus(more *JobWarnings) *JobWarnings {
	if w == nil || more == nil {
		return cmp.Or(w, more)
	}
	return &JobWarnings{w.Gaps + more.Gaps, union(w.MissingColumns, more.MissingColumns), union(w.UnknownColumns, more.UnknownColumns)}
}

// union returns the elements of both, sorted.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// JobUpdate is a change of a job: of one of its units or, without one, of the job
// itself.
type JobUpdate struct {
	Job  Job // without Units
	Unit *JobUnit
}

// Book is a book as the interface writes it: compras, ventas.
type Book rcv.Book

// MarshalText writes the word.
func (b Book) MarshalText() ([]byte, error) { return []byte(bookWord(rcv.Book(b))), nil }

// UnmarshalText reads what MarshalText writes.
func (b *Book) UnmarshalText(text []byte) error {
	book, err := parseBook(string(text))
	*b = Book(book)
	return err
}
