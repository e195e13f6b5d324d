package xmlsig

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
)

const attackSeed = `<getToken><item><Semilla>000123456789</Semilla></item></getToken>`

func signedSeed(tb testing.TB) string {
	tb.Helper()
	signed, err := SignEnveloped([]byte(attackSeed), selfSigned(tb, 0))
	require.NoError(tb, err)
	return string(signed)
}

// Whatever byte is changed to whatever is likely to pass, the signature fails
// or still vouches for the original content, and for nothing else.
func TestVerifyEveryByte(t *testing.T) {
	t.Parallel()
	signed := signedSeed(t)
	end := strings.Index(signed, "<KeyInfo>") // a change of the key has a test of its own
	for i := range end {
		for _, c := range []byte{signed[i] ^ 1, signed[i] ^ 0x20, ' ', '<', 'A'} {
			if c == signed[i] {
				continue
			}
			verified, err := verify(t, signed[:i]+string(rune(c))+signed[i+1:])
			if err == nil {
				require.Equal(t, attackSeed, string(verified[0].Content()), "byte %d is %q", i, c)
			}
		}
	}
	for i := range end { // bytes taken out, and put in twice
		for _, text := range []string{signed[:i] + signed[i+1:], signed[:i] + signed[i:i+1] + signed[i:]} {
			if verified, err := verify(t, text); err == nil {
				require.Equal(t, attackSeed, string(verified[0].Content()), "byte %d", i)
			}
		}
	}
}

func TestVerifyAttacksOnSeed(t *testing.T) {
	t.Parallel()
	signed := signedSeed(t)
	sig := signed[strings.Index(signed, "<Signature ") : strings.Index(signed, "</Signature>")+len("</Signature>")]
	swap := func(pairs ...string) string {
		text := strings.NewReplacer(pairs...).Replace(signed)
		require.NotEqual(t, signed, text, "%q", pairs)
		return text
	}
	cert := func(n int) string { return base64.StdEncoding.EncodeToString(selfSigned(t, n).leaf.Raw) }
	modulus := func(n int) string { return base64.StdEncoding.EncodeToString(testkeys.Key(n).N.Bytes()) }
	reference := sig[strings.Index(sig, "<Reference"):strings.Index(sig, "</SignedInfo>")]
	tests := map[string]struct {
		text string
		want error
	}{
		"nothing":                {signed, nil},
		"no signature":           {attackSeed, ErrNoSignature},
		"signature cut out":      {strings.Replace(signed, sig, "", 1), ErrNoSignature},
		"seed changed":           {swap("000123456789", "000123456780"), ErrDigest},
		"seed added":             {swap("</Semilla>", "</Semilla><Semilla>1</Semilla>"), ErrDigest},
		"space added":            {swap("</item>", "</item> "), ErrDigest},
		"namespace added":        {swap("<getToken>", `<getToken xmlns:a="urn:a">`), ErrDigest},
		"attribute added":        {swap("<item>", `<item ID="x">`), ErrDigest},
		"instruction added":      {"<?a?>" + signed, ErrDigest},
		"moved in":               {strings.Replace(strings.Replace(signed, sig, "", 1), "</item>", sig+"</item>", 1), ErrShape},
		"moved before":           {strings.Replace(strings.Replace(signed, sig, "", 1), "<item>", sig+"<item>", 1), nil}, // the content is the same
		"wrapped":                {"<evil><x/>" + signed + "</evil>", ErrShape},
		"nested":                 {strings.Replace(signed, "</KeyInfo>", "</KeyInfo>"+sig, 1), ErrShape},
		"in an Object":           {strings.Replace(signed, "</KeyInfo>", "</KeyInfo><Object>"+attackSeed+"</Object>", 1), ErrShape},
		"twice":                  {strings.Replace(signed, sig, sig+sig, 1), ErrDigest},
		"signature as root":      {sig, ErrShape},
		"second Reference":       {swap("</SignedInfo>", reference+"</SignedInfo>"), ErrShape},
		"no Reference":           {swap(reference, ""), ErrShape},
		"SHA-256":                {swap(algSHA1, "http://www.w3.org/2001/04/xmlenc#sha256"), ErrShape},
		"RSA with SHA-256":       {swap(algRSASHA1, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"), ErrShape},
		"HMAC":                   {swap(algRSASHA1, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"), ErrShape},
		"exclusive C14N":         {swap(algC14N, "http://www.w3.org/2001/10/xml-exc-c14n#"), ErrShape},
		"C14N with comments":     {swap(algC14N, algC14N+"#WithComments"), ErrShape},
		"XSLT":                   {swap(algEnveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116"), ErrShape},
		"no Transforms":          {swap(`<Transforms><Transform Algorithm="`+algEnveloped+`"/></Transforms>`, ""), ErrShape},
		"empty Transforms":       {swap(`<Transform Algorithm="`+algEnveloped+`"/>`, ""), ErrShape},
		"two Transforms":         {swap("</Transforms>", `<Transform Algorithm="`+algC14N+`"/></Transforms>`), ErrShape},
		"Transform with content": {swap(`<Transform Algorithm="`+algEnveloped+`"/>`, `<Transform Algorithm="`+algEnveloped+`"><XPath/></Transform>`), ErrShape},
		"method with parameter":  {swap(`#rsa-sha1"/>`, `#rsa-sha1"><HMACOutputLength>1</HMACOutputLength></SignatureMethod>`), ErrShape},
		"external URI":           {swap(`URI=""`, `URI="http://example.com/"`), ErrShape},
		"file URI":               {swap(`URI=""`, `URI="file:///etc/passwd"`), ErrShape},
		"XPointer":               {swap(`URI=""`, `URI="#xpointer(/)"`), ErrShape},
		"bare hash":              {swap(`URI=""`, `URI="#"`), ErrShape},
		"no URI":                 {swap(` URI=""`, ""), ErrShape},
		"Type of the Reference":  {swap(`URI=""`, `URI="" Type="http://www.w3.org/2000/09/xmldsig#Manifest"`), ErrShape},
		"unknown ID":             {swap(`URI=""`, `URI="#x"`), ErrShape},
		"digest empty":           {swap(reference[strings.Index(reference, "<DigestValue>"):strings.Index(reference, "</Reference>")], "<DigestValue/>"), ErrDigest},
		"digest is no base64":    {swap("<DigestValue>", "<DigestValue>*"), ErrShape},
		"digest with an element": {swap("<DigestValue>", "<DigestValue><b/>"), ErrShape},
		"value empty":            {sigWithValue(signed, ""), ErrSignature},
		"value is no base64":     {sigWithValue(signed, "*"), ErrShape},
		"value of zeros":         {sigWithValue(signed, base64.StdEncoding.EncodeToString(make([]byte, 256))), ErrSignature},
		"value of one":           {sigWithValue(signed, base64.StdEncoding.EncodeToString(append(make([]byte, 255), 1))), ErrSignature},
		"order of parts":         {swap("<SignatureValue>", "<X><SignatureValue>", "</SignatureValue>", "</SignatureValue></X>"), ErrShape},
		"no KeyInfo":             {signed[:strings.Index(signed, "<KeyInfo>")] + signed[strings.Index(signed, "</KeyInfo>")+len("</KeyInfo>"):], ErrShape},
		"KeyInfo empty":          {signed[:strings.Index(signed, "<KeyInfo>")] + "<KeyInfo/>" + signed[strings.Index(signed, "</KeyInfo>")+len("</KeyInfo>"):], ErrShape},
		"KeyName":                {swap("<KeyInfo>", "<KeyInfo><KeyName>x</KeyName>"), ErrShape},
		"KeyValue of another":    {swap(modulus(0), modulus(1)), ErrKeyMismatch},
		"certificate of another": {swap(cert(0), cert(1)), ErrKeyMismatch},
		"key of another":         {swap(modulus(0), modulus(1), cert(0), cert(1)), ErrSignature},
		"certificate broken":     {swap(cert(0), "AAAA"), ErrCertificate},
		"exponent of one":        {swap("<Exponent>AQAB<", "<Exponent>AQ==<"), ErrKeySize},
		"exponent huge":          {swap("<Exponent>AQAB<", "<Exponent>/////w==<"), ErrKeySize},
		"exponent of five bytes": {swap("<Exponent>AQAB<", "<Exponent>AQAAAAE=<"), ErrShape},
		"modulus empty":          {swap(modulus(0), ""), ErrKeySize},
		"modulus short":          {swap(modulus(0), "w5Ux"), ErrKeySize},
		"modulus huge":           {swap(modulus(0), base64.StdEncoding.EncodeToString(make([]byte, 4096))), ErrShape},
		"two KeyValues":          {swap("<X509Data>", "<KeyValue><RSAKeyValue><Modulus/><Exponent/></RSAKeyValue></KeyValue><X509Data>"), ErrShape},
		"two X509Data":           {swap("</KeyInfo>", "<X509Data><X509Certificate>"+cert(1)+"</X509Certificate></X509Data></KeyInfo>"), ErrShape},
		"namespace of signature": {swap(`xmlns="`+nsDSig+`"`, `xmlns="urn:other"`), ErrNoSignature},
		"another Id":             {swap(`<SignedInfo>`, `<SignedInfo Id="x">`), ErrSignature},
		"DOCTYPE":                {"<!DOCTYPE getToken>" + signed, ErrMalformed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verified, err := verify(t, test.text)
			require.ErrorIs(t, err, test.want)
			if err != nil {
				assert.Nil(t, verified)
				return
			}
			assert.Equal(t, attackSeed, string(verified[0].Content()))
		})
	}
}

func sigWithValue(signed, value string) string {
	before, rest, _ := strings.Cut(signed, "<SignatureValue>")
	_, after, _ := strings.Cut(rest, "</SignatureValue>")
	return before + "<SignatureValue>" + value + "</SignatureValue>" + after
}

// What stands in the text of the seed is what was signed, not what a reader of
// text nodes sees between comments and instructions.
func TestVerifyCommentInSeed(t *testing.T) {
	t.Parallel()
	signed := strings.Replace(signedSeed(t), "000123456789", "000<!-- -->123456789", 1)
	verified, err := verify(t, signed)
	require.NoError(t, err, "comments are not signed")
	assert.Equal(t, attackSeed, string(verified[0].Content()), "and are not in what is returned")
	_, err = verify(t, strings.Replace(signedSeed(t), "000123456789", "000<?x?>123456789", 1))
	assert.ErrorIs(t, err, ErrDigest)
	verified, err = verify(t, strings.Replace(signedSeed(t), "000123456789", "<![CDATA[000]]>&#49;23456789", 1))
	require.NoError(t, err, "the canonical form is the same")
	assert.Equal(t, attackSeed, string(verified[0].Content()))
}

// A signature of an element vouches for the element before it, and no other can
// take its place.
func TestVerifyAttacksOnElement(t *testing.T) {
	t.Parallel()
	const good = `<b ID="X">1</b>`
	signed := fill(t, `<a>`+good+blank(t, "#X", c14nTransform)+`</a>`)
	sig := strings.TrimSuffix(strings.TrimPrefix(signed, `<a>`+good), `</a>`)
	const evil = `<b ID="Y">2</b>`
	tests := map[string]struct {
		text string
		want error
	}{
		"nothing":                      {signed, nil},
		"evil between":                 {`<a>` + good + evil + sig + `</a>`, ErrShape},
		"evil before":                  {`<a>` + evil + good + sig + `</a>`, nil},
		"evil in its place":            {`<a>` + evil + sig + `</a>`, ErrShape},
		"evil with its ID":             {`<a><b ID="X">2</b>` + sig + `</a>`, ErrDigest},
		"two with the ID":              {`<a><b ID="X">2</b>` + good + sig + `</a>`, ErrMalformed},
		"original in the signature":    {`<a>` + evil + strings.Replace(sig, "</KeyInfo>", "</KeyInfo><Object>"+good+"</Object>", 1) + `</a>`, ErrShape},
		"original elsewhere":           {`<a><c>` + good + `</c>` + evil + sig + `</a>`, ErrShape},
		"original around":              {`<b ID="X">1` + sig + `</b>`, ErrShape},
		"signature before":             {`<a>` + sig + good + `</a>`, ErrShape},
		"signature a level up":         {`<a><c>` + good + `</c>` + sig + `</a>`, ErrShape},
		"signature a level down":       {`<a>` + good + `<c>` + sig + `</c></a>`, ErrShape},
		"decoy with Id":                {`<a><c Id="X"/><c id="X"/><c xml:id="X"/>` + good + sig + `</a>`, nil},
		"decoy instead":                {`<a><b Id="X">1</b>` + sig + `</a>`, ErrShape},
		"decoy with prefix":            {`<a xmlns:p="p"><b p:ID="X">1</b>` + sig + `</a>`, ErrShape},
		"a signature that was lifted":  {`<a>` + good + `<c/>` + sig + `</a>`, ErrShape},
		"unsigned signature beside it": {`<a>` + good + sig + `<c/><Signature xmlns="` + nsDSig + `"/></a>`, ErrShape},
		"enveloped transform":          {strings.Replace(signed, `<Transform Algorithm="`+algC14N, `<Transform Algorithm="`+algEnveloped, 1), ErrSignature},
		"namespaces from outside":      {`<z xmlns="urn:z">` + signed + `</z>`, ErrDigest},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verified, err := verify(t, test.text)
			require.ErrorIs(t, err, test.want)
			if err == nil {
				require.Len(t, verified, 1)
				assert.Equal(t, good, string(verified[0].Content()))
				assert.Equal(t, "X", verified[0].ID)
			}
		})
	}
}
