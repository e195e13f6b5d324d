package dte

import (
	"errors"
	"fmt"

	"github.com/ofitec/chile/xmlsig"
)

// Kind is the kind of a file, by the name of its root.
type Kind string

// The kinds of files.
const (
	KindDTE            Kind = "DTE"
	KindEnvelope       Kind = "EnvioDTE"
	KindBoletaEnvelope Kind = "EnvioBOLETA"
	KindAEC            Kind = "AEC"
	KindResponse       Kind = "RespuestaDTE"
	KindReceipts       Kind = "EnvioRecibos"
	KindFolioReport    Kind = "ConsumoFolios"
	KindUploadResult   Kind = "RESULTADO_ENVIO"
)

// ErrKind says that a file is of an unknown kind, or not of the kind that was
// asked for.
var ErrKind = errors.New("dte: another kind of file")

// File is a parsed file. Exactly one of the pointers is set, as Kind says.
// Nothing in it is proved: see Verify.
//
// A File that is not changed is safe for concurrent use.
type File struct {
	Kind Kind

	DTE          *DTE
	Envelope     *Envelope // for KindEnvelope and KindBoletaEnvelope
	AEC          *AEC
	Response     *Response
	Receipts     *Receipts
	FolioReport  *FolioReport
	UploadResult *UploadResult

	document *xmlsig.Document
}

// Encoding returns in which encoding the file was written, as
// xmlsig.Document.Encoding does; of a File that was not read, nothing.
func (f *File) Encoding() string {
	if f.document == nil {
		return ""
	}
	return f.document.Encoding()
}

// Parse reads a file of any kind. Errors are ErrKind, and ErrMalformed and
// ErrLimit of xmlsig. With a *ValuesError the file is returned too, without the
// values in the error.
//
// The root may be in the SII's namespace or in none: a DTE that was cut out of
// its envelope often has none.
func Parse(src []byte, opts ...xmlsig.Option) (*File, error) {
	doc, err := xmlsig.Parse(src, opts...)
	if err != nil {
		return nil, err
	}
	return read(doc)
}

// ParseDTE reads a file that is a single DTE. Errors are those of Parse.
func ParseDTE(src []byte, opts ...xmlsig.Option) (*DTE, error) {
	f, err := Parse(src, opts...)
	if f != nil && f.DTE == nil {
		return nil, f.otherThan(KindDTE)
	}
	if f == nil {
		return nil, err
	}
	return f.DTE, err
}

// ParseEnvelope reads a file that is an EnvioDTE or EnvioBOLETA. Errors are those
// of Parse.
func ParseEnvelope(src []byte, opts ...xmlsig.Option) (*Envelope, error) {
	f, err := Parse(src, opts...)
	if f != nil && f.Envelope == nil {
		return nil, f.otherThan(KindEnvelope)
	}
	if f == nil {
		return nil, err
	}
	return f.Envelope, err
}

func (f *File) otherThan(want Kind) error { return fmt.Errorf("%w: %s, not %s", ErrKind, f.Kind, want) }

// read reads a parsed document.
func read(doc *xmlsig.Document) (*File, error) {
	root := doc.Unverified()
	f := &File{Kind: Kind(root.Name()), document: doc}
	target := f.target()
	if target == nil || !ofSII(root) {
		return nil, fmt.Errorf("%w: root %.40q in namespace %.80q", ErrKind, root.Name(), root.Namespace())
	}
	err := decode(root, target)
	if errors.Is(err, xmlsig.ErrLimit) {
		return nil, err // not everything was read
	}
	switch {
	case f.DTE != nil:
		f.DTE.element = root
	case f.Envelope != nil:
		for set := range namedChildren(root, "SetDTE") {
			locate(f.Envelope.Set.DTEs, set)
			break // if there are two, the first was read
		}
	case f.AEC != nil:
		if cedido := childOf(root, "DocumentoAEC", "Cesiones", "DTECedido", "DocumentoDTECedido", "DTE"); cedido.Exists() {
			f.AEC.Document.Assignments.DTE.Document.DTE.element = cedido
		}
	}
	return f, err
}

// target creates the value for the file's kind; nil if the kind is unknown.
func (f *File) target() any {
	switch f.Kind {
	case KindDTE:
		f.DTE = new(DTE)
		return f.DTE
	case KindEnvelope, KindBoletaEnvelope:
		f.Envelope = new(Envelope)
		return f.Envelope
	case KindAEC:
		f.AEC = new(AEC)
		return f.AEC
	case KindResponse:
		f.Response = new(Response)
		return f.Response
	case KindReceipts:
		f.Receipts = new(Receipts)
		return f.Receipts
	case KindFolioReport:
		f.FolioReport = new(FolioReport)
		return f.FolioReport
	case KindUploadResult:
		f.UploadResult = new(UploadResult)
		return f.UploadResult
	default:
		return nil
	}
}

// locate records the element that each DTE was read from.
func locate(list []DTE, set xmlsig.Element) {
	i := 0
	for e := range namedChildren(set, "DTE") {
		list[i].element = e
		i++
	}
}

// namedChildren returns the children of that name that readers read.
func namedChildren(e xmlsig.Element, name string) func(func(xmlsig.Element) bool) {
	return func(yield func(xmlsig.Element) bool) {
		for child := range e.Children() {
			if child.Name() == name && ofSII(child) && !yield(child) {
				return
			}
		}
	}
}
