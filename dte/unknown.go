package dte

// Unknown is an element that the schemas do not have where it stands. It is kept
// and written again behind the same element.
type Unknown struct {
	Name  string // local name
	After string // name of the element behind which it stood; empty at the beginning
	XML   string // canonical form, in UTF-8
}
