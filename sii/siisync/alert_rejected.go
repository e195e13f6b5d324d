package siisync

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// Rejected reports uploads that the SII rejected, fully or partly, or accepted with
// objections (reparos). It also reports documents with such an answer: see
// Syncer.UploadStatus and Syncer.DocumentStatus.
func (a *Alerts) Rejected(ctx context.Context, issuer chile.RUT) error {
	var alerts []Alert
	for _, state := range []storage.SubmissionState{storage.Rejected, storage.Observed} {
		for s, err := range a.store.Submissions(ctx, storage.SubmissionQuery{Issuer: issuer, State: state}) {
			if err != nil {
				return fmt.Errorf("siisync: submissions of %s: %w", issuer, err)
			}
			if a.old(s.UpdatedAt) {
				continue
			}
			what := "el envío " + outside(s.TrackID)
			if state == storage.Rejected {
				what += ", todo o en parte"
			}
			alert := verdictAlert(state, issuer, "envío "+outside(s.TrackID), what, s.Estado, s.Glosa)
			alert.TrackID = s.TrackID
			alerts = append(alerts, alert)
		}
	}
	for event, err := range a.store.Events(ctx, storage.EventQuery{Owner: issuer, Kind: EventVerdict, Newest: true}) {
		if err != nil {
			return fmt.Errorf("siisync: verdicts of %s: %w", issuer, err)
		}
		if a.old(event.CreatedAt) {
			break
		}
		var v documentVerdict
		if json.Unmarshal([]byte(event.Detail), &v) != nil {
			continue // from another program
		}
		what := fmt.Sprintf("%s folio %d", v.Document.Type, int64(v.Document.Folio))
		alert := verdictAlert(storage.SubmissionState(v.Verdict), issuer, v.Document.String(), what, v.Estado, v.Glosa)
		alert.Document = v.Document
		alerts = append(alerts, alert)
	}
	return a.deliver(ctx, issuer, alerts)
}

// verdictAlert reports a verdict on an upload or document.
func verdictAlert(state storage.SubmissionState, issuer chile.RUT, name, what, estado, glosa string) Alert {
	kind, verdict := AlertRejected, "el SII rechazó "
	if state == storage.Observed {
		kind, verdict = AlertObserved, "el SII aceptó con reparos "
	}
	return Alert{
		Key: fmt.Sprintf("%s|%s|%s", kind, issuer, name), Kind: kind, Owner: issuer,
		Text: strings.TrimSuffix(verdict+what+": "+outside(estado+" "+glosa), ": "),
	}
}
