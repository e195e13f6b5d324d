package dte

import "github.com/ofitec/chile"

// AEC (Archivo Electrónico de Cesión) transfers the credit of an invoice. It
// holds the invoice and every assignment so far.
type AEC struct {
	Version  string      `xml:"version,attr,omitempty"`
	Document AECDocument `xml:"DocumentoAEC"`
	Unknown  []Unknown   `xml:",any"`
}

// AECDocument (DocumentoAEC) is what the signature of an AEC covers.
type AECDocument struct {
	ID          string      `xml:"ID,attr,omitempty"`
	Cover       AECCover    `xml:"Caratula"`
	Assignments Assignments `xml:"Cesiones"`
	Unknown     []Unknown   `xml:",any"`
}

// AECCover (Carátula) names the parties of the last assignment.
type AECCover struct {
	Version  string    `xml:"version,attr,omitempty"`
	Assignor chile.RUT `xml:"RutCedente"`
	Assignee chile.RUT `xml:"RutCesionario"`
	Contact  string    `xml:"NmbContacto,omitempty"` // person's name
	Phone    string    `xml:"FonoContacto,omitempty"`
	Email    string    `xml:"MailContacto,omitempty"`
	SignedAt DateTime  `xml:"TmstFirmaEnvio"`
	Unknown  []Unknown `xml:",any"`
}

// Assignments (Cesiones) are the invoice and its assignments, the oldest first.
type Assignments struct {
	DTE     AssignedDTE  `xml:"DTECedido"`
	List    []Assignment `xml:"Cesion,omitempty"`
	Unknown []Unknown    `xml:",any"`
}

// AssignedDTE (DTECedido) carries the invoice whose credit is assigned.
type AssignedDTE struct {
	Version  string              `xml:"version,attr,omitempty"`
	Document AssignedDTEDocument `xml:"DocumentoDTECedido"`
	Unknown  []Unknown           `xml:",any"`
}

// AssignedDTEDocument (DocumentoDTECedido) is what its signature covers.
type AssignedDTEDocument struct {
	ID            string    `xml:"ID,attr,omitempty"`
	DTE           DTE       `xml:"DTE"`
	Image         []byte    `xml:"ImagenDTE,omitempty"` // PDF of the invoice
	Receipts      []Receipt `xml:"Recibo,omitempty"`
	ReceiptsImage []byte    `xml:"ImagenAR,omitempty"` // PDF of receipts on paper
	SignedAt      DateTime  `xml:"TmstFirma"`
	Unknown       []Unknown `xml:",any"`
}

// Assignment (Cesion) is one assignment. Up to three persons sign it.
type Assignment struct {
	Version  string             `xml:"version,attr,omitempty"`
	Document AssignmentDocument `xml:"DocumentoCesion"`
	Unknown  []Unknown          `xml:",any"`
}

// AssignmentDocument (DocumentoCesion) is what the assignment's signatures
// cover.
type AssignmentDocument struct {
	ID          string          `xml:"ID,attr,omitempty"`
	Sequence    int             `xml:"SeqCesion"` // from 1
	DTE         AssignedInvoice `xml:"IdDTE"`
	Assignor    Assignor        `xml:"Cedente"`
	Assignee    Assignee        `xml:"Cesionario"`
	Amount      chile.CLP       `xml:"MontoCesion"`
	DueDate     chile.Date      `xml:"UltimoVencimiento"`
	Conditions  string          `xml:"OtrasCondiciones,omitempty"`
	DebtorEmail string          `xml:"eMailDeudor,omitempty"`
	AssignedAt  DateTime        `xml:"TmstCesion"`
	Unknown     []Unknown       `xml:",any"`
}

// AssignedInvoice (IdDTE) names the invoice.
type AssignedInvoice struct {
	Type      chile.DocType `xml:"TipoDTE"`
	Issuer    chile.RUT     `xml:"RUTEmisor"`
	Receiver  chile.RUT     `xml:"RUTReceptor"`
	Folio     chile.Folio   `xml:"Folio"`
	IssueDate chile.Date    `xml:"FchEmis"`
	Total     chile.CLP     `xml:"MntTotal"`
	Unknown   []Unknown     `xml:",any"`
}

// Assignor (Cedente) is the party that assigns the credit.
type Assignor struct {
	RUT         chile.RUT          `xml:"RUT"`
	Name        string             `xml:"RazonSocial"`
	Address     string             `xml:"Direccion"`
	Email       string             `xml:"eMail"`
	Signers     []AuthorizedSigner `xml:"RUTAutorizado,omitempty"` // one to three, in the order of the signatures
	Declaration string             `xml:"DeclaracionJurada,omitempty"`
	Unknown     []Unknown          `xml:",any"`
}

// AuthorizedSigner (RUTAutorizado) may sign for the assignor.
type AuthorizedSigner struct {
	RUT     chile.RUT `xml:"RUT"`
	Name    string    `xml:"Nombre"`
	Unknown []Unknown `xml:",any"`
}

// Assignee (Cesionario) is the party that receives the credit.
type Assignee struct {
	RUT     chile.RUT `xml:"RUT"`
	Name    string    `xml:"RazonSocial"`
	Address string    `xml:"Direccion"`
	Email   string    `xml:"eMail"`
	Unknown []Unknown `xml:",any"`
}
