package dte_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/smallrsa"
)

// testKey makes a key as the SII and its CAFs have them: 512 bits.
func testKey() *rsa.PrivateKey {
	one, e := big.NewInt(1), big.NewInt(3)
	for {
		p, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			panic(err) // no random numbers
		}
		q, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			panic(err)
		}
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		n := new(big.Int).Mul(p, q)
		if d := new(big.Int).ModInverse(e, phi); d != nil && n.BitLen() == 512 {
			return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: 3}, D: d, Primes: []*big.Int{p, q}}
		}
	}
}

// The keys of a pretended SII, with the number 100, and of one of its CAFs.
var (
	fakeSII = sync.OnceValue(testKey)
	cafKey  = sync.OnceValue(testKey)
)

func fakeKeys() *dte.VerifyOptions {
	return &dte.VerifyOptions{Keys: dte.Keys{100: &fakeSII().PublicKey}}
}

func seal(tb testing.TB, key *rsa.PrivateKey, text string) string {
	tb.Helper()
	signature, err := smallrsa.Sign(rand.Reader, key, []byte(text))
	require.NoError(tb, err)
	return base64.StdEncoding.EncodeToString(signature)
}

// stampOf makes what a stamp has, as the SII flattens it.
type stampOf struct {
	issuer, typ, folio, date, receiver, name, total, item, at string
	cafIssuer, cafType, from, to, cafDate, keyID              string
}

func goodStamp() stampOf {
	return stampOf{
		"76192083-9", "33", "7", "2026-10-15", "77222222-K", "PANADERIA LTDA", "1190", "Pan", "2026-10-15T10:30:00",
		"76192083-9", "33", "1", "50", "2026-10-01", "100",
	}
}

func (s *stampOf) caf(tb testing.TB) string {
	tb.Helper()
	key := &cafKey().PublicKey
	da := fmt.Sprintf("<DA><RE>%s</RE><RS>EMPRESA</RS><TD>%s</TD><RNG><D>%s</D><H>%s</H></RNG><FA>%s</FA><RSAPK><M>%s</M><E>Aw==</E></RSAPK><IDK>%s</IDK></DA>",
		s.cafIssuer, s.cafType, s.from, s.to, s.cafDate, base64.StdEncoding.EncodeToString(key.N.Bytes()), s.keyID)
	return `<CAF version="1.0">` + da + `<FRMA algoritmo="SHA1withRSA">` + seal(tb, fakeSII(), da) + `</FRMA></CAF>`
}

func (s *stampOf) dd(tb testing.TB) string {
	tb.Helper()
	return fmt.Sprintf("<DD><RE>%s</RE><TD>%s</TD><F>%s</F><FE>%s</FE><RR>%s</RR><RSR>%s</RSR><MNT>%s</MNT><IT1>%s</IT1>%s<TSTED>%s</TSTED></DD>",
		s.issuer, s.typ, s.folio, s.date, s.receiver, s.name, s.total, s.item, s.caf(tb), s.at)
}

func (s *stampOf) ted(tb testing.TB) string {
	tb.Helper()
	dd := s.dd(tb)
	return tedOf(dd, seal(tb, cafKey(), dd))
}

func tedOf(dd, frmt string) string {
	return `<TED version="1.0">` + dd + `<FRMT algoritmo="SHA1withRSA">` + frmt + `</FRMT></TED>`
}

// invoiceWith is a document that the good stamp agrees with, with another stamp.
func invoiceWith(ted string) string {
	return `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><Documento ID="T33F7"><Encabezado>` +
		`<IdDoc><TipoDTE>33</TipoDTE><Folio>7</Folio><FchEmis>2026-10-15</FchEmis></IdDoc>` +
		`<Emisor><RUTEmisor>76192083-9</RUTEmisor><RznSoc>EMPRESA</RznSoc><GiroEmis>Pan</GiroEmis><Acteco>1</Acteco></Emisor>` +
		`<Receptor><RUTRecep>77222222-K</RUTRecep><RznSocRecep>PANADERIA LTDA</RznSocRecep></Receptor>` +
		`<Totales><MntNeto>1000</MntNeto><TasaIVA>19</TasaIVA><IVA>190</IVA><MntTotal>1190</MntTotal></Totales></Encabezado>` +
		`<Detalle><NroLinDet>1</NroLinDet><NmbItem>Pan</NmbItem><QtyItem>2</QtyItem><PrcItem>500</PrcItem><MontoItem>1000</MontoItem></Detalle>` +
		ted + `<TmstFirma>2026-10-15T10:30:00</TmstFirma></Documento></DTE>`
}

// judge verifies one document.
func judge(tb testing.TB, src string) *dte.Verdict {
	tb.Helper()
	r, err := dte.Verify([]byte(src), fakeKeys())
	require.NoError(tb, err)
	require.Len(tb, r.Documents, 1)
	return &r.Documents[0]
}

func codesIn(grades ...dte.Grade) (list []dte.Code) {
	for _, g := range grades {
		for _, f := range g.Findings {
			list = append(list, f.Code)
		}
	}
	return list
}

func TestGoodStamp(t *testing.T) {
	t.Parallel()
	s := goodStamp()
	v := judge(t, invoiceWith(s.ted(t)))
	assert.Empty(t, codesIn(v.Stamp.Grade, v.CAF.Grade, v.Agreement, v.Totals, v.Dates))
	assert.Equal(t, dte.FormSII, v.Stamp.Form)
	assert.Equal(t, 100, v.CAF.KeyID)
	assert.Empty(t, v.CAF.Environment, "a key that the caller gave is of no environment of the SII")
}

// Each value of a stamp, changed after it was made: the signature does not hold,
// and the value disagrees with the document or the CAF.
func TestTamperedStamp(t *testing.T) {
	t.Parallel()
	good := goodStamp()
	ted := good.ted(t)
	for _, c := range []struct {
		from, to string
		want     []dte.Code
	}{
		{"<DD><RE>76192083-9", "<DD><RE>76354771-K", []dte.Code{dte.CodeStampSignature, dte.CodeCAFIssuer, dte.CodeAgreementIssuer}},
		{"<TD>33</TD><F>", "<TD>34</TD><F>", []dte.Code{dte.CodeStampSignature, dte.CodeCAFType, dte.CodeAgreementType}},
		{"<F>7<", "<F>8<", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementFolio}},
		{"<F>7<", "<F>70<", []dte.Code{dte.CodeStampSignature, dte.CodeCAFFolio, dte.CodeAgreementFolio}},
		{"<FE>2026-10-15", "<FE>2026-10-16", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementDate}},
		{"<RR>77222222-K", "<RR>76354771-K", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementReceiver}},
		{"<RSR>PANADERIA", "<RSR>CARNICERIA", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementName}},
		{"<MNT>1190", "<MNT>1191", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementTotal}},
		{"<IT1>Pan", "<IT1>Oro", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementItem}},
		{"<TSTED>2026-10-15T10:30:00", "<TSTED>2026-10-15T10:31:00", []dte.Code{dte.CodeStampSignature, dte.CodeAgreementStampedAt}},
		{"<RS>EMPRESA", "<RS>EMPRESS", []dte.Code{dte.CodeStampSignature, dte.CodeCAFSignature}},
		{"<H>50<", "<H>500<", []dte.Code{dte.CodeStampSignature, dte.CodeCAFSignature}},
		{"<IDK>100<", "<IDK>300<", []dte.Code{dte.CodeStampSignature, dte.CodeCAFSignature}},
		{"<IDK>100<", "<IDK>101<", []dte.Code{dte.CodeStampSignature, dte.CodeCAFUnknownKey}},
		{`<FRMT algoritmo="SHA1withRSA">`, `<FRMT algoritmo="SHA1withDSA">`, []dte.Code{dte.CodeStampAlgorithm}},
		{"</FRMT>", "!</FRMT>", []dte.Code{dte.CodeStampMalformed}},
		{"<E>Aw==<", "<E>AQ==<", []dte.Code{dte.CodeStampKey, dte.CodeCAFSignature}},
		{"</TED>", "</TED><!-- -->", nil},
	} {
		changed := strings.Replace(ted, c.from, c.to, 1)
		require.NotEqual(t, ted, changed, c.from)
		v := judge(t, invoiceWith(changed))
		assert.Equal(t, c.want, codesIn(v.Stamp.Grade, v.CAF.Grade, v.Agreement), "%s instead of %s", c.to, c.from)
	}
	v := judge(t, invoiceWith(""))
	assert.Equal(t, []dte.Code{dte.CodeStampAbsent, dte.CodeCAFAbsent}, codesIn(v.Stamp.Grade, v.CAF.Grade, v.Agreement))
	for _, part := range []string{"DD", "FRMT"} {
		v := judge(t, invoiceWith(strings.ReplaceAll(ted, part, "XX")))
		assert.False(t, v.Stamp.OK(), part)
	}
}

// Stamps that were well made, of a CAF that does not allow them.
func TestCAFAllows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*stampOf)
		want   []dte.Code
	}{
		"another issuer":       {func(s *stampOf) { s.cafIssuer = "76354771-K" }, []dte.Code{dte.CodeCAFIssuer}},
		"another type":         {func(s *stampOf) { s.cafType = "61" }, []dte.Code{dte.CodeCAFType}},
		"below the range":      {func(s *stampOf) { s.from = "8" }, []dte.Code{dte.CodeCAFFolio}},
		"above the range":      {func(s *stampOf) { s.to = "6" }, []dte.Code{dte.CodeCAFFolio}},
		"first of the range":   {func(s *stampOf) { s.from = "7" }, nil},
		"last of the range":    {func(s *stampOf) { s.to = "7" }, nil},
		"range backwards":      {func(s *stampOf) { s.from, s.to = "50", "1" }, []dte.Code{dte.CodeCAFRange}},
		"authorised later":     {func(s *stampOf) { s.cafDate = "2026-10-16" }, []dte.Code{dte.CodeCAFEarlyStamp, dte.CodeCAFEarlyIssue}},
		"authorised that day":  {func(s *stampOf) { s.cafDate = "2026-10-15" }, nil},
		"last day":             {func(s *stampOf) { s.cafDate = "2026-04-15" }, nil},
		"one day after":        {func(s *stampOf) { s.cafDate = "2026-04-14" }, []dte.Code{dte.CodeCAFExpired}},
		"years after":          {func(s *stampOf) { s.cafDate = "2017-01-01" }, []dte.Code{dte.CodeCAFExpired}},
		"no date":              {func(s *stampOf) { s.cafDate = "" }, []dte.Code{dte.CodeCAFMalformed}},
		"unknown key":          {func(s *stampOf) { s.keyID = "666" }, []dte.Code{dte.CodeCAFUnknownKey}},
		"name cut":             {func(s *stampOf) { s.name = "PANADERIA LTDA" }, nil},
		"letters of the SII's": {func(s *stampOf) { s.item = "Pan " }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := goodStamp()
			c.change(&s)
			v := judge(t, invoiceWith(s.ted(t)))
			assert.Equal(t, c.want, codesIn(v.Stamp.Grade, v.CAF.Grade))
			for _, f := range v.CAF.Findings {
				assert.NotEmpty(t, f.Spanish())
				assert.NotEqual(t, f.English(), f.Spanish())
			}
		})
	}
}

// What programs write that differs from what they sign, and still says the same.
func TestStampForms(t *testing.T) {
	t.Parallel()
	s := goodStamp()
	s.name, s.item = "ÑANDÚ &amp; 'HIJOS' \"LTDA\"", "Té"
	written := s.dd(t)
	latin := func(text string) string {
		var b strings.Builder
		for _, r := range text {
			b.WriteByte(byte(r))
		}
		return b.String()
	}
	quotes := strings.NewReplacer("'HIJOS' \"LTDA\"", "&apos;HIJOS&apos; &quot;LTDA&quot;").Replace
	letters := strings.NewReplacer("Ñ", "&#209;", "Ú", "&#218;", "é", "&#233;").Replace
	pretty := strings.NewReplacer("><", ">\r\n\t<", "<DD>", `<DD xmlns="http://www.sii.cl/SiiDte" xmlns:xsi='http://x/y'>`).Replace
	for name, c := range map[string]struct {
		stands, signed string
		want           dte.Form
	}{
		"by the rule":         {written, latin(written), dte.FormSII},
		"written on lines":    {pretty(written), latin(written), dte.FormSII},
		"signed as entities":  {quotes(written), latin(quotes(written)), dte.FormSII},
		"UTF-8 signed":        {written, written, dte.FormFile},
		"quotes rewritten":    {quotes(written), latin(written), dte.FormRewritten},
		"entities signed":     {written, latin(quotes(written)), dte.FormQuotes},
		"references signed":   {written, letters(written), dte.FormReferences},
		"both signed":         {written, letters(quotes(written)), dte.FormBoth},
		"references as given": {letters(written), letters(written), dte.FormSII},
	} {
		doc := strings.Replace(invoiceWith(tedOf(c.stands, seal(t, cafKey(), c.signed))), "PANADERIA LTDA", s.name, 1)
		v := judge(t, strings.Replace(doc, "Pan<", "Té<", 2))
		require.True(t, v.Stamp.OK(), "%s: %v", name, v.Stamp.Findings)
		assert.Equal(t, c.want, v.Stamp.Form, name)
		assert.Equal(t, c.want != dte.FormSII, v.Stamp.Has(dte.CodeStampForm), name)
	}
	for _, encoding := range []string{"ISO-8859-1", "windows-1252"} {
		doc := `<?xml version="1.0" encoding="` + encoding + `"?>` + latin(invoiceWith(tedOf(written, seal(t, cafKey(), latin(written)))))
		v := judge(t, doc)
		assert.Equal(t, dte.FormSII, v.Stamp.Form, encoding)
	}
}

// A stamp must not hold over other values than those that are read.
func TestStampHoldsOverWhatIsRead(t *testing.T) {
	t.Parallel()
	s := goodStamp()
	legit := s.dd(t)
	frmt := seal(t, cafKey(), legit)
	forged := strings.Replace(legit, "<MNT>1190", "<MNT>9190", 1)
	commented := strings.Replace(legit, "<MNT>1190", "<MNT><!-- -->1190", 1)
	for name, ted := range map[string]string{
		"stamp in another namespace first":  `<x:TED xmlns:x="urn:x">` + legit + `<FRMT algoritmo="SHA1withRSA">` + frmt + `</FRMT></x:TED>` + tedOf(forged, frmt),
		"data in another namespace first":   strings.Replace(tedOf(forged, frmt), "<DD>", strings.Replace(strings.Replace(legit, "<DD>", `<x:DD xmlns:x="urn:x">`, 1), "</DD>", "</x:DD>", 1)+"<DD>", 1),
		"data in another default namespace": tedOf(strings.Replace(legit, "<DD>", `<DD xmlns="urn:x">`, 1), frmt) + tedOf(forged, frmt),
		"value in another namespace":        tedOf(strings.Replace(legit, "<MNT>", `<MNT xmlns="urn:x">`, 1), frmt),
		"value hidden in a comment":         tedOf(strings.Replace(forged, "<MNT>", "<!--<MNT>1190</MNT>--><MNT>", 1), frmt),
		"digits split by white space":       tedOf(strings.Replace(legit, "<MNT>1190", "<MNT>11 90", 1), frmt),
		"tags inside CDATA":                 tedOf(strings.Replace(legit, "<MNT>1190</MNT>", "<![CDATA[<MNT>1190</MNT>]]><MNT>9190</MNT>", 1), frmt),
		"declaration within a text":         tedOf(strings.Replace(legit, "<RSR>PANADERIA LTDA", `<RSR><![CDATA[<a xmlns="urn:x">]]>`, 1), frmt),
	} {
		for _, total := range []string{"1190", "9190"} {
			v := judge(t, strings.Replace(invoiceWith(ted), "<MntTotal>1190", "<MntTotal>"+total, 1))
			assert.False(t, v.Stamp.OK() && v.Agreement.OK() && v.Values.OK(), "%s, total %s", name, total)
		}
	}
	// The owner of the CAF signed a comment, and reads the same: his to do.
	v := judge(t, invoiceWith(tedOf(commented, seal(t, cafKey(), commented))))
	assert.True(t, v.Stamp.OK() && v.Agreement.OK())
	// White space within a text belongs to it.
	hidden := strings.Replace(legit, "<MNT>1190</MNT>", "<MNT><![CDATA[1190]]></MNT>", 1)
	assert.True(t, judge(t, invoiceWith(tedOf(hidden, frmt))).Stamp.OK(), "signed as it is read")
}
