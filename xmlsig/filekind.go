package xmlsig

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math"
	"unicode/utf8"
)

// kindOfFile returns what a file is if it is known not to be PKCS#12, or not to be
// whole; nil if it may be PKCS#12.
func kindOfFile(data []byte) error {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	switch {
	case len(bytes.Trim(data, "\x00 \t\r\n\xff")) == 0:
		return ErrIsEmpty
	case bytes.Contains(text, []byte("-----BEGIN ")), bytes.Contains(data, []byte("-\x00-\x00B\x00E\x00G\x00I\x00N\x00")):
		return ErrIsPEM
	case len(text) > 4 && bytes.EqualFold(text[:5], []byte("data:")):
		return fmt.Errorf("%w (data: URL); the file follows the comma", ErrIsBase64)
	case bytes.HasPrefix(text, []byte("<")):
		return kindOfMarkup(text)
	case isBase64(text):
		return ErrIsBase64
	}
	for _, known := range fileBeginnings {
		if bytes.HasPrefix(data, []byte(known.bytes)) {
			return known.err
		}
	}
	if data[0] != tagSequence {
		return nil
	}
	if err := kindOfDamage(data); err != nil {
		return err
	}
	return kindOfDER(data)
}

// fileBeginnings are those of files that users mistake for a certificate file.
var fileBeginnings = []struct {
	bytes string
	err   error
}{
	{"\xfe\xed\xfe\xed", ErrIsJKS},
	{"\xce\xce\xce\xce", ErrIsJKS}, // JCEKS
	{"PK\x03\x04", fmt.Errorf("%w but a ZIP archive: unpack it", ErrNotPKCS12)},
	{"Rar!", fmt.Errorf("%w but a RAR archive: unpack it", ErrNotPKCS12)},
	{"7z\xbc\xaf", fmt.Errorf("%w but a 7z archive: unpack it", ErrNotPKCS12)},
	{"\x1f\x8b", fmt.Errorf("%w but compressed with gzip: unpack it", ErrNotPKCS12)},
	{"%PDF", fmt.Errorf("%w but a PDF", ErrNotPKCS12)},
	{"{", fmt.Errorf("%w but JSON", ErrNotPKCS12)},
	{"\x89PNG", fmt.Errorf("%w but an image", ErrNotPKCS12)},
	{"\xff\xd8\xff", fmt.Errorf("%w but an image", ErrNotPKCS12)},
	{"\xd0\xcf\x11\xe0", fmt.Errorf("%w but a document of Office", ErrNotPKCS12)},
	{"SQLite format 3", fmt.Errorf("%w but a database of SQLite: export the certificate from the browser", ErrNotPKCS12)},
	{"version https://git-lfs", fmt.Errorf("%w but a pointer of Git LFS: fetch the file", ErrNotPKCS12)},
}

func kindOfMarkup(text []byte) error {
	head := bytes.ToLower(text[:min(len(text), 4<<10)])
	if bytes.HasPrefix(head, []byte("<?xml")) && !bytes.Contains(head, []byte("<html")) || bytes.HasPrefix(head, []byte("<autorizacion")) {
		return fmt.Errorf("%w but XML (a CAF file has no certificate)", ErrNotPKCS12)
	}
	return ErrIsHTML
}

func isBase64(text []byte) bool {
	compact := bytes.TrimRight(bytes.Join(bytes.Fields(bytes.Trim(text, `"'`)), nil), "=")
	if len(compact) < 64 {
		return false
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if der, err := encoding.DecodeString(string(compact)); err == nil && der[0] == tagSequence {
			return true
		}
	}
	return false
}

// kindOfDamage returns whether a file was cut, or changed by a program that
// treated it as text. The file states its own length, unless it is in BER.
func kindOfDamage(data []byte) error {
	if bytes.HasPrefix(data, []byte("0\xef\xbf\xbd")) || bytes.HasPrefix(data, []byte("0\xc2\x82")) && utf8.Valid(data) {
		return fmt.Errorf("%w: its bytes were read as text and written as UTF-8", ErrIsDamaged)
	}
	want, ok := lengthOf(data)
	if !ok || want == len(data) {
		return nil
	}
	back := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if original, ok := lengthOf(back); ok && original == len(back) {
		return fmt.Errorf("%w: line ends were converted (LF to CRLF)", ErrIsDamaged)
	}
	missing := want - len(data)
	switch {
	case missing < 0: // some files are padded
		return nil
	case want == math.MaxInt:
		return fmt.Errorf("%w at byte %d", ErrIsCut, len(data))
	case len(back) == len(data) && missing <= 1+len(data)/(4<<10):
		return fmt.Errorf("%w at byte %d of %d, or %w: line ends were converted (CRLF to LF)", ErrIsCut, len(data), want, ErrIsDamaged)
	}
	return fmt.Errorf("%w at byte %d of %d", ErrIsCut, len(data), want)
}

// lengthOf returns the length that the first element states, including its header;
// MaxInt if the data ends within that header. It is unknown for an element of
// indefinite length.
func lengthOf(data []byte) (length int, ok bool) {
	if len(data) < 2 || data[1] == lengthForm {
		return 0, false
	}
	if data[1] < lengthForm {
		return 2 + int(data[1]), true
	}
	octets := int(data[1] &^ lengthForm)
	if octets > 4 {
		return 0, false
	}
	if len(data) < 2+octets {
		return math.MaxInt, true // cut within its header
	}
	for _, b := range data[2 : 2+octets] {
		length = length<<8 | int(b)
	}
	return 2 + octets + length, true
}

// kindOfDER returns what a structure is by its beginning, if it is not a PFX.
func kindOfDER(data []byte) error {
	_, content, _, indefinite, err := splitBER(data)
	if err != nil {
		return nil //nolint:nilerr // what is wrong is told by who reads it
	}
	if indefinite && !bytes.HasSuffix(bytes.TrimRight(data, "\r\n "), []byte{tagEOC, 0}) {
		return fmt.Errorf("%w at byte %d", ErrIsCut, len(data))
	}
	tag, first, _, _, err := splitBER(content)
	switch {
	case err != nil, tag[0] == asn1.TagInteger && bytes.Equal(first, []byte{3}):
		return nil //nolint:nilerr // as above
	case tag[0] == asn1.TagInteger && isKey(data):
		return ErrIsKey
	case tag[0] == asn1.TagOID:
		return kindOfContent(first)
	case tag[0] != tagSequence:
		return nil
	}
	var key encryptedKey
	if _, err := asn1.Unmarshal(data, &key); err == nil {
		return ErrIsKey
	}
	if _, err := x509.ParseCertificateRequest(data); err == nil {
		return fmt.Errorf("%w but a request for a certificate: its issuer answers it with the certificate", ErrNotPKCS12)
	}
	if _, err := x509.ParseRevocationList(data); err == nil {
		return fmt.Errorf("%w but a list of revoked certificates", ErrNotPKCS12)
	}
	var cert oddCertificate
	if _, err := asn1.Unmarshal(data, &cert); err == nil { // also one that is broken within
		return ErrIsCertificate
	}
	return nil
}

func isKey(der []byte) bool {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

// kindOfContent returns what a content info is by its type.
func kindOfContent(oid []byte) error {
	var typ asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(appendTLV(nil, []byte{asn1.TagOID}, oid), &typ); err != nil {
		return nil //nolint:nilerr // what is wrong is told by who reads it
	}
	if typ.Equal(oidSignedData) {
		return ErrIsPKCS7
	}
	return fmt.Errorf("%w but a message (PKCS#7)", ErrNotPKCS12)
}
