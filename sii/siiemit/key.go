package siiemit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ofitec/chile/dte/issue"
)

// MaxKey bounds a key, in bytes.
const MaxKey = 200

// ErrKey says that a key is empty, longer than MaxKey, not UTF-8, or has a control
// character.
var ErrKey = errors.New("siiemit: not a key")

// checkKey returns ErrKey for a text that cannot be a key.
func checkKey(key string) error {
	bad := strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r == 0x7f })
	if key == "" || len(key) > MaxKey || bad || !utf8.ValidString(key) {
		return fmt.Errorf("%w: %d bytes, of at most %d, in UTF-8 without control characters", ErrKey, len(key), MaxKey)
	}
	return nil
}

// normalForm writes equal drafts as equal bytes: it leaves out the draft's folio,
// numbers lines as the document will, and writes amounts without zeros at their end.
func normalForm(draft *issue.Draft) (form []byte, hash string, err error) {
	d := *draft
	d.Identification.Folio = 0
	d.Lines = append([]issue.Line(nil), d.Lines...)
	for i := range d.Lines {
		if d.Lines[i].Number == 0 {
			d.Lines[i].Number = i + 1
		}
	}
	written, err := d.MarshalJSON()
	if err != nil {
		return nil, "", fmt.Errorf("siiemit: draft: %w", err)
	}
	form, err = trimNumbers(written)
	if err != nil {
		return nil, "", fmt.Errorf("siiemit: draft: %w", err)
	}
	sum := sha256.Sum256(form)
	return form, hex.EncodeToString(sum[:]), nil
}

// trimNumbers removes the zeros at the end of each number's decimals in a JSON text,
// and changes nothing else.
func trimNumbers(text []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var out []byte
	done := 0 // of text
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return append(out, text[done:]...), nil
		}
		if err != nil {
			return nil, err
		}
		number, ok := token.(json.Number)
		if !ok || !strings.Contains(number.String(), ".") {
			continue
		}
		end := int(decoder.InputOffset())
		trimmed := strings.TrimSuffix(strings.TrimRight(number.String(), "0"), ".")
		if trimmed == "-0" {
			trimmed = "0"
		}
		out = append(append(out, text[done:end-len(number)]...), trimmed...)
		done = end
	}
}
