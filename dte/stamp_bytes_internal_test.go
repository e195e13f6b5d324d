package dte

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Base64 of signatures and keys has white space anywhere, and a bound.
func TestBase64OfStamps(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"QQ==": "A", " Q\tQ=\r\n=\n": "A", strings.Repeat("AAAA", maxBase64/4): strings.Repeat("\x00", maxBase64/4*3)} {
		b, err := base64Text(text)
		assert.NoError(t, err)
		assert.Equal(t, want, string(b))
	}
	for _, text := range []string{"", " \n", "QQ", "QQ==!", "QQ\u0120==", "QQ\u00a0==", strings.Repeat("AAAA", maxBase64/4+1)} {
		b, err := base64Text(text)
		assert.ErrorIs(t, err, errUnreadable, "%.10q", text)
		assert.Empty(t, b)
	}
	for text, ok := range map[string]bool{
		"-----BEGIN RSA PRIVATE KEY-----QQ==-----END RSA PRIVATE KEY-----": true,
		"QQ==": false, "-----BEGIN RSA PRIVATE KEY": false, "-----BEGIN RSA PRIVATE KEY-----QQ==": false, "-----BEGIN X-----!-----END X-----": false,
	} {
		b, err := pemBytes(text)
		assert.Equal(t, ok, err == nil, text)
		assert.Equal(t, ok, string(b) == "A", text)
	}
}

// What a text is in ISO-8859-1, and that some have letters which that has not.
func TestLatinTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		encoding, text, want string
		ok                   bool
	}{
		{utf8Name, "abc", "abc", true},
		{utf8Name, "Ñÿ", "\xd1\xff", true},
		{utf8Name, "Ā", "", false},
		{utf8Name, "10 €", "", false},
		{"windows-1252", "\xd1", "\xd1", true},
		{"windows-1252", "\x9f", "\x9f", false},
		{"windows-1252", "\x80", "\x80", false},
		{"windows-1252", "\xa0", "\xa0", true},
		{latinName, "\x80", "\x80", true},
	} {
		latin, ok := toLatin1(c.encoding, []byte(c.text))
		assert.Equal(t, c.ok, ok, "%s %q", c.encoding, c.text)
		assert.Equal(t, c.want, string(latin), "%s %q", c.encoding, c.text)
	}
	assert.Equal(t, `<a b="x" c='y'>&quot;d&quot; &apos;e&apos;</a>`, string(quoteEntities([]byte(`<a b="x" c='y'>"d" 'e'</a>`))))
	assert.Equal(t, "a&#209;&#8364;", string(letterReferences([]byte("aÑ€"))))
}

// A folio is authorised from the first of the range to its last.
func TestFoliosThatAreAuthorised(t *testing.T) {
	t.Parallel()
	a := &Authorization{caf: CAF{Data: CAFData{Range: FolioRange{From: 5, To: 9}}}}
	assert.False(t, a.Contains(4))
	assert.True(t, a.Contains(5))
	assert.True(t, a.Contains(9))
	assert.False(t, a.Contains(10))
	assert.False(t, (&Authorization{}).Contains(0), "nothing is authorised")
}
