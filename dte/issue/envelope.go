package issue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// ReceiverSII is the RUT of the SII as receiver of envelopes.
var ReceiverSII = chile.MustParseRUT("60803000-K")

// How many documents an envelope may have (EnvioDTE_v10.xsd, EnvioBOLETA_v11.xsd).
const (
	MaxDocuments = 2000 // of an EnvioDTE
	MaxBoletas   = 500  // of an EnvioBOLETA
)

// Why an envelope is refused.
var (
	// ErrCover says that the cover's resolution is missing or impossible.
	ErrCover = errors.New("issue: cover of the envelope")

	// ErrSender says that the certificate names no RUT. RutEnvia needs it.
	ErrSender = errors.New("issue: certificate of the sender")

	// ErrEmpty says that there is no document to send.
	ErrEmpty = errors.New("issue: envelope without documents")

	// ErrTooMany says that there are more documents than an envelope may have. Make two
	// envelopes.
	ErrTooMany = errors.New("issue: too many documents for an envelope")

	// ErrMixed says that documents cannot go into one envelope: boletas and others, two
	// issuers or, for a customer, two receivers.
	ErrMixed = errors.New("issue: documents of different envelopes")

	// ErrRepeated says that a document is twice in an envelope (SII: DTE-3-100).
	ErrRepeated = errors.New("issue: document stands twice in the envelope")

	// ErrEnvironment says that a document's folio is of another environment than those
	// of the others, or than the cover's resolution.
	ErrEnvironment = errors.New("issue: document of another environment")
)

// Cover is the cover (Carátula) of an envelope. Issuer, counts and sender follow from
// documents and certificate.
type Cover struct {
	// Receiver is a customer who gets the envelope. If zero, the SII gets it.
	Receiver chile.RUT

	// ResolutionDate and ResolutionNumber are those of the resolution that allows the
	// issuer to issue. The number is 0 only in certification.
	ResolutionDate   chile.Date
	ResolutionNumber int
}

// Envelope puts signed documents into an envelope and signs it: an EnvioDTE, or an
// EnvioBOLETA for boletas. The documents keep their signed bytes and the given order.
// The identity is the sender's (RutEnvia); others may have signed the documents.
// TmstFirmaEnv is the moment in Chile local time.
//
// The same arguments give the same bytes. Envelope verifies its signature before it
// returns; the documents were verified when they became Signed.
//
// The errors are ErrCover, ErrSender, ErrNoTime, ErrEmpty, ErrTooMany, ErrMixed,
// ErrRepeated and ErrEnvironment; and from xmlsig ErrNoKey, ErrExpired, ErrNotYetValid,
// ErrSigner and ErrFIPS.
func Envelope(cover Cover, docs []*Signed, id *xmlsig.Identity, at time.Time) ([]byte, error) {
	sender, err := senderOf(id, at)
	if err != nil {
		return nil, err
	}
	if cover.Receiver.IsZero() {
		cover.Receiver = ReceiverSII
	}
	if err := cover.check(); err != nil {
		return nil, err
	}
	w := wrapper{cover: cover, sender: sender, at: dte.DateTimeOf(at), counts: make(map[chile.DocType]int)}
	if err := w.takeAll(docs); err != nil {
		return nil, err
	}
	signed, err := xmlsig.SignParts(w.write(docs), id, setID, string(dte.KindDTE))
	if err != nil {
		return nil, fmt.Errorf("issue: envelope: %w", err)
	}
	if err := checkSet(signed); err != nil {
		return nil, fmt.Errorf("issue: envelope: %w", err)
	}
	return signed, nil
}

// senderOf returns the signer's RUT, if the identity may sign at a moment.
func senderOf(id *xmlsig.Identity, at time.Time) (chile.RUT, error) {
	if at.IsZero() {
		return chile.RUT{}, ErrNoTime
	}
	if err := mayUse(id, at); err != nil {
		return chile.RUT{}, err
	}
	text, err := id.RUT()
	if err != nil {
		return chile.RUT{}, fmt.Errorf("%w: %w", ErrSender, err)
	}
	rut, err := chile.ParseRUT(text)
	if err != nil {
		return chile.RUT{}, fmt.Errorf("%w: %w", ErrSender, err)
	}
	return rut, nil
}

// maxResolution is the largest number of a resolution in the schema (NroResol).
const maxResolution = 999_999

func (c *Cover) check() error {
	switch {
	case c.ResolutionDate.IsZero():
		return fmt.Errorf("%w: no date of the resolution", ErrCover)
	case c.ResolutionNumber < 0 || c.ResolutionNumber > maxResolution:
		return fmt.Errorf("%w: resolution number %d", ErrCover, c.ResolutionNumber)
	}
	return nil
}

// environment returns the environment of the resolution.
func (c *Cover) environment() chile.Environment {
	if c.ResolutionNumber == 0 {
		return chile.Certification
	}
	return chile.Production
}

// wrapper makes one envelope.
type wrapper struct {
	cover  Cover
	sender chile.RUT
	at     dte.DateTime
	issuer chile.RUT
	kind   dte.Kind
	counts map[chile.DocType]int
	size   int
}

// setID is the ID of the set. No document may have it: our own are like F1T33, and those
// of others are checked.
const setID = "SetDoc"

// takeAll checks that the documents may go into one envelope.
func (w *wrapper) takeAll(docs []*Signed) error {
	if len(docs) == 0 {
		return ErrEmpty
	}
	ids, refs := make(map[chile.DocumentID]bool, len(docs)), map[string]bool{setID: true}
	for i, d := range docs {
		if d == nil || d.element == nil {
			return fmt.Errorf("%w: number %d is no signed document", ErrEmpty, i+1)
		}
		if err := w.take(d); err != nil {
			return err
		}
		if ids[d.id] || refs[d.ref] {
			return fmt.Errorf("%w: %s (ID %s)", ErrRepeated, d.id, d.ref)
		}
		ids[d.id], refs[d.ref] = true, true
	}
	limit := MaxDocuments
	if w.kind == dte.KindBoletaEnvelope {
		limit = MaxBoletas
	}
	if len(docs) > limit {
		return fmt.Errorf("%w: %d, more than %d", ErrTooMany, len(docs), limit)
	}
	return nil
}

// take checks that a document may go into the envelope of the first.
func (w *wrapper) take(d *Signed) error {
	kind := dte.KindEnvelope
	if isBoleta(d.id.Type) {
		kind = dte.KindBoletaEnvelope
	}
	if w.kind == "" {
		w.kind, w.issuer = kind, d.id.Issuer
	}
	switch {
	case kind != w.kind:
		return fmt.Errorf("%w: %s goes into an %s", ErrMixed, d.id, kind)
	case d.id.Issuer != w.issuer:
		return fmt.Errorf("%w: %s is not of the issuer %s", ErrMixed, d.id, w.issuer)
	case w.cover.Receiver != ReceiverSII && w.cover.Receiver != d.receiver:
		return fmt.Errorf("%w: %s is for %s, not for %s", ErrMixed, d.id, d.receiver, w.cover.Receiver)
	case d.environment != "" && d.environment != w.cover.environment():
		return fmt.Errorf("%w: %s is of %s, resolution %d of %s", ErrEnvironment, d.id, d.environment, w.cover.ResolutionNumber, w.cover.environment())
	}
	w.counts[d.id.Type]++
	w.size += len(d.element) + 1
	return nil
}

// schemas are the schema names that the SII requires in an envelope.
var schemas = map[dte.Kind]string{
	dte.KindEnvelope:       "EnvioDTE_v10.xsd",
	dte.KindBoletaEnvelope: "EnvioBOLETA_v11.xsd",
}

// maxSignature is room for the signature of an envelope: most have 3,000 bytes.
const maxSignature = 8 << 10

// write returns the envelope without its signature.
func (w *wrapper) write(docs []*Signed) []byte {
	head := w.head()
	b := make([]byte, 0, len(head)+w.size+64+maxSignature)
	b = append(b, head...)
	for _, d := range docs {
		b = append(append(b, d.element...), '\n')
	}
	b = append(b, "</SetDTE>\n</"+w.kind+">\n"...)
	return b
}

// head returns the text before the documents.
func (w *wrapper) head() string {
	var b bytes.Buffer
	b.WriteString(declaration)
	fmt.Fprintf(&b, `<%s xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" `+
		`xsi:schemaLocation="http://www.sii.cl/SiiDte %s" version="1.0">`+"\n", w.kind, schemas[w.kind])
	fmt.Fprintf(&b, `<SetDTE ID="%s">`+"\n"+`<Caratula version="1.0">`+"\n", setID)
	for _, e := range [][2]string{
		{"RutEmisor", w.issuer.String()},
		{"RutEnvia", w.sender.String()},
		{"RutReceptor", w.cover.Receiver.String()},
		{"FchResol", w.cover.ResolutionDate.String()},
		{"NroResol", strconv.Itoa(w.cover.ResolutionNumber)},
		{"TmstFirmaEnv", w.at.String()},
	} {
		fmt.Fprintf(&b, "<%s>%s</%s>\n", e[0], e[1], e[0])
	}
	for _, t := range slices.Sorted(maps.Keys(w.counts)) {
		fmt.Fprintf(&b, "<SubTotDTE><TpoDTE>%d</TpoDTE><NroDTE>%d</NroDTE></SubTotDTE>\n", int(t), w.counts[t])
	}
	b.WriteString("</Caratula>\n")
	return b.String()
}

// checkSet reads the envelope again and verifies its signature, but not those of its
// documents.
func checkSet(signed []byte) error {
	s := xmlsig.NewSplitter(bytes.NewReader(signed), string(dte.KindDTE))
	err := error(nil)
	for err == nil {
		err = s.Skip()
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	verdicts := s.Around().Inspect()
	switch {
	case len(verdicts) != 1:
		return xmlsig.ErrNoSignature
	case verdicts[0].Err != nil:
		return verdicts[0].Err
	case verdicts[0].Signed.Name() != "SetDTE" || verdicts[0].Context != xmlsig.InPlace:
		return xmlsig.ErrShape
	}
	return nil
}
