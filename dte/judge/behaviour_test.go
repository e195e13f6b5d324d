package judge_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// ask judges a scene.
func ask(tb testing.TB, s scene, changes ...func(*judge.World)) *judge.Answer {
	tb.Helper()
	b, w := s(tb)
	for _, change := range changes {
		change(&w)
	}
	return judge.Envelope(b, w)
}

func thorough(w *judge.World) { w.Thorough = true }

// codesOf are the codes of a document.
func codesOf(v *judge.Verdict) (list []judge.Code) {
	for _, f := range v.Findings {
		list = append(list, f.Code)
	}
	return list
}

// What a World does not say is a gap, and nothing is accepted.
func TestUntold(t *testing.T) {
	t.Parallel()
	company := func(change func(*judge.Company)) func(*judge.World) {
		return func(w *judge.World) { companyWith(change)(w, nil) }
	}
	for name, c := range map[string]struct {
		change             func(*judge.World)
		envelope, document []judge.Check
	}{
		"clock":       {func(w *judge.World) { w.Now = time.Time{} }, nil, []judge.Check{judge.CheckLate}},
		"environment": {func(w *judge.World) { w.Environment = "" }, nil, []judge.Check{judge.CheckAuthorized}},
		"keys":        {func(w *judge.World) { w.Keys = nil }, nil, []judge.Check{judge.CheckAuthorized}},
		"folios":      {func(w *judge.World) { w.Folio = nil }, nil, []judge.Check{judge.CheckReceived, judge.CheckAnnulled}},
		"a folio": {
			func(w *judge.World) { w.Folio = func(chile.DocumentID) judge.Folio { return judge.FolioUntold } }, nil,
			[]judge.Check{judge.CheckReceived, judge.CheckAnnulled},
		},
		"documents":  {func(w *judge.World) { w.Document = nil }, nil, []judge.Check{judge.CheckUnreceived, judge.CheckAnnulment}},
		"activities": {company(func(c *judge.Company) { c.Activities = nil }), nil, []judge.Check{judge.CheckActivity}},
		"uploads":    {func(w *judge.World) { w.Uploaded = nil }, []judge.Check{judge.CheckAgain}, nil},
		"uploader":   {func(w *judge.World) { w.Uploader = chile.RUT{} }, []judge.Check{judge.CheckUploader}, nil},
		"users":      {company(func(c *judge.Company) { c.Users = nil }), []judge.Check{judge.CheckUploader, judge.CheckSender}, nil},
		"resolution": {company(func(c *judge.Company) { c.Resolution = judge.Resolution{} }), []judge.Check{judge.CheckResolution}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			annulling := of(but(61, func(p *paper) { p.tail = reference(1, "33", "5", "1") }))
			require.True(t, ask(t, annulling).Clean())
			a := ask(t, annulling, c.change)
			assert.False(t, a.Accepted())
			assert.Empty(t, a.Findings)
			assert.Empty(t, a.Documents[0].Findings)
			assert.Empty(t, a.Documents[0].State)
			assert.Equal(t, gaps(judge.Untold, c.envelope), a.Gaps)
			assert.Equal(t, gaps(judge.Untold, c.document), a.Documents[0].Gaps)
			if len(c.envelope) > 0 {
				assert.Empty(t, a.State)
				assert.Empty(t, a.Counts)
			} else {
				assert.Equal(t, judge.EPR, a.State)
				assert.Equal(t, []judge.Count{{Type: 61, Reported: 1, Unjudged: 1}}, a.Counts)
			}
			gateway := slices.ContainsFunc(c.envelope, func(c judge.Check) bool { return slices.Contains(judge.DefaultGateway(), c) })
			assert.Equal(t, !gateway, a.Upload.Received())
		})
	}
}

func gaps(why judge.Reason, checks []judge.Check) (list []judge.Gap) {
	for _, c := range checks {
		list = append(list, judge.Gap{Check: c, Why: why})
	}
	return list
}

// A certificate that names nobody proves no sender.
func TestNobodysCertificate(t *testing.T) {
	t.Parallel()
	b := letter{signer: identity(t, "", 2)}.build(t, invoice(33).build(t))
	a := judge.Envelope(b, world())
	assert.Equal(t, gaps(judge.Untold, []judge.Check{judge.CheckSender}), a.Gaps)
	assert.False(t, a.Accepted())
}

// An export without payment may have zeros in pesos.
func TestNothingInPesos(t *testing.T) {
	t.Parallel()
	a := ask(t, of(unpaid("<OtraMoneda><TpoMoneda>PESO CL</TpoMoneda><MntExeOtrMnda>0</MntExeOtrMnda><MntTotOtrMnda>0.0</MntTotOtrMnda></OtraMoneda>")), thorough)
	assert.False(t, a.Has(judge.CodeNoPayment))
	assert.True(t, a.Clean(), tell(a))
}

// A signature that does not hold is told with its reason.
func TestReasons(t *testing.T) {
	t.Parallel()
	a := ask(t, mailed(letter{forged: []string{"<TmstFirmaEnv>2026-11-20T11", "<TmstFirmaEnv>2026-11-20T12"}}))
	assert.Equal(t, "xmlsig: digest does not match the document", a.Findings[0].Got)
	a = ask(t, of(but(33, func(p *paper) { p.forged = []string{"<Acteco>410010", "<Acteco>410011"} })))
	assert.Equal(t, "xmlsig: digest does not match the document", a.Documents[0].Findings[0].Got)
	a = ask(t, of(but(33, func(p *paper) { p.dteTag, p.digested = siiTag, xsiTag })))
	assert.Equal(t, "in place, in place", a.Documents[0].Findings[0].Got)
	assert.Equal(t, "cut out", a.Documents[0].Findings[0].Want)
}

// A rejecting document is rejected, whatever else is not known; of an envelope of
// which something is not known, no document is accepted.
func TestUntoldBesideOthers(t *testing.T) {
	t.Parallel()
	two := of(invoice(33), but(33, func(p *paper) { p.folio, p.forged = 8, []string{"<Acteco>410010", "<Acteco>410011"} }))
	a := ask(t, two, func(w *judge.World) { w.Now = time.Time{} })
	assert.Equal(t, judge.EPR, a.State)
	assert.Empty(t, a.Documents[0].State)
	assert.Equal(t, judge.RCH, a.Documents[1].State)
	assert.Equal(t, []judge.Count{{Type: 33, Reported: 2, Rejected: 1, Unjudged: 1}}, a.Counts)

	a = ask(t, two, func(w *judge.World) { w.Uploaded = nil })
	assert.Empty(t, a.State)
	assert.Empty(t, a.Documents[0].State)
	assert.Equal(t, judge.RCH, a.Documents[1].State)
	assert.Empty(t, a.Counts)
}

// States follow from the worst finding; the SII does not count a document with
// reparos as accepted.
func TestStates(t *testing.T) {
	t.Parallel()
	of := func(folio int, change func(*paper)) paper {
		return but(33, func(p *paper) { p.folio = folio; change(p) })
	}
	late := func(p *paper) { p.date = "2026-11-17" }
	badTotal := func(p *paper) { p.total = "11901" }
	a := judge.Envelope(sent(t,
		of(1, func(*paper) {}), of(2, late), of(3, badTotal), of(4, func(p *paper) { late(p); badTotal(p) }),
		of(5, func(p *paper) { badTotal(p); p.forged = []string{"<Acteco>410010", "<Acteco>410011"} }), invoice(34),
	), world())
	states := make([]judge.State, 0, len(a.Documents))
	for i := range a.Documents {
		states = append(states, a.Documents[i].State)
	}
	assert.Equal(t, []judge.State{judge.DOK, judge.RLV, judge.RPR, judge.RPR, judge.RCH, judge.DOK}, states)
	assert.Equal(t, judge.EPR, a.State)
	assert.Equal(t, []judge.Count{{Type: 33, Reported: 5, Accepted: 1, Observed: 3, Rejected: 1}, {Type: 34, Reported: 1, Accepted: 1}}, a.Counts)
	assert.False(t, a.Accepted(), "one is rejected")
	assert.True(t, a.Has(judge.CodeLate))
	assert.False(t, a.Has(judge.CodeAnnulled))
	assert.True(t, a.Documents[1].Has(judge.CodeLate))
	assert.False(t, a.Documents[0].Has(judge.CodeLate))

	a = judge.Envelope(sent(t, of(2, late)), world())
	assert.True(t, a.Accepted())
	assert.False(t, a.Clean())
	for state, accepted := range map[judge.State]bool{judge.DOK: true, judge.RLV: true, judge.RPR: true, judge.RCH: false, judge.EPR: false, "": false} {
		assert.Equal(t, accepted, state.Accepted(), state)
	}
}

// One refusal hides what is behind it, in the order of the World's list.
func TestOrder(t *testing.T) {
	t.Parallel()
	bad := in(of(but(33, func(p *paper) {
		p.caf = []string{"<FA>2026-10-01", "<FA>2026-05-01"}
		p.forged = []string{"<Acteco>410010", "<Acteco>410011"}
		p.cafKey = 1
	})), known(seven, judge.FolioReceived))
	a := ask(t, bad)
	assert.Equal(t, []judge.Code{judge.CodeReceived}, codesOf(&a.Documents[0]))
	assert.Equal(t, []judge.Gap{{Check: judge.CheckReceived, Why: judge.Hidden}}, a.Documents[0].Gaps)

	a = ask(t, bad, func(w *judge.World) {
		w.Checks = judge.DefaultChecks()
		slices.Reverse(w.Checks)
	})
	assert.Equal(t, []judge.Code{judge.CodeActivity}, codesOf(&a.Documents[0]))

	a = ask(t, bad, func(w *judge.World) { w.Folio = func(chile.DocumentID) judge.Folio { return judge.FolioFree } })
	assert.Equal(t, []judge.Code{judge.CodeExpired}, codesOf(&a.Documents[0]))

	a = ask(t, bad, thorough)
	assert.Equal(t, []judge.Code{judge.CodeReceived, judge.CodeExpired, judge.CodeStamp, judge.CodeSignature, judge.CodeActivity}, codesOf(&a.Documents[0]))
	assert.Empty(t, a.Documents[0].Gaps)
	assert.Equal(t, judge.RCH, a.Documents[0].State)
}

// What refuses an envelope hides the checks behind it, and the documents.
func TestRefusal(t *testing.T) {
	t.Parallel()
	strangers := in(of(invoice(33)), func(w *judge.World, _ []byte) { w.Company = nil })
	a := ask(t, strangers)
	require.Len(t, a.Findings, 1)
	assert.Equal(t, gaps(judge.Hidden, []judge.Check{
		judge.CheckUploader, judge.CheckResolution, judge.CheckCover, judge.CheckSetSigned, judge.CheckSender,
	}), a.Gaps)
	assert.Empty(t, a.Documents[0].Findings)

	a = ask(t, strangers, thorough)
	assert.Equal(t, gaps(judge.Untold, []judge.Check{judge.CheckUploader, judge.CheckResolution, judge.CheckSender}), a.Gaps)
	assert.Equal(t, gaps(judge.Untold, []judge.Check{judge.CheckActivity}), a.Documents[0].Gaps)
	assert.Equal(t, 6, a.Upload.Status)
	assert.Empty(t, a.State)

	a = ask(t, in(of(but(33, func(p *paper) { p.forged = []string{"<Acteco>410010", "<Acteco>410011"} })), func(w *judge.World, _ []byte) { w.Company = nil }), thorough)
	assert.True(t, a.Documents[0].Has(judge.CodeSignature))
	assert.Empty(t, a.Documents[0].State, "it does not come to that")
}

// Documents that are something else than their type says are refused, and break
// nothing on the way.
func TestStrangeDocuments(t *testing.T) {
	t.Parallel()
	kinds := []string{"33", "34", "39", "41", "43", "46", "52", "56", "61", "110", "111", "112", "99"}
	for _, kind := range []int{33, 39, 43, 110} {
		good := string(sent(t, invoice(kind)))
		for _, other := range kinds {
			if other == strconv.Itoa(kind) {
				continue
			}
			w := invoiceKnown()
			w.Thorough = true
			b := strings.ReplaceAll(good, "<TipoDTE>"+strconv.Itoa(kind)+"<", "<TipoDTE>"+other+"<")
			a := judge.Envelope([]byte(b), w)
			assert.False(t, a.Accepted())
			assert.True(t, a.Has(judge.CodeSignature))
		}
	}
	for _, mark := range []string{"9", "-1"} {
		a := ask(t, of(but(33, func(p *paper) {
			p.lines = strings.Replace(p.lines, "<NmbItem>", "<IndExe>"+mark+"</IndExe><NmbItem>", 1)
		})), thorough)
		assert.Equal(t, judge.RSC, a.State)
	}
	for _, lost := range []string{"<TSTED>2026-11-20T10:00:00</TSTED>", "<TmstFirma>2026-11-20T10:00:00</TmstFirma>", "<FA>2026-10-01</FA>", "<MntTotal>11900</MntTotal>", "<FchEmis>2026-11-20</FchEmis>"} {
		a := ask(t, of(but(33, func(p *paper) { p.forged = []string{lost, ""} })), thorough)
		assert.False(t, a.Accepted())
		assert.False(t, a.Has(judge.CodeExpired), lost)
		assert.False(t, a.Has(judge.CodeEarlyStamp), lost)
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	a := ask(t, of(invoice(33)), func(w *judge.World) { w.Checks = []judge.Check{} })
	assert.Empty(t, a.State)
	assert.False(t, a.Upload.Received())
	assert.False(t, a.Accepted())
	assert.Len(t, a.Documents, 1)
	left := 0
	for _, list := range [][]judge.Gap{a.Gaps, a.Documents[0].Gaps} {
		for _, g := range list {
			assert.Equal(t, judge.LeftOut, g.Why)
			left++
		}
	}
	assert.Len(t, judge.DefaultChecks(), left)
	assert.Len(t, a.Gaps, 12, "those of the envelope")

	a = ask(t, of(invoice(33)), func(w *judge.World) { w.Checks = append(judge.DefaultChecks(), judge.CheckLate, "weather") })
	assert.Equal(t, []judge.Gap{{Check: "weather", Why: judge.Strange}}, a.Gaps)
	assert.False(t, a.Accepted())

	a = ask(t, of(but(33, func(p *paper) { p.date = "2026-11-01" })), func(w *judge.World) { w.Checks = append(judge.DefaultChecks(), judge.CheckLate) })
	assert.Equal(t, []judge.Code{judge.CodeLate}, codesOf(&a.Documents[0]), "a check that is named twice is made once")
}

// What the gateway refuses has a STATUS; without the check in the gateway the
// envelope ends in the state.
func TestGateway(t *testing.T) {
	t.Parallel()
	all, specimens := specimens(), map[judge.Check]scene{}
	for _, s := range all {
		if _, ok := specimens[s.check]; !ok {
			specimens[s.check] = s.bad
		}
	}
	for check, want := range map[judge.Check]struct {
		status      int
		atOnce      judge.State
		later       judge.State
		isInGateway bool
	}{
		judge.CheckSize:       {2, "", "", true},
		judge.CheckAgain:      {99, "", "", true},
		judge.CheckLines:      {7, judge.RSC, judge.RSC, true},
		judge.CheckXML:        {7, judge.RSC, judge.RSC, true},
		judge.CheckSchemaName: {7, judge.RSC, judge.RSC, true},
		judge.CheckSchema:     {7, judge.RSC, judge.RSC, true},
		judge.CheckCompany:    {6, "", judge.RCT, true},
		judge.CheckUploader:   {1, "", judge.RFR, true},
		judge.CheckSetSigned:  {8, judge.RFR, judge.RFR, false},
		judge.CheckResolution: {0, judge.RCT, judge.RCT, false},
		judge.CheckCover:      {0, judge.RCT, judge.RCT, false},
		judge.CheckSender:     {0, judge.RFR, judge.RFR, false},
	} {
		assert.Equal(t, want.isInGateway, slices.Contains(judge.DefaultGateway(), check))
		a := ask(t, specimens[check], func(w *judge.World) { w.Gateway = []judge.Check{check} })
		assert.Equal(t, judge.Receipt{Made: true, Status: want.status, Errors: a.Upload.Errors}, a.Upload, check)
		assert.Equal(t, want.atOnce, a.State, check)
		assert.Equal(t, want.status == 7 || want.status == 99, len(a.Upload.Errors) > 0, check)

		a = ask(t, specimens[check], func(w *judge.World) { w.Gateway = []judge.Check{} })
		assert.Equal(t, judge.Receipt{Made: true}, a.Upload, check)
		assert.Equal(t, want.later, a.State, check)
		assert.False(t, a.Accepted())
		for i := range a.Documents {
			assert.Empty(t, a.Documents[i].State)
			assert.Equal(t, []judge.Gap{{Check: check, Why: judge.Hidden}}, a.Documents[i].Gaps)
		}
	}
	a := ask(t, specimens[judge.CheckSchema])
	assert.Equal(t, []string{`LSX-00213: only 0 occurrences of particle "MntTotal", minimum is 1`}, a.Upload.Errors)
	a = ask(t, specimens[judge.CheckAgain], thorough)
	assert.Empty(t, a.State, "what was not received has none")
	assert.Empty(t, a.Gaps)
	a = ask(t, specimens[judge.CheckSchema], thorough, func(w *judge.World) { w.MaxLine = 100 })
	assert.Equal(t, []string{"CHR-00002: Line too long (100)"}, a.Upload.Errors, "the gateway stops there")
	a = ask(t, specimens[judge.CheckAgain])
	assert.Equal(t, []string{"Archivo ya fue enviado 2 veces con Trackid 251550580. Debe esperar 900 segundos antes de reintentar"}, a.Upload.Errors)
}

// Reports disagree: the World says which are right.
func TestSettings(t *testing.T) {
	t.Parallel()
	two := in(of(invoice(33), but(33, func(p *paper) { p.folio = 8 })), known(eight, judge.FolioReceived))
	a := ask(t, two)
	assert.Equal(t, judge.EPR, a.State)
	assert.Equal(t, judge.RCH, a.Documents[1].State)
	a = ask(t, two, func(w *judge.World) { w.Whole = map[judge.Code]judge.State{judge.CodeReceived: judge.RFR} })
	assert.Equal(t, judge.RFR, a.State)
	assert.True(t, a.Upload.Received())
	assert.Empty(t, a.Documents[0].State)
	assert.Empty(t, a.Documents[1].State)
	assert.Empty(t, a.Counts)
	require.Len(t, a.Findings, 1)
	assert.Equal(t, judge.CodeReceived, a.Findings[0].Code)
	assert.Equal(t, judge.Rejects, a.Findings[0].Level)

	rounded := of(but(110, func(p *paper) { p.stamp = []string{"<MNT>250.50", "<MNT>250.5"} }))
	assert.Equal(t, judge.RPR, ask(t, rounded).Documents[0].State)
	reject := func(w *judge.World) { w.Levels = map[judge.Code]judge.Level{judge.CodeStampTotal: judge.Rejects} }
	assert.Equal(t, judge.RCH, ask(t, rounded, reject).Documents[0].State)
	slight := func(w *judge.World) { w.Levels = map[judge.Code]judge.Level{judge.CodeStampTotal: judge.Slight} }
	assert.Equal(t, judge.RLV, ask(t, rounded, slight).Documents[0].State)

	newer := of(but(33, func(p *paper) {
		p.header = "<Transporte><Patente>ABCD12</Patente><PatenteCarro>EF3456</PatenteCarro></Transporte>"
	}))
	a = ask(t, newer)
	assert.Equal(t, []judge.Gap{{Check: judge.CheckSchema, Why: judge.NoSchema}}, a.Gaps)
	assert.False(t, a.Accepted())
	assert.True(t, ask(t, newer, func(w *judge.World) { w.Format25 = true }).Clean())

	both := ask(t, of(but(33, func(p *paper) {
		p.idDoc, p.header = "<FmaPago>4</FmaPago>", "<Transporte><PatenteCarro>EF3456</PatenteCarro></Transporte>"
	})), func(w *judge.World) { w.Format25 = true })
	assert.Equal(t, []string{`LSX-00290: invalid enumeration choice "4"`}, both.Upload.Errors)

	since2020 := of(but(33, func(p *paper) {
		p.tail = "<GeoRefEmision><LatitudEmision>-33</LatitudEmision><LongitudEmision>-70</LongitudEmision><SistemaReferencia>1</SistemaReferencia></GeoRefEmision>\n"
	}))
	assert.True(t, ask(t, since2020).Clean())
	assert.Equal(t, judge.RSC, ask(t, since2020, func(w *judge.World) { w.Schema = dte.SchemaOlder }).State)
}

// Of two documents with one folio the first is the one that counts.
func TestFirstOfTwo(t *testing.T) {
	t.Parallel()
	five := but(33, func(p *paper) { p.folio = 5 })
	again := but(33, func(p *paper) { p.folio, p.id = 5, "again" })
	a := ask(t, of(five, again, invoice(61)), func(w *judge.World) {
		w.SameEnvelope = true
		w.Document = func(chile.DocumentID) (judge.Known, bool) { return judge.Known{}, false }
	})
	assert.Equal(t, []judge.State{judge.DOK, judge.RCH, judge.DOK}, []judge.State{a.Documents[0].State, a.Documents[1].State, a.Documents[2].State}, tell(a))
}

// What a note refers to may be known to the SII, stand in the envelope, or neither.
func TestReferredDocuments(t *testing.T) {
	t.Parallel()
	note := func(refs string) paper { return but(61, func(p *paper) { p.tail = refs }) }
	five := but(33, func(p *paper) { p.folio = 5 })
	blind := func(w *judge.World) { w.Document, w.SameEnvelope = nil, true }

	a := ask(t, of(five, note(reference(1, "33", "5", "1"))), blind)
	assert.Equal(t, judge.DOK, a.Documents[1].State, tell(a))
	a = ask(t, of(five, note(reference(1, "33", "6", "1"))), blind)
	assert.Equal(t, gaps(judge.Untold, []judge.Check{judge.CheckUnreceived, judge.CheckAnnulment}), a.Documents[1].Gaps)
	a = ask(t, of(five, note(reference(1, "33", "A6", "3"))), blind)
	assert.Equal(t, []judge.Code{judge.CodeUnreceived}, codesOf(&a.Documents[1]))
	a = ask(t, of(five, note(reference(1, "33", "6", "1"))), func(w *judge.World) { w.SameEnvelope, w.Thorough = true, true })
	assert.Equal(t, []judge.Code{judge.CodeUnreceived}, codesOf(&a.Documents[1]), "there is no total to compare with")
	assert.Empty(t, a.Documents[1].Gaps)
}

// A single DTE is judged as what an envelope may carry.
func TestSingleDTE(t *testing.T) {
	t.Parallel()
	single := func(p paper) scene {
		return func(tb testing.TB) ([]byte, judge.World) {
			tb.Helper()
			return append([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"), latin1(p.build(tb))...), invoiceKnown()
		}
	}
	for _, kind := range []int{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112} {
		for _, tag := range []string{siiTag, bareTag} {
			a := ask(t, single(but(kind, func(p *paper) { p.dteTag = tag })))
			assert.Equal(t, dte.KindDTE, a.Kind)
			assert.Equal(t, judge.Receipt{}, a.Upload)
			assert.Empty(t, a.State)
			assert.Empty(t, a.Findings, "%d: %s", kind, tell(a))
			assert.Equal(t, judge.DOK, a.Documents[0].State, "%d: %s", kind, tell(a))
			assert.False(t, a.Accepted(), "it is no envelope")
			for _, g := range a.Gaps {
				assert.Equal(t, judge.NoEnvelope, g.Why)
			}
			assert.Len(t, a.Gaps, 7)
		}
	}
	a := ask(t, single(but(33, func(p *paper) { p.forged = []string{"<Acteco>410010", "<Acteco>410011"} })))
	assert.Equal(t, judge.RCH, a.Documents[0].State)
	a = ask(t, single(but(33, func(p *paper) { p.dteTag = xsiTag })))
	assert.Equal(t, []judge.Code{judge.CodeSignature}, codesOf(&a.Documents[0]))
	a = ask(t, single(but(33, func(p *paper) { p.dteTag, p.digested = siiTag, bareTag })))
	assert.Equal(t, []judge.Code{judge.CodeSignature}, codesOf(&a.Documents[0]))
	for _, tag := range []string{siiTag, bareTag} {
		a = ask(t, single(but(39, func(p *paper) {
			p.dteTag = tag
			p.idDoc = ""
		})))
		assert.Equal(t, judge.RSC, a.State)
		assert.Equal(t, judge.Receipt{}, a.Upload)
		assert.Empty(t, a.Documents[0].State)
		assert.Equal(t, `LSX-00213: only 0 occurrences of particle "IndServicio", minimum is 1`, a.Findings[1].Words)
	}
	a = ask(t, single(invoice(33)), func(w *judge.World) { w.Company = nil })
	assert.Equal(t, gaps(judge.Untold, []judge.Check{judge.CheckActivity}), a.Documents[0].Gaps)
	a = ask(t, single(invoice(39)), func(w *judge.World) { w.Company = nil })
	assert.Empty(t, a.Documents[0].Gaps, "boletas have no activity")
	older := func(w *judge.World) { w.Schema = dte.SchemaOlder }
	located := single(but(33, func(p *paper) {
		p.tail = "<GeoRefEmision><LatitudEmision>-33</LatitudEmision><LongitudEmision>-70</LongitudEmision><SistemaReferencia>1</SistemaReferencia></GeoRefEmision>\n"
	}))
	assert.Empty(t, ask(t, located).State)
	assert.Equal(t, judge.RSC, ask(t, located, older).State)
	newer := single(but(33, func(p *paper) { p.header = "<Transporte><PatenteCarro>EF3456</PatenteCarro></Transporte>" }))
	assert.Contains(t, ask(t, newer).Gaps, judge.Gap{Check: judge.CheckSchema, Why: judge.NoSchema})
}

// What is no envelope and no DTE is not good, and is said to be so.
func TestOtherFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		state judge.State
		why   judge.Reason
	}{
		"nothing":  {"", "", judge.Unread},
		"no XML":   {"hello", judge.RSC, judge.Unread},
		"a book":   {`<LibroCompraVenta xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`, "", judge.Unread},
		"folios":   {`<ConsumoFolios xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`, "", judge.Strange},
		"cession":  {`<AEC xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`, "", judge.Strange},
		"answer":   {`<RespuestaDTE xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`, judge.RSC, judge.Strange},
		"stranger": {`<EnvioDTE xmlns="urn:x" version="1.0"/>`, judge.RSC, judge.Unread},
	} {
		w := world()
		w.Thorough = true
		a := judge.Envelope([]byte(c.text), w)
		assert.Equal(t, c.state, a.State, name)
		assert.False(t, a.Accepted(), name)
		assert.Empty(t, a.Documents, name)
		assert.Contains(t, a.Gaps, judge.Gap{Check: judge.CheckCover, Why: c.why}, name)
		xml, schema := judge.Gap{Check: judge.CheckXML, Why: judge.Unread}, judge.CheckSchemaName
		assert.NotContains(t, a.Gaps, xml, name)
		told := found(a, judge.CodeSchemaName, schema) != nil
		told = told || slices.ContainsFunc(a.Gaps, func(g judge.Gap) bool { return g.Check == schema })
		assert.True(t, told, "%s: nothing is said of the schema's name", name)
	}
	w := world()
	w.Thorough = true
	empty := judge.Envelope([]byte(`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`), w)
	assert.Equal(t, judge.RSC, empty.State)
	assert.Empty(t, empty.Documents[0].State)
	assert.True(t, empty.Documents[0].Has(judge.CodeSignature))
	assert.False(t, empty.Has(judge.CodeCAF))
	assert.False(t, empty.Has(judge.CodeStamp))
}

// Bounds hold before the file is read.
func TestBounds(t *testing.T) {
	t.Parallel()
	deep := "<EnvioDTE>" + strings.Repeat("<a>\n", 5000) + strings.Repeat("</a>\n", 5000) + "</EnvioDTE>"
	a := judge.Envelope([]byte(deep), world())
	assert.Contains(t, a.Gaps, judge.Gap{Check: judge.CheckXML, Why: judge.Unread})
	assert.False(t, a.Accepted())
	assert.Empty(t, a.State)

	for n := 250; n < 260; n++ { // as deep as is read, and deeper
		text := `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">` + strings.Repeat("<a>\n", n) + strings.Repeat("</a>\n", n) + "</DTE>"
		assert.False(t, judge.Envelope([]byte(text), world()).Accepted())
	}

	a = ask(t, of(invoice(33)), func(w *judge.World) {
		w.MaxBytes = 1000
		w.Checks = slices.DeleteFunc(judge.DefaultChecks(), func(c judge.Check) bool { return c == judge.CheckSize })
	})
	assert.Contains(t, a.Gaps, judge.Gap{Check: judge.CheckXML, Why: judge.Unread})
	assert.Empty(t, a.Documents)

	a = ask(t, of(but(110, func(p *paper) { p.tail = strings.Repeat(global("D", "%", "1", "1"), 101) })), thorough)
	assert.Contains(t, a.Documents[0].Gaps, judge.Gap{Check: judge.CheckExempt, Why: judge.TooLarge})
	assert.False(t, a.Has(judge.CodeExempt))

	// Amounts that nobody can add up are not judged, and nothing is guessed.
	const huge = "999999999999999999"
	for name, p := range map[string]paper{
		"line":        lined(33, "11900", invoice(33).totals, line(1, "Hormigón", "<MontoItem>"+huge+"</MontoItem>")),
		"lines":       lined(33, "11900", invoice(33).totals, strings.Repeat(plain(1, 1), 5001)),
		"taxes":       lined(33, "11900", invoice(33).totals+strings.Repeat("<ImptoReten><TipoImp>24</TipoImp><MontoImp>1</MontoImp></ImptoReten>\n", 5001), plain(1, 10000)),
		"tax":         lined(33, "11900", invoice(33).totals+"<ImptoReten><TipoImp>24</TipoImp><MontoImp>"+huge+"</MontoImp></ImptoReten>", plain(1, 10000)),
		"net":         lined(33, "11900", "<MntNeto>"+huge+"</MntNeto><TasaIVA>19</TasaIVA><IVA>1900</IVA>", plain(1, 1)),
		"commissions": but(43, func(p *paper) { p.totals += "<Comisiones><ValComNeto>" + huge + "</ValComNeto></Comisiones>" }),
		"adjustment":  but(33, func(p *paper) { p.tail = global("R", "$", "9999999999999999.99", "") }),
		"adjustments": but(33, func(p *paper) { p.tail = strings.Repeat(global("R", "$", "999999999999999", ""), 2) }),
		"unsettled":   lined(33, "11900", invoice(33).totals+strings.Repeat("<ImptoReten><TipoImp>53</TipoImp><MontoImp>1</MontoImp></ImptoReten>\n", 7), plain(1, 10000)),
	} {
		a := ask(t, of(p), thorough)
		assert.Contains(t, a.Documents[0].Gaps, judge.Gap{Check: judge.CheckTotal, Why: judge.TooLarge}, name)
		assert.False(t, a.Documents[0].Has(judge.CodeTotal), name)
		assert.False(t, a.Documents[0].Has(judge.CodeNet), name)
		seen := map[judge.Gap]bool{}
		for _, g := range a.Documents[0].Gaps {
			assert.False(t, seen[g], "%s: %s is told twice", name, g.Check)
			seen[g] = true
		}
		assert.Empty(t, a.Documents[0].State)
	}
	for name, p := range map[string]paper{
		"price":     lined(33, "11900", invoice(33).totals, line(1, "Hormigón", "<QtyItem>999999999999</QtyItem><PrcItem>999999999999</PrcItem><MontoItem>10000</MontoItem>")),
		"discount":  lined(33, "11900", invoice(33).totals, line(1, "Hormigón", "<PrcItem>10</PrcItem><DescuentoMonto>"+huge+"</DescuentoMonto><MontoItem>10000</MontoItem>")),
		"surcharge": lined(33, "11900", invoice(33).totals, line(1, "Hormigón", "<PrcItem>10</PrcItem><RecargoMonto>"+huge+"</RecargoMonto><MontoItem>10000</MontoItem>")),
	} {
		a := ask(t, of(p), thorough)
		assert.Contains(t, a.Documents[0].Gaps, judge.Gap{Check: judge.CheckLineSums, Why: judge.TooLarge}, name)
		assert.False(t, a.Documents[0].Has(judge.CodeLineSum), name)
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]judge.Finding{
		"DTE-3-101":       {Code: judge.CodeReceived},
		"DET L[2] -2-200": {Code: judge.CodeLineSum, Line: 2},
		"REF L[5] -3-758": {Code: judge.CodeReferenceCode, Line: 5},
		"REF-3-750":       {Code: judge.CodeUnreceived, Line: 1},
		"DET-2-200":       {Code: judge.CodeLineSum},
		"LSX-00204: extra data at end of complex element": {Code: judge.CodeSchemaExtra, Words: "LSX-00204: extra data at end of complex element"},
	} {
		assert.Equal(t, want, f.Text())
	}
	f := judge.Finding{Code: judge.CodeTotal, Path: "Encabezado/Totales/MntTotal", Got: "11901", Want: "11900"}
	assert.Equal(t, "HED-2-260 Encabezado/Totales/MntTotal [11901] <> [11900]", f.String())
	f.Got = ""
	assert.Equal(t, "HED-2-260 Encabezado/Totales/MntTotal [] <> [11900]", f.String())
	f = judge.Finding{Code: judge.CodeAnnulled, Got: "7"}
	assert.Equal(t, "DTE-3-601 [7]", f.String())
	assert.Equal(t, "DTE-3-101", (&judge.Finding{Code: judge.CodeReceived}).String())

	assert.Equal(t, []string{"", "slight", "serious", "rejects", ""}, []string{
		judge.Level(0).String(), judge.Slight.String(), judge.Serious.String(), judge.Rejects.String(), judge.Level(9).String(),
	})
	b, err := json.Marshal(judge.Finding{Check: judge.CheckTotal, Code: judge.CodeTotal, Level: judge.Serious})
	require.NoError(t, err)
	assert.JSONEq(t, `{"check":"total","code":"HED-2-260","level":"serious"}`, string(b))

	long := strings.Repeat("ñ", 81)
	a := ask(t, of(swapped(33, "<CmnaRecep>Santiago", "<CmnaRecep>"+long)))
	assert.Equal(t, strings.Repeat("ñ", 80)+"…", a.Findings[1].Got)

	for _, c := range judge.Codes() {
		assert.NotZero(t, c.Level(), c)
		assert.NotEmpty(t, c.English(), c)
		assert.NotEmpty(t, c.Spanish(), c)
		unnumbered := slices.Contains([]judge.Code{judge.CodeXML, judge.CodeSchemaOther, judge.CodeEnvelopeSignature, judge.CodeCover, judge.CodeCAF, judge.CodeStampData, judge.CodeHeader, judge.CodeSum}, c)
		assert.Equal(t, !unnumbered, c.Numbered(), c)
	}
	assert.False(t, judge.Code("TED-1-647").Numbered())
	for _, invented := range []judge.Code{"TED-1-647", "CAF-3-516", "REF-3-751"} {
		assert.NotContains(t, judge.Codes(), invented)
		assert.Zero(t, invented.Level())
	}
}
