package siiemit

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
)

// some rejects and observes documents by their folios.
func some(verdicts map[chile.Folio]sii.Verdict) func(chile.DocumentID) sii.Verdict {
	return func(id chile.DocumentID) sii.Verdict {
		if v, ok := verdicts[id.Folio]; ok {
			return v
		}
		return sii.VerdictAccepted
	}
}

// issueMany issues invoices with the keys, in one envelope.
func (w *world) issueMany(keys ...string) (docs []*Document) {
	w.t.Helper()
	var todo []Order
	for i, key := range keys {
		todo = append(todo, Order{Key: key, Draft: invoice(w.t, 1000+i)})
	}
	for _, out := range w.IssueAll(w.t.Context(), todo) {
		require.NoError(w.t, out.Err)
		docs = append(docs, out.Document)
	}
	return docs
}

// One rejected document does not hold the others, and each has a verdict of its own.
func TestVerdictOfEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.judge = some(map[chile.Folio]sii.Verdict{2: sii.VerdictRejected, 3: sii.VerdictObserved})
	docs := w.issueMany("1", "2", "3", "4")
	for i, want := range []State{StateAccepted, StateRejected, StateAccepted, StateAccepted} {
		doc := w.wait(docs[i])
		assert.Equal(t, want, doc.State, "%s", doc.ID)
		assert.False(t, doc.CodesKnown, "which one has objections, only the mail tells")
	}
	doc, err := w.ByKey(t.Context(), "2")
	require.NoError(t, err)
	assert.Equal(t, "FAU", doc.Estado)
	assert.Equal(t, []string{"0260000000"}, w.sii.mails, "the mail is asked for once")

	again, err := w.Result(t.Context(), w.sii.mail("260000000", companyRUT))
	require.NoError(t, err)
	require.Len(t, again, 4)
	assert.Equal(t, StateRejected, again[1].State)
	assert.Equal(t, []storage.VerdictCode{{Code: "HED-3-861", Text: "Acteco no registrado"}}, again[1].Codes)
	assert.True(t, again[1].CodesKnown)
	assert.Equal(t, StateObserved, again[2].State)
	assert.Equal(t, []storage.VerdictCode{{Code: "DTE-1-650", Text: "Tarde"}}, again[2].Codes)
	assert.Equal(t, StateAccepted, again[3].State)
	assert.True(t, again[3].CodesKnown)
	assert.Empty(t, again[3].Codes)
}

func TestAllObserved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{NoMail: true})
	w.sii.judge = some(map[chile.Folio]sii.Verdict{1: sii.VerdictObserved, 2: sii.VerdictObserved})
	for _, doc := range w.issueMany("1", "2") {
		doc = w.wait(doc)
		assert.Equal(t, StateObserved, doc.State)
		assert.False(t, doc.CodesKnown)
	}
	assert.Empty(t, w.sii.mails)
}

// An EPR without counts is no verdict: each document is asked for.
func TestTypeMissingInCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{NotesUnasked: true})
	w.sii.leaveOut = 61
	invoiceDoc := w.wait(w.issue("1", 1000))
	require.Equal(t, StateAccepted, invoiceDoc.State)
	note, err := w.Issue(t.Context(), "n", annulment(t, 33, 1, 1000), nil)
	require.NoError(t, err)
	assert.Equal(t, StateAccepted, w.wait(note).State)

	w.sii.judge = func(id chile.DocumentID) sii.Verdict { return sii.VerdictRejected }
	other, err := w.Issue(t.Context(), "m", annulment(t, 33, 1, 500), nil)
	require.NoError(t, err)
	began := w.clock.Now()
	assert.Equal(t, StateRejected, w.wait(other).State)
	assert.GreaterOrEqual(t, w.clock.Now().Sub(began), time.Hour, "no count says that it was rejected: it is waited for")
}

// An answer that says nothing decides nothing.
func TestProcessedIsNoVerdict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("1", 1)
	w.clock.Pass(10 * time.Minute)
	record := w.sii.docs[doc.ID]
	record.at = w.clock.Now().Add(50 * time.Minute) // the query is behind the counts
	w.sii.tracks[0].verdicts[doc.ID] = sii.VerdictUnknown
	w.sii.leaveOut = 33
	w.resume()
	assert.Equal(t, StateSent, w.state("1"))
	assert.Equal(t, StateAccepted, w.wait(doc).State)
}

// That the SII had the folio before never makes a document of this store rejected.
func TestRepeatedIsNeverRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.memory, w.sii.process = never, 30*time.Minute
	w.sii.then(dropAfter)
	doc := w.issue("1", 1)
	w.clock.Pass(2 * time.Minute)
	w.resume() // a second copy, which the SII rejects with DTE-3-101
	require.Equal(t, 2, w.sii.uploads)
	after, err := w.Result(t.Context(), w.sii.mail("260000001", companyRUT))
	require.NoError(t, err)
	assert.Equal(t, StateSent, after[0].State)
	assert.Equal(t, "DTE-3-101", after[0].Codes[0].Code)
	assert.Equal(t, StateAccepted, w.wait(doc).State, "the earlier upload is looked up")
	after, err = w.Result(t.Context(), w.sii.mail("260000001", companyRUT))
	require.NoError(t, err)
	assert.Equal(t, StateAccepted, after[0].State, "and a mail that is late changes nothing")

	w = newWorld(t, Settings{})
	doc = w.issue("1", 1)
	w.sii.docs[doc.ID].accepted = false
	w.sii.tracks[0].verdicts[doc.ID], w.sii.tracks[0].repeated[doc.ID] = sii.VerdictRejected, true
	_, err = w.Result(t.Context(), w.sii.mail("260000000", companyRUT))
	require.NoError(t, err)
	after2, err := w.Wait(t.Context(), doc.ID)
	require.ErrorIs(t, err, ErrNoVerdict)
	assert.Equal(t, StateSent, after2.State, "a person decides")
	assert.Contains(t, w.inbox.kinds(), siisync.AlertUndecided)
}

// Another document of the same folio at the SII is told, and no verdict.
func TestOtherDocumentOfTheFolio(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("1", 1)
	w.sii.docs[doc.ID].total++
	w.sii.tracks[0].verdicts[doc.ID] = sii.VerdictRejected
	w.clock.Pass(time.Hour)
	w.resume()
	assert.Equal(t, StateSent, w.state("1"))
	assert.Equal(t, []siisync.AlertKind{siisync.AlertUndecided}, w.inbox.kinds())
}

// A folio that was annulled at the SII can be no document's.
func TestAnnulledFolioOfADocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	doc := w.issue("1", 1)
	w.sii.docs[doc.ID].spent = true
	w.sii.tracks[0].verdicts[doc.ID] = sii.VerdictRejected
	doc = w.wait(doc)
	assert.Equal(t, StateRejected, doc.State)
	assert.Equal(t, "FAN", doc.Estado)
}

func TestResultRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	docs := w.issueMany("1", "2")
	w.wait(docs[0])
	good := string(w.sii.mail("260000000", companyRUT))
	for name, text := range map[string]string{
		"no XML":              "hello",
		"a document":          string(docs[0].XML),
		"another company":     strings.Replace(good, companyRUT.String(), "77222222-K", 1),
		"another upload":      strings.Replace(good, "0260000000", "0999999999", 1),
		"no track id":         strings.Replace(good, "0260000000", "", 1),
		"a strange document":  strings.Replace(good, "</RESULTADO_ENVIO>", `<REVISIONENVIO><REVISIONDTE><FOLIO>9</FOLIO><TIPODTE>33</TIPODTE><ESTADO>RCH</ESTADO><DETALLE>x</DETALLE></REVISIONDTE></REVISIONENVIO></RESULTADO_ENVIO>`, 1),
		"two verdicts on one": strings.Replace(good, "</RESULTADO_ENVIO>", `<REVISIONENVIO>`+strings.Repeat(`<REVISIONDTE><FOLIO>1</FOLIO><TIPODTE>33</TIPODTE><ESTADO>RCH</ESTADO><DETALLE>x</DETALLE></REVISIONDTE>`, 2)+`</REVISIONENVIO></RESULTADO_ENVIO>`, 1),
		"too long":            good + strings.Repeat(" ", maxMail),
	} {
		_, err := w.Result(t.Context(), []byte(text))
		require.ErrorIs(t, err, ErrResult, name)
	}
	after, err := w.Result(t.Context(), []byte(strings.Replace(good, "EPR - Envio Procesado", "RFR - Rechazado", 1)))
	require.NoError(t, err)
	assert.Equal(t, StateAccepted, after[0].State, "what is accepted stays")
}

func TestSplitAndCodes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"EPR - Envio Procesado": {"EPR", "Envio Procesado"}, "RCH": {"RCH", ""}, " RLV:  leve": {"RLV", "leve"}, "": {"", ""},
	} {
		estado, glosa := splitState(text)
		assert.Equal(t, want, [2]string{estado, glosa}, text)
	}
	got := codesOf([]string{"(DTE-3-101) Folio ya usado", "REF L[5] -3-758 : falta CodRef", "DET L[2] -2-200", "texto sin código", "(HED-1-803)"})
	assert.Equal(t, []storage.VerdictCode{
		{Code: "DTE-3-101", Text: "Folio ya usado"},
		{Code: "REF L[5] -3-758", Text: "falta CodRef"},
		{Code: "DET L[2] -2-200"},
		{Text: "texto sin código"},
		{Code: "HED-1-803"},
	}, got)
	assert.Len(t, codesOf(make([]string, 100)), maxCodes)
	for code, want := range map[string]bool{"DTE-3-101": true, "DTE-3-100": true, "DTE-3-505": false, "HED-3-101": false, "": false, "DTE-3-1010": false} {
		assert.Equal(t, want, isDuplicate(storage.VerdictCode{Code: code}), code)
	}
}

func FuzzReadMail(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><RESULTADO_ENVIO><IDENTIFICACION><RUTEMISOR>76111111-6</RUTEMISOR><TRACKID>1</TRACKID><ESTADO>EPR</ESTADO></IDENTIFICACION></RESULTADO_ENVIO>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := readMail(text, companyRUT)
		if err != nil {
			require.ErrorIs(t, err, ErrResult)
			return
		}
		require.NotEmpty(t, m.trackID)
		for _, r := range m.reviews {
			require.LessOrEqual(t, len(r.codes), maxCodes)
		}
	})
}

// Until the codes of what was rejected have come, the judge's are shown, as foreseen.
func TestForeseen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{}, WithDrafting(issue.Options{Policy: &issue.Policy{}}))
	w.sii.judge = some(map[chile.Folio]sii.Verdict{1: sii.VerdictRejected})
	doc := w.issue("1", 1)
	assert.Empty(t, doc.Foreseen)
	w.drafting.Policy.Activities = []int{1} // which a clerk has mended meanwhile
	doc = w.wait(doc)
	require.NotEmpty(t, doc.Foreseen)
	assert.Equal(t, "HED-3-861", doc.Foreseen[0].Code)
	assert.False(t, doc.CodesKnown)
	assert.Empty(t, doc.Codes)
	after, err := w.Result(t.Context(), w.sii.mail("260000000", companyRUT))
	require.NoError(t, err)
	assert.True(t, after[0].CodesKnown)
	assert.Equal(t, "HED-3-861", after[0].Codes[0].Code)
	assert.Empty(t, after[0].Foreseen, "the SII has said it itself")
}

// Counts of more documents than the envelope has accept none of them.
func TestCountsOfMoreDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.judge = some(map[chile.Folio]sii.Verdict{2: sii.VerdictRejected})
	docs := w.issueMany("1", "2")
	strange := chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: 99}
	track := w.sii.tracks[0]
	track.ids, track.verdicts[strange] = append(track.ids, strange), sii.VerdictAccepted
	assert.Equal(t, StateAccepted, w.wait(docs[0]).State)
	assert.Equal(t, StateRejected, w.wait(docs[1]).State)
}

// The track id of an envelope that was refused says nothing of the one after it.
func TestTrackIDOfARefusedEnvelope(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.state = "RFR"
	doc := w.issue("1", 1)
	held, err := w.Wait(t.Context(), doc.ID)
	require.ErrorIs(t, err, ErrHeld)
	w.sii.state = ""
	w.sii.then(dropBefore)
	_, err = w.Resend(t.Context(), held)
	require.NoError(t, err)
	_, signature, _ := strings.Cut(string(doc.XML), "<SignatureValue>")
	signature, _, _ = strings.Cut(signature, "</SignatureValue>")
	w.sii.docs[doc.ID] = &recordOf{
		signature: signature, trackID: held.TrackIDs[0], receiver: doc.Receiver, date: doc.Date, total: doc.Total, accepted: true,
	}
	w.clock.Pass(time.Hour)
	w.resume()
	assert.Equal(t, 3, w.sii.uploads, "its bytes go again")
}
