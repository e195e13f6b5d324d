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

// Engine runs imports. NewLocalEngine runs them in this process; another one may
// hand them to a job engine of many machines. It must be safe for concurrent use.
type Engine interface {
	// Start has the registers of a company downloaded, and returns the job. If a job
	// that has not ended does the same for the company, it is that one. The error is
	// ErrBusy if no more jobs may wait, and ErrClosed after Close.
	Start(ctx context.Context, order Order) (*Job, error)

	// Job returns the job with that id, which cannot be guessed. One that is not
	// there is absent (fs.ErrNotExist).
	Job(ctx context.Context, id string) (*Job, error)

	// Jobs yields the jobs that are known, the newest first: of a company or, if it
	// is zero, of all.
	Jobs(ctx context.Context, owner chile.RUT) iter.Seq2[*Job, error]

	// Watch has the function told of what happens to jobs until stop is called. It
	// returns at once. What is missed is no loss: Job tells how a job stands.
	Watch(report func(JobUpdate)) (stop func())

	// Close takes no more jobs and waits for those at work; those that wait end with
	// ErrInterrupted, and so do those at work when the context ends.
	Close(ctx context.Context) error
}

// What an Engine says.
var (
	// ErrBusy says that as many jobs wait as may.
	ErrBusy = errors.New("siihttp: too many imports are waiting")

	// ErrClosed says that the engine takes no more jobs.
	ErrClosed = errors.New("siihttp: closed")

	// ErrInterrupted says that a job was given up, because its process ended.
	ErrInterrupted = errors.New("siihttp: the process ended before the import did")
)

// Order is what to import: both books of a company, of the months from From
// through To, both included.
type Order struct {
	Owner    chile.RUT
	From, To chile.Period
	Who      string // who wants it, for the record; may be empty
}

// Job is an import. Its JSON is what GET /jobs/{id} answers.
type Job struct {
	ID    string    `json:"job_id"`
	State JobState  `json:"estado"`
	Owner chile.RUT `json:"rut"`

	From chile.Period `json:"desde"`
	To   chile.Period `json:"hasta"`

	Created time.Time `json:"creado"`
	Ended   time.Time `json:"terminado,omitzero"`

	Done  int `json:"hechas"` // units that have ended, well or not
	Total int `json:"total"`

	Units   []JobUnit  `json:"unidades,omitempty"`  // the newest months first
	Result  *JobResult `json:"resultado,omitempty"` // of a job that has ended well
	Problem *Problem   `json:"problema,omitempty"`  // of one that has not
}

// JobState is how far a job is.
type JobState string

// The states of a job.
const (
	JobQueued  JobState = "queued"
	JobRunning JobState = "running"
	JobDone    JobState = "done"   // all of its registers were imported
	JobFailed  JobState = "failed" // some were not; its units say which
)

// Ended reports whether a job in that state will do no more.
func (s JobState) Ended() bool { return s == JobDone || s == JobFailed }

// JobUnit is the import of one register.
type JobUnit struct {
	Period    chile.Period `json:"periodo"`
	Book      Book         `json:"libro"`
	State     UnitState    `json:"estado"`
	Rows      int64        `json:"filas,omitempty"`     // that have arrived so far
	Expected  int64        `json:"esperadas,omitempty"` // that the summaries so far promise
	Documents int64        `json:"documentos"`          // in the register, when it was imported
	Changes   int64        `json:"cambios"`             // that the import found
	Adopted   bool         `json:"adopta,omitempty"`    // what the store had before is of its environment now: see storage.Environments
	Warnings  *JobWarnings `json:"avisos,omitempty"`    // nil if there are none
	Problem   *Problem     `json:"problema,omitempty"`
}

// UnitState is how far a unit is.
type UnitState string

// The states of a unit.
const (
	UnitPending UnitState = "pending"
	UnitRunning UnitState = "running"
	UnitOK      UnitState = "ok"
	UnitError   UnitState = "error"
)

// JobResult sums up what was imported.
type JobResult struct {
	Sales     int64 `json:"ventas"`  // documents in the registers of sales
	Purchases int64 `json:"compras"` // documents in the registers of purchases
	Changes   int64 `json:"cambios"`
	Adopted   bool  `json:"adopta,omitempty"` // one of them adopted what the store had before: see storage.Environments

	Warnings *JobWarnings `json:"avisos,omitempty"` // of all registers; nil if there are none
}

// JobWarnings is what was strange in registers that were imported all the same: see
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

// union returns what is in either, sorted.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// JobUpdate tells what has happened to a job: to one of its units or, without
// one, to itself.
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
