package schema

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Node is an element as the newer set declares it, for callers that judge values
// before they are written.
type Node struct {
	Name       string
	Min, Max   int  // how often it may appear in its place; Max -1 is unlimited
	Unverified bool // no available schema of the SII has it

	declared *element
}

// Lookup returns the first element of a name in files of a root.
func Lookup(root, name string) (Node, bool) {
	for i := range roots {
		d := &elements[roots[i].element]
		if roots[i].set == Older || d.name != root {
			continue
		}
		if inner := find(d, name, nsSII); inner != nil {
			return Node{Name: name, Min: 1, Max: 1, declared: inner}, true
		}
	}
	return Node{}, false
}

// Nodes returns the elements that it may contain, in order.
func (n *Node) Nodes() []Node {
	t := n.complex()
	if t == nil || t.content < 0 {
		return nil
	}
	return nodesOf(nil, &particles[t.content], 1, 1)
}

func (n *Node) complex() *complexType {
	if n.declared.typ < 0 {
		return nil
	}
	return &complexTypes[n.declared.typ]
}

// nodesOf appends the elements of a particle, which itself may appear between
// least and most times.
func nodesOf(nodes []Node, p *particle, least, most int) []Node {
	least *= p.min
	if most = most * p.max; p.max < 0 || most < 0 {
		most = -1
	}
	if p.kind == one {
		d := &elements[p.of[0]]
		return append(nodes, Node{Name: d.name, Min: least, Max: most, Unverified: d.unverified, declared: d})
	}
	if p.kind == choice {
		least = 0
	}
	for _, i := range p.of {
		nodes = nodesOf(nodes, &particles[i], least, most)
	}
	return nodes
}

// Values returns the allowed values of the element; nil if it contains
// elements.
func (n *Node) Values() *Values {
	if n.declared.typ < 0 {
		return valuesOf(&simpleTypes[^n.declared.typ])
	}
	if t := n.complex(); t.simple >= 0 {
		return valuesOf(&simpleTypes[t.simple])
	}
	return nil
}

// Values describes the allowed values of an element. The numbers beside Check
// let most values pass quickly: a value within them is valid, and only Check can
// judge the others.
type Values struct {
	typ *simpleType

	Shortest, Longest   int     // characters of a text; Longest is -1 if length alone does not decide
	Least, Most         int64   // valid whole numbers; Most is below Least if none is known
	Listed              []int64 // only these, if there are any
	Digits, WholeDigits int     // of decimals above 0: in total, and before the point
	Decimals            int     // after the point
}

// Check returns the rule that a value breaks, and what it asks for.
func (v *Values) Check(value string) (Rule, string) {
	return v.typ.check(v.typ.normalised(value))
}

const digits18 = 1_000_000_000_000_000_000

func valuesOf(t *simpleType) *Values {
	v := &Values{typ: t, Longest: -1, Most: -1}
	switch {
	case t.base == str:
		v.text()
	case t.base == decimal:
		v.decimal()
	case t.base.isNumber():
		v.whole()
	}
	return v
}

// text records lengths, and numbers that are listed as texts.
func (v *Values) text() {
	longest := 1 << 20
	for i := range v.typ.facets {
		f := &v.typ.facets[i]
		n, _ := strconv.Atoi(f.value)
		switch f.kind {
		case length:
			v.Shortest, longest = max(v.Shortest, n), min(longest, n)
		case minLength:
			v.Shortest = max(v.Shortest, n)
		case maxLength:
			longest = min(longest, n)
		case enumeration:
			v.list(f.list)
			return
		default:
			return
		}
	}
	v.Longest = longest
}

func (v *Values) list(texts []string) {
	var listed []int64
	for _, text := range texts {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != text {
			return
		}
		listed = append(listed, n)
	}
	v.Listed = listed
	v.Least, v.Most = slices.Min(listed), slices.Max(listed)
}

// whole records the bounds of valid whole numbers.
func (v *Values) whole() {
	v.Least, v.Most = -digits18+1, digits18-1
	switch v.typ.base {
	case positiveInteger:
		v.Least = 1
	case nonNegativeInteger, unsignedLong:
		v.Least = 0
	case negativeInteger:
		v.Most = -1
	}
	for i := range v.typ.facets {
		f := &v.typ.facets[i]
		n, err := strconv.ParseInt(f.value, 10, 64)
		switch {
		case f.kind == enumeration:
			v.list(f.list)
			return
		case err != nil || f.kind == pattern:
			v.Most = v.Least - 1
			return
		case f.kind == totalDigits && n < int64(len(strconv.Itoa(digits18))):
			most := power(n) - 1
			v.Least, v.Most = max(v.Least, -most), min(v.Most, most)
		case f.kind == minInclusive:
			v.Least = max(v.Least, n)
		case f.kind == maxInclusive:
			v.Most = min(v.Most, n)
		}
	}
}

func power(n int64) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// decimal records how many digits a decimal above 0 may have, and which whole
// numbers are valid.
func (v *Values) decimal() {
	v.Digits, v.WholeDigits, v.Decimals = 18, 18, 18
	v.Least, v.Most = -digits18+1, digits18-1
	var least *big.Rat
	for i := range v.typ.facets {
		f := &v.typ.facets[i]
		n, _ := strconv.Atoi(f.value)
		switch f.kind {
		case totalDigits:
			v.Digits = min(v.Digits, n)
			v.Least, v.Most = max(v.Least, 1-power(int64(v.Digits))), min(v.Most, power(int64(v.Digits))-1)
		case fractionDigits:
			v.Decimals = min(v.Decimals, n)
		case minInclusive:
			bound, _ := number(f.value)
			least = bound
			whole := ceiling(bound)
			v.Least = max(v.Least, whole)
		case maxInclusive:
			bound, _ := number(f.value)
			whole := new(big.Int).Quo(bound.Num(), bound.Denom()).Int64()
			v.Most = min(v.Most, whole)
			// One digit less than the bound is below it.
			digits, _ := significant(f.value)
			v.WholeDigits = min(v.WholeDigits, len(digits)-1)
		default:
			v.Digits, v.Most = 0, v.Least-1
			return
		}
	}
	// A number with a digit within the decimals is at least their last place.
	if least != nil && least.Cmp(new(big.Rat).SetFrac64(1, power(int64(v.Decimals)))) > 0 {
		v.Digits = 0
	}
}

func ceiling(r *big.Rat) int64 {
	floor := new(big.Int).Div(r.Num(), r.Denom())
	if !r.IsInt() {
		floor.Add(floor, big.NewInt(1))
	}
	return floor.Int64()
}

// Fits reports whether a decimal above 0, as written, is certainly valid. If it
// returns false, the value may still be valid.
func (v *Values) Fits(value string) bool {
	if strings.HasPrefix(value, "-") {
		return false
	}
	whole, fraction := significant(value)
	return whole+fraction != "" && len(fraction) <= v.Decimals && len(whole) <= v.WholeDigits && len(whole)+len(fraction) <= v.Digits
}
