package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strings"
	"time"
)

// Fernet, version 0x80: github.com/fernet/spec. A token is version, time, IV,
// AES-128-CBC ciphertext and HMAC-SHA256 of all that, in URL-safe base64.
const (
	fernetVersion = 0x80
	fernetHeader  = 1 + 8 + aes.BlockSize
	fernetSmall   = fernetHeader + aes.BlockSize + sha256.Size
	keySize       = 32
)

// fernetKey is a Fernet key: 16 bytes sign, 16 bytes encrypt.
type fernetKey [keySize]byte

func (k *fernetKey) seal(plaintext []byte, now time.Time, random io.Reader) (string, error) {
	padding := aes.BlockSize - len(plaintext)%aes.BlockSize
	token := make([]byte, fernetHeader, fernetHeader+len(plaintext)+padding+sha256.Size)
	token[0] = fernetVersion
	binary.BigEndian.PutUint64(token[1:], uint64(now.Unix())) //nolint:gosec // after 1970
	iv := token[9:fernetHeader]
	if _, err := io.ReadFull(random, iv); err != nil {
		return "", err
	}
	token = append(append(token, plaintext...), bytes.Repeat([]byte{byte(padding)}, padding)...)
	block, err := aes.NewCipher(k[16:])
	if err != nil {
		return "", err
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(token[fernetHeader:], token[fernetHeader:])
	return base64.URLEncoding.EncodeToString(append(token, k.mac(token)...)), nil
}

func (k *fernetKey) mac(b []byte) []byte {
	h := hmac.New(sha256.New, k[:16])
	h.Write(b)
	return h.Sum(nil)
}

// open returns the content of a token. Its time is ignored: the store knows how
// long a secret is valid.
func (k *fernetKey) open(sealed string) ([]byte, bool) {
	token, err := base64.URLEncoding.DecodeString(padBase64(sealed))
	if err != nil || len(token) < fernetSmall || token[0] != fernetVersion {
		return nil, false
	}
	body, mac := token[:len(token)-sha256.Size], token[len(token)-sha256.Size:]
	ciphertext := body[fernetHeader:]
	if len(ciphertext)%aes.BlockSize != 0 || !hmac.Equal(mac, k.mac(body)) {
		return nil, false
	}
	block, err := aes.NewCipher(k[16:])
	if err != nil {
		return nil, false
	}
	plaintext := make([]byte, len(ciphertext))
	cipher.NewCBCDecrypter(block, body[9:fernetHeader]).CryptBlocks(plaintext, ciphertext)
	// The MAC covered the padding, so checking it reveals nothing.
	padding := int(plaintext[len(plaintext)-1])
	if padding < 1 || padding > aes.BlockSize || !bytes.Equal(plaintext[len(plaintext)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, false
	}
	return plaintext[:len(plaintext)-padding], true
}

// padBase64 adds the padding that some programs omit.
func padBase64(s string) string {
	s = strings.TrimSpace(s)
	return s + strings.Repeat("=", (4-len(s)%4)%4)
}
