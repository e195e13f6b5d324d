package dte_test

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/xmlsig"
)

func verifyOK(t *testing.T, src []byte) *dte.Report {
	t.Helper()
	r, err := dte.Verify(src, &dte.VerifyOptions{Keys: testKeys()})
	require.NoError(t, err)
	return r
}

// codes returns the codes of what is wrong or a warning, in all grades of a file.
func codes(r *dte.Report) (list []dte.Code) {
	for _, f := range r.Refusals(dte.Policy{AnySigner: true, Strict: true}) {
		list = append(list, f.Code)
	}
	return list
}

func TestVerifyGood(t *testing.T) {
	t.Parallel()
	for name, src := range map[string][]byte{
		"DTE":      testDTE(t, 1),
		"envelope": testEnvelope(t, testDTE(t, 1), testDTE(t, 2)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := verifyOK(t, src)
			assert.Empty(t, r.Refusals(anaPolicy(t)))
			assert.True(t, r.OK(anaPolicy(t)))
			assert.Empty(t, codes(r))
			for i := range r.Documents {
				assert.True(t, r.Documents[i].OK(anaPolicy(t)))
				assert.Equal(t, dte.FormSII, max(r.Documents[i].Stamp.Form, dte.FormSII))
			}
			assert.False(t, r.OK(dte.Policy{}), "the zero policy trusts nobody")
			refusals := r.Refusals(dte.Policy{})
			require.NotEmpty(t, refusals)
			require.ErrorIs(t, refusals[0], xmlsig.ErrUntrusted)
		})
	}
}

// One thing is changed before signing, and exactly what follows from it is found.
func TestVerifyFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes []string
		want    []dte.Code
	}{
		"stamp of another issuer": {[]string{"<DD><RE>76111111-6", "<DD><RE>76222222-1"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFIssuer, dte.CodeAgreementIssuer}},
		"stamp of another type":   {[]string{"<TD>33</TD><F>", "<TD>34</TD><F>"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFType, dte.CodeAgreementType}},
		"stamp of another folio":  {[]string{"<F>1</F>", "<F>2</F>"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementFolio}},
		"folio out of range":      {[]string{"<F>1</F>", "<F>20001</F>", "<Folio>1</Folio>", "<Folio>20001</Folio>"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFFolio}},
		"stamp of another date":   {[]string{"<FE>2026-11-20", "<FE>2026-11-19"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementDate}},
		"stamp of another buyer":  {[]string{"<RR>77222222-K", "<RR>76111111-6"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementReceiver}},
		"stamp of another name":   {[]string{"<RSR>Receptora", "<RSR>Otra"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementName}},
		"stamp of another total":  {[]string{"<MNT>11900", "<MNT>11901"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementTotal}},
		"stamp of another item":   {[]string{"<IT1>Hormigón", "<IT1>Fierro"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementItem}},
		"stamp made later":        {[]string{"<TSTED>2026-11-20T10:00:00", "<TSTED>2026-11-20T10:00:01"}, []dte.Code{dte.CodeStampSignature, dte.CodeAgreementStampedAt}},
		"stamp after the CAF":     {[]string{"<TSTED>2026-11-20", "<TSTED>2027-11-20"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFExpired, dte.CodeAgreementStampedAt}},
		"document before the CAF": {
			[]string{"<FE>2026-11-20", "<FE>2026-09-30", "<FchEmis>2026-11-20", "<FchEmis>2026-09-30"},
			[]dte.Code{dte.CodeStampSignature, dte.CodeCAFEarlyIssue},
		},
		"document after the CAF": {
			[]string{"<FE>2026-11-20", "<FE>2027-04-02", "<FchEmis>2026-11-20", "<FchEmis>2027-04-02"},
			[]dte.Code{dte.CodeStampSignature, dte.CodeCAFExpired},
		},
		"last day of the CAF": {
			[]string{"<FE>2026-11-20", "<FE>2027-04-01", "<FchEmis>2026-11-20", "<FchEmis>2027-04-01"},
			[]dte.Code{dte.CodeStampSignature},
		},
		"stamp before the CAF":   {[]string{"<TSTED>2026-11-20", "<TSTED>2025-11-20"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFEarlyStamp}},
		"another document":       {[]string{"<MntTotal>11900", "<MntTotal>11901"}, []dte.Code{dte.CodeAgreementTotal, dte.CodeTotalsTotal}},
		"range of the CAF":       {[]string{"<H>20000", "<H>20001"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFSignature}},
		"unknown key of the SII": {[]string{"<IDK>666", "<IDK>667"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFUnknownKey}},
		"key of the SII's":       {[]string{"<IDK>666", "<IDK>300"}, []dte.Code{dte.CodeStampSignature, dte.CodeCAFSignature}},
		"algorithm of the stamp": {[]string{`<FRMT algoritmo="SHA1withRSA"`, `<FRMT algoritmo="MD5"`}, []dte.Code{dte.CodeStampAlgorithm, dte.CodeSchemaList}},
		"spaces in the stamp":    {[]string{"</RE><TD>33</TD><F>", "</RE>\n\t <TD>33</TD><F>"}, nil},
		"VAT":                    {[]string{"<IVA>1900", "<IVA>1901", "<MntTotal>11900", "<MntTotal>11901"}, []dte.Code{dte.CodeAgreementTotal, dte.CodeTotalsVAT}},
		"line":                   {[]string{"<QtyItem>2.5", "<QtyItem>3"}, []dte.Code{dte.CodeTotalsLine}},
		"signed before issue":    {[]string{"<TmstFirma>2026-11-20", "<TmstFirma>2026-11-19"}, []dte.Code{dte.CodeAgreementStampedAt}},
		"certificate not valid":  {[]string{"<TmstFirma>2026", "<TmstFirma>2046"}, []dte.Code{dte.CodeSignatureExpired}},
		"certificate too new":    {[]string{"<TmstFirma>2026", "<TmstFirma>2021"}, []dte.Code{dte.CodeSignatureEarly, dte.CodeAgreementStampedAt}},
		"no stamp": {[]string{"<TED version", "<TEX version", "</TED>", "</TEX>"}, []dte.Code{
			dte.CodeStampAbsent, dte.CodeCAFAbsent, dte.CodeUngraded, dte.CodeSchemaUnexpected,
		}},
		"value unreadable": {[]string{"<Acteco>410010", "<Acteco>x"}, []dte.Code{dte.CodeSchemaType, dte.CodeValuesUnreadable}},
		"element twice":    {[]string{"<IVA>1900</IVA>", "<IVA>1900</IVA><IVA>7</IVA>"}, []dte.Code{dte.CodeSchemaUnexpected, dte.CodeValuesUnreadable}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := testDTE(t, 1, c.changes...)
			r := verifyOK(t, src)
			assert.ElementsMatch(t, c.want, codes(r), "%v", r.Refusals(dte.Policy{AnySigner: true, Strict: true}))
			for _, f := range r.Refusals(dte.Policy{AnySigner: true, Strict: true}) {
				assert.NotEqual(t, string(f.Code), f.English(), "words in English")
				assert.NotEqual(t, f.English(), f.Spanish(), "words in Spanish")
			}
		})
	}
}

// A stamp holds over no other values than those that are read: comments and CDATA
// in it, which the document's signature does not cover, are no way around.
func TestVerifyStampBinding(t *testing.T) {
	t.Parallel()
	good := string(testDTE(t, 1))
	for name, change := range map[string][2]string{
		"comment in a value":    {"<MNT>11900</MNT>", "<MNT>1<!--1900</MNT>-->1900</MNT>"},
		"comment hides a value": {"<MNT>11900</MNT>", "<!--<MNT>11900</MNT>--><MNT>11901</MNT>"},
		"CDATA shows a value":   {"<MNT>11900</MNT>", "<MNT><![CDATA[11900]]></MNT>"},
		"reference":             {"<MNT>11900</MNT>", "<MNT>&#49;1900</MNT>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := strings.Replace(good, change[0], change[1], 1)
			require.NotEqual(t, good, src)
			v := verifyOK(t, []byte(src)).Documents[0]
			if v.Stamp.OK() {
				assert.Equal(t, "11900", v.DTE.Stamp().Data.Total.String())
			} else {
				assert.True(t, v.Stamp.Has(dte.CodeStampSignature))
			}
		})
	}
}

// What is moved, doubled or left out in an envelope is never taken for signed.
func TestVerifyEnvelopeAttacks(t *testing.T) {
	t.Parallel()
	one, two := string(testDTE(t, 1)), string(testDTE(t, 2))
	envelope := string(testEnvelope(t, []byte(one), []byte(two)))
	documentOf := func(d string) string {
		return d[strings.Index(d, "<Documento ") : strings.Index(d, "</Documento>")+len("</Documento>")]
	}
	signatureOf := func(d string) string {
		return d[strings.LastIndex(d, "<Signature ") : strings.LastIndex(d, "</Signature>")+len("</Signature>")]
	}
	for name, c := range map[string]struct {
		src       string
		unsigned  []int // documents that must not be OK
		envelope  dte.Code
		documents int
	}{
		"nothing":                  {envelope, nil, "", 2},
		"document without":         {strings.Replace(envelope, signatureOf(one), "", 1), []int{0}, dte.CodeSignatureDigest, 2},
		"signatures swapped":       {strings.NewReplacer(signatureOf(one), signatureOf(two), signatureOf(two), signatureOf(one)).Replace(envelope), []int{0, 1}, dte.CodeSignatureDigest, 2},
		"document changed":         {strings.Replace(envelope, "<MntTotal>11900", "<MntTotal>11901", 1), []int{0}, dte.CodeSignatureDigest, 2},
		"document added":           {strings.Replace(envelope, "</SetDTE>", string(testDTE(t, 3))+"</SetDTE>", 1), nil, dte.CodeSignatureDigest, 3},
		"document taken out":       {strings.Replace(envelope, one, "", 1), nil, dte.CodeSignatureDigest, 1},
		"document beside":          {strings.Replace(envelope, signatureOf(one), signatureOf(one)+strings.Replace(documentOf(two), "F2T33", "F9T33", 1), 1), []int{0}, dte.CodeSignatureDigest, 2},
		"document before":          {strings.Replace(envelope, documentOf(one), strings.Replace(documentOf(two), "F2T33", "F9T33", 1)+documentOf(one), 1), []int{0}, dte.CodeSignatureDigest, 2},
		"DTE in the cover":         {strings.Replace(envelope, "</Caratula>", string(testDTE(t, 3))+"</Caratula>", 1), nil, dte.CodeSignatureDigest, 2},
		"cover changed":            {strings.Replace(envelope, "<RutEnvia>11111111-1", "<RutEnvia>76111111-6", 1), nil, dte.CodeSignatureDigest, 2},
		"outer signature taken":    {strings.Replace(envelope, signatureOf(envelope), "", 1), nil, dte.CodeSignatureAbsent, 2},
		"outer signature of inner": {strings.Replace(envelope, signatureOf(envelope), signatureOf(one), 1), nil, dte.CodeSignatureShape, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := verifyOK(t, []byte(c.src))
			require.Len(t, r.Documents, c.documents)
			for i := range r.Documents {
				assert.Equal(t, !containsInt(c.unsigned, i), r.Documents[i].OK(anaPolicy(t)), "document %d: %v", i, r.Documents[i].Refusals(anaPolicy(t)))
			}
			assert.Equal(t, c.envelope == "", r.OK(anaPolicy(t)))
			if c.envelope != "" {
				last := r.Signatures[len(r.Signatures)-1]
				assert.True(t, last.Has(c.envelope), "%v", last.Findings)
			}
		})
	}
}

func containsInt(list []int, n int) bool {
	for _, m := range list {
		if m == n {
			return true
		}
	}
	return false
}

// stampFacts are what others found of the stamps of the shared documents.
type stampFacts struct {
	Teds []struct {
		Type, Folio, Amount, IDK string
		FRMT, FRMA               string
	}
}

func TestVerifySharedStamps(t *testing.T) {
	t.Parallel()
	var m manifest
	require.NoError(t, json.Unmarshal(readFile(t, sharedtest.Path(t, "MANIFEST.json")), &m))
	block, _ := pem.Decode(readFile(t, sharedtest.Path(t, "caf", "synthetic", "fake-sii-idk100-public.pem")))
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	pretended, ok := parsed.(*rsa.PublicKey)
	require.True(t, ok)
	count := 0
	for _, f := range m.Files {
		var facts stampFacts
		if path.Ext(f.Path) != ".xml" || json.Unmarshal(f.Facts, &facts) != nil || len(facts.Teds) == 0 {
			continue
		}
		opts := &dte.VerifyOptions{}
		if strings.Contains(string(f.Facts), "pretend") {
			opts.Keys = dte.Keys{100: pretended}
		}
		count += len(facts.Teds)
		t.Run(f.Path, func(t *testing.T) {
			t.Parallel()
			r, err := dte.Verify(readFile(t, sharedtest.Path(t, strings.Split(f.Path, "/")...)), opts)
			require.NoError(t, err)
			require.Len(t, r.Documents, len(facts.Teds))
			for i, want := range facts.Teds {
				v := &r.Documents[i]
				assert.Equal(t, want.FRMT == "OK", v.Stamp.OK(), "%v", v.Stamp.Findings)
				assert.Equal(t, strings.HasPrefix(want.FRMA, "OK"), v.CAF.OK(), "%v", v.CAF.Findings)
				assert.Equal(t, want.IDK, fmt.Sprint(v.CAF.KeyID))
				assert.Equal(t, want.Amount, v.DTE.Stamp().Data.Total.String())
				if opts.Keys == nil && v.CAF.OK() {
					assert.Equal(t, map[string]chile.Environment{"100": chile.Certification, "300": chile.Production}[want.IDK], v.CAF.Environment)
				}
			}
		})
	}
	require.Greater(t, count, 40)
}

// Real documents whose amounts do not add up, by name and why; all others do.
func TestVerifySharedTotals(t *testing.T) {
	t.Parallel()
	wrong := map[string][]dte.Code{
		// An invoice with a global discount that its net has and its issuer's own
		// lines have not: it was made for tests and re-signed by hand.
		"76235291-5/33/20": {dte.CodeTotalsNet},
	}
	// The same document, tampered with on purpose.
	tampered := map[string]bool{"EnvioBOLETA-39x2-mod-changed-amount.xml": true}
	eachShared(t, func(t *testing.T, src []byte, _ *fileFacts) {
		r, err := dte.Verify(src, nil)
		require.NoError(t, err)
		for i := range r.Documents {
			v := &r.Documents[i]
			var got []dte.Code
			for _, f := range v.Totals.Findings {
				got = append(got, f.Code)
			}
			if tampered[path.Base(t.Name())] {
				continue
			}
			assert.Equal(t, wrong[v.DTE.ID().String()], got, "%s: %v", v.DTE.ID(), v.Totals.Findings)
		}
	})
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	r := verifyOK(t, testDTE(t, 1, "<QtyItem>2.5", "<QtyItem>3"))
	policy := anaPolicy(t)
	assert.False(t, r.OK(policy))
	policy.Waive = []dte.Code{dte.CodeTotalsLine}
	assert.True(t, r.OK(policy), "it was told to overlook that")

	r = verifyOK(t, testDTE(t, 1, "<RSR>Receptora", "<RSR>Otra"))
	policy = anaPolicy(t)
	policy.Waive = []dte.Code{dte.CodeStampSignature}
	assert.True(t, r.OK(policy), "a warning")
	policy.Strict = true
	assert.False(t, r.OK(policy))

	result, err := dte.Verify([]byte("<RESULTADO_ENVIO/>"), nil)
	require.NoError(t, err)
	assert.False(t, result.OK(dte.Policy{AnySigner: true}), "nothing in it is signed")
}

// The values of a report are those that were signed, whatever became of a File
// since it was parsed.
func TestVerifyReadsAgain(t *testing.T) {
	t.Parallel()
	f, err := dte.Parse(testDTE(t, 1))
	require.NoError(t, err)
	f.DTE.Document.Header.Totals.Total = 1
	r, err := f.Verify(&dte.VerifyOptions{Keys: testKeys()})
	require.NoError(t, err)
	assert.EqualValues(t, 11900, r.Documents[0].DTE.Document.Header.Totals.Total)
	_, err = (&dte.File{}).Verify(nil)
	require.ErrorIs(t, err, dte.ErrKind)
}

func TestSchemaSets(t *testing.T) {
	t.Parallel()
	src := testDTE(t, 1, "</CmnaOrigen>", "</CmnaOrigen><RUTProveedor>77222222-K</RUTProveedor>")
	for set, want := range map[dte.SchemaSet]bool{dte.SchemaNewer: true, dte.SchemaOlder: false} {
		r, err := dte.Verify(src, &dte.VerifyOptions{Keys: testKeys(), Schema: set})
		require.NoError(t, err)
		assert.Equal(t, want, r.Documents[0].Schema.OK())
		doc, err := xmlsig.Parse(src)
		require.NoError(t, err)
		g := dte.CheckSchema(doc, set)
		assert.Equal(t, want, g.OK())
	}
}

// FuzzVerify: nothing makes it fail in another way than by an error, and what is
// accepted is what was signed.
func FuzzVerify(f *testing.F) {
	good := testEnvelope(f, testDTE(f, 1))
	policy := anaPolicy(f)
	f.Add(good, 0, 0, "")
	f.Add(testDTE(f, 1), 500, 3, "<!-- -->")
	f.Add(good, 900, 40, "&#49;")
	f.Fuzz(func(t *testing.T, src []byte, at, cut int, text string) {
		if at >= 0 && cut >= 0 && at <= len(src) {
			src = append(append(bytes.Clone(src[:at]), text...), src[min(at+min(cut, 100), len(src)):]...)
		}
		r, err := dte.Verify(src, &dte.VerifyOptions{Keys: testKeys()})
		if err != nil {
			return
		}
		for i := range r.Documents {
			d := r.Documents[i].DTE
			if r.Documents[i].OK(policy) && (d.Total().String() != "11900" || d.Receiver().String() != "77222222-K" || d.Document.Lines[0].Name != "Hormigón") {
				t.Fatalf("accepted: %+v", d.Document)
			}
		}
	})
}

func BenchmarkVerifyDTE(b *testing.B) {
	src := testDTE(b, 1)
	opts := &dte.VerifyOptions{Keys: testKeys()}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dte.Verify(src, opts); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyEnvelope grades every document of an envelope in all respects.
func BenchmarkVerifyEnvelope(b *testing.B) {
	var documents [][]byte
	for n := range 500 {
		documents = append(documents, testDTE(b, n+1))
	}
	src := testEnvelope(b, documents...)
	opts := &dte.VerifyOptions{Keys: testKeys()}
	b.Run("whole", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if r, err := dte.Verify(src, opts); err != nil || len(r.Documents) != 500 {
				b.Fatal(err)
			}
		}
	})
	b.Run("stream", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range dte.NewStream(bytes.NewReader(src), opts).Documents() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// What was read is verified again by the defaults; what was not read is not.
func TestVerifyOfFiles(t *testing.T) {
	t.Parallel()
	f, err := dte.Parse(testDTE(t, 1))
	require.NoError(t, err)
	r, err := f.Verify(nil)
	require.NoError(t, err)
	require.Len(t, r.Documents, 1)
	assert.True(t, r.Documents[0].Signature.OK())
	assert.True(t, r.Documents[0].CAF.Has(dte.CodeCAFUnknownKey), "the keys of the SII are the default")
	_, err = new(dte.File).Verify(nil)
	require.ErrorIs(t, err, dte.ErrKind)
	_, err = dte.Verify([]byte("no XML"), nil)
	require.ErrorIs(t, err, xmlsig.ErrMalformed)
	_, err = dte.Verify([]byte("<Otro/>"), nil)
	require.ErrorIs(t, err, dte.ErrKind)
}
