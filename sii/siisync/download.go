package siisync

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// errMoved says that the register changed while it was read.
var errMoved = errors.New("the register changed while it was downloaded")

// moved reports whether a second download may succeed: a document that changes
// its state between the downloads of two states is seen twice, or not at all.
func moved(err error) bool {
	var duplicate *storage.DuplicateError
	return errors.Is(err, errMoved) || errors.As(err, &duplicate)
}

// download is one attempt to read a register whole.
type download struct {
	syncer    *Syncer
	key       rcv.Key
	order     []rcv.State // in order of arrival
	summaries map[rcv.State]*rcv.Summary
	sources   []storage.Source
	warnings  Warnings
	raw       *answerSpool // if nil, raw answers are not kept
	got       int64
	expected  int64
	failed    bool // it ended with its own error
}

func newDownload(s *Syncer, key rcv.Key) *download {
	d := &download{syncer: s, key: key, summaries: make(map[rcv.State]*rcv.Summary)}
	if s.keepRaw {
		d.raw = newAnswerSpool()
	}
	return d
}

// snapshot returns what is imported from the download.
func (d *download) snapshot(ctx context.Context) storage.Snapshot {
	snapshot := storage.Snapshot{Key: d.key, Environment: d.syncer.environment, Rows: d.rows(ctx), Lines: d.summaryLines, Sources: d.answers, Accept: d.accept}
	if d.raw != nil {
		snapshot.Raw = d.raw.open
	}
	return snapshot
}

// close frees what the download holds.
func (d *download) close() {
	if d.raw != nil {
		d.raw.close()
	}
}

// states are in the order in which documents usually move. So a document that
// moves meanwhile is seen twice, which is noticed at once, rather than not at
// all.
func states(book rcv.Book) []rcv.State {
	if book == rcv.Sales {
		return book.States()
	}
	return []rcv.State{rcv.Pendiente, rcv.Registro, rcv.NoIncluir, rcv.Reclamado}
}

// rows yields every document of the register. Unreadable rows do not end the
// download, so the error at its end can name them all.
func (d *download) rows(ctx context.Context) iter.Seq2[rcv.Document, error] {
	return func(yield func(rcv.Document, error) bool) {
		var unread UnreadableError
		reading := d.syncer.reading
		opts := &reading
		opts.States, opts.OnSummary, opts.OnAnswer, opts.KeepAnswer = states(d.key.Book), d.onSummary, d.onAnswer, nil
		if d.raw != nil {
			opts.KeepAnswer = d.raw.begin
		}
		opts.OnColumns = func(finding sii.ColumnFinding) {
			d.warnings.columns(finding)
			if told := d.syncer.reading.OnColumns; told != nil {
				told(finding)
			}
		}
		for doc, err := range d.syncer.registers.Documents(ctx, d.key, opts) {
			if err != nil {
				if unread.add(err) {
					continue
				}
				d.failed = true
				yield(rcv.Document{}, unread.join(err))
				return
			}
			if d.got++; d.got%rowsPerReport == 0 {
				d.report(StageRows, doc.State, doc.Type)
			}
			d.warnings.row(d.key, &doc)
			if !yield(doc, nil) {
				return
			}
		}
		if err := unread.join(d.secondLook(ctx)); err != nil {
			d.failed = true
			yield(rcv.Document{}, err)
		}
	}
}

// secondLook requests the summaries of the earlier states again. Each state was
// complete when it was read. If none has changed since, the result is a
// register that existed at one time.
func (d *download) secondLook(ctx context.Context) error {
	d.report(StageCheck, "", 0)
	if d.got == 0 || len(d.order) < 2 {
		return nil
	}
	for _, state := range d.order[:len(d.order)-1] {
		now, err := d.syncer.registers.Summary(ctx, d.key, state)
		if err != nil {
			return err
		}
		if !sameLines(d.summaries[state].Lines, now.Lines) {
			return fmt.Errorf("%w: %w: state %s", sii.ErrIncomplete, errMoved, state)
		}
	}
	return nil
}

// sameLines compares the counts and sums of the lines, in any order. Several
// lines of one kind add up.
func sameLines(a, b []rcv.SummaryLine) bool { return maps.Equal(sumLines(a), sumLines(b)) }

// sumLines returns the sums of the lines of each type, separately with and
// without detail.
func sumLines(lines []rcv.SummaryLine) map[lineKind]lineSums {
	sums := make(map[lineKind]lineSums, len(lines))
	for i := range lines {
		l := &lines[i]
		kind := lineKind{l.Type, l.HasDetail}
		s := sums[kind]
		for i, amount := range [...]chile.CLP{
			chile.CLP(l.Documents), l.Exempt, l.Net, l.VAT, l.NonRecoverableVAT, l.CommonUseVAT, l.Total,
		} {
			s[i] += amount // it is compared only with a sum of the same kind
		}
		sums[kind] = s
	}
	return sums
}

type (
	lineKind struct {
		typ    chile.DocType
		detail bool
	}
	lineSums [7]chile.CLP
)

// onSummary records the summary of a state; if a state is requested twice, the
// last summary counts.
func (d *download) onSummary(state rcv.State, summary *rcv.Summary) {
	if before, ok := d.summaries[state]; ok {
		d.expected -= withDetail(before)
	} else {
		d.order = append(d.order, state)
	}
	d.summaries[state] = summary
	d.expected += withDetail(summary)
	d.report(StageDownload, state, 0)
}

func withDetail(summary *rcv.Summary) (documents int64) {
	for _, line := range summary.Lines {
		if line.MayHaveRows() {
			documents += line.Documents
		}
	}
	return documents
}

func (d *download) onAnswer(answer sii.Answer) {
	d.sources = append(d.sources, storage.Source{Name: answer.Name, SHA256: answer.SHA256, Bytes: answer.Bytes})
	if d.raw != nil {
		d.raw.end()
	}
}

func (d *download) summaryLines() []rcv.SummaryLine {
	var lines []rcv.SummaryLine
	for _, state := range d.order {
		lines = append(lines, d.summaries[state].Lines...)
	}
	return lines
}

func (d *download) answers() []storage.Source { return slices.Clone(d.sources) }

func (d *download) report(stage Stage, state rcv.State, typ chile.DocType) {
	d.syncer.progress(Progress{Key: d.key, Stage: stage, State: state, Type: typ, Rows: d.got, Expected: d.expected})
}
