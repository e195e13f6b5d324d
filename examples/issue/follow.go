package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/storage"
)

// follow reports the outcome of documents.
type follow struct {
	emitter *siiemit.Emitter
	out     *cli.Output
	table   *table          // nil if there is none
	told    map[string]bool // track ids
}

// upload is what came of sending an envelope.
type upload struct {
	Event     string        `json:"event"`
	TrackID   string        `json:"track_id"`
	Outcome   siiemit.State `json:"outcome"`
	Documents int           `json:"documents"`
}

// verdict is what the SII says of a document. Foreseen are codes that this SDK
// expects, and that the SII has not said.
type verdict struct {
	Event    string        `json:"event"`
	Key      string        `json:"key,omitempty"`
	Type     chile.DocType `json:"type"`
	Folio    chile.Folio   `json:"folio"`
	Verdict  siiemit.State `json:"verdict"`
	Estado   string        `json:"estado"`
	Glosa    string        `json:"glosa"`
	Codes    []string      `json:"codes"`
	Foreseen []string      `json:"foreseen,omitempty"`

	id chile.DocumentID
}

// uploads tells of the envelopes of documents, of each track id once.
func (f *follow) uploads(docs []*siiemit.Document) {
	var all []*upload
	for _, doc := range docs {
		u := &upload{Event: "upload", Outcome: doc.State}
		if n := len(doc.TrackIDs); n > 0 {
			u.TrackID, u.Outcome = doc.TrackIDs[n-1], siiemit.StateSent
		}
		switch doc.State {
		case siiemit.StateReserved, siiemit.StateSigned, siiemit.StateWaiting, siiemit.StateVoid:
			continue // no envelope
		case siiemit.StateHeld:
			u.Outcome = doc.State
		}
		if f.told[u.TrackID] || u.TrackID == "" && doc.State.Final() {
			continue
		}
		same := slices.IndexFunc(all, func(other *upload) bool { return other.TrackID == u.TrackID && other.Outcome == u.Outcome })
		if same < 0 {
			all = append(all, u)
			same = len(all) - 1
		}
		all[same].Documents++
	}
	for _, u := range all {
		if u.TrackID != "" {
			if f.told == nil {
				f.told = map[string]bool{}
			}
			f.told[u.TrackID] = true
		}
		f.out.Event(u)
		if f.table != nil {
			f.table.below(f.table.words.upload, u.Documents, u.Outcome, u.TrackID)
		}
	}
}

// errUnknown says that the outcome of a document is unknown: exit status 3.
var errUnknown = errors.New("it is not known whether the SII has all documents: -resume goes on")

// unknown returns an error if the outcome of a document is unknown.
func (f *follow) unknown(docs []*siiemit.Document) error {
	for _, doc := range docs {
		if doc.State == siiemit.StateUnknown || doc.State == siiemit.StateSending {
			return &cli.StatusError{Status: exitUnknown, Err: errUnknown}
		}
	}
	return nil
}

const exitUnknown = 3

// wait waits for the verdicts on documents, and prints them.
func (f *follow) wait(ctx context.Context, ids []chile.DocumentID) error {
	rejected, unknown := 0, 0
	for _, id := range ids {
		doc, err := f.emitter.Wait(ctx, id)
		if doc != nil {
			f.uploads([]*siiemit.Document{doc})
			f.tell(doc)
		}
		switch {
		case errors.Is(err, siiemit.ErrOutcomeUnknown), errors.Is(err, siiemit.ErrNoVerdict):
			unknown++
		case errors.Is(err, siiemit.ErrHeld), errors.Is(err, siiemit.ErrReference):
			rejected++
		case err != nil:
			return err
		case doc.State == siiemit.StateRejected:
			rejected++
		}
	}
	switch {
	case rejected > 0:
		return fmt.Errorf("%d of %d documents are rejected", rejected, len(ids))
	case unknown > 0:
		return &cli.StatusError{Status: exitUnknown, Err: errUnknown}
	}
	return nil
}

func (f *follow) tell(doc *siiemit.Document) {
	v := &verdict{
		Event: "verdict", Key: doc.Key, Type: doc.ID.Type, Folio: doc.ID.Folio, Verdict: doc.State, Estado: doc.Estado, Glosa: doc.Glosa,
		Codes: codes(doc.Codes), Foreseen: codes(doc.Foreseen), id: doc.ID,
	}
	f.out.Event(v)
	if f.table != nil {
		f.table.answers = append(f.table.answers, v)
	} else {
		f.out.Text("%d/%d  %s  %s %s %v", int(v.Type), int64(v.Folio), v.Verdict, v.Estado, v.Glosa, v.Codes)
	}
}

func codes(of []storage.VerdictCode) []string {
	list := []string{}
	for _, c := range of {
		list = append(list, c.Code)
	}
	return list
}
