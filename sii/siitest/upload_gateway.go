package siitest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// uploadPath is the gateway for documents (manual OI2003_UPDTE 1.5).
const uploadPath = "/cgi_dte/UPL/DTEUpload"

// STATUS of an upload (same manual; 99 in two clients).
const (
	statusTaken     = 0
	statusSender    = 1 // may not send for the company
	statusSize      = 2
	statusTruncated = 3
	statusToken     = 5
	statusCompany   = 6 // may not send files
	statusSchema    = 7
	statusAgain     = 99
)

// receipt is what is answered to an upload at once.
type receipt struct {
	status  int
	errors  []string
	trackID string    // also that of an earlier upload of the same bytes
	at      time.Time // when that came
}

// serve answers an upload and reports whether it is one.
func (u *uploads) serve(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != uploadPath {
		return false
	}
	if host := hostName(r); isSII(r) && host != "maullin.sii.cl" && host != "palena.sii.cl" {
		u.desk.journal.violate(OpSend, "host", r.URL.Path+" is not at "+host)
		http.NotFound(w, r)
		return true
	}
	token := tokenCookie(r)
	c := u.desk.begin(w, r, OpSend, token)
	defer c.end()
	if c.failed() {
		return true
	}
	if r.Method != http.MethodPost {
		c.violate("POST", "is the method")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return true
	}
	u.mailDue(c.now)
	settings := u.current()
	form, wrong := readForm(c, settings.maxBytes())
	switch {
	case c.fault.Estado != "":
		status, _ := strconv.Atoi(c.fault.Estado)
		u.answer(c, form, &receipt{status: status, errors: nonEmpty(c.fault.Glosa)})
	case wrong == formUnusable:
		c.deliver(http.StatusOK, page.Type, []byte(page.Message("Error 501", "HA OCURRIDO UN ERROR EN EL UPLOAD")))
	case wrong == formTruncated:
		u.answer(c, form, &receipt{status: statusTruncated})
	case wrong == formTooLarge:
		u.answer(c, form, &receipt{status: statusSize})
	default:
		u.answer(c, form, u.take(c, form, &settings, token))
	}
	return true
}

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// take judges an upload with a good form.
func (u *uploads) take(c *call, form *uploadForm, settings *UploadSettings, token string) *receipt {
	holder, ok := u.desk.access.use(token, c.now)
	if !ok {
		return &receipt{status: statusToken}
	}
	return u.judged(c, form, settings, &TakenUpload{Sender: holder})
}

// judged judges an upload of the holder of a good token, and keeps it. One is
// judged at a time: what it brings counts for the next.
func (u *uploads) judged(c *call, form *uploadForm, settings *UploadSettings, up *TakenUpload) *receipt {
	up.Issuer, up.File, up.Size, up.At, up.Sum = form.company, form.file, len(form.content), c.now, sha256.Sum256(form.content)
	if form.sender != up.Sender {
		c.violate("rutSender", "is not the holder of the token")
	}
	var issuer chile.RUT // of the carátula; zero if nobody asked for it
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

// again answers an upload of bytes that were taken before.
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

// keep keeps an upload that gets a track id, and its documents.
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
	if !up.Boleta { // whose service tells the result itself
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

// sentBytes are bytes that were taken.
type sentBytes struct {
	trackID string
	at      time.Time
	times   int // that they came
}

// before returns the upload that brought the same bytes, if they are remembered.
func (u *uploads) before(sum [sha256.Size]byte, now time.Time, forget time.Duration) (judge.Upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	known := u.sums[sum]
	if known == nil || forget > 0 && now.Sub(known.at) >= forget {
		return judge.Upload{}, false
	}
	return judge.Upload{TrackID: strings.TrimLeft(known.trackID, "0"), Times: known.times + 1}, true
}

// note keeps what came, the last of very many.
func (u *uploads) note(up *TakenUpload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.came = append(u.came, up)
	if len(u.came) > maxRequests {
		u.came = slices.Clone(u.came[len(u.came)/2:])
	}
}

// answer answers an upload: programs with XML, browsers with a page.
func (u *uploads) answer(c *call, form *uploadForm, r *receipt) {
	if !strings.Contains(c.r.Header.Get("User-Agent"), "PROG 1.0") {
		c.violate("User-Agent", "programs have PROG 1.0 in it; others are answered with a page")
		text := fmt.Sprintf("Estado del env&iacute;o: %d", r.status)
		if r.status == statusTaken {
			text = "DOCUMENTO TRIBUTARIO ELECTRONICO RECIBIDO. Identificador de env&iacute;o: " + r.trackID
		}
		c.deliver(http.StatusOK, page.Type, []byte(page.Message("SII", text)))
		return
	}
	c.send("text/xml", []byte(receptionXML(form, r, c.now)))
}

// receptionXML is the answer to a program.
func receptionXML(form *uploadForm, r *receipt, at time.Time) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<RECEPCIONDTE>\n")
	for _, f := range []field{
		{"RUTSENDER", rutText(form.sender)},
		{"RUTCOMPANY", rutText(form.company)},
		{"FILE", form.file},
		{"TIMESTAMP", at.In(chile.Santiago()).Format(time.DateTime)},
		{"STATUS", strconv.Itoa(r.status)},
	} {
		b.WriteString("<" + f.name + ">" + page.Escape(f.text) + "</" + f.name + ">\n")
	}
	if r.status == statusTaken {
		b.WriteString("<TRACKID>" + r.trackID + "</TRACKID>\n")
	}
	if len(r.errors) > 0 {
		b.WriteString("<DETAIL>")
		for _, text := range r.errors {
			b.WriteString("<ERROR>" + page.Escape(text) + "</ERROR>")
		}
		b.WriteString("</DETAIL>\n")
	}
	b.WriteString("</RECEPCIONDTE>\n")
	return b.String()
}

func rutText(rut chile.RUT) string {
	if rut.IsZero() {
		return "-"
	}
	return rut.String()
}

// list returns what came.
func (u *uploads) list() []TakenUpload {
	u.mu.Lock()
	defer u.mu.Unlock()
	list := make([]TakenUpload, len(u.came))
	for i, up := range u.came {
		list[i] = *up
	}
	return list
}
