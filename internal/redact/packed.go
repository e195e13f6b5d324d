package redact

import (
	"encoding/base64"
	"encoding/hex"
)

// minPacked is the length of a run that may hold the shortest secret.
const minPacked = 5

// packedRun is a part of a text that may be base64 or hexadecimal.
type packedRun struct {
	from, to int
	digits   []byte // without line ends, of the standard alphabet
}

// packedRuns returns the longest runs of digits of base64, in either alphabet,
// that line ends may interrupt.
func packedRuns(text []byte) (runs []packedRun) {
	for i := 0; i < len(text); {
		run := packedRun{from: i}
		for i < len(text) {
			digit, ok := packedDigit(text[i])
			if !ok && (len(run.digits) == 0 || text[i] != '\r' && text[i] != '\n') {
				break
			}
			i++
			if ok {
				run.digits, run.to = append(run.digits, digit), i
			}
		}
		if len(run.digits) >= minPacked {
			runs = append(runs, run)
		}
		i = max(i, run.from+1)
	}
	return runs
}

func packedDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '+', c == '/':
		return c, true
	case c == '-':
		return '+', true
	case c == '_':
		return '/', true
	}
	return 0, false
}

// unpack returns what the run may stand for. Where the packed text begins within
// the run is not known, so all alignments are tried.
func (r *packedRun) unpack() (unpacked [][]byte) {
	for skip := range min(4, len(r.digits)) {
		digits := r.digits[skip:]
		if n := len(digits) % 4; n == 1 {
			digits = digits[:len(digits)-1]
		}
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(digits)))
		if n, err := base64.RawStdEncoding.Decode(out, digits); err == nil {
			unpacked = append(unpacked, out[:n])
		}
	}
	return append(unpacked, r.unpackHex()...)
}

// unpackHex decodes the parts of the run that are hexadecimal.
func (r *packedRun) unpackHex() (unpacked [][]byte) {
	for i := 0; i < len(r.digits); {
		from := i
		for i < len(r.digits) && isHex(r.digits[i]) {
			i++
		}
		for skip := range 2 {
			digits := r.digits[min(from+skip, i):i]
			digits = digits[:len(digits)/2*2]
			if len(digits) < 2*minKnown {
				continue
			}
			out := make([]byte, len(digits)/2)
			if _, err := hex.Decode(out, digits); err == nil {
				unpacked = append(unpacked, out)
			}
		}
		i = max(i, from+1)
	}
	return unpacked
}
