package xmlsig

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the MAC of older PKCS#12 files is made with it
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"hash"
)

type macData struct {
	Mac        digestInfo
	Salt       []byte
	Iterations int `asn1:"optional,default:1"`
}

type digestInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

var (
	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidPBMAC1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14}
)

// macHashes are the hashes that files may use. Any other hash is named in the
// error.
var macHashes = map[string]func() hash.Hash{
	oidSHA1.String():         sha1.New,
	"2.16.840.1.101.3.4.2.1": sha256.New,
	"2.16.840.1.101.3.4.2.3": sha512.New,
}

// hmacHashes are the same as pseudo-random functions (RFC 8018, B.1.2).
var hmacHashes = map[string]func() hash.Hash{
	"":                    sha1.New, // the default
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.11": sha512.New,
}

// checkMAC checks the password, and finds out how an empty one is encoded.
func (o *opener) checkMAC(m *macData, data []byte) error {
	algorithm := m.Mac.Algorithm
	switch {
	case len(algorithm.Algorithm) == 0:
		if o.password.text != "" {
			return ErrNoMAC
		}
		return nil
	case algorithm.Algorithm.Equal(oidPBMAC1):
		return o.checkPBMAC1(m, data)
	}
	newHash := macHashes[algorithm.Algorithm.String()]
	if newHash == nil {
		return unsupported("integrity (MAC)", algorithm.Algorithm)
	}
	if err := o.spend(m.Iterations, 1); err != nil {
		return err
	}
	encodings := [][]byte{o.password.bmp}
	if o.password.text == "" {
		encodings = append(encodings, nil) // programs differ in how they encode an empty password
	}
	for _, encoded := range encodings {
		const macKeyID = 3
		key := deriveKey(newHash, macKeyID, m.Salt, encoded, m.Iterations, newHash().Size())
		if hmac.Equal(sum(newHash, key, data), m.Mac.Digest) {
			o.password.bmp = encoded
			return nil
		}
	}
	return ErrWrongPassword
}

// checkPBMAC1 is checkMAC of RFC 9579.
func (o *opener) checkPBMAC1(m *macData, data []byte) error {
	var parameters struct{ Derivation, Scheme pkix.AlgorithmIdentifier }
	if _, err := asn1.Unmarshal(m.Mac.Algorithm.Parameters.FullBytes, &parameters); err != nil {
		return notPKCS12(err)
	}
	newHash := hmacHashes[parameters.Scheme.Algorithm.String()]
	if newHash == nil {
		return unsupported("integrity (MAC)", parameters.Scheme.Algorithm)
	}
	key, err := o.pbkdf2(parameters.Derivation, newHash().Size())
	if err != nil {
		return err
	}
	if !hmac.Equal(sum(newHash, key, data), m.Mac.Digest) {
		return ErrWrongPassword
	}
	return nil
}

func sum(newHash func() hash.Hash, key, data []byte) []byte {
	mac := hmac.New(newHash, key)
	mac.Write(data)
	return mac.Sum(nil)
}

// pbkdf2 derives a key of that many bytes, unless the parameters give another
// size.
func (o *opener) pbkdf2(derivation pkix.AlgorithmIdentifier, size int) ([]byte, error) {
	if !derivation.Algorithm.Equal(oidPBKDF2) {
		return nil, unsupported("derivation of the key", derivation.Algorithm)
	}
	var parameters struct {
		Salt       asn1.RawValue
		Iterations int
		Size       int                      `asn1:"optional"`
		Function   pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(derivation.Parameters.FullBytes, &parameters); err != nil {
		return nil, notPKCS12(err)
	}
	if parameters.Salt.Class != asn1.ClassUniversal || parameters.Salt.Tag != asn1.TagOctetString {
		return nil, &AlgorithmError{Use: "derivation of the key", Name: "PBKDF2 with a salt from another source"}
	}
	function := ""
	if len(parameters.Function.Algorithm) > 0 {
		function = parameters.Function.Algorithm.String()
	}
	newHash := hmacHashes[function]
	if newHash == nil {
		return nil, unsupported("derivation of the key", parameters.Function.Algorithm)
	}
	if parameters.Size != 0 {
		size = parameters.Size
	}
	if size < 0 || size > maxKeyLength {
		return nil, fmt.Errorf("%w: PKCS#12 with a key of %d bytes", ErrLimit, size)
	}
	blocks := max(1, (size+newHash().Size()-1)/newHash().Size())
	if err := o.spend(parameters.Iterations, blocks); err != nil {
		return nil, err
	}
	return pbkdf2.Key(newHash, o.password.text, parameters.Salt.Bytes, parameters.Iterations, size)
}
