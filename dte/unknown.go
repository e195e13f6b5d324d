package dte

// Unknown is an element that the schemas do not have in its place. It is kept
// and written back after the same element.
type Unknown struct {
	Name  string // local name
	After string // name of the element before it; empty at the beginning
	XML   string // canonical form, in UTF-8
}
