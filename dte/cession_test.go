package dte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// changed returns a text with changes, each of which must be found.
func changed(tb testing.TB, text string, changes ...string) string {
	tb.Helper()
	for i := 0; i+1 < len(changes); i += 2 {
		require.Contains(tb, text, changes[i])
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	return text
}

// cession is the n-th assignment of the invoice of testDTE, which Ana may sign.
func cession(n int, assignor, assignee string) string {
	return fmt.Sprintf(`<Cesion version="1.0"><DocumentoCesion ID="C%[1]d"><SeqCesion>%[1]d</SeqCesion>`+
		"<IdDTE><TipoDTE>33</TipoDTE><RUTEmisor>76111111-6</RUTEmisor><RUTReceptor>77222222-K</RUTReceptor><Folio>1</Folio><FchEmis>2026-11-20</FchEmis><MntTotal>11900</MntTotal></IdDTE>"+
		"<Cedente><RUT>%[2]s</RUT><RazonSocial>Cedente</RazonSocial><Direccion>Calle 1</Direccion><eMail>a@example.com</eMail>"+
		"<RUTAutorizado><RUT>11111111-1</RUT><Nombre>Ana Prueba</Nombre></RUTAutorizado><DeclaracionJurada>Se declara</DeclaracionJurada></Cedente>"+
		"<Cesionario><RUT>%[3]s</RUT><RazonSocial>Cesionario</RazonSocial><Direccion>Calle 2</Direccion><eMail>b@example.com</eMail></Cesionario>"+
		"<MontoCesion>11900</MontoCesion><UltimoVencimiento>2026-12-20</UltimoVencimiento><TmstCesion>2026-11-21T10:00:00</TmstCesion></DocumentoCesion></Cesion>",
		n, assignor, assignee)
}

// testAEC is a signed cession of the invoice of testDTE: its issuer assigned it to
// 77333333-5, and they to 77444444-0. Changes are made before it is signed.
func testAEC(tb testing.TB, changes ...string) []byte {
	tb.Helper()
	invoice := string(testDTE(tb, 1))
	text := `<AEC xmlns="http://www.sii.cl/SiiDte" version="1.0"><DocumentoAEC ID="AEC1"><Caratula version="1.0"><RutCedente>77333333-5</RutCedente><RutCesionario>77444444-0</RutCesionario>` +
		`<TmstFirmaEnvio>2026-11-21T12:00:00</TmstFirmaEnvio></Caratula><Cesiones><DTECedido version="1.0"><DocumentoDTECedido ID="D1">` + invoice +
		`<TmstFirma>2026-11-21T09:00:00</TmstFirma></DocumentoDTECedido></DTECedido>` +
		cession(1, "76111111-6", "77333333-5") + cession(2, "77333333-5", "77444444-0") + `</Cesiones></DocumentoAEC></AEC>`
	signed, err := xmlsig.SignAfter([]byte(changed(tb, text, changes...)), ana(tb), "D1", "C1", "C2", "AEC1")
	require.NoError(tb, err)
	return signed
}

// testReceipts are two signed receipts, by Ana.
func testReceipts(tb testing.TB, changes ...string) []byte {
	tb.Helper()
	receipt := func(n int) string {
		return fmt.Sprintf(`<Recibo version="1.0"><DocumentoRecibo ID="R%[1]d"><TipoDoc>33</TipoDoc><Folio>%[1]d</Folio><FchEmis>2026-11-20</FchEmis><RUTEmisor>76111111-6</RUTEmisor>`+
			"<RUTRecep>77222222-K</RUTRecep><MntTotal>11900</MntTotal><Recinto>Obra %[1]d</Recinto><RutFirma>11111111-1</RutFirma>"+
			"<Declaracion>El acuse de recibo que se declara en este acto, de acuerdo a lo dispuesto en la letra b) del Art. 4, y la letra c) del Art. 5 de la Ley 19.983, acredita que la entrega de mercaderias o servicio(s) prestado(s) ha(n) sido recibido(s).</Declaracion>"+
			"<TmstFirmaRecibo>2026-11-21T10:00:00</TmstFirmaRecibo></DocumentoRecibo></Recibo>", n)
	}
	text := `<EnvioRecibos xmlns="http://www.sii.cl/SiiDte" version="1.0"><SetRecibos ID="S1"><Caratula version="1.0"><RutResponde>77222222-K</RutResponde><RutRecibe>76111111-6</RutRecibe>` +
		`<TmstFirmaEnv>2026-11-21T10:00:00</TmstFirmaEnv></Caratula>` + receipt(1) + receipt(2) + `</SetRecibos></EnvioRecibos>`
	signed, err := xmlsig.SignAfter([]byte(changed(tb, text, changes...)), ana(tb), "R1", "R2", "S1")
	require.NoError(tb, err)
	return signed
}
