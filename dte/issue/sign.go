package issue

import (
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/internal/codec"
	"github.com/ofitec/chile/xmlsig"
)

// ErrUnstamped says that a document has no stamp: see Stamp.
var ErrUnstamped = errors.New("issue: document is not stamped")

// Sign writes a stamped document and signs it: a file in ISO-8859-1 of a DTE that
// stands alone, as the SII judges it, with no line longer than 4,000 bytes. Its ID is
// F1T33 for folio 1 of type 33, and TmstFirma is the moment by the clocks of Chile.
// The document itself is not changed.
//
// The same document, identity and moment give the same bytes, if the key signs as
// PKCS#1 v1.5 has it. What was made is read and verified again before it is returned.
//
// The errors are ErrNoDocument, ErrNoTime, ErrUnstamped, ErrLine, *RefusedError if
// what was made does not hold, as when the stamp is of other values or the schema has
// something against it, dte.ErrUnencodable, dte.ErrFormat25, and of xmlsig
// ErrNoKey, ErrExpired, ErrNotYetValid, ErrSigner and ErrFIPS.
func Sign(doc *dte.DTE, id *xmlsig.Identity, at time.Time) (*Signed, error) {
	if err := ready(doc, at); err != nil {
		return nil, err
	}
	if doc.Stamp().Signature.Value == "" {
		return nil, fmt.Errorf("%w: %s", ErrUnstamped, doc.ID())
	}
	if err := mayUse(id, at); err != nil {
		return nil, err
	}
	ref := fmt.Sprintf("F%dT%d", int64(doc.ID().Folio), int(doc.ID().Type))
	text, err := written(dated(doc, ref, dte.DateTimeOf(at)))
	if err != nil {
		return nil, fmt.Errorf("issue: %s: %w", doc.ID(), err)
	}
	file, err := xmlsig.SignAfter(text, id, ref)
	if errors.Is(err, xmlsig.ErrMalformed) {
		err = fmt.Errorf("%w: %w", dte.ErrUnencodable, err)
	}
	if err != nil {
		return nil, fmt.Errorf("issue: %s: %w", doc.ID(), err)
	}
	return verified(file, &dte.VerifyOptions{Keys: doc.Stamp().Data.CAF.Keys()})
}

// mayUse reports whether an identity signs at a moment.
func mayUse(id *xmlsig.Identity, at time.Time) error {
	if id == nil {
		return fmt.Errorf("issue: %w", xmlsig.ErrNoKey)
	}
	if err := id.ValidAt(at); err != nil {
		return fmt.Errorf("issue: %w", err)
	}
	return nil
}

// dated returns the document with its ID and the moment of its signature.
func dated(doc *dte.DTE, ref string, at dte.DateTime) *dte.DTE {
	made := &dte.DTE{Version: "1.0"}
	if doc.Export != nil {
		export := *doc.Export
		export.ID, export.SignedAt = ref, at
		made.Export = &export
		return made
	}
	document := *doc.Peso()
	document.ID, document.SignedAt = ref, at
	if doc.Settlement != nil {
		made.Settlement = &document
	} else {
		made.Document = &document
	}
	return made
}

// written returns the file of a DTE without signature.
func written(doc *dte.DTE) ([]byte, error) {
	if later := codec.Later(doc); later != "" {
		return nil, fmt.Errorf("%w: %s", dte.ErrFormat25, later)
	}
	return laidOut(codec.Append(make([]byte, 0, 8<<10), string(dte.KindDTE), doc))
}
