package siirecord

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/ofitec/chile"
)

// people replaces RUTs and names of people and companies, each always by the same
// substitute. A RUT keeps its check digit, so number and digit may be separate.
type people struct {
	mu      sync.Mutex
	numbers map[string]string
	names   map[string]string
	stands  map[string]bool // numbers used as substitutes
	next    int64
}

// unusedNumbers is the first number that no RUT has: people are below 30 million,
// companies from 50 million (seen; the SII documents no ranges).
const unusedNumbers = 40_000_000

func newPeople() *people {
	return &people{numbers: map[string]string{}, names: map[string]string{}, stands: map[string]bool{}, next: unusedNumbers}
}

var (
	// whole is a RUT with its check digit.
	whole = regexp.MustCompile(`\b(\d{1,3}(?:\.\d{3}){1,2}|\d{4,8})-([\dkK])\b`)

	// numbered is the number of a RUT after its field name, in JSON, forms, XML,
	// escaped XML in XML, and cookies.
	numbered = regexp.MustCompile(`(?i)(rut[\w.]*"?\s*(?:[:=]\s*"?|&gt;|>|\r\n\r\n))(\d{4,8})\b`)

	// called is a name in JSON and in XML.
	called    = regexp.MustCompile(`(?i)("\w*(?:rzn|razon|nombre|correo|mail|direccion)\w*"\s*:\s*")((?:[^"\\]|\\.)+)"`)
	calledXML = regexp.MustCompile(`(?i)((?:<|&lt;)\w*(?:rzn|razon|nombre|correo|mail|direccion|nmb)\w*(?:>|&gt;))([^<&]+)`)
)

// hide replaces RUTs and names in a text.
func (p *people) hide(text string) string {
	text = whole.ReplaceAllStringFunc(text, func(rut string) string {
		number, digit, _ := strings.Cut(rut, "-")
		if _, err := chile.ParseRUT(rut); err != nil {
			return rut
		}
		other := p.number(strings.ReplaceAll(number, ".", ""))
		if strings.Contains(number, ".") {
			other = other[:2] + "." + other[2:5] + "." + other[5:]
		}
		return other + "-" + digit
	})
	text = replaceGroup(numbered, text, func(_, number string) string { return p.number(number) })
	text = replaceGroup(called, text, p.name)
	text = replaceGroup(calledXML, text, p.name)
	return p.hideCSV(text)
}

// replaceGroup replaces the second group of each match.
func replaceGroup(expression *regexp.Regexp, text string, with func(before, found string) string) string {
	var b strings.Builder
	last := 0
	for _, m := range expression.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[last:m[4]])
		b.WriteString(with(text[m[2]:m[3]], text[m[4]:m[5]]))
		last = m[5]
	}
	b.WriteString(text[last:])
	return b.String()
}

// number returns the number of another RUT with the same check digit.
func (p *people) number(of string) string {
	of = strings.TrimLeft(of, "0")
	p.mu.Lock()
	defer p.mu.Unlock()
	if other, known := p.numbers[of]; known {
		return other
	}
	wanted, ok := digitOf(of)
	if !ok || p.stands[of] {
		return of
	}
	for {
		p.next++
		other := fmt.Sprint(p.next)
		if digit, ok := digitOf(other); ok && digit == wanted {
			p.numbers[of], p.stands[other] = other, true
			return other
		}
	}
}

// digitOf returns the check digit of a RUT of that number.
func digitOf(number string) (digit byte, ok bool) {
	var n int64
	if _, err := fmt.Sscan(number, &n); err != nil {
		return 0, false
	}
	rut, err := chile.NewRUT(n)
	if err != nil {
		return 0, false
	}
	return rut.DV(), true
}

// name returns a substitute for a name, except for names of types of document.
func (p *people) name(field, name string) string {
	if strings.Contains(strings.ToLower(field), "tipo") || strings.TrimSpace(name) == "" {
		return name
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	stand, known := p.names[name]
	if !known {
		stand = fmt.Sprintf("NOMBRE %d", len(p.names)+1)
		p.names[name] = stand
	}
	return stand
}

// values are the values of a CSV line of a register, even inside JSON text.
var values = regexp.MustCompile(`[^"\r\n;]*(?:;[^"\r\n;]*){4,}`)

// hideCSV replaces the names in registers in CSV. The first line gives their
// columns.
func (p *people) hideCSV(text string) string {
	column := -1
	if !strings.Contains(strings.ToLower(text), "razon social") {
		return text
	}
	return values.ReplaceAllStringFunc(text, func(line string) string {
		fields := strings.Split(line, ";")
		for i, name := range fields {
			if strings.EqualFold(strings.TrimSpace(name), "razon social") {
				column = i
				return line
			}
		}
		if column >= 0 && column < len(fields) {
			fields[column] = p.name("", fields[column])
		}
		return strings.Join(fields, ";")
	})
}
