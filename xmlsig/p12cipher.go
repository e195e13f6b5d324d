package xmlsig

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"  //nolint:gosec // older PKCS#12 files are encrypted with it
	"crypto/sha1" //nolint:gosec // older PKCS#12 files derive their keys with it
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
	"math/big"
	"unicode/utf16"
)

// password is a password in the encodings that the algorithms need.
type password struct {
	text string // PKCS#5
	bmp  []byte // PKCS#12: UTF-16, big endian, with two zero bytes at the end
}

func newPassword(text string) password {
	p := password{text: text}
	for _, unit := range utf16.Encode([]rune(text)) {
		p.bmp = append(p.bmp, byte(unit>>8), byte(unit))
	}
	p.bmp = append(p.bmp, 0, 0)
	return p
}

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
)

type passwordCipher struct {
	keySize int
	create  func(key []byte) (cipher.Block, error)
}

// pbeCiphers are those of PKCS#12 with SHA-1 (RFC 7292, appendix C).
var pbeCiphers = map[string]passwordCipher{
	"1.2.840.113549.1.12.1.3": {24, des.NewTripleDESCipher},
	"1.2.840.113549.1.12.1.5": {16, newRC2},
	"1.2.840.113549.1.12.1.6": {5, newRC2},
}

// pbes2Ciphers are those of PKCS#5, in CBC.
var pbes2Ciphers = map[string]passwordCipher{
	"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
}

// decrypt undoes an encryption by password.
func (o *opener) decrypt(algorithm pkix.AlgorithmIdentifier, encrypted []byte) ([]byte, error) {
	block, iv, err := o.cipherOf(algorithm)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(iv) != size || len(encrypted) == 0 || len(encrypted)%size != 0 {
		return nil, notPKCS12(nil)
	}
	plain := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, encrypted)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size || !bytes.Equal(plain[len(plain)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, ErrWrongPassword // the MAC knew it, the cipher does not
	}
	return plain[:len(plain)-padding], nil
}

func (o *opener) cipherOf(algorithm pkix.AlgorithmIdentifier) (block cipher.Block, iv []byte, err error) {
	if algorithm.Algorithm.Equal(oidPBES2) {
		return o.pbes2(algorithm)
	}
	kind, known := pbeCiphers[algorithm.Algorithm.String()]
	if !known {
		return nil, nil, unsupported("encryption", algorithm.Algorithm)
	}
	var parameters struct {
		Salt       []byte
		Iterations int
	}
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &parameters); err != nil {
		return nil, nil, notPKCS12(err)
	}
	if err := o.spend(parameters.Iterations, 2+kind.keySize/sha1.Size); err != nil {
		return nil, nil, err
	}
	const keyID, ivID, ivSize = 1, 2, 8
	key := deriveKey(sha1.New, keyID, parameters.Salt, o.password.bmp, parameters.Iterations, kind.keySize)
	iv = deriveKey(sha1.New, ivID, parameters.Salt, o.password.bmp, parameters.Iterations, ivSize)
	block, err = kind.create(key)
	return block, iv, err
}

// pbes2 is the cipher of RFC 8018, 6.2.
func (o *opener) pbes2(algorithm pkix.AlgorithmIdentifier) (cipher.Block, []byte, error) {
	var parameters struct{ Derivation, Scheme pkix.AlgorithmIdentifier }
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &parameters); err != nil {
		return nil, nil, notPKCS12(err)
	}
	kind, known := pbes2Ciphers[parameters.Scheme.Algorithm.String()]
	if !known {
		return nil, nil, unsupported("encryption", parameters.Scheme.Algorithm)
	}
	key, err := o.pbkdf2(parameters.Derivation, kind.keySize)
	if err != nil {
		return nil, nil, err
	}
	if len(key) != kind.keySize {
		return nil, nil, notPKCS12(nil)
	}
	block, err := kind.create(key)
	return block, parameters.Scheme.Parameters.Bytes, err
}

// deriveKey is the key derivation of RFC 7292, B.2.
func deriveKey(newHash func() hash.Hash, id byte, salt, password []byte, iterations, size int) (key []byte) {
	h := newHash()
	width := h.BlockSize()
	input := append(fillBlocks(salt, width), fillBlocks(password, width)...)
	for {
		h.Reset()
		h.Write(bytes.Repeat([]byte{id}, width))
		h.Write(input)
		digest := h.Sum(nil)
		for range iterations - 1 {
			h.Reset()
			h.Write(digest)
			digest = h.Sum(digest[:0])
		}
		if key = append(key, digest...); len(key) >= size {
			return key[:size]
		}
		addToBlocks(input, fillBlocks(digest, width)[:width])
	}
}

// addToBlocks adds a number plus one to each block of the number's width, as
// big-endian numbers. Overflow is dropped.
func addToBlocks(blocks, number []byte) {
	one := big.NewInt(1)
	add := new(big.Int).SetBytes(number)
	add.Add(add, one)
	mask := new(big.Int).Lsh(one, uint(8*len(number)))
	mask.Sub(mask, one)
	for ; len(blocks) > 0; blocks = blocks[len(number):] {
		sum := new(big.Int).SetBytes(blocks[:len(number)])
		sum.Add(sum, add).And(sum, mask).FillBytes(blocks[:len(number)])
	}
}

// fillBlocks repeats b until it fills whole blocks.
func fillBlocks(b []byte, block int) []byte {
	if len(b) == 0 {
		return nil
	}
	n := (len(b) + block - 1) / block * block
	return bytes.Repeat(b, n/len(b)+1)[:n]
}
