package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/internal/redact"
)

const secret = "A1B2C3D4E5F6G"

func TestNamesTellSecrets(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"TOKEN=" + secret,
		"Cookie: TOKEN=" + secret + "; CSESSIONID=" + secret + "\r\nAccept: */*",
		"map[Cookie:[TOKEN=" + secret + "]]",
		"Set-Cookie: NETSCAPE_LIVEWIRE.clave=SI" + secret + "/=$; path=/",
		`NETSCAPE_LIVEWIRE.mac=` + secret,
		"rut=11111111&dv=1&clave=" + secret + "&411=",
		"clave%3D" + secret + "%26x",
		`{"metaData":{"conversationId":"` + secret + `","transactionId":"0"}}`,
		`{\"conversationId\":\"` + secret + `\"}`,
		`{"clave":"a\"` + secret + `"}`,
		`{"clave":"` + secret,
		`{'token': '` + secret + `'}`,
		`"token":` + strings.Trim(secret, "ABCDEFG"),
		"<SII:TOKEN>" + secret + "</SII:TOKEN>",
		"&lt;TOKEN&gt;" + secret + "&lt;/TOKEN&gt;",
		"&amp;lt;TOKEN xsi:type=&quot;s&quot;&amp;gt;\n" + secret,
		"<SEMILLA>" + secret + "</SEMILLA>",
		"<SignatureValue>\n" + secret + "\n" + secret + "</SignatureValue>",
		`<input type="password" name="clave" value="` + secret + `">`,
		`<INPUT VALUE='` + secret + `' NAME=clave>`,
		"Content-Disposition: form-data; name=\"clave\"\r\n\r\n" + secret + "\r\n--x",
		"Authorization: Basic " + secret + "==",
		"Bearer " + secret,
		"Problema con el Token: " + secret,
		"Clave: " + secret,
		"11.111.111-1:" + secret,
		"11111111-1|" + secret,
		"https://user:" + secret + "@proxy.cl:8080/",
		"SII_CERT_P12_PASS=" + secret,
		"-----BEGIN RSA PRIVATE KEY-----\n" + secret + "\n-----END RSA PRIVATE KEY-----",
		"eyJhbGciOiJIUzI1NiJ9." + secret + "." + secret,
		"contraseña = '" + secret + "'",
	} {
		got := redact.Text(text)
		assert.NotContains(t, got, secret, text)
		assert.Contains(t, got, redact.Mark, text)
		assert.Equal(t, got, redact.Text(got), "once more")
	}
}

// What says what is wrong stays.
func TestWordsStay(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "hola",
		`sii: rcv.summary: token not accepted: estado 001: "TOKEN NO EXISTE"`,
		"Problema con el Token: NO Existen Datos",
		"La Clave Tributaria ingresada no es correcta",
		"El código de este mensaje es 01.01.217.500.720.20",
		"register 76192083-9 2026-10 COMPRA REGISTRO 33",
		"/facadeService/obtenerArchivoBLOB/123/11111111-1/76192083-9/5",
		"org.jboss.resteasy.spi.NotAcceptableException: RESTEASY001530",
		"LSX-00213: texto del analizador",
		"2026/03/05 10:11:12",
		"sesión perdida; inténtelo más tarde %",
	} {
		assert.Equal(t, text, redact.Text(text))
		assert.Equal(t, text, redact.New("zzzz").Text(text))
	}
}

func TestKnownSecretsAreFound(t *testing.T) {
	t.Parallel()
	r := redact.New(secret, "abc", "")
	for _, text := range []string{
		secret, strings.ToLower(secret), "x" + secret + secret + "y",
		"%41%31%42%32C3D4E5F6G", "%2541" + secret[1:], "&#65;" + secret[1:], "&amp;#x41;" + secret[1:],
		`\u0041` + secret[1:], `\\u0041` + secret[1:], `\x41` + secret[1:],
		"A\x001\x00B\x002\x00C\x003\x00D\x004\x00E\x005\x00F\x006\x00G\x00",
		"QTFCMkMzRDRFNUY2Rw==", "x/QTFCMkMzRDRFNUY2Rw", "QTFCMkMz\r\nRDRFNUY2Rw",
		"41314232433344344535463647", "UVRGQ01rTXpSRFJGTlVZMlJ3PT0=",
	} {
		got := r.Text(text)
		assert.Contains(t, got, redact.Mark, text)
		assert.NotContains(t, strings.ToUpper(got), "D4E5F6", text)
		assert.NotContains(t, got, "RDRFNUY2", text)
	}
	assert.Equal(t, "abc x***", r.Text("abc x"+secret[:5]), "cut at the end; and too short to be looked for")
	assert.Equal(t, secret[:5]+" x", r.Text(secret[:5]+" x"))
}
