package siiriver

import (
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
)

// Queue is the queue of all jobs of this package.
const Queue = "sii"

// Priorities: a plan must not wait behind jobs of an earlier plan, nor a user
// for a verdict or an alert.
const (
	priorityPlan  = 1
	priorityTrack = 1
	priorityAlert = 2
	priorityPull  = 2
	prioritySync  = 3
)

// attempts bounds the attempts of a failing job, over about two hours.
const attempts = 8

// notFinal are the states of a job that is not finished.
var notFinal = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func insertOpts(priority int) river.InsertOpts {
	return river.InsertOpts{
		Queue: Queue, Priority: priority, MaxAttempts: attempts,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: notFinal},
	}
}

// SyncArgs brings a register up to date. NewSyncArgs makes it.
type SyncArgs struct {
	Unit string `json:"unidad"` // as siisync.Unit.String writes it
}

// NewSyncArgs returns the job of a unit.
func NewSyncArgs(unit siisync.Unit) SyncArgs { return SyncArgs{Unit: unit.String()} }

// Kind implements river.JobArgs.
func (SyncArgs) Kind() string { return "sii_sync" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (SyncArgs) InsertOpts() river.InsertOpts { return insertOpts(prioritySync) }

// TrackArgs follows an upload until there is a verdict.
type TrackArgs struct {
	Issuer  chile.RUT `json:"emisor"`
	TrackID string    `json:"track_id"`
}

// Kind implements river.JobArgs.
func (TrackArgs) Kind() string { return "sii_track" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (TrackArgs) InsertOpts() river.InsertOpts { return insertOpts(priorityTrack) }

// AlertsArgs looks for alerts of a company and delivers them.
type AlertsArgs struct {
	Owner chile.RUT `json:"empresa"`
}

// Kind implements river.JobArgs.
func (AlertsArgs) Kind() string { return "sii_alerts" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (AlertsArgs) InsertOpts() river.InsertOpts { return insertOpts(priorityAlert) }

// PlanArgs queues the due units of a plan in Settings.Plans, and the alerts of
// its companies.
type PlanArgs struct {
	Name string `json:"plan"`
}

// Kind implements river.JobArgs.
func (PlanArgs) Kind() string { return "sii_plan" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (PlanArgs) InsertOpts() river.InsertOpts { return insertOpts(priorityPlan) }

// PullList is a listing of the portal.
type PullList string

// The listings: see the functions of session/pull.
const (
	PullRegister  PullList = "rcv"    // of Company, Period, Book and State
	PullDocuments PullList = "dte"    // of Company, Period and Received
	PullBHE       PullList = "bhe"    // of the holder: Period and Received
	PullMIPYME    PullList = "mipyme" // of Company, Received and the days of Period, if there is one
)

// PullArgs downloads a listing with a stored session. It holds no clave and no
// cookie.
type PullArgs struct {
	List      PullList     `json:"listado"`
	UserID    int64        `json:"usuario,omitzero"` // as in session.Keeper
	SessionID int64        `json:"sesion"`
	Company   chile.RUT    `json:"empresa,omitzero"`
	Period    chile.Period `json:"periodo,omitzero"`
	Book      rcv.Book     `json:"libro,omitzero"`
	State     rcv.State    `json:"estado,omitzero"`
	Received  bool         `json:"recibidos,omitzero"`
}

// Kind implements river.JobArgs.
func (PullArgs) Kind() string { return "sii_pull" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (PullArgs) InsertOpts() river.InsertOpts { return insertOpts(priorityPull) }

func (a *PullArgs) key() rcv.Key { return rcv.Key{Owner: a.Company, Period: a.Period, Book: a.Book} }
