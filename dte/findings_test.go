package dte_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// findingCase is a file with one thing wrong, and what is found of it: the code
// with path, Got and Want, in the words of String.
type findingCase struct {
	name string
	src  func(tb testing.TB) []byte
	want []string
}

// all returns what is found in a file: in each grade, and by a strict policy.
func all(tb testing.TB, r *dte.Report) (list []string) {
	tb.Helper()
	found := func(of []dte.Finding) {
		for i := range of {
			requireRule(tb, &of[i])
			if text := brief(&of[i]); !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	for i := range r.Signatures {
		found(r.Signatures[i].Findings)
	}
	for i := range r.Documents {
		for _, g := range r.Documents[i].Grades() {
			found(g.Findings)
		}
	}
	for _, g := range r.Grades() {
		found(g.Findings)
	}
	policy := anaPolicy(tb)
	policy.Strict = true
	found(r.Refusals(policy))
	return list
}

// goVersion is what the standard library says of a certificate, which changes.
var goVersion = regexp.MustCompile(`x509: .*`)

// brief tells a finding: what it is, where, what stands there and what should.
func brief(f *dte.Finding) string {
	got := goVersion.ReplaceAllString(f.Got, "x509")
	return fmt.Sprintf("%s %s: %s → %s", f.Code, f.Path, got, f.Want)
}

// of is a DTE with changes before it is signed, in is an envelope with changes
// before it is signed, after a DTE with changes after it was signed.
func of(changes ...string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte { return testDTE(tb, 1, changes...) }
}

func in(changes ...string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte {
		tb.Helper()
		src := string(testEnvelope(tb, testDTE(tb, 1), testDTE(tb, 2)))
		bare := src[:strings.LastIndex(src, "<Signature ")] + "</EnvioDTE>"
		signed, err := xmlsig.SignAfter([]byte(changed(tb, bare, changes...)), ana(tb), "SetDoc")
		require.NoError(tb, err)
		return signed
	}
}

func after(changes ...string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte { return []byte(changed(tb, string(testDTE(tb, 1)), changes...)) }
}

func aec(changes ...string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte { return testAEC(tb, changes...) }
}

func receipts(changes ...string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte { return testReceipts(tb, changes...) }
}

// signed is a DTE with changes, of which the elements with these IDs are signed.
func signed(ids []string, changes ...string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte {
		tb.Helper()
		text := string(testDTE(tb, 1))
		bare := text[:strings.LastIndex(text, "<Signature ")] + "</DTE>"
		out, err := xmlsig.SignAfter([]byte(changed(tb, bare, changes...)), ana(tb), ids...)
		require.NoError(tb, err)
		return out
	}
}

// with replaces the text of an element of the signature.
func with(name string, text func(tb testing.TB) string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte {
		tb.Helper()
		src := string(testDTE(tb, 1))
		at := strings.LastIndex(src, "<Signature ")
		element := regexp.MustCompile(`(<` + name + `[^>]*>)[^<]*(</` + name + `>)`)
		require.True(tb, element.MatchString(src[at:]))
		return []byte(src[:at] + element.ReplaceAllString(src[at:], "${1}"+text(tb)+"${2}"))
	}
}

func b64(b []byte) func(testing.TB) string {
	return func(testing.TB) string { return base64.StdEncoding.EncodeToString(b) }
}

// stamped is the invoice of the stamps, with another stamp.
func stamped(ted func(tb testing.TB) string) func(testing.TB) []byte {
	return func(tb testing.TB) []byte { return []byte(invoiceWith(ted(tb))) }
}

func goodTED(tb testing.TB) string {
	tb.Helper()
	s := goodStamp()
	return s.ted(tb)
}

func stampWith(change func(*stampOf)) func(testing.TB) []byte {
	return stamped(func(tb testing.TB) string {
		tb.Helper()
		s := goodStamp()
		change(&s)
		return s.ted(tb)
	})
}

// findingCases have at least one case of every code, with stampCases and
// totalsCases. Each is all that is found.
var findingCases = []findingCase{
	// Signatures.
	{"not signed", after("<Signature ", "<Firma ", "</Signature>", "</Firma>"), []string{
		"signature.absent /DTE/Documento:  → Signature",
		"schema.unexpected /DTE/Firma: Firma → Signature",
	}},
	{"nothing to sign", after("Documento", "Nada"), []string{
		"signature.absent /DTE:  → Documento",
		"schema.unexpected /DTE/Nada: Nada → Documento, Liquidacion, Exportaciones",
		"values.kind /DTE:  → ",
		"grade.absent ted:  → ",
		"grade.absent caf:  → ",
		"grade.absent agreement:  → ",
		"grade.absent totals:  → ",
		"grade.absent dates:  → ",
	}},
	{"signature of another shape", after("<Transforms>", "<Otros>", "</Transforms>", "</Otros>"), []string{
		"signature.shape /DTE/Signature: xmlsig: signature has a shape that is not accepted: digest of the Reference → ",
		"schema.unexpected /DTE/Signature/SignedInfo/Reference/Otros: Otros → Transforms, DigestMethod",
	}},
	{"changed after it was signed", after("<Folio>1<", "<Folio>2<"), []string{
		"signature.digest /DTE/Signature: xmlsig: digest does not match the document → ",
		"agreement.folio TED/DD/F: 1 → 2",
	}},
	{"another value", with("SignatureValue", b64(make([]byte, 256))), []string{
		"signature.value /DTE/Signature: xmlsig: signature does not match its key → ",
	}},
	{"key that is not of the certificate", with("X509Certificate", func(tb testing.TB) string { return base64.StdEncoding.EncodeToString(testIssuer(tb).Raw) }), []string{
		"signature.keys /DTE/Signature: xmlsig: KeyValue and certificate differ: the signature is that of KeyValue → ",
	}},
	{"small key", with("Modulus", b64([]byte(strings.Repeat("\x81", 64)))), []string{
		"signature.key-size /DTE/Signature: xmlsig: RSA key of a size that is not accepted: 512 bits, exponent 65537 → ",
	}},
	{"certificate that is none", with("X509Certificate", b64([]byte("no certificate"))), []string{
		"signature.certificate-broken /DTE/Signature: xmlsig: X509Certificate is broken: x509 → ",
	}},
	{"certificate that is no base64", with("X509Certificate", func(testing.TB) string { return "MIIF!" }), []string{
		"signature.certificate-broken /DTE/Signature: xmlsig: X509Certificate is broken: illegal base64 data at input byte 4 → ",
	}},
	{"certificate that cannot be read", with("X509Certificate", func(tb testing.TB) string {
		der := bytes.Replace(ana(tb).Certificate().Raw, []byte{2, 1, 7}, []byte{2, 1, 0x87}, 1) // a negative serial number
		return base64.StdEncoding.EncodeToString(der)
	}), []string{
		"signature.certificate /DTE/Signature: xmlsig: X509Certificate is broken: x509 → ",
		"signature.untrusted /DTE/Signature: xmlsig: signer is not trusted: the signature has no readable certificate → ",
	}},
	{"certificate of another kind of key", with("X509Certificate", func(tb testing.TB) string {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(tb, err)
		self := &x509.Certificate{SerialNumber: big.NewInt(1)}
		der, err := x509.CreateCertificate(rand.Reader, self, self, key.Public(), key)
		require.NoError(tb, err)
		return base64.StdEncoding.EncodeToString(der)
	}), []string{
		"signature.key-size /DTE/Signature: xmlsig: not an RSA key → ",
	}},
	{"too many signatures", after("</Signature>", "</Signature>"+strings.Repeat(`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>`, 20_000)), []string{
		"signature.limit /DTE/Signature[20000]: xmlsig: limit exceeded: more than 20000 signatures → ",
	}},
	{"signature of another element", signed([]string{"x"}, "</Documento>", `</Documento><Otro ID="x"/>`), []string{
		"signature.element /DTE/Signature: /DTE/Otro → Documento",
		"schema.unexpected /DTE/Otro: Otro → Signature",
	}},
	{"second signature of the same", signed([]string{"F1T33", "F1T33"}), []string{
		"schema.unexpected /DTE/Signature[2]: Signature → ",
	}},
	{"signature where none belongs", signed([]string{"x", "F1T33"}, "<TmstFirma>", `<Otro ID="x"/><TmstFirma>`), []string{
		"signature.stray /DTE/Documento/Signature:  → ",
		"schema.unexpected /DTE/Documento/Otro: Otro → TmstFirma",
	}},
	{"certificate not yet valid", of("<TmstFirma>2026", "<TmstFirma>2025"), []string{
		"signature.early /DTE/Signature: 2025-11-20 → 2026-01-01",
		"agreement.stamped-at TED/DD/TSTED: 2026-11-20T10:00:00 → 2025-11-20T10:00:00",
		"dates.signed TmstFirma: 2025-11-20T10:00:00 → 2026-11-20",
	}},
	{"certificate expired", of("<TmstFirma>2026", "<TmstFirma>2046"), []string{
		"signature.expired /DTE/Signature: 2046-11-20 → 2036-01-01",
	}},
	{"envelope not signed", func(tb testing.TB) []byte {
		src := string(in()(tb))
		return []byte(src[:strings.Index(src, "</SetDTE><Signature ")] + "</SetDTE></EnvioDTE>")
	}, []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"signature.absent /EnvioDTE/SetDTE:  → Signature",
		"schema.missing /EnvioDTE:  → Signature",
	}},
	// Stamps.
	{"no stamp", of("<TED version", "<TEX version", "</TED>", "</TEX>"), []string{
		"stamp.absent :  → TED",
		"caf.absent :  → CAF",
		"schema.unexpected /DTE/Documento/TEX: TEX → Detalle, SubTotInfo, DscRcgGlobal, Referencia, GeoRefEmision, ManejoMadera, Comisiones, TED",
		"grade.absent agreement:  → ",
	}},
	// CAFs.
	{"stamp before the CAF", of("<TSTED>2026-11-20", "<TSTED>2026-09-30"), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.early-stamp /DTE/Documento/TED/DD/CAF/DA/FA: 2026-09-30 → 2026-10-01",
	}},
	{"CAF of certification", of("<IDK>666", "<IDK>100"), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
		"caf.environment /DTE/Signature: cert → prod",
	}},
	{"CAF of the production of another", of("<IDK>666", "<IDK>300"), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
	}},
	// Stamp and document.
	{"stamp of another document", of("<DD><RE>76111111-6</RE><TD>33</TD><F>1</F><FE>2026-11-20</FE><RR>77222222-K</RR><RSR>Receptora", "<DD><RE>76222222-1</RE><TD>34</TD><F>2</F><FE>2026-11-19</FE><RR>76111111-6</RR><RSR>Otra",
		"<MNT>11900", "<MNT>11901", "<IT1>Hormigón", "<IT1>Fierro", "<TSTED>2026-11-20T10:00:00", "<TSTED>2026-11-20T10:00:01"), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.issuer /DTE/Documento/TED/DD/CAF/DA/RE: 76111111-6 → 76222222-1",
		"caf.type /DTE/Documento/TED/DD/CAF/DA/TD: 33 → 34",
		"agreement.issuer TED/DD/RE: 76222222-1 → 76111111-6",
		"agreement.type TED/DD/TD: 34 → 33",
		"agreement.folio TED/DD/F: 2 → 1",
		"agreement.date TED/DD/FE: 2026-11-19 → 2026-11-20",
		"agreement.receiver TED/DD/RR: 76111111-6 → 77222222-K",
		"agreement.total TED/DD/MNT: 11901 → 11900",
		"agreement.receiver-name TED/DD/RSR: Otra Ñandú & Cía Ltda. → Receptora Ñandú & Cía Ltda.",
		"agreement.first-item TED/DD/IT1: Fierro → Hormigón",
		"agreement.stamped-at TED/DD/TSTED: 2026-11-20T10:00:01 → 2026-11-20T10:00:00",
	}},
	{"total written otherwise", of("Documento", "Exportaciones", "<MNT>11900", "<MNT>11900.0", "<MntTotal>11900", "<MntTotal>11900.00"), []string{
		"stamp.signature /DTE/Exportaciones/TED/FRMT:  → ",
		"agreement.total-literal TED/DD/MNT: 11900.0 → 11900.00",
		"totals.total Encabezado/Totales/MntTotal: 11900.00 → 10000.0000",
		"schema.list /DTE/Exportaciones/Encabezado/IdDoc/TipoDTE: 33 → 110, 111, 112",
		"schema.unexpected /DTE/Exportaciones/Encabezado/Totales/MntNeto: MntNeto → TpoMoneda",
		"schema.list /DTE/Exportaciones/TED/DD/TD: 33 → 110, 111, 112",
		"schema.list /DTE/Exportaciones/TED/DD/CAF/DA/TD: 33 → 110, 111, 112",
	}},
	{"stamp without values", of("<DD><RE>76111111-6</RE><TD>33</TD><F>1</F><FE>2026-11-20</FE><RR>77222222-K</RR>", "<DD>", "<MNT>11900</MNT>", "", "<IT1>Hormigón</IT1>", ""), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.issuer /DTE/Documento/TED/DD/CAF/DA/RE: 76111111-6 → ",
		"caf.type /DTE/Documento/TED/DD/CAF/DA/TD: 33 → 0",
		"caf.folio /DTE/Documento/TED/DD/CAF/DA/RNG: 0 → 1-20000",
		"caf.early-issue /DTE/Documento/TED/DD/CAF/DA/FA:  → 2026-10-01",
		"agreement.issuer TED/DD/RE:  → 76111111-6",
		"agreement.type TED/DD/TD: 0 → 33",
		"agreement.folio TED/DD/F: 0 → 1",
		"agreement.date TED/DD/FE:  → 2026-11-20",
		"agreement.receiver TED/DD/RR:  → 77222222-K",
		"agreement.total TED/DD/MNT:  → 11900",
		"agreement.first-item TED/DD/IT1:  → Hormigón",
		"schema.unexpected /DTE/Documento/TED/DD/RSR: RSR → RE",
	}},
	{"document without total", of("<MntTotal>11900</MntTotal>", ""), []string{
		"agreement.total TED/DD/MNT: 11900 → 0",
		"totals.total Encabezado/Totales/MntTotal: 0 → 11900",
		"schema.missing /DTE/Documento/Encabezado/Totales:  → IVAProp, IVATerc, ImptoReten, IVANoRet, CredEC, GrntDep, Comisiones, MntTotal",
	}},
	{"values that stamp and document both lack", of("<DD><RE>76111111-6</RE><TD>33</TD><F>1</F><FE>2026-11-20</FE><RR>77222222-K</RR>", "<DD>", "<MNT>11900</MNT>", "",
		"<RUTEmisor>76111111-6</RUTEmisor>", "", "<TipoDTE>33</TipoDTE>", "", "<Folio>1</Folio>", "", "<FchEmis>2026-11-20</FchEmis>", "", "<RUTRecep>77222222-K</RUTRecep>", "",
		"<MntTotal>11900</MntTotal>", ""), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.issuer /DTE/Documento/TED/DD/CAF/DA/RE: 76111111-6 → ",
		"caf.type /DTE/Documento/TED/DD/CAF/DA/TD: 33 → 0",
		"caf.folio /DTE/Documento/TED/DD/CAF/DA/RNG: 0 → 1-20000",
		"caf.early-issue /DTE/Documento/TED/DD/CAF/DA/FA:  → 2026-10-01",
		"agreement.issuer TED/DD/RE:  → ",
		"agreement.type TED/DD/TD: 0 → 0",
		"agreement.folio TED/DD/F: 0 → 0",
		"agreement.date TED/DD/FE:  → ",
		"agreement.receiver TED/DD/RR:  → ",
		"agreement.total TED/DD/MNT:  → 0",
		"totals.total Encabezado/Totales/MntTotal: 0 → 11900",
		"dates.absent Encabezado/IdDoc/FchEmis:  → ",
		"schema.missing /DTE/Documento/Encabezado/IdDoc:  → TipoDTE",
		"schema.unexpected /DTE/Documento/Encabezado/Emisor/RznSoc: RznSoc → RUTEmisor",
		"schema.unexpected /DTE/Documento/Encabezado/Receptor/RznSocRecep: RznSocRecep → RUTRecep",
		"schema.missing /DTE/Documento/Encabezado/Totales:  → IVAProp, IVATerc, ImptoReten, IVANoRet, CredEC, GrntDep, Comisiones, MntTotal",
		"schema.unexpected /DTE/Documento/TED/DD/RSR: RSR → RE",
	}},
	{"export without lines", of("Documento", "Exportaciones", "Detalle", "Detale"), []string{
		"agreement.first-item TED/DD/IT1: Hormigón → ",
		"totals.total Encabezado/Totales/MntTotal: 11900 → 0.0000",
		"schema.list /DTE/Exportaciones/Encabezado/IdDoc/TipoDTE: 33 → 110, 111, 112",
		"schema.unexpected /DTE/Exportaciones/Encabezado/Totales/MntNeto: MntNeto → TpoMoneda",
		"schema.unexpected /DTE/Exportaciones/Detale: Detale → Detalle",
	}},
	{"export without total", of("Documento", "Exportaciones", "<MNT>11900", "<MNT>0", "<MntTotal>11900</MntTotal>", ""), []string{
		"stamp.signature /DTE/Exportaciones/TED/FRMT:  → ",
		"agreement.total TED/DD/MNT: 0 → ",
		"totals.total Encabezado/Totales/MntTotal:  → 10000.0000",
		"schema.list /DTE/Exportaciones/Encabezado/IdDoc/TipoDTE: 33 → 110, 111, 112",
		"schema.unexpected /DTE/Exportaciones/Encabezado/Totales/MntNeto: MntNeto → TpoMoneda",
		"schema.list /DTE/Exportaciones/TED/DD/TD: 33 → 110, 111, 112",
		"schema.list /DTE/Exportaciones/TED/DD/CAF/DA/TD: 33 → 110, 111, 112",
	}},
	// Dates.
	{"no date of issue", of("<FchEmis>2026-11-20</FchEmis>", ""), []string{
		"agreement.date TED/DD/FE: 2026-11-20 → ",
		"dates.absent Encabezado/IdDoc/FchEmis:  → ",
		"schema.missing /DTE/Documento/Encabezado/IdDoc:  → FchEmis",
	}},
	{"no date of signature", of("<TmstFirma>2026-11-20T10:00:00</TmstFirma>", ""), []string{
		"dates.absent TmstFirma:  → ",
		"schema.missing /DTE/Documento:  → TmstFirma",
	}},
	{"before there were documents", of("<FchEmis>2026-11-20", "<FchEmis>2001-12-31"), []string{
		"agreement.date TED/DD/FE: 2026-11-20 → 2001-12-31",
		"dates.ancient Encabezado/IdDoc/FchEmis: 2001-12-31 → ",
	}},
	{"signed before it was issued", of("<TmstFirma>2026-11-20", "<TmstFirma>2026-11-19"), []string{
		"agreement.stamped-at TED/DD/TSTED: 2026-11-20T10:00:00 → 2026-11-19T10:00:00",
		"dates.signed TmstFirma: 2026-11-19T10:00:00 → 2026-11-20",
	}},
	{"due before it was issued", of("</FchEmis>", "</FchEmis><FchVenc>2026-11-19</FchVenc>"), []string{
		"dates.due Encabezado/IdDoc/FchVenc: 2026-11-19 → 2026-11-20",
	}},
	{"period that ends before it begins", of("</FchEmis>", "</FchEmis><PeriodoDesde>2026-11-30</PeriodoDesde><PeriodoHasta>2026-11-01</PeriodoHasta>"), []string{
		"dates.period Encabezado/IdDoc/PeriodoHasta: 2026-11-01 → 2026-11-30",
	}},
	// Values.
	{"value that cannot be read", of("<Acteco>410010", "<Acteco>x"), []string{
		"schema.type /DTE/Documento/Encabezado/Emisor/Acteco: x → whole number from 1",
		`values.unreadable /DTE/Documento/Encabezado/Emisor/Acteco: x → not a whole number: "x"`,
	}},
	{"value of the cover that cannot be read", in("<NroResol>80", "<NroResol>x"), []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"schema.type /EnvioDTE/SetDTE/Caratula/NroResol: x → whole number from 0",
		`values.unreadable /EnvioDTE/SetDTE/Caratula/NroResol: x → not a whole number: "x"`,
	}},
	{"more values than are told", of("</Detalle>", "</Detalle>"+strings.Repeat("<Detalle><MontoItem>x</MontoItem></Detalle>", 150)), []string{
		"values.unreadable : … → ",
		`values.unreadable /DTE/Documento/Detalle[2]/MontoItem: x → not a whole number: "x"`,
	}},
	{"two documents", of("</Documento>", "</Documento><Exportaciones/>"), []string{
		"signature.absent /DTE/Exportaciones:  → Signature",
		"schema.unexpected /DTE/Exportaciones: Exportaciones → ",
		"values.kind /DTE:  → ",
		"grade.absent ted:  → ",
		"grade.absent caf:  → ",
		"grade.absent agreement:  → ",
		"grade.absent totals:  → ",
		"grade.absent dates:  → ",
	}},
	// Schema.
	{"element that does not belong", of("<Folio>", "<Otro/><Folio>"), []string{
		"schema.unexpected /DTE/Documento/Encabezado/IdDoc/Otro: Otro → Folio",
	}},
	{"element missing", of("<MntTotal>11900</MntTotal>", ""), []string{
		"agreement.total TED/DD/MNT: 11900 → 0",
		"totals.total Encabezado/Totales/MntTotal: 0 → 11900",
		"schema.missing /DTE/Documento/Encabezado/Totales:  → IVAProp, IVATerc, ImptoReten, IVANoRet, CredEC, GrntDep, Comisiones, MntTotal",
	}},
	{"text between elements", of("<Folio>", "x<Folio>"), []string{
		"schema.text /DTE/Documento/Encabezado/IdDoc: x → ",
	}},
	{"elements in a text", of("<IVA>1900<", "<IVA>1900<x/><"), []string{
		"schema.elements /DTE/Documento/Encabezado/Totales/IVA/x: x → ",
	}},
	{"value of another type", of("<Acteco>410010", "<Acteco>x"), []string{
		"schema.type /DTE/Documento/Encabezado/Emisor/Acteco: x → whole number from 1",
		`values.unreadable /DTE/Documento/Encabezado/Emisor/Acteco: x → not a whole number: "x"`,
	}},
	{"value that is not listed", of("<TipoDTE>33", "<TipoDTE>99"), []string{
		"agreement.type TED/DD/TD: 33 → 99",
		"schema.list /DTE/Documento/Encabezado/IdDoc/TipoDTE: 99 → 33, 34, 46, 52, 56, 61",
	}},
	{"RUT of another form", of("<RUTEmisor>76111111-6", "<RUTEmisor>76111111-k"), []string{
		"agreement.issuer TED/DD/RE: 76111111-6 → ",
		"schema.pattern /DTE/Documento/Encabezado/Emisor/RUTEmisor: 76111111-k → [0-9]+-([0-9]|K)",
		`values.unreadable /DTE/Documento/Encabezado/Emisor/RUTEmisor: 76111111-k → chile: RUT "76111111-k": wrong check digit`,
	}},
	{"text too long", of("<GiroEmis>Construcción", "<GiroEmis>"+strings.Repeat("x", 81)), []string{
		"schema.length /DTE/Documento/Encabezado/Emisor/GiroEmis: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx → ≤ 80",
	}},
	{"date too late", of("<FchEmis>2026-11-20", "<FchEmis>2051-01-01"), []string{
		"agreement.date TED/DD/FE: 2026-11-20 → 2051-01-01",
		"dates.signed TmstFirma: 2026-11-20T10:00:00 → 2051-01-01",
		"schema.range /DTE/Documento/Encabezado/IdDoc/FchEmis: 2051-01-01 → ≤ 2050-12-31",
	}},
	{"too many digits", of("<Folio>1<", "<Folio>12345678901<"), []string{
		"agreement.folio TED/DD/F: 1 → 12345678901",
		"schema.digits /DTE/Documento/Encabezado/IdDoc/Folio: 12345678901 → ≤ 10",
	}},
	{"too many decimals", of("<QtyItem>2.5<", "<QtyItem>2.5000001<"), []string{
		"schema.decimals /DTE/Documento/Detalle/QtyItem: 2.5000001 → ≤ 6",
	}},
	{"another version", of(`<TED version="1.0"`, `<TED version="2.0"`), []string{
		"schema.fixed /DTE/Documento/TED/@version: 2.0 → 1.0",
	}},
	{"attribute missing", of(`<TED version="1.0">`, "<TED>"), []string{
		"schema.attribute-missing /DTE/Documento/TED/@version:  → ",
	}},
	{"attribute unknown", of("<Folio>", `<Folio nuevo="1">`), []string{
		"schema.attribute-unknown /DTE/Documento/Encabezado/IdDoc/Folio/@nuevo:  → ",
	}},
	{"element of format 2.5", of("<Totales>", "<Transporte><PatenteCarro>X</PatenteCarro></Transporte><Totales>"), []string{
		"schema.unverified /DTE/Documento/Encabezado/Transporte/PatenteCarro: PatenteCarro → ",
	}},
	{"DTE without namespace", func(tb testing.TB) []byte {
		return []byte(changed(tb, string(testDTE(tb, 1)), ` xmlns="http://www.sii.cl/SiiDte"`, ""))
	}, []string{
		"signature.context /DTE/Signature: SiiDte only → ",
		"schema.root /DTE: DTE → ",
	}},
	// Envelopes.
	{"document of another issuer", in("<RutEmisor>76111111-6", "<RutEmisor>76222222-1"), []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"cover.issuer /EnvioDTE/SetDTE/DTE[1]: 76111111-6 → 76222222-1",
		"cover.issuer /EnvioDTE/SetDTE/DTE[2]: 76111111-6 → 76222222-1",
	}},
	{"fewer documents than told", in("<NroDTE>2", "<NroDTE>3"), []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"cover.count Caratula/SubTotDTE[33]: 3 → 2",
	}},
	{"documents of a type that is not told", in("<TpoDTE>33", "<TpoDTE>34"), []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"cover.count Caratula/SubTotDTE[33]: 0 → 2",
		"cover.count Caratula/SubTotDTE[34]: 2 → 0",
	}},
	{"documents of types that are not told", in("<TpoDTE>33", "<TpoDTE>61", "<SubTotDTE>", "<SubTotDTE><TpoDTE>34</TpoDTE><NroDTE>1</NroDTE></SubTotDTE><SubTotDTE>"), []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"cover.count Caratula/SubTotDTE[33]: 0 → 2",
		"cover.count Caratula/SubTotDTE[34]: 1 → 0",
		"cover.count Caratula/SubTotDTE[61]: 2 → 0",
	}},
	{"sender who did not sign", in("<RutEnvia>11111111-1", "<RutEnvia>76111111-6"), []string{
		"signature.context /EnvioDTE/SetDTE/DTE[1]/Signature: cut out → ",
		"signature.context /EnvioDTE/SetDTE/DTE[2]/Signature: cut out → ",
		"cover.sender Caratula/RutEnvia: 76111111-6 → 11111111-1",
	}},
	// Cessions.
	{"assignment of another total", aec("<MntTotal>11900</MntTotal></IdDTE>", "<MntTotal>11901</MntTotal></IdDTE>"), []string{
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE/MntTotal: 11901 → 11900",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE/MntTotal: 11901 → 11900",
	}},
	{"assignment of another folio", aec("<Folio>1</Folio><FchEmis>2026-11-20</FchEmis><MntTotal>11900</MntTotal></IdDTE>", "<Folio>2</Folio><FchEmis>2026-11-20</FchEmis><MntTotal>11900</MntTotal></IdDTE>"), []string{
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE: 33 2 76111111-6 77222222-K 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE: 33 2 76111111-6 77222222-K 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
	}},
	{"assignment of another type", aec("<IdDTE><TipoDTE>33", "<IdDTE><TipoDTE>34"), []string{
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE: 34 1 76111111-6 77222222-K 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE: 34 1 76111111-6 77222222-K 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
	}},
	{"assignment of another issuer", aec("<RUTEmisor>76111111-6</RUTEmisor><RUTReceptor>", "<RUTEmisor>76222222-1</RUTEmisor><RUTReceptor>"), []string{
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE: 33 1 76222222-1 77222222-K 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE: 33 1 76222222-1 77222222-K 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
	}},
	{"assignment of another receiver", aec("<RUTReceptor>77222222-K", "<RUTReceptor>76222222-1"), []string{
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE: 33 1 76111111-6 76222222-1 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE: 33 1 76111111-6 76222222-1 2026-11-20 → 33 1 76111111-6 77222222-K 2026-11-20",
	}},
	{"assignment of another date", aec("<Folio>1</Folio><FchEmis>2026-11-20</FchEmis><MntTotal>11900</MntTotal></IdDTE>", "<Folio>1</Folio><FchEmis>2026-11-21</FchEmis><MntTotal>11900</MntTotal></IdDTE>"), []string{
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE: 33 1 76111111-6 77222222-K 2026-11-21 → 33 1 76111111-6 77222222-K 2026-11-20",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE: 33 1 76111111-6 77222222-K 2026-11-21 → 33 1 76111111-6 77222222-K 2026-11-20",
	}},
	{"assignments not numbered", aec("<SeqCesion>2", "<SeqCesion>3"), []string{
		"cession.sequence Cesiones/Cesion[2]/DocumentoCesion/SeqCesion: 3 → 2",
	}},
	{"more assigned than owed", aec("<MontoCesion>11900", "<MontoCesion>11901"), []string{
		"cession.amount Cesiones/Cesion[1]/DocumentoCesion/MontoCesion: 11901 → 11900",
		"cession.amount Cesiones/Cesion[2]/DocumentoCesion/MontoCesion: 11901 → 11900",
	}},
	{"assignor who does not own the credit", aec("<Cedente><RUT>76111111-6", "<Cedente><RUT>76222222-1"), []string{
		"cession.party Cesiones/Cesion[1]/DocumentoCesion/Cedente/RUT: 76222222-1 → 76111111-6",
	}},
	{"assignor who was not the assignee", aec("<Cesionario><RUT>77333333-5", "<Cesionario><RUT>76222222-1"), []string{
		"cession.party Cesiones/Cesion[2]/DocumentoCesion/Cedente/RUT: 77333333-5 → 76222222-1",
	}},
	{"cover of another assignor", aec("<RutCedente>77333333-5", "<RutCedente>76222222-1"), []string{
		"cession.party Caratula: 76222222-1 77444444-0 → 77333333-5 77444444-0",
	}},
	{"cover of another assignee", aec("<RutCesionario>77444444-0", "<RutCesionario>76222222-1"), []string{
		"cession.party Caratula: 77333333-5 76222222-1 → 77333333-5 77444444-0",
	}},
	{"signed by nobody who is authorised", aec("<RUTAutorizado><RUT>11111111-1", "<RUTAutorizado><RUT>76222222-1"), []string{
		"cession.signer /AEC/DocumentoAEC/Cesiones/Cesion[1]/Signature: 11111111-1 → ",
		"cession.signer /AEC/DocumentoAEC/Cesiones/Cesion[2]/Signature: 11111111-1 → ",
	}},
	{"no assignment", aec("<Cesion version", "<Cesiom version", "</Cesion>", "</Cesiom>"), []string{
		"signature.stray /AEC/DocumentoAEC/Cesiones/Cesiom[1]/Signature:  → ",
		"signature.stray /AEC/DocumentoAEC/Cesiones/Cesiom[2]/Signature:  → ",
		"schema.unexpected /AEC/DocumentoAEC/Cesiones/Cesiom[1]: Cesiom → Cesion",
		"grade.absent cover:  → ",
	}},
	{"no document", aec("<DTECedido version", "<DTECedida version", "</DTECedido>", "</DTECedida>"), []string{
		"signature.stray /AEC/DocumentoAEC/Cesiones/DTECedida/DocumentoDTECedido/DTE/Signature:  → ",
		"signature.stray /AEC/DocumentoAEC/Cesiones/DTECedida/Signature:  → ",
		"schema.unexpected /AEC/DocumentoAEC/Cesiones/DTECedida: DTECedida → DTECedido",
		"grade.absent cover:  → ",
	}},
	{"total that is no number of pesos", aec("<Documento ID", "<Exportaciones ID", "</Documento>", "</Exportaciones>", "<MntTotal>11900</MntTotal></Totales>", "<MntTotal>0.5</MntTotal></Totales>", "<MntTotal>11900</MntTotal></IdDTE>", "<MntTotal>0</MntTotal></IdDTE>"), []string{
		"signature.digest /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Signature: xmlsig: digest does not match the document → ",
		"agreement.total TED/DD/MNT: 11900 → 0.5",
		"totals.total Encabezado/Totales/MntTotal: 0.5 → 10000.0000",
		"schema.list /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/Encabezado/IdDoc/TipoDTE: 33 → 110, 111, 112",
		"schema.unexpected /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/Encabezado/Totales/MntNeto: MntNeto → TpoMoneda",
		"schema.list /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/TED/DD/TD: 33 → 110, 111, 112",
		"schema.list /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/TED/DD/CAF/DA/TD: 33 → 110, 111, 112",
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE/MntTotal: 0 → 0.5",
		"cession.amount Cesiones/Cesion[1]/DocumentoCesion/MontoCesion: 11900 → 0",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE/MntTotal: 0 → 0.5",
		"cession.amount Cesiones/Cesion[2]/DocumentoCesion/MontoCesion: 11900 → 0",
	}},
	{"document of an assignment without total", aec("<Documento ID", "<Exportaciones ID", "</Documento>", "</Exportaciones>", "<MntTotal>11900</MntTotal></Totales>", "</Totales>", "<MntTotal>11900</MntTotal></IdDTE>", "<MntTotal>0</MntTotal></IdDTE>"), []string{
		"signature.digest /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Signature: xmlsig: digest does not match the document → ",
		"agreement.total TED/DD/MNT: 11900 → ",
		"totals.total Encabezado/Totales/MntTotal:  → 10000.0000",
		"schema.list /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/Encabezado/IdDoc/TipoDTE: 33 → 110, 111, 112",
		"schema.unexpected /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/Encabezado/Totales/MntNeto: MntNeto → TpoMoneda",
		"schema.list /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/TED/DD/TD: 33 → 110, 111, 112",
		"schema.list /AEC/DocumentoAEC/Cesiones/DTECedido/DocumentoDTECedido/DTE/Exportaciones/TED/DD/CAF/DA/TD: 33 → 110, 111, 112",
		"cession.document Cesiones/Cesion[1]/DocumentoCesion/IdDTE/MntTotal: 0 → ",
		"cession.amount Cesiones/Cesion[1]/DocumentoCesion/MontoCesion: 11900 → 0",
		"cession.document Cesiones/Cesion[2]/DocumentoCesion/IdDTE/MntTotal: 0 → ",
		"cession.amount Cesiones/Cesion[2]/DocumentoCesion/MontoCesion: 11900 → 0",
	}},
	// Receipts.
	{"no receipt", receipts("<Recibo ", "<Recivo ", "</Recibo>", "</Recivo>"), []string{
		"signature.stray /EnvioRecibos/SetRecibos/Recivo[1]/Signature:  → ",
		"signature.stray /EnvioRecibos/SetRecibos/Recivo[2]/Signature:  → ",
		"schema.unexpected /EnvioRecibos/SetRecibos/Recivo[1]: Recivo → Recibo",
		"grade.absent cover:  → ",
	}},
	{"receipt of another signer", receipts("<RutFirma>11111111-1", "<RutFirma>76222222-1"), []string{
		"cover.signer /EnvioRecibos/SetRecibos/Recibo[1]/Signature: 76222222-1 → 11111111-1",
		"cover.signer /EnvioRecibos/SetRecibos/Recibo[2]/Signature: 76222222-1 → 11111111-1",
	}},
}

// stampCases are cases of the invoice of the stamps, which nobody signed.
var stampCases = []findingCase{
	{"stamp without data", stamped(func(tb testing.TB) string { return strings.ReplaceAll(goodTED(tb), "DD>", "DX>") }), []string{
		"stamp.malformed /DTE/Documento/TED:  → DD",
		"caf.absent :  → CAF",
		"agreement.issuer TED/DD/RE:  → 76192083-9",
		"agreement.type TED/DD/TD: 0 → 33",
		"agreement.folio TED/DD/F: 0 → 7",
		"agreement.date TED/DD/FE:  → 2026-10-15",
		"agreement.receiver TED/DD/RR:  → 77222222-K",
		"agreement.total TED/DD/MNT:  → 1190",
		"agreement.first-item TED/DD/IT1:  → Pan",
		"schema.unexpected /DTE/Documento/TED/DX: DX → DD",
	}},
	{"stamp without signature", stamped(func(tb testing.TB) string {
		return strings.NewReplacer("<FRMT", "<FRMX", "</FRMT", "</FRMX").Replace(goodTED(tb))
	}), []string{
		"stamp.malformed /DTE/Documento/TED:  → FRMT",
		"schema.unexpected /DTE/Documento/TED/FRMX: FRMX → FRMT",
	}},
	{"stamp without the CAF's key", stamped(func(tb testing.TB) string { return strings.ReplaceAll(goodTED(tb), "RSAPK>", "RSAPX>") }), []string{
		"stamp.malformed /DTE/Documento/TED:  → DD/CAF/DA/RSAPK",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
		"schema.unexpected /DTE/Documento/TED/DD/CAF/DA/RSAPX: RSAPX → RSAPK, DSAPK",
	}},
	{"stamp in base 63", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "</FRMT>", "!</FRMT>", 1) }), []string{
		"stamp.malformed /DTE/Documento/TED/FRMT: not base64 of a usable length → ",
	}},
	{"value of the stamp in another namespace", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "<MNT>", `<MNT xmlns="urn:x">`, 1) }), []string{
		"stamp.malformed /DTE/Documento/TED/DD/MNT: urn:x → http://www.sii.cl/SiiDte",
		"agreement.total TED/DD/MNT:  → 1190",
		"schema.unexpected /DTE/Documento/TED/DD/MNT: MNT → MNT",
	}},
	{"another algorithm", stamped(func(tb testing.TB) string {
		return strings.Replace(goodTED(tb), `<FRMT algoritmo="SHA1withRSA"`, `<FRMT algoritmo="MD5"`, 1)
	}), []string{
		`stamp.algorithm /DTE/Documento/TED/FRMT: "MD5" → SHA1withRSA`,
		"schema.list /DTE/Documento/TED/FRMT/@algoritmo: MD5 → SHA1withRSA, SHA1withDSA",
	}},
	{"no algorithm", stamped(func(tb testing.TB) string {
		return strings.Replace(goodTED(tb), `<FRMT algoritmo="SHA1withRSA"`, `<FRMT`, 1)
	}), []string{
		`stamp.algorithm /DTE/Documento/TED/FRMT: "" → SHA1withRSA`,
		"schema.attribute-missing /DTE/Documento/TED/FRMT/@algoritmo:  → ",
	}},
	{"key with exponent 1", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "<E>Aw==<", "<E>AQ==<", 1) }), []string{
		"stamp.key /DTE/Documento/TED/DD/CAF/DA/RSAPK: smallrsa: unusable key: exponent 1 → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
	}},
	{"key with a huge exponent", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "<E>Aw==<", "<E>AQAAAAE=<", 1) }), []string{
		"stamp.key /DTE/Documento/TED/DD/CAF/DA/RSAPK: not base64 of a usable length → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
	}},
	{"key without modulus", stamped(func(tb testing.TB) string {
		return strings.NewReplacer("<M>", "<X>", "</M>", "</X>").Replace(goodTED(tb))
	}), []string{
		"stamp.key /DTE/Documento/TED/DD/CAF/DA/RSAPK: not base64 of a usable length → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
		"schema.unexpected /DTE/Documento/TED/DD/CAF/DA/RSAPK/X: X → M",
	}},
	{"key without exponent", stamped(func(tb testing.TB) string {
		return strings.NewReplacer("<E>", "<X>", "</E>", "</X>").Replace(goodTED(tb))
	}), []string{
		"stamp.key /DTE/Documento/TED/DD/CAF/DA/RSAPK: not base64 of a usable length → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
		"schema.unexpected /DTE/Documento/TED/DD/CAF/DA/RSAPK/X: X → E",
	}},
	{"stamp changed", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "<MNT>1190<", "<MNT>1191<", 1) }), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"agreement.total TED/DD/MNT: 1191 → 1190",
	}},
	{"stamp over other bytes", stamped(func(tb testing.TB) string {
		s := goodStamp()
		s.name = "ÑANDU LTDA"
		dd := s.dd(tb)
		return tedOf(dd, seal(tb, cafKey(), dd))
	}), []string{
		"stamp.form /DTE/Documento/TED/FRMT: encoding of the file → iso-8859-1",
		"agreement.receiver-name TED/DD/RSR: ÑANDU LTDA → PANADERIA LTDA",
	}},
	{"no CAF", stamped(func(tb testing.TB) string {
		return strings.NewReplacer("<CAF ", "<CAX ", "</CAF>", "</CAX>").Replace(goodTED(tb))
	}), []string{
		"stamp.malformed /DTE/Documento/TED:  → DD/CAF/DA/RSAPK",
		"caf.absent :  → CAF",
		"schema.unexpected /DTE/Documento/TED/DD/CAX: CAX → CAF",
	}},
	{"CAF without data", stamped(func(tb testing.TB) string { return strings.ReplaceAll(goodTED(tb), "DA>", "DX>") }), []string{
		"stamp.malformed /DTE/Documento/TED:  → DD/CAF/DA/RSAPK",
		"caf.malformed /DTE/Documento/TED/DD/CAF:  → DA, FRMA",
		"schema.unexpected /DTE/Documento/TED/DD/CAF/DX: DX → DA",
	}},
	{"CAF without signature", stamped(func(tb testing.TB) string {
		return strings.NewReplacer("<FRMA", "<FRMX", "</FRMA", "</FRMX").Replace(goodTED(tb))
	}), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.malformed /DTE/Documento/TED/DD/CAF:  → DA, FRMA",
		"schema.unexpected /DTE/Documento/TED/DD/CAF/FRMX: FRMX → FRMA",
	}},
	{"CAF in base 63", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "</FRMA>", "!</FRMA>", 1) }), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.malformed /DTE/Documento/TED/DD/CAF/FRMA: not base64 of a usable length → ",
	}},
	{"CAF with another algorithm", stamped(func(tb testing.TB) string {
		return strings.Replace(goodTED(tb), `<FRMA algoritmo="SHA1withRSA"`, `<FRMA algoritmo="MD5"`, 1)
	}), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		`caf.algorithm /DTE/Documento/TED/DD/CAF/FRMA: "MD5" → SHA1withRSA`,
		"schema.fixed /DTE/Documento/TED/DD/CAF/FRMA/@algoritmo: MD5 → SHA1withRSA",
	}},
	{"CAF without issuer", stampWith(func(s *stampOf) { s.cafIssuer = "" }), []string{
		"caf.malformed /DTE/Documento/TED/DD/CAF/DA:  → RE",
		"schema.length /DTE/Documento/TED/DD/CAF/DA/RE:  → ≥ 3",
	}},
	{"CAF without type", stampWith(func(s *stampOf) { s.cafType = "0" }), []string{
		"caf.malformed /DTE/Documento/TED/DD/CAF/DA:  → TD",
		"schema.type /DTE/Documento/TED/DD/CAF/DA/TD: 0 → whole number from 1",
	}},
	{"CAF without first folio", stampWith(func(s *stampOf) { s.from = "0" }), []string{
		"caf.malformed /DTE/Documento/TED/DD/CAF/DA:  → RNG/D",
		"schema.type /DTE/Documento/TED/DD/CAF/DA/RNG/D: 0 → whole number from 1",
	}},
	{"CAF without last folio", stampWith(func(s *stampOf) { s.to = "0" }), []string{
		"caf.malformed /DTE/Documento/TED/DD/CAF/DA:  → RNG/H",
		"schema.type /DTE/Documento/TED/DD/CAF/DA/RNG/H: 0 → whole number from 1",
	}},
	{"CAF without date", stampWith(func(s *stampOf) { s.cafDate = "" }), []string{
		"caf.malformed /DTE/Documento/TED/DD/CAF/DA:  → FA",
		"schema.type /DTE/Documento/TED/DD/CAF/DA/FA:  → date AAAA-MM-DD",
	}},
	{"CAF of an unknown key", stampWith(func(s *stampOf) { s.keyID = "777" }), []string{
		"caf.unknown-key /DTE/Documento/TED/DD/CAF/DA/IDK: 777 → ",
	}},
	{"CAF changed", stamped(func(tb testing.TB) string { return strings.Replace(goodTED(tb), "<H>50<", "<H>500<", 1) }), []string{
		"stamp.signature /DTE/Documento/TED/FRMT:  → ",
		"caf.signature /DTE/Documento/TED/DD/CAF/FRMA:  → ",
	}},
	{"CAF over other bytes", stamped(func(tb testing.TB) string {
		s := goodStamp()
		caf := s.caf(tb)
		da := strings.Replace(caf[strings.Index(caf, "<DA>"):strings.Index(caf, "<FRMA")], "EMPRESA", "ÑUÑOA", 1)
		caf = `<CAF version="1.0">` + da + `<FRMA algoritmo="SHA1withRSA">` + seal(tb, fakeSII(), da) + "</FRMA></CAF>"
		dd := regexp.MustCompile("(?s)<CAF .*</CAF>").ReplaceAllString(s.dd(tb), caf)
		return tedOf(dd, seal(tb, cafKey(), dd))
	}), []string{
		"stamp.form /DTE/Documento/TED/FRMT: encoding of the file → iso-8859-1",
		"caf.form /DTE/Documento/TED/DD/CAF/FRMA: encoding of the file → iso-8859-1",
	}},
	{"CAF of another issuer", stampWith(func(s *stampOf) { s.cafIssuer = "76354771-K" }), []string{
		"caf.issuer /DTE/Documento/TED/DD/CAF/DA/RE: 76354771-K → 76192083-9",
	}},
	{"CAF of another type", stampWith(func(s *stampOf) { s.cafType = "61" }), []string{
		"caf.type /DTE/Documento/TED/DD/CAF/DA/TD: 61 → 33",
	}},
	{"CAF whose range ends before it begins", stampWith(func(s *stampOf) { s.from, s.to = "50", "1" }), []string{
		"caf.range /DTE/Documento/TED/DD/CAF/DA/RNG: 50-1 → ",
	}},
	{"folio below the CAF", stampWith(func(s *stampOf) { s.from = "8" }), []string{
		"caf.folio /DTE/Documento/TED/DD/CAF/DA/RNG: 7 → 8-50",
	}},
	{"folio above the CAF", stampWith(func(s *stampOf) { s.to = "6" }), []string{
		"caf.folio /DTE/Documento/TED/DD/CAF/DA/RNG: 7 → 1-6",
	}},
	{"stamp and document before the CAF", stampWith(func(s *stampOf) { s.cafDate = "2026-10-16" }), []string{
		"caf.early-stamp /DTE/Documento/TED/DD/CAF/DA/FA: 2026-10-15 → 2026-10-16",
		"caf.early-issue /DTE/Documento/TED/DD/CAF/DA/FA: 2026-10-15 → 2026-10-16",
	}},
	{"stamp after the CAF", stampWith(func(s *stampOf) { s.cafDate = "2026-04-14" }), []string{
		"caf.expired /DTE/Documento/TED/DD/CAF/DA/FA: 2026-10-15 → 2026-10-14",
	}},
}

func TestFindings(t *testing.T) {
	t.Parallel()
	for _, c := range findingCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := dte.Verify(c.src(t), &dte.VerifyOptions{Keys: testKeys()})
			require.NoError(t, err)
			got := all(t, r)
			if len(got) < maxFound {
				assert.ElementsMatch(t, c.want, got)
				return
			}
			assert.Subset(t, got, c.want)
		})
	}
}

// maxFound is from how many findings on a case names some.
const maxFound = 40

func TestFindingsOfStamps(t *testing.T) {
	t.Parallel()
	unsigned := []string{"signature.absent /DTE/Documento:  → Signature", "schema.missing /DTE:  → Signature"}
	for _, c := range stampCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := dte.Verify(c.src(t), fakeKeys())
			require.NoError(t, err)
			got := all(t, r)
			assert.ElementsMatch(t, append(slices.Clone(unsigned), c.want...), got)
		})
	}
}

// FIPS 140 is enforced from the start of a process or not at all, so a second
// process runs TestEnforcedFIPS.
func TestFindingsWhereFIPSIsEnforced(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestEnforcedFIPS$", "-test.v")
	cmd.Env = append(cmd.Environ(), "GODEBUG=fips140=only")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestEnforcedFIPS", "%s", out)
}

// fipsFindings are those of a good document where FIPS 140 is enforced.
var fipsFindings = []string{
	"signature.fips /DTE/Signature: xmlsig: FIPS 140 enforcement forbids the algorithm → ",
	"stamp.fips /DTE/Documento/TED/FRMT:  → ",
	"caf.fips /DTE/Documento/TED/DD/CAF/FRMA:  → ",
}

func TestEnforcedFIPS(t *testing.T) { //nolint:paralleltest // it is alone in its process
	if !fips140.Enforced() {
		t.Skip("FIPS 140 is not enforced: TestFindingsWhereFIPSIsEnforced runs this in a process where it is")
	}
	r, err := dte.Verify(readFile(t, "testdata/dte.xml"), &dte.VerifyOptions{Keys: testKeys()})
	require.NoError(t, err)
	var got []string
	for _, f := range r.Refusals(dte.Policy{AnySigner: true}) {
		requireRule(t, &f)
		got = append(got, brief(&f))
	}
	assert.ElementsMatch(t, fipsFindings, got)
}

// tooMany is found in an envelope with more documents than the schema allows.
const tooMany = "schema.too-many /EnvioBOLETA/SetDTE: 501 → ≤ 500"

func TestFindingOfTooManyDocuments(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{500: false, 501: true} {
		src := `<EnvioBOLETA xmlns="http://www.sii.cl/SiiDte" version="1.0"><SetDTE ID="S"><Caratula version="1.0"/>` +
			strings.Repeat("<DTE/>", n) + "</SetDTE></EnvioBOLETA>"
		s := dte.NewStream(strings.NewReader(src), nil)
		for _, err := range s.Documents() {
			require.NoError(t, err)
		}
		r, err := s.Report()
		require.NoError(t, err)
		var got []string
		for _, f := range r.Schema.Findings {
			requireRule(t, &f)
			got = append(got, brief(&f))
		}
		assert.Equal(t, want, slices.Contains(got, tooMany), "%d: %v", n, got)
	}
}

// Every code is what one of the tests above finds. The test names those that none
// does: add a case.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	found := map[dte.Code]bool{}
	asserted := slices.Concat(fipsFindings, []string{tooMany})
	for _, c := range slices.Concat(findingCases, stampCases) {
		asserted = append(asserted, c.want...)
	}
	for _, c := range totalsCases() {
		asserted = append(asserted, c.want...)
	}
	for _, text := range asserted {
		code, _, _ := strings.Cut(text, " ")
		found[dte.Code(code)] = true
	}
	for _, code := range dte.Codes() {
		assert.True(t, found[code], "no test finds %s", code)
	}
	assert.Len(t, found, len(dte.Codes()), "a case has a code that does not exist")
}

// Every constant of the type Code is one of Codes, with words of its own.
func TestEveryCodeHasARule(t *testing.T) {
	t.Parallel()
	var constants []dte.Code
	for _, file := range sources(t) {
		for _, found := range regexp.MustCompile(`(?m)^(?:const)?\s+Code\w+\s+Code = "([^"]+)"`).FindAllSubmatch(readFile(t, file), -1) {
			constants = append(constants, dte.Code(found[1]))
		}
	}
	assert.ElementsMatch(t, constants, dte.Codes())
	for _, code := range dte.Codes() {
		f := dte.Finding{Code: code}
		assert.NotEqual(t, string(code), f.English(), code)
		assert.NotEqual(t, f.English(), f.Spanish(), code)
	}
}

// sources are the files of the package, without tests.
func sources(tb testing.TB) (list []string) {
	tb.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(tb, err)
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			list = append(list, file)
		}
	}
	return list
}
