package xmlsig_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"runtime"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// The documents of the benchmarks: a DTE of 16 lines, about 9 KB with its
// signature, and envelopes of them. Both namespaces are declared on the DTE, so
// that what is compared with needs to try no contexts.
func dteOf(tb testing.TB, id *xmlsig.Identity, folio int) []byte {
	tb.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `<DTE xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0">`+
		"\n<Documento ID=\"F%dT33\">\n<Encabezado><IdDoc><TipoDTE>33</TipoDTE><Folio>%d</Folio><FchEmis>2026-11-20</FchEmis></IdDoc>"+
		"<Emisor><RUTEmisor>76111111-6</RUTEmisor><RznSoc>Constructora de Prueba &amp; Compañía SpA</RznSoc><GiroEmis>Construcción</GiroEmis><Acteco>410010</Acteco></Emisor>"+
		"<Receptor><RUTRecep>77222222-K</RUTRecep><RznSocRecep>Receptora Ñandú Ltda.</RznSocRecep></Receptor>"+
		"<Totales><MntNeto>160000</MntNeto><TasaIVA>19</TasaIVA><IVA>30400</IVA><MntTotal>190400</MntTotal></Totales></Encabezado>\n", folio, folio)
	for n := 1; n <= 16; n++ {
		fmt.Fprintf(&b, "<Detalle><NroLinDet>%d</NroLinDet><CdgItem><TpoCodigo>INT1</TpoCodigo><VlrCodigo>A-%04d</VlrCodigo></CdgItem><NmbItem>Hormigón premezclado H%d</NmbItem>"+
			"<DscItem>Puesto en obra, descuento &lt; 10%% incluido, con bomba</DscItem><QtyItem>10</QtyItem><UnmdItem>m3</UnmdItem><PrcItem>1000</PrcItem><MontoItem>10000</MontoItem></Detalle>\n", n, n, n)
	}
	b.WriteString("<TmstFirma>2026-11-20T10:00:00</TmstFirma></Documento></DTE>")
	signed, err := xmlsig.SignAfter([]byte(b.String()), id, fmt.Sprintf("F%dT33", folio))
	require.NoError(tb, err)
	return signed
}

func envelopeOf(tb testing.TB, id *xmlsig.Identity, count int) []byte {
	tb.Helper()
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<EnvioDTE xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0">` +
		`<SetDTE ID="SetDoc"><Caratula version="1.0"><RutEmisor>76111111-6</RutEmisor></Caratula>` + "\n")
	for n := 1; n <= count; n++ {
		b.Write(dteOf(tb, id, n))
		b.WriteByte('\n')
	}
	b.WriteString("</SetDTE></EnvioDTE>")
	signed, err := xmlsig.SignAfter(b.Bytes(), id, "SetDoc")
	require.NoError(tb, err)
	return signed
}

func verifyAll(tb testing.TB, src []byte, policy xmlsig.Policy, want int) {
	tb.Helper()
	doc, err := xmlsig.Parse(src)
	require.NoError(tb, err)
	verified, err := doc.Verify(policy)
	require.NoError(tb, err)
	require.Len(tb, verified, want)
}

func anaPolicy(tb testing.TB) xmlsig.Policy {
	tb.Helper()
	return xmlsig.Policy{Certificates: []*x509.Certificate{anaCertificate(tb)}}
}

// BenchmarkVerifyFloor is the least that the verification of one DTE can cost:
// one RSA operation and two digests of bytes that are ready.
func BenchmarkVerifyFloor(b *testing.B) {
	src := dteOf(b, ana(b), 1)
	doc, err := xmlsig.Parse(src)
	require.NoError(b, err)
	verified, err := doc.Verify(anaPolicy(b))
	require.NoError(b, err)
	content := verified[0].Content()
	info := doc.Unverified().Child("Signature").Child("SignedInfo")
	signedInfo := info.Canonical()
	value := decodeLines(b, doc.Unverified().Child("Signature").Child("SignatureValue").Text())
	key := &testkeys.Key(1).PublicKey
	b.ReportAllocs()
	for b.Loop() {
		digest := sha1.Sum(content)
		runtime.KeepAlive(digest)
		sum := sha1.Sum(signedInfo)
		require.NoError(b, rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], value))
	}
}

func BenchmarkVerifyDTE(b *testing.B) {
	src, policy := dteOf(b, ana(b), 1), anaPolicy(b)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		verifyAll(b, src, policy, 1)
	}
}

func BenchmarkVerifyDTEByDOM(b *testing.B) {
	src := dteOf(b, ana(b), 1)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		require.Equal(b, 1, verifyByDOM(b, src))
	}
}

func BenchmarkSignDTE(b *testing.B) {
	signed := dteOf(b, ana(b), 1)
	src, _, _ := bytes.Cut(signed, []byte("<Signature"))
	src = append(src, "</DTE>"...)
	id := ana(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := xmlsig.SignAfter(src, id, "F1T33")
		require.NoError(b, err)
	}
}

// BenchmarkVerifyEnvelope checks every signature of envelopes of several sizes,
// on one processor and on two. It sets their number itself: the flag -cpu does
// not reach benchmarks that use Loop.
func BenchmarkVerifyEnvelope(b *testing.B) {
	for _, count := range []int{250, 500, 1000} {
		src, policy := envelopeOf(b, ana(b), count), anaPolicy(b)
		for cores := range 2 {
			b.Run(fmt.Sprintf("%d/cores=%d", count, cores+1), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores + 1))
				b.SetBytes(int64(len(src)))
				b.ReportAllocs()
				for b.Loop() {
					verifyAll(b, src, policy, count+1)
				}
			})
		}
	}
}

func BenchmarkVerifyEnvelopeByDOM(b *testing.B) {
	src := envelopeOf(b, ana(b), 500)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		require.Equal(b, 501, verifyByDOM(b, src))
	}
}

// verifyByDOM checks all signatures with etree and the canonical form of
// goxmldsig. Its verifier knows no siblings, so references are resolved here, and
// its own resolver of namespaces stops at 1,000 elements.
func verifyByDOM(tb testing.TB, src []byte) (count int) {
	tb.Helper()
	doc := etree.NewDocument()
	require.NoError(tb, doc.ReadFromBytes(src))
	canonicalizer := dsig.MakeC14N10RecCanonicalizer()
	canonical := func(inScope map[string]string, e *etree.Element) []byte {
		detached := e.Copy()
		for name, uri := range inScope {
			detached.CreateAttr(name, uri)
		}
		out, err := canonicalizer.Canonicalize(detached)
		require.NoError(tb, err)
		return out
	}
	var walk func(map[string]string, *etree.Element)
	walk = func(outer map[string]string, e *etree.Element) {
		inner := maps.Clone(outer)
		for _, a := range e.Attr {
			if a.Space == "xmlns" || a.Key == "xmlns" {
				inner[a.FullKey()] = a.Value
			}
		}
		var previous *etree.Element
		for _, child := range e.ChildElements() {
			if child.Tag != "Signature" {
				walk(inner, child)
				previous = child
				continue
			}
			count++
			info := child.SelectElement("SignedInfo")
			sum := sha1.Sum(canonical(inner, previous))
			require.Equal(tb, base64.StdEncoding.EncodeToString(sum[:]), info.FindElement("Reference/DigestValue").Text())
			inSignature := maps.Clone(inner)
			inSignature["xmlns"] = child.SelectAttrValue("xmlns", "")
			sum = sha1.Sum(canonical(inSignature, info))
			cert, err := x509.ParseCertificate(decodeLines(tb, child.FindElement("KeyInfo/X509Data/X509Certificate").Text()))
			require.NoError(tb, err)
			key, ok := cert.PublicKey.(*rsa.PublicKey)
			require.True(tb, ok)
			require.NoError(tb, rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], decodeLines(tb, child.SelectElement("SignatureValue").Text())))
		}
	}
	walk(map[string]string{}, doc.Root())
	return count
}

// BenchmarkSplitEnvelope checks every signature of an envelope that is read part
// by part.
func BenchmarkSplitEnvelope(b *testing.B) {
	src := envelopeOf(b, ana(b), 500)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		s := xmlsig.NewSplitter(bytes.NewReader(src), "DTE")
		count := 0
		part, err := s.Next()
		for ; err == nil; part, err = s.Next() {
			count += len(part.Inspect())
		}
		require.ErrorIs(b, err, io.EOF)
		require.Equal(b, 501, count+len(s.Around().Inspect()))
	}
}
