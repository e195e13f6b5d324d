package dte_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// The documents of the tests: Ana signs for the company 76111111-6, whose folios
// a pretended SII authorised with the key of testKeyID. All keys are those of
// package testkeys.
const testKeyID = 666

func testKeys() dte.Keys { return dte.Keys{testKeyID: &testkeys.Key(0).PublicKey} }

func ana(tb testing.TB) *xmlsig.Identity {
	tb.Helper()
	return person(tb, "Ana Prueba", "11111111-1", 1)
}

// person is somebody with a certificate of the pretended issuer and one of the
// test keys.
func person(tb testing.TB, name, rut string, key int) *xmlsig.Identity {
	tb.Helper()
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: name, RUT: rut, Serial: 7, Key: testkeys.Key(key).Public(), Signer: testkeys.Key(0), Issuer: testIssuer(tb),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(tb, err)
	id, err := xmlsig.NewIdentity(testkeys.Key(key), cert)
	require.NoError(tb, err)
	return id
}

func anaPolicy(tb testing.TB) dte.Policy {
	tb.Helper()
	return dte.Policy{Signers: xmlsig.Policy{Certificates: []*x509.Certificate{ana(tb).Certificate()}}}
}

// latin1 encodes text for a stamp.
func latin1(s string) []byte {
	var b bytes.Buffer
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.Bytes()
}

func sealOf(tb testing.TB, key *rsa.PrivateKey, text string) string {
	tb.Helper()
	sum := sha1.Sum(latin1(text))
	value, err := rsa.SignPKCS1v15(nil, key, crypto.SHA1, sum[:])
	require.NoError(tb, err)
	return base64.StdEncoding.EncodeToString(value)
}

// testCAF is a CAF of folios 1 to 20000 of a type.
func testCAF(tb testing.TB, documentType int, authorised string) string {
	tb.Helper()
	key := testkeys.Key(2)
	da := fmt.Sprintf("<DA><RE>76111111-6</RE><RS>CONSTRUCTORA ÑUÑOA</RS><TD>%d</TD><RNG><D>1</D><H>20000</H></RNG><FA>%s</FA>"+
		"<RSAPK><M>%s</M><E>%s</E></RSAPK><IDK>%d</IDK></DA>", documentType, authorised,
		base64.StdEncoding.EncodeToString(key.N.Bytes()), base64.StdEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()), testKeyID)
	return `<CAF version="1.0">` + da + `<FRMA algoritmo="SHA1withRSA">` + sealOf(tb, testkeys.Key(0), da) + `</FRMA></CAF>`
}

// testDTE is a signed invoice of 11,900 pesos. Changes are made before it is
// signed, to the document but not to its stamp.
func testDTE(tb testing.TB, folio int, changes ...string) []byte {
	tb.Helper()
	dd := fmt.Sprintf("<DD><RE>76111111-6</RE><TD>33</TD><F>%d</F><FE>2026-11-20</FE><RR>77222222-K</RR><RSR>Receptora Ñandú &amp; Cía Ltda.</RSR>"+
		"<MNT>11900</MNT><IT1>Hormigón</IT1>%s<TSTED>2026-11-20T10:00:00</TSTED></DD>", folio, testCAF(tb, 33, "2026-10-01"))
	text := fmt.Sprintf(`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">`+"\n"+`<Documento ID="F%dT33">`+"\n<Encabezado><IdDoc><TipoDTE>33</TipoDTE><Folio>%d</Folio><FchEmis>2026-11-20</FchEmis></IdDoc>"+
		"<Emisor><RUTEmisor>76111111-6</RUTEmisor><RznSoc>Constructora Ñuñoa</RznSoc><GiroEmis>Construcción</GiroEmis><Acteco>410010</Acteco><DirOrigen>Calle 1</DirOrigen><CmnaOrigen>Ñuñoa</CmnaOrigen></Emisor>"+
		"<Receptor><RUTRecep>77222222-K</RUTRecep><RznSocRecep>Receptora Ñandú &amp; Cía Ltda.</RznSocRecep><GiroRecep>Comercio</GiroRecep><DirRecep>Calle 2</DirRecep><CmnaRecep>Santiago</CmnaRecep></Receptor>"+
		"<Totales><MntNeto>10000</MntNeto><TasaIVA>19</TasaIVA><IVA>1900</IVA><MntTotal>11900</MntTotal></Totales></Encabezado>\n"+
		"<Detalle><NroLinDet>1</NroLinDet><NmbItem>Hormigón</NmbItem><QtyItem>2.5</QtyItem><PrcItem>4000</PrcItem><MontoItem>10000</MontoItem></Detalle>\n"+
		`<TED version="1.0">%s<FRMT algoritmo="SHA1withRSA">%s</FRMT></TED>`+"\n<TmstFirma>2026-11-20T10:00:00</TmstFirma>\n</Documento>\n</DTE>",
		folio, folio, dd, sealOf(tb, testkeys.Key(2), dd))
	for i := 0; i+1 < len(changes); i += 2 {
		require.Contains(tb, text, changes[i])
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	signed, err := xmlsig.SignAfter([]byte(text), ana(tb), fmt.Sprintf("F%dT33", folio))
	require.NoError(tb, err)
	return signed
}

// testEnvelope is a signed envelope of documents.
func testEnvelope(tb testing.TB, documents ...[]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<EnvioDTE xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0"><SetDTE ID="SetDoc">`+
		"<Caratula version=\"1.0\"><RutEmisor>76111111-6</RutEmisor><RutEnvia>11111111-1</RutEnvia><RutReceptor>60803000-K</RutReceptor><FchResol>2014-08-22</FchResol><NroResol>80</NroResol>"+
		"<TmstFirmaEnv>2026-11-20T11:00:00</TmstFirmaEnv><SubTotDTE><TpoDTE>33</TpoDTE><NroDTE>%d</NroDTE></SubTotDTE></Caratula>\n", len(documents))
	for _, d := range documents {
		b.Write(d)
		b.WriteByte('\n')
	}
	b.WriteString("</SetDTE></EnvioDTE>")
	signed, err := xmlsig.SignAfter(b.Bytes(), ana(tb), "SetDoc")
	require.NoError(tb, err)
	return signed
}
