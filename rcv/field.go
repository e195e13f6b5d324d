package rcv

// field is one value of a Document: its place in the row, its names at the SII,
// and how it is compared. Readers, writers, Hash and Diff share the table of
// all fields.
type field struct {
	value
	name     string   // in the facade's JSON
	headings []string // in the CSV exports
	compared comparison
	money    bool // an amount: in doubt, a difference is reported
	happens  bool // a later event of the document: in doubt, it is reported
}

// comparison says how Diff and Hash treat a field.
type comparison int

const (
	always    comparison = iota
	ifBoth               // a mark that follows from other values and that some sources lack: only if both sides have it
	specially            // by its own code in Diff
	never                // the SII's own numbers and marks
)

// value is access to one field of a Document of any type.
type value interface {
	set(d *Document, text []byte, in *interner) error
	isZero(d *Document) bool
	same(d, e *Document) bool
	copy(d, from *Document)
	appendSII(b []byte, d *Document) []byte
	appendCanonical(b []byte, d *Document) []byte
	appendJSON(b []byte, d *Document) ([]byte, error)
}

// at is a value of type T.
type at[T comparable] struct {
	kind *kind[T]
	in   func(*Document) *T
}

// set reads a trimmed text; a text that means no value leaves the field
// unchanged.
func (a at[T]) set(d *Document, text []byte, in *interner) error {
	if a.kind.means(text) {
		return nil
	}
	v, err := a.kind.parse(text, in)
	if err != nil {
		return err
	}
	*a.in(d) = v
	return nil
}

func (a at[T]) isZero(d *Document) bool {
	var zero T
	return *a.in(d) == zero
}

func (a at[T]) same(d, e *Document) bool {
	if a.kind.same != nil {
		return a.kind.same(*a.in(d), *a.in(e))
	}
	return *a.in(d) == *a.in(e)
}

func (a at[T]) copy(d, from *Document) { *a.in(d) = *a.in(from) }

func (a at[T]) appendSII(b []byte, d *Document) []byte { return a.kind.write(b, *a.in(d)) }

func (a at[T]) appendCanonical(b []byte, d *Document) []byte {
	if a.kind.canonical != nil {
		return a.kind.canonical(b, *a.in(d))
	}
	return a.kind.write(b, *a.in(d))
}

func (a at[T]) appendJSON(b []byte, d *Document) ([]byte, error) {
	if a.kind.json != nil {
		return a.kind.json(b, *a.in(d))
	}
	return a.kind.write(b, *a.in(d)), nil
}
