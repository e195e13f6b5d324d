package dte

import (
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// siiKeys are the keys with which the SII signs CAFs, by IDK. The SII has not
// published them as such. They come from the certificates 100.cer and 300.cer of
// 2003, expired in 2004 and distributed with LibreDTE (libredte-lib-core,
// resources/certificates). CAFs of 2003, 2017, 2025 and 2026 (100) and of 2019
// (300) are signed with them.
var siiKeys = map[int]siiKey{
	100: {chile.Certification, modulus("" +
		"c8fbf00dcb21a55000a585522c5de528a73e0ce16cc03ab1e5ea7de4b2a28111" +
		"e352faef8dcb7d51e349abd4b105dcd4f67cf9e13115058c9f0154291b8c7153")},
	300: {chile.Production, modulus("" +
		"9deebfc5eebd96df4c7cf53f1bfa15d85d73ef04c6718f8c07b3f785efee75e7" +
		"b4ef5a3ae079c3265a900e45f602890af6fb4fafa2b8d6938f7f011c3585b335")},
}

type siiKey struct {
	environment chile.Environment
	key         *rsa.PublicKey
}

func modulus(hex string) *rsa.PublicKey {
	n, _ := new(big.Int).SetString(hex, 16)
	return &rsa.PublicKey{N: n, E: 65537}
}

// errUnreadable says why a key or a signature in a document cannot be read.
var errUnreadable = errors.New("not base64 of a usable length")

// publicKey reads RSAPK: M and E in base64.
func publicKey(rsapk xmlsig.Element) (*rsa.PublicKey, error) {
	m, err := childBytes(rsapk, "M")
	if err != nil {
		return nil, err
	}
	e, err := childBytes(rsapk, "E")
	if err != nil {
		return nil, err
	}
	exponent := new(big.Int).SetBytes(e)
	if exponent.BitLen() > 31 {
		return nil, errUnreadable
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(m), E: int(exponent.Int64())}, nil
}

func childBytes(parent xmlsig.Element, name string) ([]byte, error) {
	child := childOf(parent, name)
	if !child.Exists() {
		return nil, errUnreadable
	}
	return base64Text(child.Text())
}

// maxBase64 bounds a signature or a modulus: 8192 bits in base64, in lines.
const maxBase64 = 2048

// base64Text reads base64 with white space anywhere.
func base64Text(text string) ([]byte, error) {
	if len(text) > maxBase64 {
		return nil, errUnreadable
	}
	text = strings.Map(func(r rune) rune {
		if r < 0x80 && isSpace(byte(r)) {
			return -1
		}
		return r
	}, text)
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) == 0 {
		return nil, errUnreadable
	}
	return b, nil
}

// childOf returns the first child of that name that readers read: in the SII's
// namespace or in none. For no element it returns no element. A stamp must be
// verified exactly where it is read.
func childOf(parent xmlsig.Element, names ...string) xmlsig.Element {
	for _, name := range names {
		var next xmlsig.Element
		if parent.Exists() {
			for child := range namedChildren(parent, name) {
				next = child
				break
			}
		}
		parent = next
	}
	return parent
}
