package pdf417_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile/dte/pdf417"
)

// decode reads a symbol back by the standard, module by module, and refuses whatever is
// not as it says. It shares nothing with the package but the table of patterns, which
// other tests compare.
func decode(s *pdf417.Symbol) (data []byte, level int, err error) {
	words, level, err := readModules(s)
	if err != nil {
		return nil, 0, err
	}
	corrections := 1 << (level + 1)
	if err := syndromes(words, corrections); err != nil {
		return nil, 0, err
	}
	if int(words[0]) != len(words)-corrections {
		return nil, 0, fmt.Errorf("descriptor %d of %d codewords", words[0], len(words))
	}
	data, err = decompact(words[1:words[0]])
	return data, level, err
}

// wordOf is the codeword of each pattern, by cluster.
var wordOf = func() (words [3]map[uint32]int) {
	for cluster, patterns := range pdf417.Clusters() {
		words[cluster] = map[uint32]int{}
		for word, pattern := range patterns {
			words[cluster][pattern] = word
		}
	}
	return words
}()

// readModules reads the codewords, and of the indicators what they tell.
func readModules(s *pdf417.Symbol) (words []int, level int, err error) {
	level = -1
	for y := range s.Rows() {
		row := modules(s.Row(y), s.Width())
		inner, okStart := strings.CutPrefix(row, "11111111010101000")
		inner, okStop := strings.CutSuffix(inner, "111111101000101001")
		if !okStart || !okStop || len(inner) != 17*(s.Columns()+2) {
			return nil, 0, fmt.Errorf("row %d: %s", y, row)
		}
		var line []int
		for pattern := range slices.Chunk([]byte(inner), 17) {
			bits, err := strconv.ParseUint(string(pattern), 2, 32)
			if err != nil {
				return nil, 0, err
			}
			word, known := wordOf[y%3][uint32(bits)]
			if !known {
				return nil, 0, fmt.Errorf("row %d: no pattern %s", y, pattern)
			}
			line = append(line, word)
		}
		left, right := line[0], line[len(line)-1]
		// By turns, on the left: rows, level, columns; on the right: columns, rows, level.
		told := map[string]int{}
		told[[]string{"rows", "level", "columns"}[y%3]] = left
		told[[]string{"columns", "rows", "level"}[y%3]] = right
		for what, word := range told {
			if word/30 != y/3 {
				return nil, 0, fmt.Errorf("row %d says that it is %d", y, word/30)
			}
			value := word % 30
			switch {
			case what == "rows" && value != (s.Rows()-1)/3,
				what == "columns" && value != s.Columns()-1,
				what == "level" && value%3 != (s.Rows()-1)%3,
				what == "level" && level >= 0 && level != value/3:
				return nil, 0, fmt.Errorf("row %d says %s %d", y, what, value)
			case what == "level":
				level = value / 3
			}
		}
		words = append(words, line[1:len(line)-1]...)
	}
	return words, level, nil
}

// syndromes are the codewords, as a polynomial, at 3, 3², 3³ …: 0 each if nothing is
// damaged.
func syndromes(words []int, corrections int) error {
	at := 1
	for i := range corrections {
		at = at * 3 % 929
		sum := 0
		for _, word := range words {
			sum = (sum*at + word) % 929
		}
		if sum != 0 {
			return fmt.Errorf("syndrome %d is %d", i+1, sum)
		}
	}
	return nil
}

func decompact(words []int) (data []byte, err error) {
	latch := words[0]
	words = words[1:]
	for len(words) > 0 && words[len(words)-1] == 900 {
		words = words[:len(words)-1]
	}
	if latch != 901 && latch != 924 {
		return nil, fmt.Errorf("latch %d", latch)
	}
	for len(words) >= 5 && (latch == 924 || len(words) > 5 || slices.Max(words[:5]) > 255) {
		n := 0
		for _, word := range words[:5] {
			n = n*900 + word
		}
		if n >= 1<<48 {
			return nil, fmt.Errorf("group %v", words[:5])
		}
		for shift := 40; shift >= 0; shift -= 8 {
			data = append(data, byte(n>>shift))
		}
		words = words[5:]
	}
	for _, word := range words {
		if word > 255 || latch == 924 {
			return nil, fmt.Errorf("byte %d after latch %d", word, latch)
		}
		data = append(data, byte(word))
	}
	return data, nil
}
