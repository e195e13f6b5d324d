package schema

// The tables refer to each other by index. They are written by the generator and
// need no preparation.

// root is an element that a file may begin with.
type root struct {
	set     Set // 0 for both
	element int
}

// element declares an element.
type element struct {
	name, namespace string
	typ             int    // of complexTypes or, if negative, ^ of simpleTypes
	fixed           string // the only value, empty for any
	unverified      bool   // no schema of the SII that is at hand has it
}

// complexType is the type of an element with elements or attributes in it.
type complexType struct {
	attributes []attribute
	content    int // of particles, nothing or anything
	simple     int // of simpleTypes, for text alone, -1 for none
}

// What stands for a particle in complexType.
const (
	nothing  = -1
	anything = -2 // attributes, text and elements of any kind
)

type attribute struct {
	name     string
	simple   int // of simpleTypes
	required bool
	fixed    string
}

// particle says what elements follow each other. The SII's schemas have nothing
// but sequences and choices.
type particle struct {
	kind     particleKind
	min, max int   // max -1 is unbounded
	of       []int // of particles; one of elements
}

type particleKind byte

const (
	sequence particleKind = iota
	choice
	one
)

// simpleType is a type of text: a built-in type and what restricts it.
type simpleType struct {
	base   builtin
	facets []facet
}

type facet struct {
	kind  facetKind
	value string
	list  []string // of an enumeration
}

type facetKind byte

const (
	enumeration facetKind = iota
	pattern
	length
	minLength
	maxLength
	minInclusive
	maxInclusive
	totalDigits
	fractionDigits
)

// builtin is a built-in type of XML Schema.
type builtin byte

const (
	anySimple builtin = iota
	str
	base64Binary
	date
	dateTime
	decimal
	integer
	negativeInteger
	nonNegativeInteger
	positiveInteger
	long
	unsignedLong
	id
	anyURI
	gYear
	gYearMonth
)
