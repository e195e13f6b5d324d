package xmlsig

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the MAC of older PKCS#12 files is made with it
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"hash"
	"unicode/utf16"
)

// Programs built on NSS write even the part of a PKCS#12 file that its MAC
// covers in BER. Such a file is opened by checking the MAC over the bytes as
// they are, rewriting them in DER and making the MAC anew with the same
// password (RFC 7292, 4 and appendix B).

type pfx struct {
	Version  int
	AuthSafe contentInfo
	MacData  macData `asn1:"optional"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"optional"` // [0] EXPLICIT
}

type macData struct {
	Mac        digestInfo
	Salt       []byte
	Iterations int `asn1:"optional,default:1"`
}

type digestInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

var oidSHA1 = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}

var macHashes = map[string]func() hash.Hash{
	oidSHA1.String():         sha1.New,
	"2.16.840.1.101.3.4.2.1": sha256.New,
	"2.16.840.1.101.3.4.2.3": sha512.New,
}

// innerDER rewrites the inner part of a PKCS#12 file in DER. A file that is DER
// throughout, or not understood, is returned as it is: the decoder will tell.
func innerDER(der []byte, password string) ([]byte, error) {
	var file pfx
	if _, err := asn1.Unmarshal(der, &file); err != nil || file.AuthSafe.Content.Class != asn1.ClassContextSpecific {
		return der, nil
	}
	if n := file.MacData.Iterations; n < 0 || n > maxIterations {
		return nil, fmt.Errorf("%w: %d iterations of the MAC", ErrLimit, n)
	}
	var inner []byte
	if _, err := asn1.Unmarshal(file.AuthSafe.Content.Bytes, &inner); err != nil {
		return der, nil //nolint:nilerr // the decoder will tell what is wrong
	}
	rewritten, err := toDER(inner)
	if err != nil || bytes.Equal(rewritten, inner) {
		return der, nil
	}
	if algorithm := file.MacData.Mac.Algorithm.Algorithm; len(algorithm) > 0 {
		newHash := macHashes[algorithm.String()]
		if newHash == nil {
			return nil, fmt.Errorf("%w: MAC algorithm %s in a BER file", ErrNotPKCS12, algorithm)
		}
		if algorithm.Equal(oidSHA1) && checkFIPS() != nil {
			return nil, ErrFIPS
		}
		key, ok := file.MacData.key(newHash, inner, password)
		if !ok {
			return nil, ErrWrongPassword
		}
		file.MacData.Mac.Digest = sum(newHash, key, rewritten)
	}
	octets, err := asn1.Marshal(rewritten)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPKCS12, err)
	}
	file.AuthSafe.Content = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: octets}
	out, err := asn1.Marshal(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPKCS12, err)
	}
	return out, nil
}

// key returns the MAC key if the MAC over data holds with the password.
func (m *macData) key(newHash func() hash.Hash, data []byte, password string) (key []byte, ok bool) {
	encodings := [][]byte{bmpString(password)}
	if password == "" {
		encodings = append(encodings, nil) // programs differ in how they write no password
	}
	for _, encoded := range encodings {
		key := m.deriveKey(newHash, encoded)
		if hmac.Equal(sum(newHash, key, data), m.Mac.Digest) {
			return key, true
		}
	}
	return nil, false
}

func sum(newHash func() hash.Hash, key, data []byte) []byte {
	mac := hmac.New(newHash, key)
	mac.Write(data)
	return mac.Sum(nil)
}

// deriveKey is the key derivation of RFC 7292, B.2, for a MAC key, which is as
// long as the hash.
func (m *macData) deriveKey(newHash func() hash.Hash, password []byte) []byte {
	const macKeyID = 3
	h := newHash()
	block := h.BlockSize()
	input := append(fillBlocks(m.Salt, block), fillBlocks(password, block)...)
	h.Write(bytes.Repeat([]byte{macKeyID}, block))
	h.Write(input)
	key := h.Sum(nil)
	for range m.Iterations - 1 {
		h.Reset()
		h.Write(key)
		key = h.Sum(key[:0])
	}
	return key
}

// fillBlocks repeats b until it fills whole blocks.
func fillBlocks(b []byte, block int) []byte {
	if len(b) == 0 {
		return nil
	}
	n := (len(b) + block - 1) / block * block
	return bytes.Repeat(b, n/len(b)+1)[:n]
}

// bmpString is the password in UTF-16, big endian, with two zero bytes behind.
func bmpString(s string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return append(b, 0, 0)
}
