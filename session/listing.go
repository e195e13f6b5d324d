package session

import (
	"time"

	"github.com/ofitec/chile"
)

// BHE is a boleta de honorarios electrónica (invoice of a professional) in the
// monthly list of the portal. Amounts are whole pesos.
type BHE struct {
	Received     bool      // the counterparty issued it; otherwise the holder did
	Counterparty chile.RUT // receiver if issued, issuer if received
	Name         string
	Folio        chile.Folio // número de boleta
	Issued       chile.Date  // fecha de la boleta
	Gross        chile.CLP   // total honorarios
	Withheld     chile.CLP   // retención by the receiver
	OwnWithheld  chile.CLP   // retención by the issuer; not in the list of received ones
	Net          chile.CLP   // honorarios líquidos
	State        string      // verbatim: N is in force; the letter for an annulled one is not known
	AnnulledText string      // fecha de anulación, verbatim; empty if it is in force
	Code         string      // código de barras, which identifies its PDF at the portal
}

// Annulled reports whether the boleta is no longer in force. Unverified: only
// boletas in force were seen, with state N and no date of annulment; any other
// state, or a date, counts as an annulment.
func (b *BHE) Annulled() bool { return b.State != "" && b.State != "N" || b.AnnulledText != "" }

// MIPYMEDocument is a document in the lists of the SII's free invoicing system.
type MIPYMEDocument struct {
	Counterparty chile.RUT
	Name         string
	TypeName     string        // such as Factura Electronica
	Type         chile.DocType // 0 if the name is unknown
	Folio        chile.Folio
	Issued       chile.Date
	Total        chile.CLP // whole pesos, positive even for credit notes
	State        string    // verbatim, such as Documento Emitido
	Code         string    // CODIGO of its pages; empty if the row has no link
}

// ListedDocument is a document in the SII's lists of issued and received
// electronic documents (Consulta DTE).
type ListedDocument struct {
	Received     bool // the counterparty issued it
	Type         chile.DocType
	Counterparty chile.RUT
	Name         string
	Folio        chile.Folio
	Issued       chile.Date
	ReceivedAt   time.Time // by the SII, Chilean time; zero if the list does not have it
	Exempt       chile.CLP
	Net          chile.CLP
	VAT          chile.CLP
	Total        chile.CLP
	EventCode    string // dehOrdenEvento, verbatim; empty without an event
	Event        string // dehDescripcion, such as Acuse Recibo
	HeaderID     int64  // dhdrCodigo: the SII's number of the document, the same in the RCV
}
