package siitest

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// judged judges and keeps an upload of the holder of a good token. It runs once at
// a time, because each upload affects the next.
func (u *uploads) judged(c *call, form *uploadForm, settings *UploadSettings, up *TakenUpload) *receipt {
	up.Issuer, up.File, up.Size, up.At, up.Sum = form.company, form.file, len(form.content), c.now, sha256.Sum256(form.content)
	if form.sender != up.Sender {
		c.violate("rutSender", "is not the holder of the token")
	}
	var issuer chile.RUT // of the carátula; zero if the judge did not ask
	u.bench.Lock()
	defer u.bench.Unlock()
	world := u.judgeWorld(settings, up, &issuer)
	answer := &judge.Answer{Upload: judge.Receipt{Made: true, Status: statusSender}}
	if form.sender == up.Sender && u.desk.access.mayAct(up.Sender, form.company) {
		answer = judge.Envelope(form.content, world)
	}
	r := &receipt{status: answer.Upload.Status, errors: answer.Upload.Errors, at: c.now}
	read := answer.Upload.Made || answer.Kind == dte.KindEnvelope || answer.Kind == dte.KindBoletaEnvelope
	switch {
	case !read, up.Boleta && answer.Kind == dte.KindEnvelope:
		c.violate("archivo", "is not what the fake judges: EnvioDTE, EnvioBOLETA")
		r.status, r.errors = statusSchema, []string{"SCH-00001: Invalid Schema Name"}
	case r.status == statusAgain:
		u.again(up.Sum, settings, r)
	case r.status == statusTaken:
		if !issuer.IsZero() && issuer != form.company {
			c.violate("rutCompany", "is not the issuer of the carátula")
			answer.State = judge.RCT
		}
		up.State = cmp.Or(answer.State, judge.EPR)
		u.keep(up, answer, settings)
		r.trackID = up.TrackID
	}
	up.Status = r.status
	u.note(up)
	return r
}

// again answers an upload whose bytes were taken before.
func (u *uploads) again(sum [sha256.Size]byte, settings *UploadSettings, r *receipt) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if known := u.sums[sum]; known != nil {
		known.times++
		r.trackID, r.at = known.trackID, known.at
	}
	if settings.HideTrackID {
		r.errors = []string{"Archivo ya fue enviado. Debe esperar 900 segundos antes de reintentar"}
	}
}

// keep keeps an upload with a track id, and its documents.
func (u *uploads) keep(up *TakenUpload, answer *judge.Answer, settings *UploadSettings) {
	t := &track{TakenUpload: up, said: remarks(answer.Findings), unseen: settings.Unseen, step: settings.step()}
	up.TrackID, up.Documents = trackID(u.tracked, up.Boleta), len(answer.Documents)
	u.tracked++
	if up.State == judge.EPR {
		for i := range answer.Documents {
			u.keepDocument(t, &answer.Documents[i], settings)
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.tracks[uploadKey{up.Issuer, up.TrackID}.trimmed()] = t
	u.sums[up.Sum] = &sentBytes{trackID: up.TrackID, at: up.At, times: 1}
	if !up.Boleta { // the boleta service returns the result itself
		u.due = append(u.due, t)
	}
}

func (u *uploads) keepDocument(t *track, v *judge.Verdict, settings *UploadSettings) {
	state, said := stateOf(v), remarks(v.Findings)
	t.count(v.ID.Type, state)
	if state != judge.DOK {
		t.reviews = append(t.reviews, review{of: v.ID.Type, folio: v.ID.Folio, state: state, said: said})
	}
	if v.DTE == nil {
		return
	}
	u.world.receive(known(v.DTE, state, said, t.TrackID, t.done()))
	if !state.Accepted() {
		return
	}
	u.world.alter(v.DTE, t.done())
	if key, row, ok := rowOf(v.DTE, t.At); ok && !settings.Unregistered {
		u.enter(key, row, t.done())
	}
}

// sentBytes are bytes of an accepted upload.
type sentBytes struct {
	trackID string
	at      time.Time
	times   int // how often they came
}

// before returns the upload with the same bytes, if it is remembered.
func (u *uploads) before(sum [sha256.Size]byte, now time.Time, forget time.Duration) (judge.Upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	known := u.sums[sum]
	if known == nil || forget > 0 && now.Sub(known.at) >= forget {
		return judge.Upload{}, false
	}
	return judge.Upload{TrackID: strings.TrimLeft(known.trackID, "0"), Times: known.times + 1}, true
}

// note records an upload, and drops the oldest of very many.
func (u *uploads) note(up *TakenUpload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.came = append(u.came, up)
	if len(u.came) > maxRequests {
		u.came = slices.Clone(u.came[len(u.came)/2:])
	}
}

// list returns the recorded uploads.
func (u *uploads) list() []TakenUpload {
	u.mu.Lock()
	defer u.mu.Unlock()
	list := make([]TakenUpload, len(u.came))
	for i, up := range u.came {
		list[i] = *up
	}
	return list
}
