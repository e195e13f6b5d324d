package xmlsig

import (
	"crypto/sha1" //nolint:gosec // see digest
	"errors"
	"fmt"
	"hash"
	"hash/maphash"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/ofitec/chile/internal/option"
)

// Splitter reads a document of many parts, such as an envelope of thousands of
// DTEs, one part at a time. It holds one part in memory, and what precedes and
// follows the parts.
//
// A part is an element of the given name. All parts are children of one child
// of the root, with no other element between them. Each is a Document, and its
// signatures are judged in the contexts that they have in the whole document.
//
// A Splitter is for one goroutine; the parts are safe for concurrent use.
type Splitter struct {
	in   source
	part string

	outer     *scanner  // of what stands around the parts
	container int       // the element in which the parts stand, -1 before the first
	digest    hash.Hash // of the container in place, up to fed
	fed       int       // of outer.doc.canon
	between   *Document // what a part inherits
	count     int       // parts so far
	ids       map[uint64]struct{}
	seed      maphash.Seed
	skipping  bool     // the part is not kept
	spare     *scanner // of a part that was skipped, whose memory is used again
	err       error
}

// split is the element from which parts were taken, and its digest including
// the parts, in place.
type split struct {
	container int
	sum       [sha1.Size]byte
}

// partDepth is the number of elements around a part.
const partDepth = 2

// Bounds of a Splitter. The IDs of all parts are remembered, since no ID may
// appear twice.
const (
	defaultPartSize = 4 << 20
	maxPartIDs      = 500_000
)

// NewSplitter reads a document whose parts have that local name. WithMaxSize
// bounds each part, and the text around all parts: 4 MiB by default. Like
// Parse, it bounds memory: at most 40 times its size for a part.
func NewSplitter(r io.Reader, part string, opts ...Option) *Splitter {
	bounds := defaultLimits
	bounds.size = defaultPartSize
	err := option.Apply("xmlsig", &bounds, opts)
	return &Splitter{
		err: err,
		in:  source{r: r, limit: bounds.size}, part: part,
		outer: newScanner("", bounds), container: -1, digest: newDigest(),
		seed: maphash.MakeSeed(), ids: make(map[uint64]struct{}),
	}
}

// Next returns the next part, or io.EOF after the last. Other errors are
// ErrMalformed, ErrLimit and those of the reader. They are final: the parts
// returned before are then not part of a valid document.
func (s *Splitter) Next() (part *Document, err error) {
	if s.err == nil {
		part, s.err = s.next()
	}
	return part, s.err
}

func (s *Splitter) next() (part *Document, err error) {
	if s.container < 0 {
		if err := s.in.read(s.head); err != nil {
			return nil, err
		}
	}
	if s.container < 0 {
		return nil, io.EOF // and all of it was read
	}
	err = s.in.read(func() error {
		part, err = s.readPart()
		return err
	})
	if err == nil && part == nil {
		err = s.tail()
		if err == nil {
			err = io.EOF
		}
	}
	return part, err
}

// Skip passes over the next part, of which nothing is kept: it counts for the
// signature over all of them. The errors are those of Next.
func (s *Splitter) Skip() error {
	s.skipping = true
	_, err := s.Next()
	s.skipping = false
	return err
}

// Root returns the local name and namespace of the root, empty before the first
// call of Next.
func (s *Splitter) Root() (name, namespace string) {
	d := s.outer.doc
	if len(d.elements) == 0 {
		return "", ""
	}
	return d.local(&d.elements[0]), d.uri(&d.elements[0])
}

// Beside returns the elements before the first part and, after the last part
// was read, also those after it, such as the Carátula of an envelope. No
// signature over them was checked.
func (s *Splitter) Beside() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		d := s.outer.doc
		for i := s.container + 1; s.container >= 0 && i < len(d.elements) && int(d.elements[i].parent) == s.container; i = int(d.elements[i].after) {
			if !yield(Element{d, i}) {
				return
			}
		}
	}
}

// Around returns the document without its parts, or nil before the end. Inspect
// and Verify judge the signature over the element around the parts as if the
// parts were there. They do so only in place, and they do not return its
// content.
func (s *Splitter) Around() *Document {
	if !errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.outer.doc
}

// errPart says that a part begins.
var errPart = errors.New("xmlsig: a part begins")

// head reads up to the first part, or the whole document if there is none.
func (s *Splitter) head() error {
	o := newScannerFor(s.in.text, min(len(s.in.text), readAhead/16), s.outer.limits)
	o.doc.charset = s.in.charset
	o.part = s.part
	s.outer = o
	err := o.prolog()
	if err == nil {
		err = o.tree()
	}
	switch {
	case errors.Is(err, errPart):
		s.begin()
		return nil
	case err != nil:
		return err
	case !s.in.done:
		return o.fail("unfinished document")
	default:
		return o.end()
	}
}

// begin prepares for the parts.
func (s *Splitter) begin() {
	o, d := s.outer, s.outer.doc
	o.flush()
	s.container = int(o.open[partDepth-1])
	d.text = strings.Clone(o.src[:o.pos])
	o.src = d.text
	s.in.drop(o.pos)
	s.fed = int(d.elements[s.container].tagEnd)
	s.digest.Write(d.startTagAt(s.container))
	s.feed(len(d.canon))
	s.between = &Document{charset: d.charset, around: surroundings{
		scope: -1,
		xml:   onlyXML(d.withInherited(s.container, -1)),
		line:  strings.Count(d.text, "\n"),
	}}
	s.between.bindAround(d.visible(int(d.elements[s.container].scope), -1))
}

// feed adds the outer canonical form up to that offset to the digest.
func (s *Splitter) feed(to int) {
	s.digest.Write(s.outer.doc.canon[s.fed:to])
	s.fed = to
}

// readPart reads up to the next part, and the part. If another tag follows,
// there is no part.
func (s *Splitter) readPart() (*Document, error) {
	gap := newScannerFor(s.in.text, 0, s.outer.limits)
	for tag := false; !tag; {
		var err error
		if tag, err = gap.filling(); err != nil {
			return nil, err
		}
	}
	gap.flush()
	rest := gap.rest()
	switch begins, whole := beginsElement(rest, s.part); {
	case !s.in.done && (!whole || begins && !mayEnd(rest, s.part) && len(rest) < s.in.limit):
		return nil, gap.fail("unfinished element")
	case !begins:
		return nil, nil
	}
	// In most cases the first such end tag is the right one.
	end := afterEndTag(rest, s.part)
	p, err := s.parsePart(rest[:end])
	if err != nil && end < len(rest) && !errors.Is(err, ErrLimit) {
		p, err = s.parsePart(rest)
	}
	if err != nil {
		return nil, err
	}
	d := p.doc
	s.count++
	d.around.path = s.outer.doc.path(s.container) + "/" + s.part + "[" + strconv.Itoa(s.count) + "]"
	before := gap.src[:gap.pos]
	d.around.line = s.between.around.line + strings.Count(before, "\n")
	s.between.around.line = d.around.line + strings.Count(p.src[:p.pos], "\n")
	s.digest.Write(gap.doc.canon)
	s.digest.Write(d.canon)
	s.in.drop(gap.pos + p.pos)
	return d, s.noteIDs(d)
}

// parsePart parses the element at the start of a text.
func (s *Splitter) parsePart(text string) (*scanner, error) {
	text = text[:min(len(text), s.in.limit)]
	p := s.scanner(text)
	p.doc.charset, p.doc.around = s.between.charset, s.between.around
	p.doc.scopes = append(p.doc.scopes, s.between.scopes...)
	if err := p.tree(); err != nil {
		if len(text) == s.in.limit {
			return nil, fmt.Errorf("%w: no part ends within %d bytes: %w", ErrLimit, s.in.limit, err)
		}
		return nil, err
	}
	p.flush()
	return p, nil
}

// scanner returns a scanner of a part.
func (s *Splitter) scanner(text string) *scanner {
	if !s.skipping {
		return newScanner(strings.Clone(text), s.outer.limits)
	}
	if s.spare == nil {
		s.spare = newScannerFor("", 0, s.outer.limits)
	}
	s.spare.again(text)
	return s.spare
}

// beginsElement reports whether a text begins with an element of that local
// name, and whether the text has the whole name.
func beginsElement(text, local string) (begins, whole bool) {
	s := scanner{src: text, pos: 1, limits: defaultLimits}
	_, name, err := s.qName()
	return err == nil && name == local, s.pos < len(text)
}

// mayEnd reports whether the element at the start of a text may end in it. It
// avoids parsing a large element again and again while it is read.
func mayEnd(text, local string) bool {
	if strings.Contains(text, "</"+local) || strings.Contains(text, ":"+local) {
		return true
	}
	tag, _, ok := strings.Cut(text, ">")
	inValue := strings.Count(tag, `"`)%2+strings.Count(tag, "'")%2 > 0 // or a quotation mark inside the other kind
	return ok && (inValue || strings.HasSuffix(tag, "/"))
}

// afterEndTag returns where the first end tag of that name ends.
func afterEndTag(text, name string) int {
	end := "</" + name + ">"
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

// noteIDs refuses an ID that another part has.
func (s *Splitter) noteIDs(d *Document) error {
	for id := range d.ids {
		key := maphash.String(s.seed, id)
		if _, taken := s.ids[key]; taken {
			return fmt.Errorf("%w: ID %.40q appears twice", ErrMalformed, id)
		}
		if len(s.ids) >= maxPartIDs {
			return fmt.Errorf("%w: more than %d IDs", ErrLimit, maxPartIDs)
		}
		s.ids[key] = struct{}{}
	}
	return nil
}

// tail reads what follows the parts.
func (s *Splitter) tail() error {
	for !s.in.done {
		if err := s.in.fill(); err != nil {
			return err
		}
	}
	o, d := s.outer, s.outer.doc
	if len(d.text)+len(s.in.text) > s.in.limit {
		return fmt.Errorf("%w: more than %d bytes around the parts", ErrLimit, s.in.limit)
	}
	o.pos, o.mark = len(d.text), len(d.text)
	d.text += s.in.text
	o.src, s.in.text = d.text, ""
	o.nodes = maxNodes(len(o.src), o.limits)
	for len(o.open) > 0 {
		err := o.content()
		if errors.Is(err, errPart) {
			return o.fail("another element is between elements %s", s.part)
		}
		if err != nil {
			return err
		}
	}
	if err := o.end(); err != nil {
		return err
	}
	s.feed(int(d.elements[s.container].end))
	d.split = &split{container: s.container}
	s.digest.Sum(d.split.sum[:0])
	return s.noteIDs(d)
}
