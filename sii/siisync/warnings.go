package siisync

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// BookResult is what Book did: the import as the store tells of it, and what of
// the register a person should look at.
type BookResult struct {
	storage.ImportResult
	Warnings Warnings
}

// Warnings are what was strange in a register that was imported all the same. The
// zero value is none.
type Warnings struct {
	Gaps     []Gap `json:"gaps,omitempty"`     // documents whose amounts do not make up their total, the first hundred
	MoreGaps int   `json:"more_gaps,omitzero"` // how many beyond those

	MissingColumns []string `json:"missing_columns,omitempty"` // headings of the SII's layout that an export lacked: their values are zero
	UnknownColumns []string `json:"unknown_columns,omitempty"` // headings of an export that nobody knows: their values were not read
}

// Gap is a document whose amounts do not make up its total: see
// rcv.Document.Gap.
type Gap struct {
	State    rcv.State        `json:"state"`
	Document chile.DocumentID `json:"document"`
	Total    chile.CLP        `json:"total"`
	Gap      chile.CLP        `json:"gap"` // more than 0: the total has something that no amount explains
}

// maxGaps bounds how many gaps Warnings names one by one.
const maxGaps = 100

// Empty reports whether there is no warning.
func (w *Warnings) Empty() bool {
	return len(w.Gaps)+w.MoreGaps+len(w.MissingColumns)+len(w.UnknownColumns) == 0
}

// Texts returns the warnings, each in a line, of gaps at most the first three by
// name.
func (w *Warnings) Texts() []string {
	var texts []string
	for i, gap := range w.Gaps {
		if i == 3 {
			break
		}
		texts = append(texts, fmt.Sprintf("%s: the amounts do not make up the total of %d: they differ by %d", gap.Document, int64(gap.Total), int64(gap.Gap)))
	}
	if more := len(w.Gaps) + w.MoreGaps - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("%d more documents whose amounts do not make up their total", more))
	}
	if len(w.MissingColumns) > 0 {
		texts = append(texts, "the export lacks columns, whose values are zero: "+strings.Join(w.MissingColumns, ", "))
	}
	if len(w.UnknownColumns) > 0 {
		texts = append(texts, "the export has columns that are not known and were not read: "+strings.Join(w.UnknownColumns, ", "))
	}
	return texts
}

// row notes a document whose amounts do not add up.
func (w *Warnings) row(key rcv.Key, doc *rcv.Document) {
	gap := doc.Gap()
	switch {
	case gap == 0:
	case len(w.Gaps) == maxGaps:
		w.MoreGaps++
	default:
		w.Gaps = append(w.Gaps, Gap{State: doc.State, Document: doc.ID(key), Total: doc.Total, Gap: gap})
	}
}

// columns notes those of an export, each heading once.
func (w *Warnings) columns(of sii.ColumnFinding) {
	w.MissingColumns, w.UnknownColumns = union(w.MissingColumns, of.Missing), union(w.UnknownColumns, of.Unknown)
}

func union(list, others []string) []string {
	for _, text := range others {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
