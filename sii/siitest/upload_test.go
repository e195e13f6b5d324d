package siitest_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// sender sends uploads as the manual has them.
type sender struct {
	*raw
	*builder
	clock *clock
	token string
}

const programAgent = "Mozilla/4.0 (compatible; PROG 1.0; Windows NT 5.0; YComp 5.0.2.4)"

// newSender is a sender for a company that the fake knows, with folios of types.
func newSender(t *testing.T, types ...int) *sender {
	t.Helper()
	return newSenderWith(t, nil, types...)
}

func newSenderWith(t *testing.T, opts []siitest.Option, types ...int) *sender {
	t.Helper()
	clock := newClock()
	sleep := func(_ context.Context, d time.Duration) error { clock.Add(d); return nil }
	r := newRaw(t, append(opts, siitest.WithClock(clock.Now), siitest.WithSleep(sleep))...)
	r.srv.AddIssuer(owner, judge.Company{
		Resolution: judge.Resolution{Date: chile.DateOf(time.Date(2026, 1, 15, 12, 0, 0, 0, chile.Santiago())), Number: 80}, Activities: []int{107100},
	})
	return &sender{raw: r, builder: newBuilder(t, r.srv, r.id, clock.Now(), types...), clock: clock, token: r.token()}
}

const boundary = "7d23e2a11301c4"

// formBody is the form of an upload.
func formBody(senderRUT, companyRUT chile.RUT, file string, content []byte) []byte {
	var b bytes.Buffer
	for _, part := range []struct{ name, value string }{
		{"rutSender", fmt.Sprint(senderRUT.Number())},
		{"dvSender", senderRUT.String()[len(senderRUT.String())-1:]},
		{"rutCompany", fmt.Sprint(companyRUT.Number())},
		{"dvCompany", companyRUT.String()[len(companyRUT.String())-1:]},
	} {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, part.name, part.value)
	}
	fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"archivo\"; filename=%q\r\nContent-Type: text/xml\r\n\r\n", boundary, file)
	b.Write(content)
	fmt.Fprintf(&b, "\r\n--%s--\r\n", boundary)
	return b.Bytes()
}

// uploadRequest is an upload, which may be changed.
func (s *sender) uploadRequest(content []byte, change func(*http.Request)) *http.Request {
	s.raw.t.Helper()
	req, err := http.NewRequestWithContext(s.raw.t.Context(), http.MethodPost, "https://maullin.sii.cl/cgi_dte/UPL/DTEUpload",
		bytes.NewReader(formBody(holder, owner, "envio.xml", content)))
	require.NoError(s.raw.t, err)
	req.Header.Set("User-Agent", programAgent)
	req.Header.Set("Cookie", "TOKEN="+s.token)
	req.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	if change != nil {
		change(req)
	}
	return req
}

// upload sends an upload and returns its STATUS, track id and the whole answer.
func (s *sender) upload(content []byte) (status, trackID, body string) {
	s.raw.t.Helper()
	code, header, body := s.do(s.uploadRequest(content, nil))
	require.Equal(s.raw.t, http.StatusOK, code)
	require.Equal(s.raw.t, "text/xml", header.Get("Content-Type"))
	if strings.Contains(body, "<TRACKID>") {
		trackID = between(s.raw.t, body, "<TRACKID>", "</TRACKID>")
	}
	return between(s.raw.t, body, "<STATUS>", "</STATUS>"), trackID, body
}

// taken sends an upload that is taken.
func (s *sender) taken(content []byte) (trackID string) {
	s.raw.t.Helper()
	status, trackID, body := s.upload(content)
	require.Equal(s.raw.t, "0", status, body)
	require.Len(s.raw.t, trackID, 10)
	return trackID
}

// status asks QueryEstUp.
func (s *sender) status(trackID string) string {
	s.raw.t.Helper()
	return s.soap("QueryEstUp.jws", uploadQuery("76192083", "9", trackID, s.token))
}

// processed lets an upload be processed.
func (s *sender) processed() { s.clock.Add(time.Second) }

// document asks QueryEstDte, with the day and the total of the builder's line.
func (s *sender) document(l line) string {
	s.raw.t.Helper()
	return between(s.raw.t, s.soap("QueryEstDte.jws", documentQuery(l, s.at, s.token)), "<ESTADO>", "</ESTADO>")
}

func documentQuery(l line, day time.Time, token string) string {
	number, dv, _ := strings.Cut(l.customer(), "-")
	return fmt.Sprintf("<getEstDte><RutConsultante>11111111</RutConsultante><DvConsultante>1</DvConsultante><RutCompania>76192083</RutCompania><DvCompania>9</DvCompania>"+
		"<RutReceptor>%s</RutReceptor><DvReceptor>%s</DvReceptor><TipoDte>%d</TipoDte><FolioDte>%d</FolioDte><FechaEmisionDte>%s</FechaEmisionDte><MontoDte>%d</MontoDte><Token>%s</Token></getEstDte>",
		number, dv, l.of, l.folio, day.Format("02012006"), l.total(), token)
}

func TestUploadOnTheWay(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33, 34)
	invoices := []line{{of: 33, folio: 1, amount: 10_000}, {of: 34, folio: 7, amount: 5_000}, {of: 33, folio: 2, amount: 300}}
	envelope := s.envelope(nil, invoices...)
	status, trackID, body := s.upload(envelope)
	assert.Equal(t, "0", status)
	assert.Equal(t, "<?xml version=\"1.0\"?>\n<RECEPCIONDTE>\n<RUTSENDER>11111111-1</RUTSENDER>\n<RUTCOMPANY>76192083-9</RUTCOMPANY>\n"+
		"<FILE>envio.xml</FILE>\n<TIMESTAMP>2026-11-03 09:00:00</TIMESTAMP>\n<STATUS>0</STATUS>\n<TRACKID>0260001234</TRACKID>\n</RECEPCIONDTE>\n", body)
	for _, state := range []string{"REC", "SOK", "CRT", "FOK", "PDR"} {
		answer := s.status(trackID)
		assert.Equal(t, state, estado(t, answer))
		assert.NotContains(t, answer, "RESP_BODY", "nothing is counted before the end")
		assert.Equal(t, "FAU", s.document(invoices[0]), "the SII is slow")
		s.clock.Add(100 * time.Millisecond)
	}
	answer := s.status(strings.TrimLeft(trackID, "0"))
	assert.Equal(t, "EPR", estado(t, answer))
	assert.Contains(t, answer, "<TIPO_DOCTO>33</TIPO_DOCTO><INFORMADOS>2</INFORMADOS><ACEPTADOS>2</ACEPTADOS><RECHAZADOS>0</RECHAZADOS><REPAROS>0</REPAROS>"+
		"<TIPO_DOCTO>34</TIPO_DOCTO><INFORMADOS>1</INFORMADOS><ACEPTADOS>1</ACEPTADOS><RECHAZADOS>0</RECHAZADOS><REPAROS>0</REPAROS>")
	for _, l := range invoices {
		assert.Equal(t, "DOK", s.document(l))
		l.amount += 100
		assert.Equal(t, "DNK", s.document(l))
	}
	assert.Equal(t, "-11", estado(t, s.status("99")))
	assert.Empty(t, s.srv.Violations())

	came := s.srv.Uploads()
	require.Len(t, came, 1)
	assert.Equal(t, siitest.TakenUpload{
		Issuer: owner, Sender: holder, File: "envio.xml", Sum: sha256.Sum256(envelope), Size: len(envelope), At: newClock().Now(),
		TrackID: trackID, State: judge.EPR, Documents: 3,
	}, came[0])
	d, ok := s.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 34, Folio: 7})
	require.True(t, ok)
	assert.Equal(t, "5000", d.Total.String())
	assert.Equal(t, judge.DOK, d.State)
	assert.Equal(t, 1, d.Times)
	assert.Len(t, s.srv.UploadedDocuments(), 3)
}

// Each deviation of a client is kept, and has the consequence that it was seen to
// have at the SII.
func TestUploadDeviations(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	envelope := s.envelope(nil, line{of: 33, folio: 1, amount: 100})
	form := string(formBody(holder, owner, "envio.xml", envelope))
	const unusable = "HA OCURRIDO UN ERROR EN EL UPLOAD"
	other := chile.MustParseRUT("77222222-K")
	for name, test := range map[string]struct {
		change func(*http.Request)
		body   string
		want   string
		rule   string
	}{
		"no token":           {change: func(r *http.Request) { r.Header.Del("Cookie") }, want: "<STATUS>5</STATUS>"},
		"an unknown token":   {change: func(r *http.Request) { r.Header.Set("Cookie", "TOKEN=NADA") }, want: "<STATUS>5</STATUS>"},
		"a browser":          {change: func(r *http.Request) { r.Header.Set("User-Agent", "Mozilla/5.0"); r.Header.Del("Cookie") }, want: "<title>SII</title>", rule: "User-Agent"},
		"chunks":             {change: func(r *http.Request) { r.ContentLength = -1 }, want: unusable, rule: "Content-Length"},
		"no form":            {change: func(r *http.Request) { r.Header.Set("Content-Type", "text/xml") }, want: unusable, rule: "Content-Type"},
		"a colon":            {change: func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data: boundary="+boundary) }, want: unusable, rule: "Content-Type"},
		"the wrong boundary": {change: func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=otra") }, want: unusable, rule: "body"},
		"another order":      {body: strings.NewReplacer(`"rutSender"`, `"dvSender"`, `"dvSender"`, `"rutSender"`).Replace(form), want: unusable, rule: "parts"},
		"a missing part":     {body: strings.Replace(form, `name="dvCompany"`, `name="otra"`, 1), want: unusable, rule: "parts"},
		"an end that is cut": {body: form[:len(form)-30], want: "<STATUS>3</STATUS>"},
		"no file":            {body: string(formBody(holder, owner, "envio.xml", nil)), want: "<STATUS>2</STATUS>"},
		"another person":     {body: string(formBody(other, owner, "envio.xml", envelope)), want: "<STATUS>1</STATUS>", rule: "rutSender"},
		"another company":    {body: string(formBody(holder, other, "envio.xml", envelope)), want: "<STATUS>1</STATUS>"},
		"no RUT":             {body: strings.Replace(form, "\r\n\r\n11111111\r\n", "\r\n\r\n11111112\r\n", 1), want: unusable, rule: "parts"},
		"points":             {body: strings.Replace(form, "\r\n\r\n11111111\r\n", "\r\n\r\n11.111.111\r\n", 1), want: "<STATUS>0</STATUS>", rule: "rutSender"},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.srv.Violations())
			req := s.uploadRequest(envelope, test.change)
			if test.body != "" {
				req.Body, req.ContentLength = io.NopCloser(strings.NewReader(test.body)), int64(len(test.body))
			}
			_, _, body := s.do(req)
			assert.Contains(t, body, test.want)
			found := rules(s.srv)[before:]
			if test.rule == "" {
				assert.Empty(t, found)
			} else {
				assert.Contains(t, found, test.rule)
			}
		})
	}
}

// What is wrong with an envelope, or with a document in it, is told as the SII
// tells it.
func TestUploadJudged(t *testing.T) {
	t.Parallel()
	good := line{of: 33, folio: 1, amount: 10_000}
	broken := func(from, to string) line { l := good; l.change = replaced(from, to); return l }
	stamped := regexp.MustCompile(`<FRMT algoritmo="SHA1withRSA">[^<]{8}`)
	for name, test := range map[string]struct {
		envelope func(*sender) []byte
		status   string
		error    string
		state    string
		counts   string // accepted, rejected, observed
		detail   string
	}{
		"good":           {envelope: func(s *sender) []byte { return s.envelope(nil, good) }, state: "EPR", counts: "1 0 0"},
		"no XML":         {envelope: func(*sender) []byte { return []byte("<EnvioDTE>") }, status: "7", error: "LPX"},
		"another root":   {envelope: func(*sender) []byte { return []byte("<LibroCompraVenta/>") }, status: "7", error: "SCH-00001: Invalid Schema Name"},
		"schema":         {envelope: func(s *sender) []byte { return s.envelope(replaced("<NroResol>80</NroResol>", ""), good) }, status: "7", error: "LSX-"},
		"a long line":    {envelope: func(s *sender) []byte { return bytes.ReplaceAll(s.envelope(nil, good), []byte("\n"), []byte(" ")) }, status: "7", error: "SCH-00001"},
		"another issuer": {envelope: func(s *sender) []byte { return s.envelope(replaced("76192083-9", "77222222-K"), good) }, status: "6"},
		"the resolution": {envelope: func(s *sender) []byte { return s.envelope(replaced(">80<", ">81<"), good) }, state: "RCT", detail: "CRT-3-19"},
		"a changed byte": {envelope: func(s *sender) []byte {
			return bytes.Replace(s.envelope(nil, good), []byte("T09:00:00</TmstFirmaEnv>"), []byte("T09:00:01</TmstFirmaEnv>"), 1)
		}, state: "RFR"},
		"a stamp": {envelope: func(s *sender) []byte {
			l := good
			l.change = func(text string) string {
				return stamped.ReplaceAllString(text, `<FRMT algoritmo="SHA1withRSA">AAAAAAAA`)
			}
			return s.envelope(nil, l)
		}, state: "EPR", detail: "TED-2-510"},
		"a sum":           {envelope: func(s *sender) []byte { return s.envelope(nil, broken("<MontoItem>10000<", "<MontoItem>10001<")) }, state: "EPR", counts: "0 0 1", detail: "DET L[1] -2-200"},
		"no such folio":   {envelope: func(s *sender) []byte { l := good; l.folio = 1001; return s.envelope(nil, l) }, state: "EPR", counts: "0 1 0", detail: "CAF"},
		"an annulled one": {envelope: func(s *sender) []byte { l := good; l.folio = 500; return s.envelope(nil, l) }, state: "EPR", counts: "0 1 0", detail: "DTE-3-601"},
		"twice":           {envelope: func(s *sender) []byte { l := good; l.id = "OTRO"; return s.envelope(nil, good, l) }, state: "EPR", detail: "DTE-3-100"},
		"a note on nothing": {
			envelope: func(s *sender) []byte {
				return s.envelope(nil, line{of: 61, folio: 1, amount: 100, refs: reference(33, 99, s.at, "1")})
			},
			state: "EPR", counts: "0 1 0", detail: "REF-3-750",
		},
		"the activity": {envelope: func(s *sender) []byte { return s.envelope(nil, broken("107100", "107200")) }, state: "EPR", counts: "0 1 0", detail: "HED-3-861"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(t, 33, 61)
			require.NoError(t, s.srv.AnnulFolios(owner, 33, 500, 510))
			var mails []string
			require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{Mail: func(m siitest.ResultMail) error { mails = append(mails, string(m.XML)); return nil }}))
			status, trackID, body := s.upload(test.envelope(s))
			require.Equal(t, cmp.Or(test.status, "0"), status, body)
			if test.status != "" {
				assert.Empty(t, trackID)
				assert.Contains(t, body, test.error)
				return
			}
			s.processed()
			answer := s.status(trackID)
			assert.Equal(t, test.state, estado(t, answer))
			if test.counts != "" {
				var accepted, rejected, observed int
				_, err := fmt.Sscan(test.counts, &accepted, &rejected, &observed)
				require.NoError(t, err)
				assert.Contains(t, answer, fmt.Sprintf("<ACEPTADOS>%d</ACEPTADOS><RECHAZADOS>%d</RECHAZADOS><REPAROS>%d</REPAROS>", accepted, rejected, observed))
			}
			require.Len(t, mails, 1)
			assert.Contains(t, mails[0], "<ESTADO>"+test.state+" - ")
			assert.Contains(t, mails[0], test.detail)
		})
	}
}

// The same bytes are known by their digest: for ever, or until they are forgotten.
func TestSameBytesAgain(t *testing.T) {
	t.Parallel()
	t.Run("for ever", func(t *testing.T) {
		t.Parallel()
		s := newSender(t, 33)
		envelope := s.envelope(nil, line{of: 33, folio: 1, amount: 100})
		trackID := strings.TrimLeft(s.taken(envelope), "0")
		for times := 2; times < 5; times++ {
			s.clock.Add(20 * time.Minute)
			status, again, body := s.upload(envelope)
			assert.Equal(t, "99", status)
			assert.Empty(t, again, "its place is the text")
			assert.Contains(t, body, fmt.Sprintf("<DETAIL><ERROR>Archivo ya fue enviado %d veces con Trackid %s. Debe esperar 900 segundos antes de reintentar</ERROR></DETAIL>\n</RECEPCIONDTE>", times, trackID))
		}
		d, _ := s.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 1})
		assert.Equal(t, 1, d.Times)
		assert.Len(t, s.srv.Uploads(), 4)
	})
	t.Run("for 900 seconds", func(t *testing.T) {
		t.Parallel()
		s := newSender(t, 33)
		require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{Forget: 900 * time.Second}))
		envelope := s.envelope(nil, line{of: 33, folio: 1, amount: 100})
		first := s.taken(envelope)
		s.clock.Add(899 * time.Second)
		status, _, _ := s.upload(envelope)
		assert.Equal(t, "99", status)
		s.clock.Add(time.Second)
		second := s.taken(envelope)
		assert.NotEqual(t, first, second)
		s.processed()
		assert.Contains(t, s.status(first), "<ACEPTADOS>1</ACEPTADOS><RECHAZADOS>0</RECHAZADOS>")
		assert.Contains(t, s.status(second), "<ACEPTADOS>0</ACEPTADOS><RECHAZADOS>1</RECHAZADOS>", "a later copy says nothing")
		_, _, body := s.upload(envelope)
		assert.Contains(t, body, "con Trackid "+strings.TrimLeft(second, "0")+".", "the later copy is named")
		d, _ := s.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 1})
		assert.Equal(t, judge.DOK, d.State)
		assert.Equal(t, first, d.TrackID)
		assert.Equal(t, 2, d.Times)
		assert.Equal(t, 1, d.Versions)
		assert.Equal(t, "DOK", s.document(line{of: 33, folio: 1, amount: 100}))
	})
	t.Run("without a number", func(t *testing.T) {
		t.Parallel()
		s := newSender(t, 33)
		require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{HideTrackID: true}))
		envelope := s.envelope(nil, line{of: 33, folio: 1, amount: 100})
		s.taken(envelope)
		status, _, body := s.upload(envelope)
		assert.Equal(t, "99", status)
		assert.Equal(t, "Archivo ya fue enviado. Debe esperar 900 segundos antes de reintentar", between(t, body, "<ERROR>", "</ERROR>"))
	})
}

// A folio in other bytes is rejected with its document, or with the whole upload.
func TestFolioAgain(t *testing.T) {
	t.Parallel()
	again := func(t *testing.T, settings siitest.UploadSettings) (s *sender, trackID string) {
		s = newSender(t, 33)
		require.NoError(t, s.srv.SetUploads(settings))
		s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 100}))
		trackID = s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 200}, line{of: 33, folio: 2, amount: 200}))
		s.processed()
		d, _ := s.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 1})
		assert.Equal(t, "119", d.Total.String(), "the first stays")
		return s, trackID
	}
	t.Run("DTE-3-101", func(t *testing.T) {
		t.Parallel()
		s, trackID := again(t, siitest.UploadSettings{})
		assert.Contains(t, s.status(trackID), "<ACEPTADOS>1</ACEPTADOS><RECHAZADOS>1</RECHAZADOS>")
		assert.Equal(t, "DOK", s.document(line{of: 33, folio: 2, amount: 200}))
		d, _ := s.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 1})
		assert.Equal(t, 2, d.Versions, "somebody made it twice")
	})
	t.Run("RFR", func(t *testing.T) {
		t.Parallel()
		s, trackID := again(t, siitest.UploadSettings{RefuseWhole: true})
		assert.Equal(t, "RFR", estado(t, s.status(trackID)))
		assert.Equal(t, "FAU", s.document(line{of: 33, folio: 2, amount: 200}))
	})
}

// The folio of a rejected document is free again, or not: both are told.
func TestFolioOfRejected(t *testing.T) {
	t.Parallel()
	for _, spent := range []bool{false, true} {
		s := newSender(t, 33)
		require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{KeepRejected: spent}))
		wrong := line{of: 33, folio: 1, amount: 100, change: replaced("107100", "107200")}
		s.taken(s.envelope(nil, wrong))
		s.processed()
		assert.Equal(t, "FAU", s.document(wrong), "of a rejected document the SII says nothing else")
		s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 100}))
		s.processed()
		assert.Equal(t, map[bool]string{false: "DOK", true: "FAU"}[spent], s.document(wrong))
	}
}

// Counts may leave out a type, which the mail has.
func TestUncounted(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33, 61)
	var mail string
	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{
		Uncounted: []chile.DocType{61}, Mail: func(m siitest.ResultMail) error { mail = string(m.XML); return nil },
	}))
	s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 100}))
	s.processed()
	trackID := s.taken(s.envelope(nil, line{of: 33, folio: 2, amount: 100}, line{of: 61, folio: 1, amount: 100, refs: reference(33, 1, s.at, "1")}))
	s.processed()
	answer := s.status(trackID)
	assert.Contains(t, answer, "<TIPO_DOCTO>33</TIPO_DOCTO>")
	assert.NotContains(t, answer, "<TIPO_DOCTO>61</TIPO_DOCTO>")
	assert.Contains(t, mail, "<SUBTOTAL><TIPODOC>61</TIPODOC><INFORMADO>1</INFORMADO><ACEPTA>1</ACEPTA></SUBTOTAL>")
}

// What the SII says of folios that came, and of those that did not.
func TestStatesOfDocuments(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33, 56, 61)
	require.NoError(t, s.srv.AnnulFolios(owner, 33, 900, 900))
	var invoices, notes []line
	for i := 1; i <= 6; i++ {
		invoices = append(invoices, line{of: 33, folio: i, amount: 1000})
		note := line{of: 61, folio: i, amount: 1000, refs: reference(33, i, s.at, fmt.Sprint((i-1)%3+1))}
		if i > 3 {
			note.of = 56
		}
		if (i-1)%3 == 1 {
			note.amount = 0
		}
		notes = append(notes, note)
	}
	s.taken(s.envelope(nil, invoices...))
	s.processed()
	assert.Equal(t, "DOK", s.document(invoices[0]))
	trackID := s.taken(s.envelope(nil, notes...))
	assert.Equal(t, "DOK", s.document(invoices[0]), "the notes are not there yet")
	s.processed()
	require.NotContains(t, s.status(trackID), "<ACEPTADOS>0</ACEPTADOS>")
	for i, want := range []string{"ANC", "TMC", "MMC", "AND", "TMD", "MMD"} {
		assert.Equal(t, want, s.document(invoices[i]))
		other := invoices[i]
		other.amount = 1100
		assert.Equal(t, "DNK", s.document(other), "of other data nothing else is told")
	}
	assert.Equal(t, "FAU", s.document(line{of: 33, folio: 7, amount: 1}), "authorised and not sent")
	assert.Equal(t, "FAN", s.document(line{of: 33, folio: 900, amount: 1}))
	assert.Equal(t, "FNA", s.document(line{of: 33, folio: 1001, amount: 1}))
	assert.Equal(t, "FNA", s.document(line{of: 34, folio: 1, amount: 1}))
	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{AnyCAF: true}))
	assert.Equal(t, "FAU", s.document(line{of: 34, folio: 1, amount: 1}), "who knows which were given")
	answer := s.soap("QueryEstDte.jws", strings.Replace(documentQuery(invoices[0], s.at, s.token), "<RutCompania>76192083</RutCompania><DvCompania>9<", "<RutCompania>77222222</RutCompania><DvCompania>K<", 1))
	assert.Equal(t, "EMP", estado(t, answer))
	assert.Contains(t, answer, "<ERR_CODE>6</ERR_CODE>")
}

// getEstDteAv compares the signature, and tells the upload.
func TestSignedDocumentOfUpload(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	l := line{of: 33, folio: 1, amount: 100}
	document := s.dte(l)
	signature := between(t, string(document), "<SignatureValue>", "</SignatureValue>")
	trackID := s.taken(s.envelope(nil, l)) // signed once more, to the same bytes
	query := func(signature string) string {
		return s.soap("services/QueryEstDteAv", "<getEstDteAv><RutEmpresa>76192083</RutEmpresa><DvEmpresa>9</DvEmpresa><RutReceptor>77222222</RutReceptor><DvReceptor>K</DvReceptor>"+
			"<TipoDte>33</TipoDte><FolioDte>1</FolioDte><FechaEmisionDte>"+s.at.Format("02012006")+"</FechaEmisionDte><MontoDte>119</MontoDte><FirmaDte>"+signature+"</FirmaDte><Token>"+s.token+"</Token></getEstDteAv>")
	}
	assert.Contains(t, query(signature), "<RECIBIDO>NO</RECIBIDO><ESTADO>FAU</ESTADO>")
	s.processed()
	answer := query(signature)
	assert.Contains(t, answer, "<RECIBIDO>SI</RECIBIDO><ESTADO>DOK</ESTADO>")
	assert.Contains(t, answer, "<TRACKID>"+strings.TrimLeft(trackID, "0")+"</TRACKID>")
	assert.Contains(t, query("AAAA"+signature[4:]), "<RECIBIDO>SI</RECIBIDO><ESTADO>DNK</ESTADO>")
}

// The mail comes when the upload is processed, once, and again when it is asked for.
func TestResultMail(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	folder := t.TempDir()
	var count int
	write := siitest.MailFolder(folder)
	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{Mail: func(m siitest.ResultMail) error { count++; return write(m) }}))
	trackID := s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 100}, line{of: 33, folio: 2, amount: 100, change: replaced("107100", "107200")}))
	again := func() string {
		return s.soap("services/wsDTECorreo", "<reenvioCorreo><Token>"+s.token+"</Token><RutEmpresa>76192083</RutEmpresa><DvEmpresa>9</DvEmpresa><TrackId>"+trackID+"</TrackId></reenvioCorreo>")
	}
	s.srv.SendMail()
	assert.Contains(t, again(), "<SII:ESTADO>114</SII:ESTADO>")
	assert.Zero(t, count)
	s.processed()
	s.srv.SendMail()
	s.srv.SendMail()
	assert.Equal(t, 1, count)
	assert.Contains(t, again(), "<SII:ESTADO>0</SII:ESTADO>")
	assert.Equal(t, 2, count)

	path := filepath.Join(folder, "RESULTADO_ENVIO_"+trackID+".xml")
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	parsed, err := dte.Parse(file)
	require.NoError(t, err)
	result := parsed.UploadResult
	require.NotNil(t, result)
	assert.Equal(t, dte.UploadIdentification{Issuer: owner, Sender: holder, TrackID: strings.TrimLeft(trackID, "0"), ReceivedAt: "03/11/2026 09:00:00", State: "EPR - Envio Procesado"}, result.Identification)
	assert.Equal(t, []dte.UploadCount{{Type: 33, Informed: 2, Rejected: 1, Accepted: 1}}, result.Statistics.Counts)
	require.Len(t, result.Review.Documents, 1)
	review := result.Review.Documents[0]
	assert.EqualValues(t, 2, review.Folio)
	assert.Equal(t, "RCH - DTE Rechazado", review.State)
	assert.Regexp(t, `^\(HED-3-861\) .*\[107200\]`, review.Details[0])

	t.Run("by xmllint", func(t *testing.T) {
		program, err := exec.LookPath("xmllint")
		if err != nil {
			t.Skip("xmllint is not there")
		}
		out, err := exec.CommandContext(t.Context(), program, "--noout", "--schema", sharedtest.Path(t, "schemas", "RespSII_v10.xsd"), path).CombinedOutput()
		require.NoError(t, err, "%s", out)
	})

	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{Mail: siitest.MailFolder(filepath.Join(folder, "nada"))}))
	again()
	assert.Equal(t, []string{"mail"}, rules(s.srv))
}

// An upload is taken and its answer does not come, or comes late, or is something
// else; or it is not taken.
func TestUploadFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  siitest.Fault
		broken bool
		body   string
		taken  bool
	}{
		"before":       {fault: fault.Dropped(), broken: true},
		"after":        {fault: fault.AnswerLost(), broken: true, taken: true},
		"late":         {fault: fault.UploadLate(time.Minute), body: "<STATUS>0</STATUS>", taken: true},
		"a page":       {fault: fault.UploadPage(), body: "HA OCURRIDO UN ERROR EN EL UPLOAD"},
		"a page after": {fault: fault.UploadPage().Taken(), body: "HA OCURRIDO UN ERROR EN EL UPLOAD", taken: true},
		"empty":        {fault: fault.EmptyAnswer()},
		"empty after":  {fault: fault.EmptyAnswer().Taken(), taken: true},
		"STATUS 9":     {fault: fault.UploadStatus(9), body: "<STATUS>9</STATUS>"},
		"STATUS 106":   {fault: fault.UploadStatus(106), body: "<STATUS>106</STATUS>"},
		"maintenance":  {fault: fault.Maintenance(), body: "503 Service"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(t, 33)
			envelope := s.envelope(nil, line{of: 33, folio: 1, amount: 100})
			s.srv.Fail(siitest.OpSend, test.fault.Once())
			began := s.clock.Now()
			resp, err := s.hc.Do(s.uploadRequest(envelope, nil))
			assert.Equal(t, test.fault.Late, s.clock.Now().Sub(began))
			var body []byte
			if err == nil {
				body, err = io.ReadAll(resp.Body)
				require.NoError(t, errors.Join(err, resp.Body.Close()))
			}
			assert.Equal(t, test.broken, err != nil)
			if test.body == "" {
				assert.Empty(t, body)
			}
			assert.Contains(t, string(body), test.body)
			status, _, _ := s.upload(envelope)
			assert.Equal(t, map[bool]string{true: "99", false: "0"}[test.taken], status)
			assert.Empty(t, s.srv.Violations())
		})
	}
}

// What is larger than may be is refused before it is read.
func TestUploadBounds(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{MaxBytes: 10_000}))
	content := bytes.Repeat([]byte(" "), 10_001)
	status, _, _ := s.upload(content)
	assert.Equal(t, "2", status)
	var read counter
	_, _, body := s.do(s.uploadRequest(nil, func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(io.TeeReader(io.LimitReader(zeros{}, 256<<20), &read)), 256<<20
	}))
	assert.Contains(t, body, "<STATUS>2</STATUS>")
	assert.Less(t, read.Load(), int64(128<<20), "it is refused before it came")
	huge := formBody(holder, owner, strings.Repeat("x", 70), nil)
	huge = bytes.Replace(huge, []byte("\r\n\r\n11111111"), []byte("\r\n\r\n"+strings.Repeat("1", 65)), 1)
	_, _, body = s.do(s.uploadRequest(nil, func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(huge)), int64(len(huge)) }))
	assert.Contains(t, body, "<STATUS>2</STATUS>")
	for _, settings := range []siitest.UploadSettings{{Step: -1}, {Unseen: -1}, {Forget: -1}, {MaxBytes: -1}} {
		require.ErrorIs(t, s.srv.SetUploads(settings), siitest.ErrUploadSettings)
	}
}

// counter counts bytes, which the transport may still read when the answer is there.
type counter struct{ atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) { c.Add(int64(len(p))); return len(p), nil }

// A track id is not known at once, if the settings say so, and processed at once.
func TestUploadUnseen(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	require.NoError(t, s.srv.SetUploads(siitest.UploadSettings{Unseen: time.Minute, AtOnce: true}))
	trackID := s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 100}))
	s.clock.Add(time.Minute - 1)
	assert.Equal(t, "-11", estado(t, s.status(trackID)))
	assert.Equal(t, "DOK", s.document(line{of: 33, folio: 1, amount: 100}))
	s.clock.Add(1)
	assert.Equal(t, "EPR", estado(t, s.status(trackID)))
}

// Of uploads that come at once with the same folio one has it.
func TestUploadsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	var envelopes [][]byte
	for i := range 8 {
		envelopes = append(envelopes, s.envelope(nil, line{of: 33, folio: 1, amount: 100 * (i/2 + 1)}))
	}
	var wg sync.WaitGroup
	statuses := make([]string, len(envelopes))
	for i, envelope := range envelopes {
		wg.Go(func() { statuses[i], _, _ = s.upload(envelope) })
	}
	wg.Wait()
	slices.Sort(statuses)
	assert.Equal(t, []string{"0", "0", "0", "0", "99", "99", "99", "99"}, statuses)
	s.processed()
	d, _ := s.srv.UploadedDocument(chile.DocumentID{Issuer: owner, Type: 33, Folio: 1})
	assert.Equal(t, 4, d.Times)
	accepted := 0
	for _, up := range s.srv.Uploads() {
		if up.TrackID != "" && strings.Contains(s.status(up.TrackID), "<ACEPTADOS>1</ACEPTADOS>") {
			accepted++
		}
	}
	assert.Equal(t, 1, accepted)
}

// The gateway is at two hosts.
func TestUploadHosts(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	for host, want := range map[string]int{"maullin.sii.cl": 200, "palena.sii.cl": 200, "api.sii.cl": 404, "www4.sii.cl": 404} {
		code, _, _ := s.do(s.uploadRequest([]byte("x"), func(r *http.Request) { r.URL.Host = host; r.Host = host }))
		assert.Equal(t, want, code, host)
	}
	code, _, _ := s.do(s.uploadRequest(nil, func(r *http.Request) { r.Method = http.MethodPut }))
	assert.Equal(t, http.StatusMethodNotAllowed, code)
	assert.ElementsMatch(t, []string{"host", "host", "POST"}, rules(s.srv))
}

// The fake knows folios that it gave or was told of; the same ones are given once.
func TestFoliosOfServer(t *testing.T) {
	t.Parallel()
	srv := siitest.NewServer(siitest.WithClock(newClock().Now))
	defer srv.Close()
	other := siitest.NewServer(siitest.WithClock(newClock().Now))
	defer other.Close()
	srv.NameCompany(owner, "Panadería Ñandú")
	file, err := srv.NewCAF(owner, 33, 1, 50)
	require.NoError(t, err)
	assert.Contains(t, string(file), "<RS>Panader\xeda \xd1and\xfa</RS>")
	assert.Contains(t, string(file), "<FA>2026-11-03</FA>")
	same, err := other.NewCAF(owner, 33, 1, 50, siitest.WithCAFName("Panadería Ñandú"))
	require.NoError(t, err)
	assert.Equal(t, string(file), string(same), "of the same seed")
	next, err := srv.NewCAF(owner, 33, 51, 60)
	require.NoError(t, err)
	assert.NotEqual(t, cafModulus(t, file), cafModulus(t, next))
	require.NoError(t, srv.AddCAF(file), "the same again")
	_, err = srv.NewCAF(owner, 33, 50, 50)
	require.ErrorIs(t, err, siitest.ErrCAF)
	_, err = srv.NewCAF(owner, 33, 60, 90)
	require.ErrorIs(t, err, siitest.ErrCAF)
	_, err = srv.NewCAF(owner, 34, 50, 50)
	require.NoError(t, err)
	require.ErrorIs(t, srv.AddCAF([]byte("<AUTORIZACION/>")), dte.ErrCAF)
	require.NoError(t, srv.AnnulFolios(owner, 33, 10, 12))
	for _, r := range [][2]chile.Folio{{12, 13}, {9, 10}, {11, 11}, {0, 1}, {5, 4}} {
		require.ErrorIs(t, srv.AnnulFolios(owner, 33, r[0], r[1]), siitest.ErrCAF)
	}
	require.NoError(t, srv.AnnulFolios(owner, 33, 13, 13))
}

func cafModulus(t *testing.T, file []byte) string { return between(t, string(file), "<M>", "</M>") }

// Who may send, and which folios are known, is as the fake was told.
func TestUploadWorld(t *testing.T) {
	t.Parallel()
	good := line{of: 33, folio: 1, amount: 100}
	outcome := func(t *testing.T, s *sender, content []byte) string {
		status, trackID, body := s.upload(content)
		if status != "0" {
			return "STATUS " + status
		}
		s.processed()
		state := s.status(trackID)
		switch {
		case estado(t, state) != "EPR":
			return estado(t, state)
		case strings.Contains(state, "<RECHAZADOS>0</RECHAZADOS>"):
			return "accepted"
		}
		require.NotEmpty(t, body)
		return "rejected"
	}
	for name, test := range map[string]struct {
		users    map[chile.RUT]judge.Right
		settings siitest.UploadSettings
		stranger bool // the CAF is of another fake
		want     string
	}{
		"may send":         {want: "accepted"},
		"may not send":     {users: map[chile.RUT]judge.Right{holder: judge.Enrolled}, want: "RFR"},
		"is not enrolled":  {users: map[chile.RUT]judge.Right{holder: judge.NoRight}, want: "STATUS 1"},
		"unknown folios":   {stranger: true, want: "rejected"},
		"folios that hold": {stranger: true, settings: siitest.UploadSettings{AnyCAF: true}, want: "accepted"},
		"another world":    {settings: siitest.UploadSettings{World: func(w *judge.World) { w.Company = nil }}, want: "STATUS 6"},
		"in another order": {users: map[chile.RUT]judge.Right{holder: judge.Enrolled}, settings: siitest.UploadSettings{World: func(w *judge.World) { w.Whole, w.Checks = nil, []judge.Check{judge.CheckXML, judge.CheckSchema} }}, want: "accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(t, 33)
			s.srv.AddIssuer(owner, judge.Company{Users: test.users})
			require.NoError(t, s.srv.SetUploads(test.settings))
			if test.stranger {
				file, err := siitest.NewCAF(owner, 33, 1, 1000, siitest.WithCAFDate(november3))
				require.NoError(t, err)
				s.cafs[33] = file
				good := good
				good.folio = 1000
				other := newSender(t)
				other.srv.AddIssuer(owner, judge.Company{})
				require.NoError(t, other.srv.SetUploads(test.settings))
				other.cafs[33] = file
				assert.Equal(t, test.want, outcome(t, other, other.envelope(nil, good)))
				return
			}
			assert.Equal(t, test.want, outcome(t, s, s.envelope(nil, good)))
		})
	}
}

// A real CAF is taken as well as one of the fake.
func TestAddRealCAF(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(sharedtest.Path(t, "caf", "real-redacted"), "*.xml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	srv := siitest.NewServer()
	defer srv.Close()
	for _, path := range files {
		file, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, srv.AddCAF(file), path)
	}
}

// Uploads of a program that nobody of us wrote.
func TestUploadByCurl(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not there")
	}
	s := newSender(t, 33)
	server := &http.Server{Handler: s.srv.Handler(), ReadHeaderTimeout: time.Second}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	path := filepath.Join(t.TempDir(), "envio.xml")
	require.NoError(t, os.WriteFile(path, s.envelope(nil, line{of: 33, folio: 1, amount: 100}), 0o600))
	out, err := exec.CommandContext(t.Context(), program, "-sS", "-A", programAgent, "-b", "TOKEN="+s.token,
		"-F", "rutSender=11111111", "-F", "dvSender=1", "-F", "rutCompany=76192083", "-F", "dvCompany=9", "-F", "archivo=@"+path+";type=text/xml",
		"http://"+listener.Addr().String()+"/cgi_dte/UPL/DTEUpload").CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "<STATUS>0</STATUS>")
	assert.Empty(t, s.srv.Violations())
}

// The company of the form is the issuer of the carátula.
func TestUploadForAnotherCompany(t *testing.T) {
	t.Parallel()
	s := newSender(t, 33)
	other := chile.MustParseRUT("77222222-K")
	s.srv.Authorize(holder, other)
	s.srv.AddIssuer(other, judge.Company{})
	s.issuer = other
	trackID := s.taken(s.envelope(nil, line{of: 33, folio: 1, amount: 100}))
	s.processed()
	assert.Equal(t, "RCT", estado(t, s.status(trackID)))
	assert.Equal(t, []string{"rutCompany"}, rules(s.srv))
	assert.Empty(t, s.srv.UploadedDocuments())
}
