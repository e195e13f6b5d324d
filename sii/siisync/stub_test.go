package siisync

import (
	"context"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

// register is a register of the SII that a test scripts. Documents answers what
// it holds at that moment, as the SII does.
type register struct {
	docs      []rcv.Document
	bad       []error                               // yielded before the documents
	end       error                                 // yielded at the end
	onState   func(r *register, n int, s rcv.State) // called before the n-th state is read (from 1)
	split     bool                                  // a line of the summary for each document
	totals    []rcv.SummaryLine                     // lines beside those of the documents
	columns   []sii.ColumnFinding                   // told first
	reads     int
	summaries int
}

func (r *register) Documents(_ context.Context, key rcv.Key, opts *sii.RCVOptions) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		for _, finding := range r.columns {
			opts.OnColumns(finding)
		}
		for _, err := range r.bad {
			if !yield(rcv.Document{}, err) {
				return
			}
		}
		for _, state := range opts.States {
			r.reads++
			if r.onState != nil {
				r.onState(r, r.reads, state)
			}
			summary := r.summary(state)
			opts.OnSummary(state, summary)
			for _, doc := range r.docs {
				if doc.State == state && !yield(doc, nil) {
					return
				}
			}
			opts.OnAnswer(sii.Answer{Name: "answer " + string(state), SHA256: "00ff", Bytes: 10})
		}
		if r.end != nil {
			yield(rcv.Document{}, r.end)
		}
	}
}

func (r *register) Summary(_ context.Context, _ rcv.Key, state rcv.State) (*rcv.Summary, error) {
	r.summaries++
	return r.summary(state), nil
}

func (r *register) summary(state rcv.State) *rcv.Summary {
	summary := &rcv.Summary{}
	index := map[chile.DocType]int{}
	for _, doc := range r.docs {
		if doc.State != state {
			continue
		}
		i, ok := index[doc.Type]
		if !ok || r.split {
			i = len(summary.Lines)
			index[doc.Type] = i
			summary.Lines = append(summary.Lines, rcv.SummaryLine{State: state, Type: doc.Type, HasDetail: true})
		}
		line := &summary.Lines[i]
		line.Documents++
		line.Net += doc.Net
		line.VAT += doc.VAT
		line.Total += doc.Total
	}
	for _, line := range r.totals {
		if line.State == state {
			summary.Lines = append(summary.Lines, line)
		}
	}
	return summary
}

// statuses answers the same always.
type statuses struct {
	upload   *sii.UploadStatus
	document *sii.DocumentStatus
	err      error
}

func (s *statuses) UploadStatus(context.Context, chile.RUT, string) (*sii.UploadStatus, error) {
	return s.upload, s.err
}

func (s *statuses) DocumentStatus(context.Context, sii.DocumentQuery) (*sii.DocumentStatus, error) {
	return s.document, s.err
}
