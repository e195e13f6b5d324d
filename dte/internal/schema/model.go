package schema

// The tables refer to each other by index. The generator writes them, and they
// need no initialisation.

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
	unverified      bool   // no available schema of the SII has it
}

// complexType is the type of an element with inner elements or attributes.
type complexType struct {
	attributes []attribute
	content    int // of particles, nothing or anything
	simple     int // of simpleTypes, for text only; -1 for none
}

// Special values instead of a particle in complexType.
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

// particle says which elements follow each other. The SII's schemas use only
// sequences and choices.
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

// simpleType is a type of text: a built-in type and its restrictions.
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
