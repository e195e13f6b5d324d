package redact

import (
	"strings"
	"unicode"
)

// Shape returns a text of XML or JSON with the names that it has and without its
// values: letters of a value become x, digits 0. Of other texts, such as pages,
// it keeps the words and blanks the digits, so that no RUT, folio or amount is
// left.
func Shape(text string) string {
	trimmed := strings.TrimLeft(text, "\ufeff \t\r\n")
	switch {
	case strings.HasPrefix(trimmed, "{"), strings.HasPrefix(trimmed, "["):
		return shapeJSON(text)
	case strings.HasPrefix(trimmed, "<") && !isPage(trimmed):
		return shapeXML(text)
	default:
		return strings.Map(withoutDigits, text)
	}
}

func isPage(text string) bool {
	start := strings.ToLower(text[:min(len(text), 64)])
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<head")
}

func withoutDigits(r rune) rune {
	if unicode.IsDigit(r) {
		return '0'
	}
	return r
}

func withoutValue(r rune) rune {
	if unicode.IsLetter(r) || r == unicode.ReplacementChar {
		return 'x'
	}
	return withoutDigits(r)
}

// shapeJSON keeps strings that a colon follows, which are names, and the words
// true, false and null.
func shapeJSON(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '"' {
			b.WriteRune(withoutDigits(rune(text[i])))
			i++
			continue
		}
		end := i + 1
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(text))
		value := text[i:end]
		if !strings.HasPrefix(strings.TrimLeft(text[end:], " \t\r\n"), ":") {
			value = strings.Map(withoutValue, value)
		}
		b.WriteString(value)
		i = end
	}
	return b.String()
}

// shapeXML keeps the names of elements and attributes.
func shapeXML(text string) string {
	var b strings.Builder
	inTag, quote := false, rune(0)
	for _, r := range text {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case inTag && quote == 0 && (r == '"' || r == '\''):
			quote = r
		case quote == 0 && r == '<':
			inTag = true
		case quote == 0 && r == '>':
			inTag = false
		case !inTag || quote != 0:
			r = withoutValue(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
