package dte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// What is told of a cover is bounded, whatever an envelope carries.
func TestCoverIsBounded(t *testing.T) {
	t.Parallel()
	const count = 150
	var b strings.Builder
	b.WriteString(`<EnvioDTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><SetDTE ID="S"><Caratula version="1.0"><RutEmisor>76111111-6</RutEmisor></Caratula>`)
	for n := range count {
		fmt.Fprintf(&b, "<DTE><Documento><Encabezado><IdDoc><TipoDTE>%d</TipoDTE></IdDoc><Emisor><RUTEmisor>76222222-1</RUTEmisor></Emisor></Encabezado></Documento></DTE>", n+1)
	}
	b.WriteString("<DTE><Documento><Encabezado><IdDoc><TipoDTE>1</TipoDTE></IdDoc></Encabezado></Documento></DTE></SetDTE></EnvioDTE>")
	s := dte.NewStream(strings.NewReader(b.String()), nil)
	for _, err := range s.Documents() {
		require.NoError(t, err)
	}
	r, err := s.Report()
	require.NoError(t, err)
	told := map[dte.Code]int{}
	for _, f := range r.Cover.Findings {
		told[f.Code]++
		if f.Path == "Caratula/SubTotDTE[1]" {
			assert.Equal(t, "2", f.Want, "types that were seen are counted on")
		}
	}
	assert.Equal(t, map[dte.Code]int{dte.CodeCoverIssuer: 100, dte.CodeCoverCount: 100}, told)
}

// Counts of one type add up, also where the cover tells a type twice.
func TestCoverCounts(t *testing.T) {
	t.Parallel()
	twice := in("<SubTotDTE><TpoDTE>33</TpoDTE><NroDTE>2</NroDTE></SubTotDTE>",
		"<SubTotDTE><TpoDTE>33</TpoDTE><NroDTE>1</NroDTE></SubTotDTE><SubTotDTE><TpoDTE>33</TpoDTE><NroDTE>1</NroDTE></SubTotDTE>")
	assert.Empty(t, verifyOK(t, twice(t)).Cover.Findings)
}

// The credit of a factura de compra belongs to whom it was issued for.
func TestCessionOfFacturaDeCompra(t *testing.T) {
	t.Parallel()
	types := []string{"<TipoDTE>33", "<TipoDTE>46"}
	own := verifyOK(t, testAEC(t, types...)).Cover
	assert.True(t, own.Has(dte.CodeCessionParty), "the issuer owes")
	r := verifyOK(t, testAEC(t, append(types, "<Cedente><RUT>76111111-6", "<Cedente><RUT>77222222-K")...))
	assert.False(t, r.Cover.Has(dte.CodeCessionParty), "%v", r.Cover.Findings)
}

// Up to three persons sign an assignment; each must be authorised in it.
func TestCessionWithTwoSigners(t *testing.T) {
	t.Parallel()
	good := string(testAEC(t))
	first := good[strings.Index(good, "</DocumentoCesion><Signature")+len("</DocumentoCesion>"):]
	first = first[:strings.Index(first, "</Signature>")+len("</Signature>")]
	src := strings.Replace(good, first, first+first, 1)
	assert.False(t, verifyOK(t, []byte(src)).Cover.Has(dte.CodeCessionSigner), "both are of the first assignment")

	last := "<Cedente><RUT>77333333-5"
	at := strings.Index(src, last)
	other := src[:at] + strings.Replace(src[at:], "<RUTAutorizado><RUT>11111111-1", "<RUTAutorizado><RUT>76222222-1", 1)
	r := verifyOK(t, []byte(other))
	assert.Equal(t, []string{"/AEC/DocumentoAEC/Cesiones/Cesion[2]/Signature"}, pathsOf(r, dte.CodeCessionSigner))
}

// An assignment that nobody signed is told as such alone, and counts on: the next
// signature is of the next assignment.
func TestCessionThatIsNotSigned(t *testing.T) {
	t.Parallel()
	good := string(testAEC(t, "<SeqCesion>1</SeqCesion>", "<SeqCesion>1</SeqCesion><!-- first -->"))
	at := strings.Index(good, "</DocumentoCesion><Signature") + len("</DocumentoCesion>")
	unsigned := good[:at] + good[at+strings.Index(good[at:], "</Signature>")+len("</Signature>"):]
	last := strings.LastIndex(unsigned, "<RUTAutorizado><RUT>11111111-1")
	unsigned = unsigned[:last] + strings.Replace(unsigned[last:], "11111111-1", "76222222-1", 1)
	for name, src := range map[string]string{
		"signed":     unsigned,
		"without ID": strings.Replace(unsigned, `<DocumentoCesion ID="C1">`, "<DocumentoCesion>", 1),
	} {
		assert.Equal(t, []string{"/AEC/DocumentoAEC/Cesiones/Cesion[2]/Signature"}, pathsOf(verifyOK(t, []byte(src)), dte.CodeCessionSigner), name)
	}
}

// pathsOf returns where the cover has findings of a code.
func pathsOf(r *dte.Report, code dte.Code) (paths []string) {
	for _, f := range r.Cover.Findings {
		if f.Code == code {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// Each receipt is compared with who signed it.
func TestReceiptsHaveTheirSigners(t *testing.T) {
	t.Parallel()
	text := string(testReceipts(t))
	at := strings.LastIndex(text, "<RutFirma>11111111-1")
	src := text[:at] + "<RutFirma>76222222-1" + text[at+len("<RutFirma>11111111-1"):]
	assert.Equal(t, []string{"/EnvioRecibos/SetRecibos/Recibo[2]/Signature"}, pathsOf(verifyOK(t, []byte(src)), dte.CodeCoverSigner))
	unsigned := strings.Replace(src, text[strings.Index(text, "</DocumentoRecibo>")+len("</DocumentoRecibo>"):strings.Index(text, "</Recibo>")], "", 1)
	assert.Equal(t, []string{"/EnvioRecibos/SetRecibos/Recibo[2]/Signature"}, pathsOf(verifyOK(t, []byte(unsigned)), dte.CodeCoverSigner), "the first is not signed")
}

// Signatures that stand where none is looked for are not taken for those of
// receipts.
func TestReceiptsAmongOtherSignatures(t *testing.T) {
	t.Parallel()
	text := string(testReceipts(t))
	other := strings.Replace(text, "<RutFirma>11111111-1", "<RutFirma>76222222-1", 1)
	first := []string{"/EnvioRecibos/SetRecibos/Recibo[1]/Signature"}

	set := strings.LastIndex(other, "<Signature ")
	whole := other[set:strings.LastIndex(other, "</EnvioRecibos>")]
	before := strings.Replace(other[:set]+other[set+len(whole):], "<SetRecibos ", whole+"<SetRecibos ", 1)
	assert.Equal(t, first, pathsOf(verifyOK(t, []byte(before)), dte.CodeCoverSigner), "the signature of the set stands first")

	twice := strings.Replace(other, "<DocumentoRecibo ", "<DocumentoRecibo/><DocumentoRecibo ", -1)
	assert.NotEmpty(t, pathsOf(verifyOK(t, []byte(twice)), dte.CodeCoverSigner), "each receipt has two documents")
}

// The sender is who signed the envelope, not who signed a document.
func TestCoverOfAnotherSender(t *testing.T) {
	t.Parallel()
	src := string(testEnvelope(t, testDTE(t, 1)))
	bare := changed(t, src[:strings.LastIndex(src, "<Signature ")]+"</EnvioDTE>", "<RutEnvia>11111111-1", "<RutEnvia>22222222-2")
	signed, err := xmlsig.SignAfter([]byte(bare), person(t, "Beto Prueba", "22222222-2", 2), "SetDoc")
	require.NoError(t, err)
	assert.Empty(t, verifyOK(t, signed).Cover.Findings)
	signed, err = xmlsig.SignAfter([]byte(bare), ana(t), "SetDoc")
	require.NoError(t, err)
	assert.True(t, verifyOK(t, signed).Cover.Has(dte.CodeCoverSender))
	stream := dte.NewStream(strings.NewReader(string(signed)), &dte.VerifyOptions{Keys: testKeys()})
	for _, err := range stream.Documents() {
		require.NoError(t, err)
	}
	r, err := stream.Report()
	require.NoError(t, err)
	assert.True(t, r.Cover.Has(dte.CodeCoverSender))
}
