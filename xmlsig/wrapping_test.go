package xmlsig_test

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// The documents of the attacks: a DTE signed by Ana as a text of its own, with a
// declaration of its namespace (D) or without (N), in an envelope signed by her.
const (
	siiNS    = "http://www.sii.cl/SiiDte"
	goodDoc  = `<Documento ID="F1T33"><Folio>1</Folio><MntTotal>1190</MntTotal><Nmb>Caf&#233; &amp; t&#233;</Nmb></Documento>`
	evilDoc  = `<Documento ID="F2T33"><Folio>2</Folio><MntTotal>999999</MntTotal><Nmb>Otro</Nmb></Documento>`
	xmlLatin = `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n"
)

type wrapping struct {
	dte, doc, sig      string // the signed DTE, what was signed, its Signature
	envelope, outerSig string
}

func newWrapping(t *testing.T, declaration string) wrapping {
	t.Helper()
	signed, err := xmlsig.SignAfter([]byte("<DTE"+declaration+">"+goodDoc+"</DTE>"), ana(t), "F1T33")
	require.NoError(t, err)
	w := wrapping{dte: string(signed), doc: goodDoc}
	w.sig = w.dte[strings.Index(w.dte, "<Signature "):strings.LastIndex(w.dte, "</DTE>")]
	signed, err = xmlsig.SignAfter([]byte(`<EnvioDTE xmlns="`+siiNS+`" xmlns:xsi="urn:xsi"><SetDTE ID="SetDoc"><Caratula/>`+w.dte+`</SetDTE></EnvioDTE>`), ana(t), "SetDoc")
	require.NoError(t, err)
	w.envelope = string(signed)
	w.outerSig = w.envelope[strings.Index(w.envelope, "</SetDTE>")+len("</SetDTE>") : strings.LastIndex(w.envelope, "</EnvioDTE>")]
	return w
}

// in puts DTEs into an envelope whose own signature is not theirs.
func (w *wrapping) in(dtes string) string {
	return `<EnvioDTE xmlns="` + siiNS + `"><SetDTE ID="SetDoc">` + dtes + `</SetDTE>` + w.outerSig + `</EnvioDTE>`
}

var (
	namespaceDeclaration = regexp.MustCompile(` xmlns(:[^ =]+)?="[^"]*"`)
	inheritedXML         = regexp.MustCompile(`^(<[^>]*?)( xml:[^ =]+="[^"]*")+`)
)

// requireOnlySigned checks what the signatures of a document vouch for: each
// that holds shows an element whose values are those that were signed, in an
// element of the name that was signed.
func requireOnlySigned(t *testing.T, src string, w *wrapping) (good int) {
	t.Helper()
	doc, err := xmlsig.Parse([]byte(src))
	if err != nil {
		return 0
	}
	originals := map[string]string{"F1T33": plainForm(t, goodDoc), "SetDoc": plainForm(t, w.envelope[strings.Index(w.envelope, "<SetDTE"):strings.Index(w.envelope, w.outerSig)])}
	for _, v := range doc.Inspect() {
		if v.Err != nil {
			require.Nil(t, v.Content())
			require.False(t, v.Signed.Exists())
			continue
		}
		good++
		require.Equal(t, originals[v.ID], namespaceDeclaration.ReplaceAllString(string(v.Content()), ""))
		inPlace := string(v.Signed.Canonical())
		if len(slices.Collect(v.Signed.Attributes())) == 1 {
			inPlace = inheritedXML.ReplaceAllString(inPlace, "$1")
		}
		require.Equal(t, originals[v.ID], namespaceDeclaration.ReplaceAllString(inPlace, ""))
		require.Contains(t, []string{siiNS, ""}, v.Signed.Namespace())
	}
	policy := anaPolicy(t)
	verified, err := doc.Verify(policy)
	require.Equal(t, err == nil, good > 0 && good == len(doc.Inspect()), "all or nothing")
	require.Equal(t, err == nil, len(verified) > 0)
	return good
}

func plainForm(t *testing.T, src string) string {
	t.Helper()
	doc, err := xmlsig.Parse([]byte(src))
	require.NoError(t, err)
	return namespaceDeclaration.ReplaceAllString(string(doc.Canonical()), "")
}

// Whatever is moved, doubled, nested or renamed, no value is shown as signed that
// was not. The number is of signatures that still hold.
func TestWrappingAttacks(t *testing.T) {
	t.Parallel()
	for variant, declaration := range map[string]string{
		"declared": ` xmlns="` + siiNS + `" version="1.0"`, "bare": ` version="1.0"`,
	} {
		w := newWrapping(t, declaration)
		open := "<DTE" + declaration + ">"
		swap := func(pairs ...string) string {
			text := strings.NewReplacer(pairs...).Replace(w.envelope)
			require.NotEqual(t, w.envelope, text, "%q", pairs)
			return text
		}
		once := func(old, text string) string {
			require.Contains(t, w.envelope, old)
			return strings.Replace(w.envelope, old, text, 1)
		}
		keyInfo := w.sig[strings.Index(w.sig, "<KeyInfo>"):strings.Index(w.sig, "</Signature>")]
		betos := betoKeyInfo(t)
		attacks := map[string]struct {
			src  string
			good int
		}{
			"nothing":                        {w.envelope, 2},
			"cut out":                        {w.dte, 1},
			"in another envelope":            {w.in(w.dte), 1},
			"in another envelope, indented":  {w.in("\n  " + w.dte + "\n"), 1},
			"evil document in its place":     {w.in(open + evilDoc + w.sig + "</DTE>"), 0},
			"evil document with its ID":      {w.in(open + strings.Replace(evilDoc, "F2", "F1", 1) + w.sig + "</DTE>"), 0},
			"evil before the good":           {w.in(open + evilDoc + goodDoc + w.sig + "</DTE>"), 1},
			"evil behind the good":           {w.in(open + goodDoc + evilDoc + w.sig + "</DTE>"), 0},
			"evil behind the signature":      {w.in(open + goodDoc + w.sig + evilDoc + "</DTE>"), 1},
			"good hidden in the evil":        {w.in(open + strings.Replace(evilDoc, "</Documento>", goodDoc+"</Documento>", 1) + w.sig + "</DTE>"), 0},
			"evil hidden in the good":        {w.in(open + strings.Replace(goodDoc, "</Documento>", evilDoc+"</Documento>", 1) + w.sig + "</DTE>"), 0},
			"good in an Object":              {w.in(open + evilDoc + strings.Replace(w.sig, "</KeyInfo>", "</KeyInfo><Object>"+goodDoc+"</Object>", 1) + "</DTE>"), 0},
			"good in KeyInfo":                {w.in(open + evilDoc + strings.Replace(w.sig, "</KeyInfo>", goodDoc+"</KeyInfo>", 1) + "</DTE>"), 0},
			"good in SignedInfo":             {w.in(open + evilDoc + strings.Replace(w.sig, "<SignedInfo>", "<SignedInfo>"+goodDoc, 1) + "</DTE>"), 0},
			"good in another DTE":            {w.in("<DTE>" + goodDoc + "</DTE>" + open + evilDoc + w.sig + "</DTE>"), 0},
			"good in the cover":              {w.in("<Caratula>" + goodDoc + "</Caratula>" + open + evilDoc + w.sig + "</DTE>"), 0},
			"signature moved to the set":     {w.in(open + goodDoc + "</DTE>" + w.sig), 0},
			"signature in another DTE":       {w.in(open + goodDoc + "</DTE><DTE>" + evilDoc + w.sig + "</DTE>"), 0},
			"signature in the document":      {w.in(open + strings.Replace(goodDoc, "</Documento>", w.sig+"</Documento>", 1) + "</DTE>"), 0},
			"signature in a signature":       {w.in(open + goodDoc + strings.Replace(w.sig, "</KeyInfo>", "</KeyInfo>"+w.sig, 1) + "</DTE>"), 0},
			"signature before the document":  {w.in(open + w.sig + goodDoc + "</DTE>"), 0},
			"signature twice":                {w.in(open + goodDoc + w.sig + w.sig + "</DTE>"), 2},
			"signature by two":               {w.in(open + goodDoc + w.sig + strings.Replace(w.sig, keyInfo, betos, 1) + "</DTE>"), 1},
			"DTE twice":                      {w.in(w.dte + w.dte), 0},
			"DTE twice, one ID less":         {w.in(strings.Replace(w.dte, ` ID="F1T33"`, "", 1) + w.dte), 1},
			"DTE in a DTE":                   {w.in(open + evilDoc + w.dte + "</DTE>"), 1},
			"decoy with Id":                  {w.in(open + strings.Replace(evilDoc, ` ID="F2T33"`, ` Id="F1T33"`, 1) + w.sig + "</DTE>"), 0},
			"decoy with xml:id":              {w.in(open + strings.Replace(evilDoc, ` ID="F2T33"`, ` xml:id="F1T33"`, 1) + w.sig + "</DTE>"), 0},
			"decoy with a prefixed ID":       {w.in(open + strings.Replace(evilDoc, ` ID="F2T33"`, ` xmlns:p="p" p:ID="F1T33"`, 1) + w.sig + "</DTE>"), 0},
			"ID with an entity":              {w.in(open + strings.Replace(goodDoc, "F1T33", "F&#49;T33", 1) + w.sig + "</DTE>"), 1},
			"ID with space":                  {w.in(open + strings.Replace(goodDoc, "F1T33", "F1T33 ", 1) + w.sig + "</DTE>"), 0},
			"value changed":                  {once("<MntTotal>1190", "<MntTotal>9190"), 0},
			"value with CDATA":               {once("<MntTotal>1190", "<MntTotal><![CDATA[1190]]>"), 2},
			"value with a comment":           {once("<MntTotal>1190", "<MntTotal>1<!-- -->190"), 2},
			"value commented out":            {once("<MntTotal>1190</MntTotal>", "<!--<MntTotal>1190</MntTotal>--><MntTotal>9</MntTotal>"), 0},
			"value with an instruction":      {once("<MntTotal>1190", "<MntTotal>1<?x?>190"), 0},
			"value with a reference":         {once("<MntTotal>1190", "<MntTotal>&#x31;190"), 2},
			"value with CR":                  {once("<MntTotal>1190", "<MntTotal>&#13;1190"), 0},
			"value with a line end":          {once("<MntTotal>1190", "<MntTotal>\r\n1190"), 0},
			"entity of its own":              {"<!DOCTYPE EnvioDTE [<!ENTITY m \"1190\">]>" + once("<MntTotal>1190", "<MntTotal>&m;"), 0},
			"entity that nobody declared":    {once("<MntTotal>1190", "<MntTotal>&m;"), 0},
			"attribute with a default":       {"<!DOCTYPE EnvioDTE [<!ATTLIST Documento x CDATA \"1\">]>" + w.envelope, 0},
			"another charset":                {xmlLatin + w.envelope, 2},
			"element doubled":                {once("<Folio>1</Folio>", "<Folio>1</Folio><Folio>2</Folio>"), 0},
			"element added at the end":       {once("</Nmb></Documento>", "</Nmb><MntTotal>9</MntTotal></Documento>"), 0},
			"order changed":                  {once("<Folio>1</Folio><MntTotal>1190</MntTotal>", "<MntTotal>1190</MntTotal><Folio>1</Folio>"), 0},
			"document renamed":               {swap("Documento", "Exportaciones"), 0},
			"namespace of the document":      {once("<Documento ", `<Documento xmlns="urn:evil" `), 0},
			"namespace of an element":        {once("<MntTotal>", `<MntTotal xmlns="urn:evil">`), 0},
			"namespace of the DTE":           {strings.Replace(w.in(w.dte), open, `<DTE xmlns="urn:evil">`, 1), 0},
			"namespace of the envelope":      {strings.Replace(w.in(w.dte), `<EnvioDTE xmlns="`+siiNS+`"`, `<EnvioDTE xmlns="urn:evil"`, 1), boolean(variant == "declared")},
			"prefix for all":                 {strings.NewReplacer("<Documento ", "<s:Documento ", "</Documento>", "</s:Documento>", open, `<DTE xmlns:s="`+siiNS+`">`).Replace(w.in(w.dte)), 0},
			"second Reference":               {swap("</Reference></SignedInfo>", `</Reference><Reference URI="#F2T33"/></SignedInfo>`), 0},
			"reference to the evil":          {w.in(open + evilDoc + strings.Replace(w.sig, "#F1T33", "#F2T33", 1) + "</DTE>"), 0},
			"reference to the whole":         {swap(`URI="#F1T33"`, `URI=""`), 0},
			"reference outside":              {once(`URI="#F1T33"`, `URI="http://127.0.0.1/F1T33"`), 0},
			"XPointer":                       {once(`URI="#F1T33"`, `URI="#xpointer(id('F1T33'))"`), 0},
			"transform smuggled":             {swap(`xml-c14n-20010315"/></Transforms>`, `xml-c14n-20010315"/><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>1</XPath></Transform></Transforms>`), 0},
			"transform swapped":              {swap(`<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`, `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`), 0},
			"KeyInfo of another":             {strings.ReplaceAll(w.envelope, keyInfo, betos), 0},
			"KeyInfo of another for the DTE": {strings.Replace(w.envelope, keyInfo, betos, 1), 0},
			"no KeyInfo":                     {strings.ReplaceAll(w.envelope, keyInfo, ""), 0},
			"outer signature alone":          {w.in(open + goodDoc + "</DTE>"), 0},
			"set wrapped":                    {strings.NewReplacer("<SetDTE ", "<X><SetDTE ", "</SetDTE>", "</SetDTE></X>").Replace(w.envelope), 1},
			"envelope wrapped":               {"<X>" + w.envelope + "</X>", 2},
			"outer signature over another":   {strings.Replace(w.envelope, "</SetDTE>", `</SetDTE><SetDTE ID="S2">`+"</SetDTE>", 1), 1},
		}
		for name, attack := range attacks {
			t.Run(variant+"/"+name, func(t *testing.T) {
				t.Parallel()
				assert.Equal(t, attack.good, requireOnlySigned(t, attack.src, &w))
			})
		}
		require.Greater(t, len(attacks), 60)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// betoKeyInfo is the KeyInfo of somebody else.
func betoKeyInfo(t *testing.T) string {
	t.Helper()
	signed, err := xmlsig.SignEnveloped([]byte("<a/>"), beto(t))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(signed), "<KeyInfo>")
	inner, _, _ := strings.Cut(rest, "</KeyInfo>")
	return "<KeyInfo>" + inner + "</KeyInfo>"
}

// FuzzWrapping: whatever two places of a signed envelope are changed to, what
// the signatures show is what was signed.
func FuzzWrapping(f *testing.F) {
	f.Add(100, 10, "x", 0, 0, "")
	f.Add(0, 0, "<!--", 300, 0, "-->")
	f.Add(55, 0, ` xmlns:s="`+siiNS+`"`, 120, 3, "s:DTE")
	f.Add(200, 40, "", 900, 0, `<Documento ID="F1T33"/>`)
	f.Fuzz(func(t *testing.T, at, cut int, text string, at2, cut2 int, text2 string) {
		w := fuzzed(t)
		splice := func(src string, at, cut int, text string) string {
			if at < 0 || cut < 0 || at > len(src) {
				return src
			}
			return src[:at] + text + src[min(at+min(cut, 200), len(src)):]
		}
		requireOnlySigned(t, splice(splice(w.envelope, at, cut, text), at2, cut2, text2), w)
	})
}

var fuzzedWrapping *wrapping

func fuzzed(t *testing.T) *wrapping {
	t.Helper()
	if fuzzedWrapping == nil {
		w := newWrapping(t, ` version="1.0"`)
		fuzzedWrapping = &w
	}
	return fuzzedWrapping
}

// xmlsec1 verifies what SignAfter signs.
func TestSignAfterPassesXmlsec1(t *testing.T) {
	t.Parallel()
	tool(t, "xmlsec1")
	for name, src := range map[string]string{
		"plain":      `<DTE><Documento ID="A"/></DTE>`,
		"namespaces": `<DTE xmlns="` + siiNS + `" xmlns:xsi="urn:x"><Documento ID="A"><a xsi:b="1">ñ &amp; "</a></Documento></DTE>`,
		"latin":      xmlLatin + "<DTE>\r\n<Documento ID='A'>\xf1</Documento>\r\n</DTE>",
		"in a set":   `<E xmlns="` + siiNS + `"><S ID="B"><DTE><Documento ID="A">1</Documento></DTE></S></E>`,
		"xml:lang":   `<DTE xml:lang="es"><Documento ID="A"/></DTE>`,
		"prefix":     `<p:DTE xmlns:p="urn:p"><p:Documento ID="A"/><other/></p:DTE>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signed, err := xmlsig.SignAfter([]byte(src), ana(t), "A")
			require.NoError(t, err)
			verifyAll(t, signed, anaPolicy(t), 1)
			path := write(t, t.TempDir(), "signed.xml", signed)
			args := []string{"--verify", "--insecure", "--enabled-key-data", "x509"}
			for _, element := range []string{"Documento", siiNS + ":Documento", "urn:p:Documento"} {
				args = append(args, "--id-attr:ID", element)
			}
			assert.Contains(t, string(run(t, "xmlsec1", append(args, path)...)), "OK")
		})
	}
}

func TestSignAfterRefuses(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"no such ID": `<DTE><Documento ID="B"/></DTE>`, "the root": `<DTE ID="A"/>`, "malformed": `<DTE>`,
	} {
		_, err := xmlsig.SignAfter([]byte(src), ana(t), "A")
		assert.Error(t, err, name)
	}
}

// Real certificates cut short or with a broken field name nobody, but their key
// can be read and judged.
func TestInspectUnreadableCertificate(t *testing.T) {
	t.Parallel()
	w := newWrapping(t, "")
	der := anaCertificate(t).Raw
	certificate := regexp.MustCompile(`(?s)<X509Certificate>.*</X509Certificate>`)
	require.Regexp(t, certificate, w.dte)
	encoded := func(der string) string { return base64.StdEncoding.EncodeToString([]byte(der)) }
	negative := strings.Replace(string(der), "\x02\x01\x07", "\x02\x01\x87", 1) // the serial number
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"negative serial number": {encoded(negative), nil},
		"cut short":              {encoded(string(der[:200])), xmlsig.ErrCertificate},
		"with more behind":       {encoded(string(der) + "\x00"), nil},
		"empty":                  {"", xmlsig.ErrCertificate},
		"no certificate":         {encoded("\x30\x03\x02\x01\x01"), xmlsig.ErrCertificate},
		"not base64":             {encoded(string(der))[1:], xmlsig.ErrCertificate},
		"PEM armour":             {"-----BEGIN CERTIFICATE-----\n" + encoded(string(der)) + "\n-----END CERTIFICATE-----", xmlsig.ErrCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := xmlsig.Parse(certificate.ReplaceAll([]byte(w.dte), []byte("<X509Certificate>"+c.text+"</X509Certificate>")))
			require.NoError(t, err)
			verdict := doc.Inspect()[0]
			require.ErrorIs(t, verdict.Err, c.want)
			if c.want != nil {
				require.NotErrorIs(t, verdict.Err, xmlsig.ErrShape)
				return
			}
			assert.Nil(t, verdict.Certificate)
			assert.ErrorIs(t, verdict.Unreadable, xmlsig.ErrCertificate)
			assert.Empty(t, verdict.RUT)
			_, err = doc.Verify(anaPolicy(t))
			require.ErrorIs(t, err, xmlsig.ErrUntrusted)
		})
	}
}
