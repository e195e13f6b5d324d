// Package escape writes texts of XML.
package escape

// Append appends a text. It replaces each byte that the table has by its entry.
func Append(b []byte, s string, table []string) []byte {
	done := 0
	for i := range len(s) {
		if c := int(s[i]); c < len(table) && table[c] != "" {
			b = append(append(b, s[done:i]...), table[c]...)
			done = i + 1
		}
	}
	return append(b, s[done:]...)
}
