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

// Sign writes a stamped document and signs it. The result is a file in ISO-8859-1 with
// one DTE that stands alone, as the SII judges it, and no line longer than 4,000 bytes.
// Its ID is F1T33 for folio 1 of type 33. TmstFirma is the moment in Chile local time.
// The given document does not change.
//
// The same document, identity and moment give the same bytes if the key signs with
// PKCS#1 v1.5. Sign reads and verifies the result before it returns it.
//
// The errors are ErrNoDocument, ErrNoTime, ErrUnstamped, ErrLine, dte.ErrUnencodable and
// dte.ErrFormat25; *RefusedError if the result is not valid, for example if the stamp has
// other values or the schema does not allow it; and from xmlsig ErrNoKey, ErrExpired,
// ErrNotYetValid, ErrSigner and ErrFIPS.
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

// mayUse reports whether an identity may sign at a moment.
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
