package xmlsig

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
)

// A PKCS#12 file is a PFX (RFC 7292): a list of parts (content infos) and a MAC
// over the list. Each part has bags with keys and certificates and may be
// encrypted. Programs differ in the number of parts: one per bag, or two in
// total.

type pfx struct {
	Version  int
	AuthSafe contentInfo
	MacData  macData `asn1:"optional"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"optional"` // [0] EXPLICIT
}

type encryptedData struct {
	Version int
	Info    encryptedContent
}

type encryptedContent struct {
	Type      asn1.ObjectIdentifier
	Algorithm pkix.AlgorithmIdentifier
	Content   []byte `asn1:"tag:0,optional"`
}

// bag is a SafeBag. Its attributes are ignored.
type bag struct {
	Type       asn1.ObjectIdentifier
	Value      asn1.RawValue // [0] EXPLICIT
	Attributes asn1.RawValue `asn1:"optional,set"`
}

type encryptedKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Content   []byte
}

type certificateBag struct {
	Type asn1.ObjectIdentifier
	Data []byte `asn1:"tag:0,explicit"`
}

var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidEnvelopedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 3}
	oidEncryptedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 6}

	oidKeyBag          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 1}
	oidShroudedKeyBag  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 2}
	oidCertificateBag  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 3}
	oidSafeContentsBag = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 6}

	oidX509Certificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}
)

const (
	maxBags    = 1000 // of a file
	maxBagging = 8    // bags within bags
)

const (
	maxIterations    = 2_000_000 // of one derivation; programs write 1 to 600,000
	maxAllIterations = 8_000_000 // of a file: some seconds
	maxKeyLength     = 1024      // of PBKDF2, in bytes
)

var errP12 = errors.New("a part of the file has an unexpected form")

// opener opens a file and collects what is in it.
type opener struct {
	password password
	left     int // iterations that may still be spent
	bags     int
	found    keyring
}

func (o *opener) file(der []byte) error {
	var file pfx
	if _, err := asn1.Unmarshal(der, &file); err != nil {
		return notPKCS12(err)
	}
	if file.Version != 3 {
		return fmt.Errorf("%w: version %d", ErrNotPKCS12, file.Version)
	}
	if file.AuthSafe.Type.Equal(oidSignedData) {
		return &AlgorithmError{Use: "integrity", Name: "a public key"}
	}
	var authSafe []byte
	if _, err := asn1.Unmarshal(file.AuthSafe.Content.Bytes, &authSafe); err != nil || !file.AuthSafe.Type.Equal(oidData) {
		return notPKCS12(err)
	}
	if err := o.checkMAC(&file.MacData, authSafe); err != nil {
		return err
	}
	var parts []contentInfo
	if err := unmarshalBER(authSafe, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		if err := o.part(&part); err != nil {
			return err
		}
	}
	return nil
}

func notPKCS12(cause error) error {
	if cause == nil {
		cause = errP12
	}
	return fmt.Errorf("%w: %w", ErrNotPKCS12, cause)
}

// unmarshalBER reads data that may be in BER: programs built on NSS write even the
// parts in BER.
func unmarshalBER(data []byte, into any) error {
	der, err := toDER(data)
	if err == nil {
		_, err = asn1.Unmarshal(der, into)
	}
	if err != nil && !errors.Is(err, ErrLimit) {
		return notPKCS12(err)
	}
	return err
}

// spend subtracts the work of deriving so many blocks from the work allowed per
// file. The file itself states how often its password is hashed.
func (o *opener) spend(iterations, blocks int) error {
	if iterations < 1 || iterations > maxIterations || iterations*blocks > o.left {
		return fmt.Errorf("%w: PKCS#12 with %d iterations", ErrLimit, iterations)
	}
	o.left -= iterations * blocks
	return nil
}

func (o *opener) part(part *contentInfo) error {
	switch {
	case part.Type.Equal(oidData):
		var content []byte
		if _, err := asn1.Unmarshal(part.Content.Bytes, &content); err != nil {
			return notPKCS12(err)
		}
		return o.contents(content, 0)
	case part.Type.Equal(oidEncryptedData):
		var encrypted encryptedData
		if _, err := asn1.Unmarshal(part.Content.Bytes, &encrypted); err != nil {
			return notPKCS12(err)
		}
		content, err := o.decrypt(encrypted.Info.Algorithm, encrypted.Info.Content)
		if err != nil {
			return err
		}
		defer clear(content)
		return o.contents(content, 0)
	case part.Type.Equal(oidEnvelopedData):
		return &AlgorithmError{Use: "encryption", Name: "a public key"}
	}
	return notPKCS12(fmt.Errorf("a part of type %s", part.Type))
}

// contents collects what is in a list of bags. Other kinds of bags, such as lists of
// revoked certificates, are ignored.
func (o *opener) contents(data []byte, depth int) error {
	var bags []bag
	if err := unmarshalBER(data, &bags); err != nil {
		return err
	}
	if o.bags += len(bags); o.bags > maxBags || depth > maxBagging {
		return fmt.Errorf("%w: PKCS#12 with more than %d parts, or deeper than %d", ErrLimit, maxBags, maxBagging)
	}
	for _, b := range bags {
		if err := o.bag(&b, depth); err != nil {
			return err
		}
	}
	return nil
}

func (o *opener) bag(b *bag, depth int) error {
	switch value := b.Value.Bytes; {
	case b.Type.Equal(oidSafeContentsBag):
		return o.contents(value, depth+1)
	case b.Type.Equal(oidCertificateBag):
		var cert certificateBag
		if _, err := asn1.Unmarshal(value, &cert); err != nil {
			return notPKCS12(err)
		}
		if cert.Type.Equal(oidX509Certificate) {
			o.found.addCertificate(cert.Data)
		}
	case b.Type.Equal(oidKeyBag):
		o.found.addKey(value)
	case b.Type.Equal(oidShroudedKeyBag):
		var encrypted encryptedKey
		if _, err := asn1.Unmarshal(value, &encrypted); err != nil {
			return notPKCS12(err)
		}
		key, err := o.decrypt(encrypted.Algorithm, encrypted.Content)
		if err != nil {
			return err
		}
		defer clear(key)
		o.found.addKey(key)
	}
	return nil
}

// addKey reads a key in PKCS#8.
func (k *keyring) addKey(der []byte) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		k.oddKeys++
		return
	}
	k.keys = append(k.keys, key)
}
