package dte

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/xmlsig"
)

// Authorization is a CAF file of the SII: a range of folios for an issuer, with
// the key to stamp them. The key is never shown. The zero value authorises
// nothing.
//
// It does not change and is safe for concurrent use.
type Authorization struct {
	caf   CAF
	key   *rsa.PrivateKey
	noKey error // why there is no key
	grade CAFGrade
}

// ErrCAFKey says that a key of a CAF file cannot be read, or does not belong to
// the CAF. Download the file again.
var ErrCAFKey = errors.New("dte: key of the CAF file")

// maxCAF bounds CAF files; real ones have about 2 KB.
const maxCAF = 64 << 10

// authorizationFile is a CAF file (AUTORIZACION).
type authorizationFile struct {
	CAF        CAF    `xml:"CAF"`
	PrivateKey string `xml:"RSASK,omitempty"`
	PublicKey  string `xml:"RSAPUBK,omitempty"`
}

// ParseCAF reads a CAF file: as the SII delivers it, in ISO-8859-1 whatever its
// declaration says, or re-written in UTF-8. Its keys may have lost their line
// ends.
//
// The SII's signature must be valid, all keys must be the same key, and the range
// must not be empty. The errors are ErrCAFSignature, ErrCAFRange, ErrCAF for a
// missing part, ErrUnknownCAFKey (give the key in keys), ErrCAFKey, ErrKind,
// *ValuesError (without the values), and ErrMalformed and ErrLimit of xmlsig. A file
// without its private key, or with a blacked-out one, is read too: see CheckKey.
func ParseCAF(src []byte, keys Keys) (*Authorization, error) {
	if len(src) > maxCAF {
		return nil, fmt.Errorf("%w: CAF file of %d bytes", xmlsig.ErrLimit, len(src))
	}
	doc, err := xmlsig.Parse(redeclared(src))
	if err != nil {
		return nil, withoutText(err)
	}
	root := doc.Unverified()
	if root.Name() != "AUTORIZACION" {
		return nil, fmt.Errorf("%w: root %.40q is not AUTORIZACION", ErrKind, root.Name())
	}
	var file authorizationFile
	if err := decode(root, &file); err != nil {
		return nil, withoutValues(err)
	}
	a := &Authorization{caf: file.CAF}
	stamp := &TED{Data: StampData{CAF: file.CAF}}
	stamp.Data.Issuer, stamp.Data.Type, stamp.Data.Folio = file.CAF.Data.Issuer, file.CAF.Data.Type, file.CAF.Data.Range.From
	stamp.Data.IssueDate = file.CAF.Data.Date
	a.grade = gradeCAFElement(childOf(root, "CAF"), doc.Encoding(), stamp, keys)
	for i := range a.grade.Findings {
		if f := &a.grade.Findings[i]; f.Severity >= Wrong {
			return nil, fmt.Errorf("%w: %s", f.Err, f.English())
		}
	}
	a.caf.given = keys[a.caf.Data.KeyID]
	a.caf.source = string(flatten(fromISO8859(doc.Encoding(), childOf(root, "CAF").Source())))
	public, err := publicKey(childOf(root, "CAF", "DA", "RSAPK"))
	if err != nil {
		return nil, fmt.Errorf("%w: RSAPK: %w", ErrCAFKey, err)
	}
	if err := file.checkPublic(public); err != nil {
		return nil, err
	}
	a.key, a.noKey = file.privateKey()
	if a.key != nil && (smallrsa.CheckPrivate(a.key) != nil || !a.key.PublicKey.Equal(public)) {
		return nil, fmt.Errorf("%w: RSASK does not belong to RSAPK", ErrCAFKey)
	}
	return a, nil
}

// fromISO8859 returns in UTF-8 what stands in a file of that encoding.
func fromISO8859(encoding string, src []byte) []byte {
	if encoding == utf8Name || isASCII(src) {
		return src
	}
	dst := make([]byte, 0, len(src)+16)
	for _, c := range src {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}

// redeclared gives a file the correct XML declaration.
func redeclared(src []byte) []byte {
	body := bytes.TrimLeft(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(body, []byte("<?xml")) {
		if end := bytes.Index(body, []byte("?>")); end >= 0 {
			body = body[end+len("?>"):]
		}
	}
	encoding := ISO8859
	if utf8.Valid(body) {
		encoding = UTF8
	}
	return slices.Concat([]byte(`<?xml version="1.0" encoding="`+string(encoding)+`"?>`), body)
}

// withoutText keeps the kind of an error and drops its text, which might quote
// the key.
func withoutText(err error) error {
	if errors.Is(err, xmlsig.ErrLimit) {
		return fmt.Errorf("%w: CAF file", xmlsig.ErrLimit)
	}
	return fmt.Errorf("%w: CAF file", xmlsig.ErrMalformed)
}

// withoutValues drops the unreadable values: one may be the key, in the wrong
// place.
func withoutValues(err error) error {
	var values *ValuesError
	if !errors.As(err, &values) {
		return err
	}
	safe := &ValuesError{More: values.More}
	for _, f := range values.Fields {
		safe.Fields = append(safe.Fields, FieldError{Path: f.Path, Err: errUnread})
	}
	return safe
}

var errUnread = errors.New("cannot be read")

// checkPublic compares the two public keys of a file.
func (f *authorizationFile) checkPublic(public *rsa.PublicKey) error {
	if err := smallrsa.Check(public); err != nil {
		return fmt.Errorf("%w: RSAPK: %w", ErrCAFKey, err)
	}
	if f.PublicKey == "" {
		return nil
	}
	der, err := pemBytes(f.PublicKey)
	if err != nil {
		return fmt.Errorf("%w: RSAPUBK cannot be read", ErrCAFKey)
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if key, ok := parsed.(*rsa.PublicKey); err != nil || !ok || !key.Equal(public) {
		return fmt.Errorf("%w: RSAPUBK differs from RSAPK", ErrCAFKey)
	}
	return nil
}

// privateKey reads the private key. Its errors reveal nothing about it.
func (f *authorizationFile) privateKey() (*rsa.PrivateKey, error) {
	if strings.TrimSpace(f.PrivateKey) == "" {
		return nil, fmt.Errorf("%w: the file has no RSASK", ErrCAFKey)
	}
	der, err := pemBytes(f.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("%w: RSASK cannot be read", ErrCAFKey)
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: RSASK cannot be read", ErrCAFKey)
	}
	return key, nil
}

// pemBytes reads PEM that may have lost its line ends.
func pemBytes(text string) ([]byte, error) {
	_, text, ok := strings.Cut(text, "-----BEGIN ")
	_, text, ok2 := strings.Cut(text, "-----")
	body, _, ok3 := strings.Cut(text, "-----END ")
	if !ok || !ok2 || !ok3 {
		return nil, errUnreadable
	}
	return base64Text(body)
}

// CAF returns the public part.
func (a *Authorization) CAF() CAF { return a.caf }

// Issuer returns the owner of the folios.
func (a *Authorization) Issuer() chile.RUT { return a.caf.Data.Issuer }

// Type returns the type of documents that it authorises.
func (a *Authorization) Type() chile.DocType { return a.caf.Data.Type }

// Range returns the folios that it authorises.
func (a *Authorization) Range() FolioRange { return a.caf.Data.Range }

// Contains reports whether a folio is in the range.
func (a *Authorization) Contains(folio chile.Folio) bool {
	return folio > 0 && folio >= a.caf.Data.Range.From && folio <= a.caf.Data.Range.To
}

// LastDay returns the last day on which its folios may be stamped, and whether
// there is one: only folios of documents with a right to fiscal credit expire.
func (a *Authorization) LastDay() (chile.Date, bool) {
	return lastDay(a.caf.Data.Type, a.caf.Data.Date)
}

// Environment returns the SII's environment that authorised it; empty if the
// key came from the caller.
func (a *Authorization) Environment() chile.Environment { return a.grade.Environment }

// CheckKey returns nil if the file has its private key. Otherwise it returns
// ErrCAFKey with the reason; nothing can be stamped without the key.
func (a *Authorization) CheckKey() error {
	if a.key == nil && a.noKey == nil {
		return fmt.Errorf("%w: no file was read", ErrCAFKey)
	}
	return a.noKey
}

// String describes the authorisation and shows nothing of the key.
func (a Authorization) String() string {
	d := &a.caf.Data
	return fmt.Sprintf("CAF %s type %d folios %d-%d of %s", d.Issuer, int(d.Type), int64(d.Range.From), int64(d.Range.To), d.Date)
}

// Format writes what String returns for every verb.
func (a Authorization) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, a.String()) }

// LogValue logs what String returns.
func (a Authorization) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText writes what String returns, so an Authorization is not stored by
// accident.
func (a Authorization) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
