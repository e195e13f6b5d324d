package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/ofitec/chile/internal/redact"
)

// encodings are ways in which a text may stand in another.
var encodings = []func(string) string{
	func(s string) string { return s },
	url.QueryEscape,
	func(s string) string { return each(s, "%%%02X") },
	func(s string) string { return each(s, "%%%02x") },
	func(s string) string { return each(s, "%%u%04x") },
	func(s string) string { return each(s, "&#%d;") },
	func(s string) string { return each(s, "&#x%X;") },
	func(s string) string { return each(s, `\u%04x`) },
	func(s string) string { return each(s, `\x%02x`) },
	func(s string) string {
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
	},
	func(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "/", `\/`).Replace(s) },
	func(s string) string { return base64.StdEncoding.EncodeToString([]byte("rut:" + s)) },
	func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s + " .")) },
	func(s string) string { return wrapped(base64.StdEncoding.EncodeToString([]byte("x" + s))) },
	func(s string) string { return hex.EncodeToString([]byte(s)) },
	func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte("a" + s))) },
	func(s string) string { return each(s, "%c\x00") },
	func(s string) string { return each(s, "\x00%c") },
}

func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func wrapped(s string) string {
	var lines []string
	for len(s) > 76 {
		lines, s = append(lines, s[:76]), s[76:]
	}
	return strings.Join(append(lines, s), "\r\n")
}

// FuzzPlantedSecret: a known secret does not survive, in whatever encodings it
// stands.
func FuzzPlantedSecret(f *testing.F) {
	for i := range encodings {
		f.Add("A1B2C3D4E5F6G", "<html>", "</html>", uint8(i), uint8(0), uint8(0))
		f.Add("se creta<\"'1", "TOKEN=", ";", uint8(i), uint8((i+5)%len(encodings)), uint8((i+11)%len(encodings)))
	}
	f.Fuzz(func(t *testing.T, planted, before, after string, first, second, third uint8) {
		if len(planted) < 4 || len(planted) > 64 || len(before)+len(after) > 2048 || !plain(planted) {
			return
		}
		hidden := planted
		for _, n := range []uint8{first, second, third} {
			hidden = encodings[int(n)%len(encodings)](hidden)
		}
		got := redact.New(planted).Text(before + hidden + after)
		if strings.Contains(before+after, hidden) {
			return // not planted, but there
		}
		if strings.Contains(got, hidden) {
			t.Fatalf("%q survives in %q as %q", planted, got, hidden)
		}
	})
}

// plain reports whether the secret has printable characters only, and none that
// begins an escape: beside digits such a one has two readings.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || strings.IndexByte(`%&\`, s[i]) >= 0 {
			return false
		}
	}
	return true
}

// FuzzText: whatever a text is, it is redacted, no longer than what it says.
func FuzzText(f *testing.F) {
	f.Add("Cookie: TOKEN=A1B2C3D4E5F6G")
	f.Add(`{"clave":"x\"y"} &amp;#x41; %2541 \u0041 QTFCMkMzRDRFNUY2Rw==`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		if got := redact.New("A1B2C3D4E5F6G").Text(text); strings.Contains(got, "A1B2C3D4E5F6G") {
			t.Fatalf("survives in %q", got)
		}
	})
}

func BenchmarkText(b *testing.B) {
	for name, text := range map[string]string{
		"page":   strings.Repeat("<p>La Clave Tributaria ingresada no es correcta&nbsp;</p>\n", 36),
		"json":   strings.Repeat(`{"detTipoDoc":33,"detRutDoc":12345678,"detRznSoc":"Proveedor Uno SPA"},`, 30),
		"base64": base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x01\x23\x45\x67\x89\xab\xcd\xef\xf0", 170))),
		"digits": strings.Repeat("3", 2048),
	} {
		b.Run(name, func(b *testing.B) {
			r := redact.New("A1B2C3D4E5F6G")
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				_ = r.Text(text)
			}
		})
	}
}
