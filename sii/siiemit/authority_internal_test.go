package siiemit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/sii"
)

// clock is a time that passes when somebody waits.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	c.Pass(d)
	return ctx.Err()
}

// fate is what happens to one upload.
type fate int

const (
	arrives    fate = iota
	dropBefore      // the connection breaks before the SII has taken it
	dropAfter       // the SII has taken it, and the answer is lost
	notSent         // no byte leaves
	locked          // STATUS 9
	malformed       // STATUS 7
	forbidden       // STATUS 1
	page            // HTML in place of an answer
)

// memoryOf is how long the authority knows the bytes of an upload: STATUS 99.
type memoryOf int

const (
	forever     memoryOf = iota
	fifteen              // 900 seconds
	never                // each copy is an upload of its own
	forgetfully          // for ever, but it does not tell the track id
)

// authority is an SII of these tests, written without the fake's code: it knows
// uploads by their bytes, and documents by issuer, type and folio.
type authority struct {
	clock *clock

	mu       sync.Mutex
	fates    []fate // of the uploads to come; then they arrive
	memory   memoryOf
	process  time.Duration                         // how long an upload is in process
	judge    func(id chile.DocumentID) sii.Verdict // accepted if nil
	state    string                                // of whole uploads, such as RFR; EPR if empty
	leaveOut chile.DocType                         // of the counts
	silent   bool                                  // queries are not answered
	mute     bool                                  // those about documents are not
	onUpload func()                                // called when bytes have left

	tracks  []*trackOf
	docs    map[chile.DocumentID]*recordOf
	bodies  [][]byte
	mails   []string
	uploads int
	asked   []sii.DocumentQuery
}

type trackOf struct {
	id       string
	sum      [32]byte
	at       time.Time
	ids      []chile.DocumentID
	verdicts map[chile.DocumentID]sii.Verdict // decided at arrival
	repeated map[chile.DocumentID]bool        // 101
}

type recordOf struct {
	signature, trackID string
	receiver           chile.RUT
	date               chile.Date
	total              chile.CLP
	accepted           bool
	at                 time.Time // when its upload is processed
	spent              bool
}

func newAuthority(c *clock) *authority {
	return &authority{clock: c, process: 5 * time.Minute, docs: map[chile.DocumentID]*recordOf{}}
}

func (a *authority) then(fates ...fate) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fates = append(a.fates, fates...)
}

var errBroken = errors.New("connection reset by peer")

func failed(outcome sii.Outcome, e *sii.Error) error {
	return &sii.UploadError{Outcome: outcome, Err: e}
}

func (a *authority) Upload(ctx context.Context, sender, company chile.RUT, _ string, content []byte) (*sii.UploadReceipt, error) {
	if err := ctx.Err(); err != nil {
		return nil, failed(sii.OutcomeNotSent, &sii.Error{Op: "dte.send", Err: err})
	}
	a.mu.Lock()
	next := arrives
	if len(a.fates) > 0 {
		next, a.fates = a.fates[0], a.fates[1:]
	}
	a.uploads++
	on := a.onUpload
	a.mu.Unlock()
	switch next {
	case notSent:
		return nil, failed(sii.OutcomeNotSent, &sii.Error{Op: "dte.send", Kind: sii.ErrUnavailable, Err: errBroken})
	case dropBefore:
		return nil, failed(sii.OutcomeUnknown, &sii.Error{Op: "dte.send", Kind: sii.ErrUnavailable, Err: errBroken})
	case locked, malformed, forbidden:
		return nil, a.status(next)
	case page:
		return nil, failed(sii.OutcomeUnknown, &sii.Error{Op: "dte.send", HTTPStatus: 200, Kind: sii.ErrUnavailable})
	}
	trackID, err := a.take(company, content)
	if on != nil {
		on()
	}
	if err != nil {
		return nil, err
	}
	if next == dropAfter {
		return nil, failed(sii.OutcomeUnknown, &sii.Error{Op: "dte.send", Kind: sii.ErrUnavailable, Err: errBroken})
	}
	return &sii.UploadReceipt{TrackID: trackID, Status: "0"}, nil
}

// status is the error of a STATUS.
func (a *authority) status(of fate) error {
	switch of {
	case locked:
		return failed(sii.OutcomeRefused, &sii.Error{Op: "dte.send", HTTPStatus: 200, Estado: "9", Kind: sii.ErrUnavailable})
	case malformed:
		return failed(sii.OutcomeRefused, &sii.Error{Op: "dte.send", HTTPStatus: 200, Estado: "7", Glosa: "LSX-00213", Kind: sii.ErrRejected})
	}
	return failed(sii.OutcomeRefused, &sii.Error{Op: "dte.send", HTTPStatus: 200, Estado: "1", Kind: sii.ErrForbidden})
}

func (a *authority) take(company chile.RUT, content []byte) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	envelope, err := dte.ParseEnvelope(content)
	if err != nil {
		return "", failed(sii.OutcomeRefused, &sii.Error{Op: "dte.send", Kind: sii.ErrRejected, Err: err})
	}
	sum, now := sha256.Sum256(content), a.clock.Now()
	for i := len(a.tracks) - 1; i >= 0; i-- {
		t := a.tracks[i]
		if t.sum != sum || a.memory == never || a.memory == fifteen && now.Sub(t.at) >= 900*time.Second {
			continue
		}
		trackID := t.id
		if a.memory == forgetfully {
			trackID = ""
		}
		return "", &sii.UploadError{Outcome: sii.OutcomeDuplicate, TrackID: trackID, Err: &sii.Error{Op: "dte.send", Estado: "99"}}
	}
	a.bodies = append(a.bodies, content)
	t := &trackOf{
		id: "0" + strconv.Itoa(260000000+len(a.tracks)), sum: sum, at: now,
		verdicts: map[chile.DocumentID]sii.Verdict{}, repeated: map[chile.DocumentID]bool{},
	}
	for i := range envelope.Set.DTEs {
		a.receive(t, &envelope.Set.DTEs[i], company)
	}
	a.tracks = append(a.tracks, t)
	return t.id, nil
}

func (a *authority) receive(t *trackOf, doc *dte.DTE, company chile.RUT) {
	id := doc.ID()
	t.ids = append(t.ids, id)
	if id.Issuer != company {
		t.verdicts[id] = sii.VerdictRejected
		return
	}
	known := a.docs[id]
	verdict := sii.VerdictAccepted
	if a.judge != nil {
		verdict = a.judge(id)
	}
	switch {
	case a.state != "":
		return // nothing of it is registered
	case known != nil:
		t.verdicts[id], t.repeated[id] = sii.VerdictRejected, true // DTE-3-101
		return
	}
	_, signature, _ := strings.Cut(string(doc.Source()), "<SignatureValue>")
	signature, _, _ = strings.Cut(signature, "</SignatureValue>")
	a.docs[id] = &recordOf{
		signature: signature, trackID: t.id, receiver: doc.Receiver(), date: doc.IssueDate(), total: totalOf(doc),
		accepted: verdict != sii.VerdictRejected, at: t.at.Add(a.process),
	}
	t.verdicts[id] = verdict
}

var errSilent = errors.New("no answer")

func (a *authority) UploadStatus(_ context.Context, _ chile.RUT, trackID string) (*sii.UploadStatus, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.silent {
		return nil, &sii.Error{Op: "dte.upload", Kind: sii.ErrUnavailable, Err: errSilent}
	}
	for _, t := range a.tracks {
		if !sii.SameTrackID(t.id, trackID) {
			continue
		}
		s := &sii.UploadStatus{TrackID: trackID, Estado: "PDR", Known: true, Verdict: sii.VerdictSent}
		if a.clock.Now().Before(t.at.Add(a.process)) {
			return s, nil
		}
		if a.state != "" {
			s.Estado, s.Verdict, s.Processed = a.state, sii.VerdictRejected, true
			return s, nil
		}
		s.Estado, s.Glosa, s.Processed = "EPR", "Envio Procesado", true
		counts := map[chile.DocType]*sii.TypeCounts{}
		for _, id := range t.ids {
			if id.Type == a.leaveOut {
				continue
			}
			if counts[id.Type] == nil {
				counts[id.Type] = &sii.TypeCounts{Type: id.Type}
			}
			c := counts[id.Type]
			c.Informed++
			s.Informed++
			switch t.verdicts[id] {
			case sii.VerdictAccepted:
				c.Accepted++
				s.Accepted++
			case sii.VerdictObserved:
				c.Observed++
				s.Observed++
			default:
				c.Rejected++
				s.Rejected++
			}
		}
		for _, c := range counts {
			s.ByType = append(s.ByType, *c)
		}
		return s, nil
	}
	return &sii.UploadStatus{TrackID: trackID, Estado: "-11", NotFound: true, Verdict: sii.VerdictSent, Known: true}, nil
}

func (a *authority) DocumentStatus(_ context.Context, q sii.DocumentQuery) (*sii.DocumentStatus, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, q)
	if a.silent || a.mute {
		return nil, &sii.Error{Op: "dte.document", Kind: sii.ErrUnavailable, Err: errSilent}
	}
	s := a.document(q)
	return &s, nil
}

func (a *authority) document(q sii.DocumentQuery) sii.DocumentStatus {
	known := a.docs[chile.DocumentID{Issuer: q.Issuer, Type: q.Type, Folio: q.Folio}]
	switch {
	case known != nil && known.spent:
		return sii.DocumentStatus{Estado: "FAN", Known: true, Verdict: sii.VerdictRejected}
	case known == nil || !known.accepted || a.clock.Now().Before(known.at):
		return sii.DocumentStatus{Estado: "FAU", Known: true, Verdict: sii.VerdictSent}
	case known.receiver != q.Receiver || known.date != q.Issued || known.total != q.Total:
		return sii.DocumentStatus{Estado: "DNK", Known: true, Mismatch: true}
	}
	return sii.DocumentStatus{Estado: "DOK", Known: true, Verdict: sii.VerdictAccepted}
}

func (a *authority) SignedStatus(_ context.Context, q sii.SignedQuery) (*sii.SignedStatus, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.silent || a.mute {
		return nil, &sii.Error{Op: "dte.signature", Kind: sii.ErrUnavailable, Err: errSilent}
	}
	s := &sii.SignedStatus{DocumentStatus: a.document(q.DocumentQuery), Received: sii.ReceivedNo}
	known := a.docs[chile.DocumentID{Issuer: q.Issuer, Type: q.Type, Folio: q.Folio}]
	if known != nil && s.Estado == "DOK" {
		s.Received, s.TrackID = sii.ReceivedYes, known.trackID
		if strings.Join(strings.Fields(known.signature), "") != strings.Join(strings.Fields(q.Signature), "") {
			s.DocumentStatus = sii.DocumentStatus{Estado: "DNK", Known: true, Mismatch: true}
		}
	}
	return s, nil
}

func (a *authority) RequestMail(_ context.Context, _ chile.RUT, trackID string) (*sii.MailRequest, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mails = append(a.mails, trackID)
	return &sii.MailRequest{Estado: "0", Coming: true, Known: true}, nil
}

// accepted returns the documents that the authority has accepted.
func (a *authority) accepted() (ids []chile.DocumentID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, r := range a.docs {
		if r.accepted && !r.spent {
			ids = append(ids, id)
		}
	}
	return ids
}

// mail writes the RESULTADO_ENVIO of an upload.
func (a *authority) mail(trackID string, company chile.RUT) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	var b strings.Builder
	for _, t := range a.tracks {
		if !sii.SameTrackID(t.id, trackID) {
			continue
		}
		fmt.Fprintf(&b, `<?xml version="1.0" encoding="ISO-8859-1"?><RESULTADO_ENVIO><IDENTIFICACION><RUTEMISOR>%s</RUTEMISOR>`+
			`<RUTENVIA>11111111-1</RUTENVIA><TMSTRECEPCION>20/11/2026 10:32:07</TMSTRECEPCION><TRACKID>%s</TRACKID><ESTADO>EPR - Envio Procesado</ESTADO></IDENTIFICACION>`, company, t.id)
		var informed, accepted, rejected, observed int
		var reviews strings.Builder
		for _, id := range t.ids {
			informed++
			switch t.verdicts[id] {
			case sii.VerdictAccepted:
				accepted++
				continue
			case sii.VerdictObserved:
				observed++
				fmt.Fprintf(&reviews, `<REVISIONDTE><FOLIO>%d</FOLIO><TIPODTE>%d</TIPODTE><ESTADO>RLV - DTE Aceptado con Reparos Leves</ESTADO><DETALLE>(DTE-1-650) Tarde</DETALLE></REVISIONDTE>`, id.Folio, id.Type)
				continue
			}
			rejected++
			code := "(HED-3-861) Acteco no registrado"
			if t.repeated[id] {
				code = "(DTE-3-101) Folio ya recibido"
			}
			fmt.Fprintf(&reviews, `<REVISIONDTE><FOLIO>%d</FOLIO><TIPODTE>%d</TIPODTE><ESTADO>RCH - DTE Rechazado</ESTADO><DETALLE>%s</DETALLE></REVISIONDTE>`, id.Folio, id.Type, code)
		}
		fmt.Fprintf(&b, `<ESTADISTICA><SUBTOTAL><TIPODOC>%d</TIPODOC><INFORMADO>%d</INFORMADO><RECHAZO>%d</RECHAZO><REPARO>%d</REPARO><ACEPTA>%d</ACEPTA></SUBTOTAL></ESTADISTICA>`,
			t.ids[0].Type, informed, rejected, observed, accepted)
		if reviews.Len() > 0 {
			b.WriteString(`<REVISIONENVIO>` + reviews.String() + `</REVISIONENVIO>`)
		}
		b.WriteString(`</RESULTADO_ENVIO>`)
	}
	return []byte(b.String())
}

// totalOf is the total of a document in pesos, 0 if it does not say it.
func totalOf(doc *dte.DTE) chile.CLP {
	total, _ := pesos(doc)
	return total
}
