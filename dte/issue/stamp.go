package issue

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ofitec/chile/dte"
)

// The errors of stamping and signing.
var (
	// ErrNoDocument says that a DTE does not have exactly one document.
	ErrNoDocument = errors.New("issue: not one document")

	// ErrNoTime says that no moment was given. Give the one stored with the document:
	// then repeated work gives the same bytes.
	ErrNoTime = errors.New("issue: no moment")
)

// Stamp sets the stamp (TED) of a document that has its folio, with the SII's
// authorisation of folios (CAF). TSTED is the moment in Chile local time. Sign detects
// later changes of the stamped values.
//
// The errors are ErrNoDocument, ErrNoTime and those of dte.Authorization.Stamp:
// dte.ErrCAFIssuer, ErrCAFType, ErrCAFFolio, ErrCAFEarly, ErrCAFExpired, ErrCAFKey,
// ErrUnencodable. With an error the document does not change.
func Stamp(doc *dte.DTE, caf *dte.Authorization, at time.Time) error {
	if err := ready(doc, at); err != nil {
		return err
	}
	if caf == nil {
		caf = &dte.Authorization{}
	}
	id := doc.ID()
	name, item := parties(doc)
	stamp, err := caf.Stamp(dte.StampData{
		Issuer: id.Issuer, Type: id.Type, Folio: id.Folio, IssueDate: doc.IssueDate(),
		Receiver: doc.Receiver(), ReceiverName: stamped(name, doc.Receiver().String()), Total: doc.Total(), FirstItem: stamped(item, ""),
		StampedAt: dte.DateTimeOf(at),
	})
	if err != nil {
		return fmt.Errorf("issue: stamp of %s: %w", id, err)
	}
	*doc.Stamp() = *stamp
	return nil
}

// ready reports whether a document can be stamped or signed.
func ready(doc *dte.DTE, at time.Time) error {
	switch {
	case !isOne(doc):
		return ErrNoDocument
	case at.IsZero():
		return ErrNoTime
	}
	return nil
}

// isOne reports whether a DTE has exactly one document.
func isOne(doc *dte.DTE) bool {
	if doc == nil {
		return false
	}
	documents := 0
	for _, there := range []bool{doc.Document != nil, doc.Settlement != nil, doc.Export != nil} {
		if there {
			documents++
		}
	}
	return documents == 1
}

// parties returns the receiver's name and the name of the first line.
func parties(doc *dte.DTE) (receiver, item string) {
	if p := doc.Peso(); p != nil {
		if len(p.Lines) > 0 {
			item = p.Lines[0].Name
		}
		return p.Header.Receiver.Name, item
	}
	if len(doc.Export.Lines) > 0 {
		item = doc.Export.Lines[0].Name
	}
	return doc.Export.Header.Receiver.Name, item
}

// maxStamped is the most characters of a name in the stamp (DTE_v10.xsd, RSR and IT1).
const maxStamped = 40

// stamped returns the beginning of a name as the stamp has it, before escaping. For an
// empty name it returns a substitute: boletas may not name the buyer.
func stamped(name, otherwise string) string {
	for _, text := range []string{name, strings.TrimSpace(name)} {
		if text = strings.TrimSpace(first(text, maxStamped)); text != "" {
			return text
		}
	}
	return otherwise
}
