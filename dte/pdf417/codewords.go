package pdf417

// The codewords of ISO/IEC 15438 that are no data.
const (
	latchBytes      = 901 // byte compaction, the last group of 1 to 5 bytes
	latchWholeBytes = 924 // byte compaction, only groups of six bytes
	pad             = 900 // fills the last row
)

// compacted returns how many codewords the bytes need, with the latch.
func compacted(bytes int) int {
	return 1 + bytes/6*5 + bytes%6
}

// compact appends the data in byte compaction. Six bytes are a number of base 256,
// written as five codewords of base 900. Each remaining byte is one codeword.
func compact(words []uint16, data []byte) []uint16 {
	latch := uint16(latchBytes)
	if len(data)%6 == 0 {
		latch = latchWholeBytes
	}
	words = append(words, latch)
	for ; len(data) >= 6; data = data[6:] {
		var n uint64
		for _, b := range data[:6] {
			n = n<<8 | uint64(b)
		}
		var group [5]uint16
		for i := len(group) - 1; i >= 0; i-- {
			group[i] = uint16(n % 900)
			n /= 900
		}
		words = append(words, group[:]...)
	}
	for _, b := range data {
		words = append(words, uint16(b))
	}
	return words
}

// codewords returns all codewords of a symbol: the descriptor (how many are data), the
// data, the padding and the correction.
func codewords(data []byte, s shape) []uint16 {
	room := s.rows*s.columns - corrections(s.level)
	words := make([]uint16, 0, s.rows*s.columns)
	words = append(words, uint16(room)) //nolint:gosec // at most 928; the descriptor counts itself and what fills
	words = compact(words, data)
	for len(words) < room {
		words = append(words, pad)
	}
	return append(words, correction(words, corrections(s.level))...)
}
