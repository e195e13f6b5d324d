package seal

import (
	"bytes"
	"encoding/binary"
)

// A Fernet token has no field for the owner. So Fernet seals an envelope for an
// owner: the mark, the length of the owner in two bytes, the owner, the secret.
// The mark begins with a zero byte, which no text of cookies has. So what
// another program sealed cannot be taken for an envelope, nor the reverse.
const envelopeMark = "\x00chile/seal/1\x00"

// maxOwner bounds the name of an owner.
const maxOwner = 1024

func envelope(plaintext []byte, owner string) []byte {
	if owner == "" {
		return plaintext
	}
	b := make([]byte, 0, len(envelopeMark)+2+len(owner)+len(plaintext))
	b = append(b, envelopeMark...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(owner))) //nolint:gosec // Seal bounds it
	b = append(b, owner...)
	return append(b, plaintext...)
}

// unwrap returns the secret of an envelope for that owner. A secret without an
// envelope belongs to the owner "".
func unwrap(opened []byte, owner string) ([]byte, error) {
	rest, enveloped := bytes.CutPrefix(opened, []byte(envelopeMark))
	if !enveloped {
		if owner != "" {
			return nil, ErrWrongOwner
		}
		return opened, nil
	}
	if len(rest) < 2 {
		return nil, ErrUnopenable
	}
	n := int(binary.BigEndian.Uint16(rest))
	if len(rest) < 2+n {
		return nil, ErrUnopenable
	}
	if owner == "" || string(rest[2:2+n]) != owner {
		return nil, ErrWrongOwner
	}
	return rest[2+n:], nil
}
