package issue_test

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

var anySigner = dte.Policy{AnySigner: true}

func verify(tb testing.TB, file []byte) *dte.Report {
	tb.Helper()
	report, err := dte.Verify(file, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.NoError(tb, err)
	return report
}

// stamped is a document of 33 with a stamp, and with something changed afterwards.
func stamped(tb testing.TB, change func(d *dte.Document)) *dte.DTE {
	tb.Helper()
	doc := numbered(tb, plain(tb, "33"), 7)
	require.NoError(tb, issue.Stamp(doc, folios(tb, 33), noon))
	if change != nil {
		change(doc.Document)
	}
	return doc
}

func TestSign(t *testing.T) {
	t.Parallel()
	for _, name := range types {
		made := signed(t, plain(t, name), 7)
		report := verify(t, made.Bytes())
		assert.Empty(t, report.Refusals(dte.Policy{AnySigner: true, Strict: true}), name)
		assert.Equal(t, "76111111-6/"+name+"/7", made.ID().String())
		assert.Equal(t, "F7T"+name, report.Documents[0].Signature.ID)
		assert.Equal(t, xmlsig.InPlace, report.Documents[0].Signature.Verdict.Context)
		sum := sha256.Sum256(made.Bytes())
		assert.Equal(t, hex.EncodeToString(sum[:]), made.SHA256())
		assert.Equal(t, made.ID(), made.Document().ID())

		again := signed(t, plain(t, name), 7)
		assert.Equal(t, string(made.Bytes()), string(again.Bytes()), "the same at the same moment")

		changed := made.Bytes()
		clear(changed)
		assert.Equal(t, string(again.Bytes()), string(made.Bytes()), "nobody changes what is signed")
	}
}

// TestSignLeavesTheDocument changes nothing in the document that is signed.
func TestSignLeavesTheDocument(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"33", "43", "110"} {
		doc := numbered(t, plain(t, name), 7)
		require.NoError(t, issue.Stamp(doc, folios(t, doc.ID().Type), noon))
		before, err := doc.Encode(dte.UTF8)
		require.NoError(t, err)
		_, err = issue.Sign(doc, ana(t), noon)
		require.NoError(t, err)
		after, err := doc.Encode(dte.UTF8)
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after))
		assert.Zero(t, doc.SignedAt())
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	var nobody *xmlsig.Identity
	for name, c := range map[string]struct {
		doc  *dte.DTE
		id   *xmlsig.Identity
		at   time.Time
		want error
	}{
		"no document":          {nil, ana(t), noon, issue.ErrNoDocument},
		"no moment":            {stamped(t, nil), ana(t), time.Time{}, issue.ErrNoTime},
		"no stamp":             {numbered(t, plain(t, "33"), 7), ana(t), noon, issue.ErrUnstamped},
		"nobody":               {stamped(t, nil), nobody, noon, xmlsig.ErrNoKey},
		"expired":              {stamped(t, nil), ana(t), noon.AddDate(5, 0, 0), xmlsig.ErrExpired},
		"not yet valid":        {stamped(t, nil), ana(t), noon.AddDate(-1, 0, 0), xmlsig.ErrNotYetValid},
		"another total":        {stamped(t, func(d *dte.Document) { d.Header.Totals.Total++ }), ana(t), noon, nil},
		"another receiver":     {stamped(t, func(d *dte.Document) { d.Header.Receiver.RUT = company }), ana(t), noon, nil},
		"another folio":        {stamped(t, func(d *dte.Document) { d.Header.Identification.Folio++ }), ana(t), noon, nil},
		"another stamp":        {stamped(t, func(d *dte.Document) { d.Stamp.Data.FirstItem = "Corre" }), ana(t), noon, dte.ErrStamp},
		"another CAF":          {stamped(t, func(d *dte.Document) { d.Stamp.Data.CAF = folios(t, 34).CAF() }), ana(t), noon, dte.ErrCAFType},
		"against the schema":   {stamped(t, func(d *dte.Document) { d.Header.Issuer.Activity = "" }), ana(t), noon, dte.ErrSchema},
		"euro":                 {stamped(t, func(d *dte.Document) { d.Lines[1].Name = "10 €" }), ana(t), noon, dte.ErrUnencodable},
		"control character":    {stamped(t, func(d *dte.Document) { d.Lines[1].Name = "a\x01" }), ana(t), noon, dte.ErrUnencodable},
		"of windows-1252":      {stamped(t, func(d *dte.Document) { d.Lines[1].Name = "a\u0080" }), ana(t), noon, dte.ErrUnencodable},
		"delete":               {stamped(t, func(d *dte.Document) { d.Lines[1].Name = "a\x7f" }), ana(t), noon, dte.ErrUnencodable},
		"no UTF-8":             {stamped(t, func(d *dte.Document) { d.Lines[1].Name = "a\xf1" }), ana(t), noon, dte.ErrUnencodable},
		"format 2.5":           {stamped(t, func(d *dte.Document) { d.Header.Transport = &dte.Transport{TrailerPlate: "AB1234"} }), ana(t), noon, dte.ErrFormat25},
		"a text over the line": {stamped(t, func(d *dte.Document) { d.Lines[1].Description = strings.Repeat("&", 1000) }), ana(t), noon, issue.ErrLine},
	} {
		made, err := issue.Sign(c.doc, c.id, c.at)
		require.Error(t, err, name)
		assert.Nil(t, made, name)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, name)
			continue
		}
		var refused *issue.RefusedError
		require.ErrorAs(t, err, &refused, name)
		assert.NotEmpty(t, refused.Findings, name)
	}
}

// TestSignByAFaultyKey returns nothing that such a key made.
func TestSignByAFaultyKey(t *testing.T) {
	t.Parallel()
	id, err := xmlsig.NewIdentity(faultyKey{ana(t)}, ana(t).Certificate())
	require.NoError(t, err)
	_, err = issue.Sign(stamped(t, nil), id, noon)
	require.ErrorIs(t, err, xmlsig.ErrSigner)
}

func TestParseSigned(t *testing.T) {
	t.Parallel()
	made := signed(t, plain(t, "33"), 7)
	options := &dte.VerifyOptions{Keys: siitest.CAFKeys()}
	src := made.Bytes()
	read, err := issue.ParseSigned(src, options)
	require.NoError(t, err)
	clear(src)
	assert.Equal(t, made, read)
	element, err := dte.ParseDTE(made.Bytes())
	require.NoError(t, err)
	file := string(made.Bytes())
	for name, c := range map[string]struct {
		src     []byte
		options *dte.VerifyOptions
		want    error
	}{
		"without declaration":      {element.Source(), options, xmlsig.ErrMalformed},
		"as windows-1252":          {[]byte(strings.Replace(file, "ISO-8859-1", "windows-1252", 1)), options, nil},
		"between comments":         {[]byte(strings.Replace(file, "?>", "?><!-- <DTE> -->", 1) + "<!-- end -->"), options, nil},
		"key not known":            {made.Bytes(), nil, dte.ErrUnknownCAFKey},
		"changed":                  {bytes.Replace(made.Bytes(), []byte("Correa"), []byte("Correo"), 1), options, xmlsig.ErrDigest},
		"not signed":               {[]byte(file[:strings.Index(file, "<Signature")] + "</DTE>"), options, xmlsig.ErrNoSignature},
		"indented afterwards":      {[]byte(strings.ReplaceAll(file, "\n<Detalle>", "\n  <Detalle>")), options, xmlsig.ErrDigest},
		"in UTF-8":                 {utf8Of(file), options, issue.ErrEncoding},
		"without its namespace":    {[]byte(strings.Replace(file, ` xmlns="http://www.sii.cl/SiiDte"`, "", 1)), options, issue.ErrContext},
		"in one line":              {oneLine(t), options, issue.ErrLine},
		"an envelope":              {envelope(t, made), options, dte.ErrKind},
		"no document":              {[]byte(`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`), options, issue.ErrNoDocument},
		"nothing":                  {nil, options, xmlsig.ErrMalformed},
		"larger than was allowed":  {made.Bytes(), &dte.VerifyOptions{Parse: []xmlsig.Option{xmlsig.WithMaxSize(1000)}}, xmlsig.ErrLimit},
		"against the older schema": {made.Bytes(), &dte.VerifyOptions{Keys: siitest.CAFKeys(), Schema: dte.SchemaOlder}, nil},
	} {
		read, err := issue.ParseSigned(c.src, c.options)
		if c.want == nil {
			require.NoError(t, err, name)
			assert.Equal(t, made.ID(), read.ID(), name)
			assert.Equal(t, string(envelope(t, made)), string(envelope(t, read)), name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
		assert.Nil(t, read, name)
	}
}

// TestParseSignedElsewhere refuses a signature that holds only where the DTE stood.
func TestParseSignedElsewhere(t *testing.T) {
	t.Parallel()
	text := string(signed(t, plain(t, "33"), 7).Bytes())
	text = text[:strings.Index(text, "<Signature")] + "\n</DTE>"
	text = strings.Replace(text, `SiiDte" version="1.0"`, `SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0"`, 1)
	made, err := xmlsig.SignAfter([]byte(text), ana(t), "F7T33")
	require.NoError(t, err)
	_, err = issue.ParseSigned(made, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.NoError(t, err, "declared in the DTE itself, it goes with it")

	// The same, but SignedInfo was signed as if nothing were declared around it.
	signature := string(made)[strings.Index(string(made), "<Signature "):strings.Index(string(made), "\n</DTE>")]
	alone, err := xmlsig.Parse([]byte(signature))
	require.NoError(t, err)
	sum := sha1.Sum(alone.Unverified().Child("SignedInfo").Canonical())
	value, err := ana(t).Sign(nil, sum[:], crypto.SHA1)
	require.NoError(t, err)
	before, after, _ := strings.Cut(string(made), "<SignatureValue>")
	_, after, _ = strings.Cut(after, "</SignatureValue>")
	_, err = issue.ParseSigned([]byte(before+"<SignatureValue>"+base64.StdEncoding.EncodeToString(value)+"</SignatureValue>"+after), &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.ErrorIs(t, err, issue.ErrContext)

	cut := strings.Replace(string(made), ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`, "", 1)
	_, err = issue.ParseSigned([]byte(cut), &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.ErrorIs(t, err, xmlsig.ErrDigest)

	text = strings.Replace(text, ` xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`, "", 1)
	made, err = xmlsig.SignAfter([]byte(text), ana(t), "F7T33")
	require.NoError(t, err)
	bare, err := issue.ParseSigned(made, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.NoError(t, err, "without any namespace, as many programs sign")
	assert.Empty(t, verify(t, envelope(t, bare)).Refusals(anySigner))
	wrong := strings.NewReplacer("<GiroRecep>", "<GiroRecepx>", "</GiroRecep>", "</GiroRecepx>").Replace(text)
	against, err := xmlsig.SignAfter([]byte(wrong), ana(t), "F7T33")
	require.NoError(t, err)
	_, err = issue.ParseSigned(against, &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.ErrorIs(t, err, dte.ErrSchema, "its schema is judged all the same")

	declared := strings.Replace(string(made), "<DTE", `<DTE xmlns="http://www.sii.cl/SiiDte"`, 1)
	_, err = issue.ParseSigned([]byte(declared), &dte.VerifyOptions{Keys: siitest.CAFKeys()})
	require.ErrorIs(t, err, issue.ErrContext)
}

// TestParseSignedInOtherEncodings takes what has the same bytes in ISO-8859-1.
func TestParseSignedInOtherEncodings(t *testing.T) {
	t.Parallel()
	options := &dte.VerifyOptions{Keys: siitest.CAFKeys()}
	draft := plain(t, "33")
	draft.Issuer.Name, draft.Issuer.Address, draft.Issuer.Commune = "Prueba", "Calle 1", "Santiago"
	draft.Receiver.Name, draft.Receiver.Activity, draft.Receiver.Commune = "Cliente", "Comercio", "Santiago"
	doc := numbered(t, draft, 7)
	require.NoError(t, issue.Stamp(doc, folios(t, 33, siitest.WithCAFName("Prueba")), noon))
	made, err := issue.Sign(doc, ana(t), noon)
	require.NoError(t, err)
	for _, encoding := range []string{"UTF-8", "US-ASCII", "windows-1252"} {
		_, err := issue.ParseSigned(bytes.Replace(made.Bytes(), []byte("ISO-8859-1"), []byte(encoding), 1), options)
		assert.NoError(t, err, "letters of ASCII in %s", encoding)
	}
	text := strings.Replace(string(made.Bytes()), "ISO-8859-1", "windows-1252", 1)
	text = strings.Replace(text[:strings.Index(text, "<Signature")]+"</DTE>", "Manual impreso", "Manual de 10 \x80", 1)
	euro, err := xmlsig.SignAfter([]byte(text), ana(t), "F7T33")
	require.NoError(t, err)
	_, err = issue.ParseSigned(euro, options)
	require.ErrorIs(t, err, issue.ErrEncoding, "a euro of windows-1252")
}

// faultyKey signs something else than it is asked for.
type faultyKey struct{ crypto.Signer }

func (k faultyKey) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	digest = bytes.Clone(digest)
	digest[0] ^= 1
	return k.Signer.Sign(rand, digest, opts)
}

// utf8Of is a file in ISO-8859-1 written in UTF-8, with a stamp and signature that
// hold all the same.
func utf8Of(file string) []byte {
	out := []byte(nil)
	for _, c := range []byte(strings.Replace(file, "ISO-8859-1", "UTF-8", 1)) {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

// oneLine is a good document whose elements stand in one line.
func oneLine(tb testing.TB) []byte {
	tb.Helper()
	draft := plain(tb, "33")
	for range 40 {
		draft.Lines = append(draft.Lines, draft.Lines[0])
	}
	text := string(signed(tb, draft, 7).Bytes())
	declaration, text, _ := strings.Cut(text[:strings.Index(text, "<Signature")]+"</DTE>", "\n")
	made, err := xmlsig.SignAfter([]byte(declaration+"\n"+strings.ReplaceAll(text, "\n", "")), ana(tb), "F7T33")
	require.NoError(tb, err)
	return made
}

func TestZeroSigned(t *testing.T) {
	t.Parallel()
	var s issue.Signed
	assert.Nil(t, s.Document())
	assert.Empty(t, s.Bytes())
	assert.Equal(t, chile.DocumentID{}, s.ID())
	_, err := issue.Envelope(approved, []*issue.Signed{&s}, ana(t), noon)
	require.ErrorIs(t, err, issue.ErrEmpty)
}
