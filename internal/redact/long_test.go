package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/redact"
)

// row is a row of a register, as the SII has it.
func row(i int) string {
	return fmt.Sprintf(`{"dhdrCodigo":%d,"detTipoDoc":33,"detRutDoc":%d,"detDvDoc":"K","detRznSoc":"Proveedor %d SPA","detFchDoc":"01/10/2026",`+
		`"detFecRecepcion":"01/10/2026 10:11:12","detMntNeto":%d,"detEventoReceptorLeyenda":null}`, 7_700_000_000_000+i, 70_000_000+i, i, 1000*i)
}

func rows(n int) string {
	var all []string
	for i := range n {
		all = append(all, row(i))
	}
	return `{"data":[` + strings.Join(all, ",") + `],"metaData":{"conversationId":"` + secret + `"}}`
}

// A long text is redacted as a short one is, wherever in it a secret stands.
func TestLongFindsWhatTextFinds(t *testing.T) {
	t.Parallel()
	r := redact.New(secret)
	long := r.Long(func(string) string { return redact.Mark })
	text := rows(40)
	got, ok := long.Replace(text)
	require.True(t, ok)
	assert.Equal(t, strings.Replace(text, secret, redact.Mark, 1), got)

	places := strings.Split(text, `"Proveedor `)
	for n, encode := range encodings {
		for _, at := range []int{1, 7, 20, 40} {
			with := strings.Join(places[:at], `"Proveedor `) + `"Proveedor ` + encode(secret) + " " + strings.Join(places[at:], `"Proveedor `)
			got, ok := long.Replace(with)
			require.True(t, ok)
			assert.NotContains(t, got, encode(secret), "%d at %d", n, at)
			assert.NotContains(t, got, secret)
		}
	}
	for _, named := range []string{`"clave":"x1"`, "TOKEN=abc", "11111111-1|hunter", "https://a:hunter@b", "eyJhbGciOi.hunter2"} {
		got, ok := long.Replace(strings.Replace(text, "Proveedor 20 SPA", named, 1))
		require.True(t, ok)
		assert.Equal(t, 2, strings.Count(got, redact.Mark), named)
	}
}

func TestLongCutsNoSecret(t *testing.T) {
	t.Parallel()
	long := redact.New().Long(func(string) string { return redact.Mark })
	fill := strings.Repeat("<td>1</td>\n", 100)
	for _, text := range []string{
		fill + "<TOKEN>\n" + secret + "</TOKEN>" + fill,
		fill + `<input name="clave"` + "\n" + `value="` + secret + `">` + fill,
		strings.Repeat("33;1;a;b\n", 200) + "-----BEGIN PRIVATE KEY-----\n" + strings.Repeat(secret+"\n", 300) + "-----END PRIVATE KEY-----\n" + strings.Repeat("33;1;a;b\n", 200),
	} {
		got, ok := long.Replace(text)
		require.True(t, ok)
		assert.NotContains(t, got, secret)
		assert.Contains(t, got, redact.Mark)
	}
	_, ok := long.Replace(strings.Repeat("x", 129<<10))
	assert.False(t, ok, "what cannot be cut is not looked through")
}

func TestReplaceGivesTheSecret(t *testing.T) {
	t.Parallel()
	var found []string
	got := redact.New(secret).Replace("<TOKEN>"+secret+"</TOKEN> clave=hunter2; x", func(s string) string {
		found = append(found, s)
		return "-"
	})
	assert.Equal(t, "<TOKEN>-</TOKEN> clave=-; x", got)
	assert.Equal(t, []string{secret, "hunter2"}, found)
}

func BenchmarkLong(b *testing.B) {
	text := rows(2000)
	r := redact.New(secret)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, _ = r.Long(func(string) string { return redact.Mark }).Replace(text)
	}
}
