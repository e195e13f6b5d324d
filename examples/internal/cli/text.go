package cli

import (
	"regexp"
	"slices"
	"strings"
)

// prefix is what packages put in front of their errors.
var prefix = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// Text is the text of an error. It names a package once in a line, and writes a repeated
// line once.
func Text(err error) string {
	var lines []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		var parts []string
		quoted := false
		for part := range strings.SplitSeq(line, ": ") {
			quoted = quoted || strings.Contains(part, `"`) // what others said stays as they said it
			if quoted || !prefix.MatchString(part) || !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
		if line = strings.Join(parts, ": "); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
