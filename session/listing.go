package session

import (
	"time"

	"github.com/ofitec/chile"
)

// BHE is a boleta de honorarios electrónica (invoice of a professional) as the
// monthly list of the portal shows it. Amounts are whole pesos.
type BHE struct {
	Received     bool      // the counterparty issued it; else the holder did
	Counterparty chile.RUT // receiver of an issued one, issuer of a received one
	Name         string
	Folio        chile.Folio // número de boleta
	Issued       chile.Date  // fecha de la boleta
	Gross        chile.CLP   // total honorarios
	Withheld     chile.CLP   // retención of the receiver
	OwnWithheld  chile.CLP   // retención of the issuer; the list of received ones does not tell it
	Net          chile.CLP   // honorarios líquidos
	State        string      // verbatim: N is in force; the letter of an annulled one is not known
	AnnulledText string      // fecha de anulación, verbatim; empty if it is in force
	Code         string      // código de barras, under which the portal has its PDF
}

// Annulled reports whether the boleta is no longer in force. Unverified: only
// boletas in force were seen, with state N and no date of annulment; any other
// state, or a date, is taken for an annulment.
func (b *BHE) Annulled() bool { return b.State != "" && b.State != "N" || b.AnnulledText != "" }

// MIPYMEDocument is a document in the lists of the SII's free invoicing system.
type MIPYMEDocument struct {
	Counterparty chile.RUT
	Name         string
	TypeName     string        // as Factura Electronica
	Type         chile.DocType // 0 if the name is of none that is known
	Folio        chile.Folio
	Issued       chile.Date
	Total        chile.CLP // whole pesos, positive also of credit notes
	State        string    // verbatim, as Documento Emitido
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
	ReceivedAt   time.Time // by the SII, Chilean time; zero if the list does not tell it
	Exempt       chile.CLP
	Net          chile.CLP
	VAT          chile.CLP
	Total        chile.CLP
	EventCode    string // dehOrdenEvento, verbatim; empty without an event
	Event        string // dehDescripcion, as Acuse Recibo
	HeaderID     int64  // dhdrCodigo: the SII's number of the document, the same in the RCV
}
