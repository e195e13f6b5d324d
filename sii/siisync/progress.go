package siisync

import (
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Stage is what a Syncer is doing with a register.
type Stage string

// The stages, in their order. Downloading and storing go on at once: a store
// takes rows as they come.
const (
	StageDownload Stage = "download" // a summary has arrived, its rows follow
	StageRows     Stage = "rows"     // rows have arrived
	StageCheck    Stage = "check"    // all rows are here; the summaries are looked at again
	StageImported Stage = "imported" // the import is committed
	StageAgain    Stage = "again"    // the register moved meanwhile; it is downloaded once more
)

// Progress tells how far the download of a register is.
type Progress struct {
	Key      rcv.Key
	Stage    Stage
	State    rcv.State     // of the last row or summary; empty in StageCheck and StageImported
	Type     chile.DocType // of the last row; 0 elsewhere
	Rows     int64         // rows that have arrived, of all states
	Expected int64         // rows that the summaries so far promise, of all states
}

// rowsPerReport is after how many rows StageRows is reported again.
const rowsPerReport = 500
