package redact

import (
	"bytes"
	"regexp"
	"slices"
	"unicode/utf8"
)

// Names of secrets, as they stand in cookies, forms, headers and answers of the
// SII, and in settings of programs.
const (
	tokens    = `token(?:recaptcha)?|csessionid|conversationid|netscape_livewire\.[a-z]+|semilla|seed`         //nolint:gosec // G101: names, not credentials
	passwords = `clave(?:prov|nueva|actual)?|contrase(?:ñ|\xf1|n)a|password|passwd|passphrase|pass|pwd|secret` //nolint:gosec // G101: names, not credentials
	signed    = `signaturevalue|x509certificate|firmadte|firma|frmt|pszxml`
	names     = `(?:` + tokens + `|` + passwords + `|` + signed + `)`
)

// form is a way in which a secret stands beside its name. The first group of the
// expression is the secret; a text has at least one of the hints, in lower case,
// or the form does not fit.
type form struct {
	hints      [][]byte
	expression *regexp.Regexp
}

func formOf(expression string, hints ...string) form {
	f := form{expression: regexp.MustCompile(`(?is)` + expression)}
	for _, hint := range hints {
		f.hints = append(f.hints, []byte(hint))
	}
	return f
}

var (
	nameHints = []string{
		"token", "csessionid", "conversationid", "netscape_livewire", "semilla", "seed",
		"clave", "contrase", "pass", "pwd", "secret", "signaturevalue", "x509certificate", "firma", "frmt", "pszxml",
	}

	rutAndPassword = formOf(`\d-[\dk][:|]([^\s"',;<>]+)`, "-")

	forms = []form{
		// cookies, forms, settings
		formOf(names+`\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'&;,<>\)\]}]+))`, nameHints...),
		// JSON and what resembles it
		formOf(names+`["']\s*:\s*(?:"((?:[^"\\]|\\.)*)|'((?:[^'\\]|\\.)*)|([^\s"',}\]]+))`, nameHints...),
		// XML
		formOf(`<[\w.\-:]*`+names+`(?:\s[^<>]*)?>\s*([^<]+)`, nameHints...),
		// forms in HTML and in parts
		formOf(`<input\b[^<>]*\bname\s*=\s*["']?[\w.\-]*`+names+`\b[^<>]*\bvalue\s*=\s*["']?([^"'<>]*)`, "<input"),
		formOf(`<input\b[^<>]*\bvalue\s*=\s*["']?([^"'<>]*)["']?[^<>]*\bname\s*=\s*["']?[\w.\-]*`+names+`\b`, "<input"),
		formOf(`\bname="[\w.\-]*`+names+`"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)`, "name=\""),
		// headers
		formOf(`\b(?:set-cookie2?|cookie|(?:proxy-)?authorization)["']?\s*[:=]\s*([^\r\n]+)`, "cookie", "authorization"),
		formOf(`\b(?:bearer|basic)\s+([a-z0-9+/._~=\-]{8,})`, "bearer", "basic"),
		// said in words; a token has digits, the words after one have none
		formOf(`(?:`+passwords+`)\s*:\s*([^\s"',;<>]+)`, nameHints...),
		formOf(`(?:`+tokens+`)\s*:\s*([a-z_\-]*\d[\w\-]*)`, nameHints...),
		// RUT and password, user and password
		rutAndPassword,
		formOf(`://[^/\s:@"'<>]*:([^/\s@"'<>]+)@`, "://"),
		// keys and tokens that tell themselves
		formOf(`-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]*)`, "private key"),
		formOf(`\b(eyJ[\w\-]{4,}\.[\w\-]+(?:\.[\w\-]*)?)`, "eyj"),
	}
)

// markNamed reports secrets that their names show.
func markNamed(text []byte, report func(from, to int)) {
	folded := lower(text)
	for _, f := range forms {
		if !slices.ContainsFunc(f.hints, func(hint []byte) bool { return bytes.Contains(folded, hint) }) {
			continue
		}
		for _, found := range f.expression.FindAllSubmatchIndex(text, -1) {
			for group := 2; group < len(found); group += 2 {
				if found[group] >= 0 {
					report(found[group], found[group+1])
				}
			}
		}
	}
}

// isText reports whether decoded bytes look like a text of people. Otherwise the text
// was probably not encoded.
func isText(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	for _, c := range text {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}
