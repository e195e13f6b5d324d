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

// BookResult is the result of Book: the import as the store reports it, and
// what a person should check in the register.
type BookResult struct {
	storage.ImportResult
	Warnings Warnings
}

// Warnings are oddities in a register that was imported anyway. The zero value
// has none.
type Warnings struct {
	Gaps     []Gap `json:"gaps,omitempty"`     // documents whose amounts do not add up to their total, at most a hundred
	MoreGaps int   `json:"more_gaps,omitzero"` // number of further documents

	MissingColumns []string `json:"missing_columns,omitempty"` // headings of the SII's layout that an export lacked: their values are zero
	UnknownColumns []string `json:"unknown_columns,omitempty"` // unknown headings of an export: their values were not read
}

// Gap is a document whose amounts do not add up to its total: see
// rcv.Document.Gap.
type Gap struct {
	State    rcv.State        `json:"state"`
	Document chile.DocumentID `json:"document"`
	Total    chile.CLP        `json:"total"`
	Gap      chile.CLP        `json:"gap"` // if positive, the total is more than its amounts
}

// maxGaps bounds how many gaps Warnings names.
const maxGaps = 100

// Empty reports whether there is no warning.
func (w *Warnings) Empty() bool {
	return len(w.Gaps)+w.MoreGaps+len(w.MissingColumns)+len(w.UnknownColumns) == 0
}

// Texts returns the warnings, one per line, naming at most three gaps.
func (w *Warnings) Texts() []string {
	var texts []string
	for i, gap := range w.Gaps {
		if i == 3 {
			break
		}
		texts = append(texts, fmt.Sprintf("%s: the amounts do not add up to the total of %d: they differ by %d", gap.Document, int64(gap.Total), int64(gap.Gap)))
	}
	if more := len(w.Gaps) + w.MoreGaps - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("%d more documents whose amounts do not add up to their total", more))
	}
	if len(w.MissingColumns) > 0 {
		texts = append(texts, "the export lacks columns, whose values are zero: "+strings.Join(w.MissingColumns, ", "))
	}
	if len(w.UnknownColumns) > 0 {
		texts = append(texts, "the export has unknown columns, which were not read: "+strings.Join(w.UnknownColumns, ", "))
	}
	return texts
}

// row records a document whose amounts do not add up.
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

// columns records those of an export, each heading once.
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
