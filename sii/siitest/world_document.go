package siitest

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// UploadedDocument is what happened to an uploaded folio.
type UploadedDocument struct {
	ID       chile.DocumentID
	Receiver chile.RUT
	Issued   chile.Date
	Total    dte.Decimal
	TrackID  string      // of the deciding upload
	State    judge.State // DOK, RLV or RPR if it was accepted, RCH if not
	Details  []string    // from the SII's mail, such as "(DTE-3-101) …"

	// Times is in how many processed uploads (EPR) it came, and Versions with how
	// many different signatures. More than one version means that it was signed
	// more than once.
	Times, Versions int
}

// knownDocument is a document that the fake knows. It keeps only a digest of the
// bytes.
type knownDocument struct {
	UploadedDocument
	signature  [sha256.Size]byte // of its SignatureValue
	signatures [][sha256.Size]byte
	from       time.Time // when the SII has it
	altered    string    // its state after a note: TMD, TMC, MMD, MMC, AND, ANC
	alteredOn  time.Time
}

// receive records a received document. Later ones do not change an accepted one.
func (w *world) receive(d *knownDocument) {
	w.mu.Lock()
	defer w.mu.Unlock()
	have := w.documents[d.ID]
	if have == nil {
		d.Times, d.Versions = 1, 1
		d.signatures = [][sha256.Size]byte{d.signature}
		w.documents[d.ID] = d
		return
	}
	have.Times++
	if !slices.Contains(have.signatures, d.signature) && len(have.signatures) < maxVersions {
		have.signatures = append(have.signatures, d.signature)
		have.Versions++
	}
	if !have.State.Accepted() {
		d.Times, d.Versions, d.signatures = have.Times, have.Versions, have.signatures
		*have = *d
	}
}

// maxVersions bounds the kept signatures of a folio.
const maxVersions = 16

// alter records the effect of a note on its referenced documents (notes on
// getEstDte).
func (w *world) alter(note *dte.DTE, from time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range references(note) {
		of, err := chile.ParseDocType(r.Type)
		folio, errFolio := chile.ParseFolio(r.Folio)
		state := alterations[note.ID().Type][r.Code]
		if err != nil || errFolio != nil || state == "" {
			continue
		}
		if d := w.documents[chile.DocumentID{Issuer: note.ID().Issuer, Type: of, Folio: folio}]; d != nil && d.State.Accepted() {
			d.altered, d.alteredOn = state, from
		}
	}
}

func references(d *dte.DTE) []dte.Reference {
	switch p := d.Peso(); {
	case p != nil:
		return p.References
	case d.Export != nil:
		return d.Export.References
	default:
		return nil
	}
}

// alterations are the states after debit and credit notes, by CodRef.
var alterations = map[chile.DocType]map[string]string{
	chile.NotaDebitoElectronica: byDebit, chile.NotaDebitoExportacionElectronica: byDebit,
	chile.NotaCreditoElectronica: byCredit, chile.NotaCreditoExportacionElectronica: byCredit,
}

var (
	byDebit  = map[string]string{"1": "AND", "2": "TMD", "3": "MMD"}
	byCredit = map[string]string{"1": "ANC", "2": "TMC", "3": "MMC"}
)

// document returns a document that was accepted by a time.
func (w *world) document(id chile.DocumentID, now time.Time) (knownDocument, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.documents[id]
	if d == nil || !d.State.Accepted() || !d.seen(now) {
		return knownDocument{}, false
	}
	found := *d
	if now.Before(d.alteredOn) {
		found.altered = ""
	}
	return found, true
}

// folio returns what happened to a folio. Those of rejected documents are free or
// spent: clients report both.
func (w *world) folio(id chile.DocumentID, spent bool) judge.Folio {
	w.mu.Lock()
	d := w.documents[id]
	received := d != nil && (spent || d.State.Accepted())
	w.mu.Unlock()
	switch {
	case received:
		return judge.FolioReceived
	case w.isAnnulled(id):
		return judge.FolioAnnulled
	default:
		return judge.FolioFree
	}
}

// uploaded returns the data of a folio, whenever it came.
func (w *world) uploaded(id chile.DocumentID) (UploadedDocument, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.documents[id]
	if d == nil {
		return UploadedDocument{}, false
	}
	return d.UploadedDocument, true
}

// all returns the data of all folios.
func (w *world) all() []UploadedDocument {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]UploadedDocument, 0, len(w.documents))
	for _, d := range w.documents {
		list = append(list, d.UploadedDocument)
	}
	return list
}

// signatureOf is the digest of the value of a document's own signature, its last
// one.
func signatureOf(source []byte) [sha256.Size]byte {
	before, value := source, []byte(nil)
	if end := bytes.LastIndex(before, []byte("SignatureValue>")); end >= 0 { // with a prefix or without
		before = before[:end]
		before = before[:max(0, bytes.LastIndexByte(before, '<'))]
		value = before[bytes.LastIndexByte(before, '>')+1:]
	}
	return sha256.Sum256(bytes.Join(bytes.Fields(value), nil))
}
