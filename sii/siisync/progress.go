package siisync

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Stage is the current step of a Syncer.
type Stage string

// The stages in order. Downloading and storing run at the same time: a store
// takes rows as they arrive.
const (
	StageDownload Stage = "download" // a summary has arrived; its rows follow
	StageRows     Stage = "rows"     // rows have arrived
	StageCheck    Stage = "check"    // all rows have arrived; the summaries are checked again
	StageImported Stage = "imported" // the import is committed
	StageAgain    Stage = "again"    // the register changed meanwhile; it is downloaded once more
)

// Progress says how far the download of a register is.
type Progress struct {
	Key      rcv.Key
	Stage    Stage
	State    rcv.State     // of the last row or summary; empty in StageCheck and StageImported
	Type     chile.DocType // of the last row; 0 elsewhere
	Rows     int64         // rows that have arrived, of all states
	Expected int64         // rows that the summaries so far promise, of all states
}

// rowsPerReport is the number of rows between two reports of StageRows.
const rowsPerReport = 500
