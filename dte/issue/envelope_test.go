package issue_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/bubbletest"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

func envelope(tb testing.TB, docs ...*issue.Signed) []byte {
	tb.Helper()
	file, err := issue.Envelope(approved, docs, ana(tb), noon.Add(time.Hour))
	require.NoError(tb, err)
	return file
}

// many signs documents of one type with folios from 1.
func many(tb testing.TB, name string, n int) []*issue.Signed {
	tb.Helper()
	return signAll(tb, plain(tb, name), n)
}

// signAll signs a draft so many times, with folios from 1.
func signAll(tb testing.TB, draft *issue.Draft, n int) []*issue.Signed {
	tb.Helper()
	caf, id := folios(tb, draft.Identification.Type), ana(tb)
	docs := make([]*issue.Signed, n)
	for i := range docs {
		doc := numbered(tb, draft, chile.Folio(i+1))
		require.NoError(tb, issue.Stamp(doc, caf, noon))
		made, err := issue.Sign(doc, id, noon)
		require.NoError(tb, err)
		docs[i] = made
	}
	return docs
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	var docs []*issue.Signed
	for i := len(types) - 1; i >= 0; i-- {
		if types[i] != "39" && types[i] != "41" {
			docs = append(docs, signed(t, plain(t, types[i]), chile.Folio(i+1)))
		}
	}
	docs = append(docs, many(t, "33", 3)[1:]...)
	checkEnvelope(t, dte.KindEnvelope, docs, []dte.CoverCount{
		{Type: 33, Count: 3},
		{Type: 34, Count: 1},
		{Type: 43, Count: 1},
		{Type: 46, Count: 1},
		{Type: 52, Count: 1},
		{Type: 56, Count: 1},
		{Type: 61, Count: 1},
		{Type: 110, Count: 1},
		{Type: 111, Count: 1},
		{Type: 112, Count: 1},
	})
	docs = append(many(t, "41", 2), many(t, "39", 3)...)
	checkEnvelope(t, dte.KindBoletaEnvelope, docs, []dte.CoverCount{{Type: 39, Count: 3}, {Type: 41, Count: 2}})
}

func checkEnvelope(t *testing.T, kind dte.Kind, docs []*issue.Signed, counts []dte.CoverCount) {
	t.Helper()
	file := envelope(t, docs...)
	assert.Equal(t, string(file), string(envelope(t, docs...)), "the same at the same moment")
	report := verify(t, file)
	assert.Empty(t, report.Refusals(dte.Policy{AnySigner: true, Strict: true}))
	assert.Equal(t, kind, report.File.Kind)
	assert.Equal(t, dte.Cover{
		Version: "1.0", Issuer: company, Sender: chile.MustParseRUT("11111111-1"), Receiver: chile.MustParseRUT("60803000-K"),
		ResolutionDate: dayOf("2014-08-22"), ResolutionNumber: 80, SignedAt: dte.DateTimeOf(noon.Add(time.Hour)), Counts: counts,
	}, report.File.Envelope.Set.Cover)
	rest := file
	for _, d := range docs {
		own := d.Bytes()
		own = bytes.TrimSpace(own[bytes.Index(own, []byte("<DTE")):])
		_, after, ok := bytes.Cut(rest, own)
		require.True(t, ok, "%s stands in it as it was signed, in its turn", d.ID())
		rest = after
	}
}

// TestEnvelopeToACustomer sends to who receives the documents, by somebody else than
// who signed them, in certification too.
func TestEnvelopeToACustomer(t *testing.T) {
	t.Parallel()
	cover := approved
	cover.Receiver, cover.ResolutionNumber = chile.MustParseRUT("77222222-K"), 0
	berta := person(t, "Berta Prueba", "22222222-2", 2)
	file, err := issue.Envelope(cover, many(t, "33", 2), berta, noon)
	require.NoError(t, err)
	report := verify(t, file)
	assert.Empty(t, report.Refusals(anySigner))
	assert.Equal(t, "77222222-K", report.File.Envelope.Set.Cover.Receiver.String())
	assert.Equal(t, "22222222-2", report.File.Envelope.Set.Cover.Sender.String())
	assert.Equal(t, "22222222-2", report.Signatures[len(report.Signatures)-1].Verdict.RUT)
	assert.Equal(t, "11111111-1", report.Documents[0].Signature.Verdict.RUT)
}

func TestEnvelopeRefuses(t *testing.T) {
	t.Parallel()
	invoices, boletas := many(t, "33", 2), many(t, "39", 1)
	in := func(keyID int) *issue.Signed {
		doc := numbered(t, plain(t, "33"), 9)
		require.NoError(t, issue.Stamp(doc, folios(t, 33, siitest.WithCAFKeyID(keyID)), noon))
		made, err := issue.Sign(doc, ana(t), noon)
		require.NoError(t, err)
		return made
	}
	seventh := signed(t, plain(t, "33"), 7)
	named := func(id string) *issue.Signed {
		text := strings.ReplaceAll(string(seventh.Bytes()), "F7T33", id)
		resigned, err := xmlsig.SignAfter([]byte(text[:strings.Index(text, "<Signature")]+"</DTE>"), ana(t), id)
		require.NoError(t, err)
		d, err := issue.ParseSigned(resigned, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
		require.NoError(t, err)
		return d
	}

	other := plain(t, "33")
	other.Issuer.RUT = chile.MustParseRUT("77222222-K")
	foreign := numbered(t, other, 1)
	file, err := siitest.NewCAF(other.Issuer.RUT, 33, 1, 9, siitest.WithCAFDate(dayOf("2026-10-01")))
	require.NoError(t, err)
	caf, err := dte.ParseCAF(file, siitest.CAFKeys())
	require.NoError(t, err)
	require.NoError(t, issue.Stamp(foreign, caf, noon))
	ofOther, err := issue.Sign(foreign, ana(t), noon)
	require.NoError(t, err)

	certification, customer := approved, approved
	certification.ResolutionNumber = 0
	customer.Receiver = chile.MustParseRUT("12345678-5")
	for name, c := range map[string]struct {
		cover issue.Cover
		docs  []*issue.Signed
		id    *xmlsig.Identity
		at    time.Time
		want  error
	}{
		"no documents":                {approved, nil, ana(t), noon, issue.ErrEmpty},
		"nil":                         {approved, []*issue.Signed{nil}, ana(t), noon, issue.ErrEmpty},
		"boletas and others":          {approved, append(boletas, invoices...), ana(t), noon, issue.ErrMixed},
		"two issuers":                 {approved, []*issue.Signed{invoices[0], ofOther}, ana(t), noon, issue.ErrMixed},
		"not for that customer":       {customer, invoices, ana(t), noon, issue.ErrMixed},
		"twice":                       {approved, []*issue.Signed{invoices[0], invoices[1], invoices[0]}, ana(t), noon, issue.ErrRepeated},
		"with the ID of the set":      {approved, []*issue.Signed{named("SetDoc")}, ana(t), noon, issue.ErrRepeated},
		"twice, with two IDs":         {approved, []*issue.Signed{seventh, named("Otro")}, ana(t), noon, issue.ErrRepeated},
		"another with the same ID":    {approved, []*issue.Signed{invoices[0], named("F1T33")}, ana(t), noon, issue.ErrRepeated},
		"no date":                     {issue.Cover{ResolutionNumber: 80}, invoices, ana(t), noon, issue.ErrCover},
		"negative number":             {issue.Cover{ResolutionDate: dayOf("2014-08-22"), ResolutionNumber: -1}, invoices, ana(t), noon, issue.ErrCover},
		"seven digits":                {issue.Cover{ResolutionDate: dayOf("2014-08-22"), ResolutionNumber: 1_000_000}, invoices, ana(t), noon, issue.ErrCover},
		"no moment":                   {approved, invoices, ana(t), time.Time{}, issue.ErrNoTime},
		"nobody":                      {approved, invoices, nil, noon, xmlsig.ErrNoKey},
		"expired":                     {approved, invoices, ana(t), noon.AddDate(5, 0, 0), xmlsig.ErrExpired},
		"not yet valid":               {approved, invoices, ana(t), noon.AddDate(-1, 0, 0), xmlsig.ErrNotYetValid},
		"somebody without RUT":        {approved, invoices, person(t, "Nadie", "", 1), noon, issue.ErrSender},
		"of certification":            {approved, []*issue.Signed{invoices[0], in(100)}, ana(t), noon, issue.ErrEnvironment},
		"of production":               {certification, []*issue.Signed{in(300)}, ana(t), noon, issue.ErrEnvironment},
		"of production, as it should": {approved, []*issue.Signed{in(300)}, ana(t), noon, nil},
		"certification, as it should": {certification, []*issue.Signed{in(100)}, ana(t), noon, nil},
	} {
		made, err := issue.Envelope(c.cover, c.docs, c.id, c.at)
		if c.want == nil {
			require.NoError(t, err, name)
			assert.Empty(t, verify(t, made).Refusals(anySigner), name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
		assert.Nil(t, made, name)
	}
}

// TestKeyOfAnother returns nothing that was signed with another key than that of the
// certificate.
func TestKeyOfAnother(t *testing.T) {
	t.Parallel()
	key := *testkeys.Key(1)
	id, err := xmlsig.NewIdentity(&key, ana(t).Certificate())
	require.NoError(t, err)
	docs := many(t, "33", 2)
	key = *testkeys.Key(2)
	_, err = issue.Envelope(approved, docs, id, noon)
	require.ErrorIs(t, err, xmlsig.ErrKeyMismatch)
	_, err = issue.Sign(stamped(t, nil), id, noon)
	require.ErrorIs(t, err, xmlsig.ErrKeyMismatch)
}

// TestEnvelopeOfTheMost holds 2,000 documents or 500 boletas and no more, and no
// line of it is too long.
func TestEnvelopeOfTheMost(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int{"33": issue.MaxDocuments, "39": issue.MaxBoletas} {
		docs := many(t, name, most+1)
		_, err := issue.Envelope(approved, docs, ana(t), noon)
		require.ErrorIs(t, err, issue.ErrTooMany, name)
		file, err := issue.Envelope(approved, docs[:most], ana(t), noon)
		require.NoError(t, err, name)
		assert.LessOrEqual(t, longestLine(file), 4000, name)
		stream := dte.NewStream(bytes.NewReader(file), &dte.VerifyOptions{Keys: siitest.CAFKeys()})
		n := 0
		for v, err := range stream.Documents() {
			require.NoError(t, err)
			require.Empty(t, v.Refusals(anySigner))
			n++
		}
		assert.Equal(t, most, n)
		report, err := stream.Report()
		require.NoError(t, err)
		assert.Empty(t, report.Refusals(anySigner), name)
	}
}

func longestLine(file []byte) (longest int) {
	for line := range bytes.Lines(file) {
		longest = max(longest, len(bytes.TrimRight(line, "\r\n")))
	}
	return longest
}

// TestMemoryOfAnEnvelope allocates four times the bytes of an envelope at most, all
// in all. It is not parallel, because it measures that.
func TestMemoryOfAnEnvelope(t *testing.T) { //nolint:paralleltest // see above
	if bubbletest.Race {
		t.Skip("the race detector allocates as well; CI measures this without it")
	}
	docs, id := signAll(t, tenLines(t), 400), ana(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file, err := issue.Envelope(approved, docs, id, noon)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4*len(file)))
}
