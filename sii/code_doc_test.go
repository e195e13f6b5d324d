package sii_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/sii"
)

var update = flag.Bool("update", false, "write docs/codes.md from the catalogue")

// kindTitles are the sentinels, as documents name them.
var kindTitles = map[error]string{
	sii.ErrUnauthorized: "ErrUnauthorized", sii.ErrForbidden: "ErrForbidden", sii.ErrInvalidRequest: "ErrInvalidRequest",
	sii.ErrRejected: "ErrRejected", sii.ErrUnavailable: "ErrUnavailable", sii.ErrThrottled: "ErrThrottled",
	sii.ErrRecaptcha: "ErrRecaptcha", sii.ErrDeferred: "ErrDeferred", sii.ErrIncomplete: "ErrIncomplete",
	sii.ErrProtocol: "ErrProtocol", sii.ErrPortalChanged: "ErrPortalChanged", sii.ErrNoRCV: "ErrNoRCV",
}

var retryTitles = map[sii.Retry]string{
	"": "", sii.RetryNever: "no / no", sii.RetryToken: "con token nuevo / with a new token", sii.RetryOnce: "una vez / once",
	sii.RetrySoon: "sí, espaciado / yes, spaced", sii.RetryLater: "más tarde / later",
}

// advices number what to do, in the order in which it comes.
type advices struct {
	order []sii.Text
	index map[sii.Text]int
}

func (a *advices) reference(text sii.Text) string {
	if text.EN == "" {
		return ""
	}
	if a.index[text] == 0 {
		a.order = append(a.order, text)
		a.index[text] = len(a.order)
	}
	n := a.index[text]
	return fmt.Sprintf("[%d](#%d)", n, n)
}

// document writes the catalogue as a page.
func document() []byte {
	var b bytes.Buffer
	b.WriteString(`# Códigos del SII / Codes of the SII

<!-- Written by: go generate ./sii (from sii/code_*.go). Do not edit. -->

Qué significa cada código que el SII responde, de qué tipo es el error de ` + "`sii.Error`" + `, si sirve repetir la
consulta y qué hacer. *What each code means that the SII answers, of what kind the error is, whether asking again helps,
and what to do.* En Go: ` + "`sii.Catalogue`, `sii.FindCode`, `(*sii.Error).Code`" + `.

Los códigos son textos: 0, 00 y 001 difieren. Entre comillas («…»): palabras por las que se reconoce una página o un
mensaje, sin acentos. *Codes are texts: 0, 00 and 001 differ. In quotation marks: words by which a page or message is
known, without accents.*
`)
	a := &advices{index: map[sii.Text]int{}}
	for table := range sii.Catalogue() {
		fmt.Fprintf(&b, "\n## %s: %s\n\n*%s.* Fuente / source: %s.\n\n", table.Name, table.Title.ES, table.Title.EN, table.Source)
		b.WriteString("| código / code | significado / meaning | tipo / kind | repetir / again | qué hacer / what to do |\n|---|---|---|---|---|\n")
		for _, c := range table.Codes {
			code := "`" + c.Code + "`"
			if c.Words != "" {
				code = strings.TrimSpace(strings.Trim(code, "`") + " «" + c.Words + "»")
			}
			kind := kindTitles[c.Kind]
			if c.Verdict != sii.VerdictUnknown {
				kind = string(c.Verdict)
			}
			again := retryTitles[c.Retry]
			if c.Wait > 0 {
				again += fmt.Sprintf(" (%s)", strings.TrimSuffix(c.Wait.String(), "0m0s"))
			}
			fmt.Fprintf(&b, "| %s | %s *%s* | %s | %s | %s |\n", code, c.Meaning.ES, c.Meaning.EN, kind, again, a.reference(c.Advice))
		}
	}
	b.WriteString("\n## Qué hacer / What to do\n")
	for i, text := range a.order {
		fmt.Fprintf(&b, "\n<a id=\"%d\"></a>%d. %s *%s*\n", i+1, i+1, text.ES, text.EN)
	}
	return b.Bytes()
}

func TestDocumentOfTheCatalogue(t *testing.T) {
	path := filepath.Join(sharedtest.Root(t), "docs", "codes.md")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, document(), 0o644))
	}
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(document()), string(written), "run go generate ./sii")
}

func TestEveryKindAndRetryHasATitle(t *testing.T) {
	t.Parallel()
	for table := range sii.Catalogue() {
		for _, c := range table.Codes {
			if c.Kind != nil {
				assert.NotEmpty(t, kindTitles[c.Kind], c.Code)
				assert.NotEmpty(t, retryTitles[c.Retry], c.Code)
			}
		}
	}
}
