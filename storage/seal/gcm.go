package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"io"
	"strings"
)

// gcmPrefix begins a secret sealed with AES-256-GCM. Nonce and ciphertext
// follow in URL-safe base64. The owner is additional data. No Fernet token
// begins so: a dot is not a character of base64.
const gcmPrefix = "gcm1."

// gcmKey is a key of AES-256.
type gcmKey [keySize]byte

func (k *gcmKey) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (k *gcmKey) seal(plaintext []byte, owner string, random io.Reader) (string, error) {
	aead, err := k.aead()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return "", err
	}
	return gcmPrefix + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plaintext, additional(owner))), nil
}

func (k *gcmKey) open(sealed, owner string) ([]byte, bool) {
	text, ok := strings.CutPrefix(sealed, gcmPrefix)
	if !ok {
		return nil, false
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	aead, aeadErr := k.aead()
	if err != nil || aeadErr != nil || len(b) < aead.NonceSize() {
		return nil, false
	}
	plaintext, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], additional(owner))
	return plaintext, err == nil
}

func additional(owner string) []byte { return []byte("chile/seal/1/" + owner) }
