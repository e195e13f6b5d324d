package dte

import "github.com/ofitec/chile"

// Issuer (Emisor) is the party that issued the document.
type Issuer struct {
	RUT             chile.RUT    `xml:"RUTEmisor"`                 // of the issuer
	ReceiptName     string       `xml:"RznSocEmisor,omitempty"`    // legal name, in boletas
	ReceiptActivity string       `xml:"GiroEmisor,omitempty"`      // line of business, in boletas
	Name            string       `xml:"RznSoc,omitempty"`          // legal name
	Activity        string       `xml:"GiroEmis,omitempty"`        // line of business
	Phones          []string     `xml:"Telefono,omitempty"`        // of the issuer
	Email           string       `xml:"CorreoEmisor,omitempty"`    // of the issuer
	ActivityCodes   []int        `xml:"Acteco,omitempty"`          // the SII's codes of the business
	ExportGuide     *ExportGuide `xml:"GuiaExport,omitempty"`      // for guías for exports
	Branch          string       `xml:"Sucursal,omitempty"`        // name of the branch
	BranchCode      int          `xml:"CdgSIISucur,omitempty"`     // the SII's code of the branch
	BranchExtra     string       `xml:"CodAdicSucur,omitempty"`    // the issuer's code of the branch
	Address         string       `xml:"DirOrigen,omitempty"`       // from where the goods leave
	Commune         string       `xml:"CmnaOrigen,omitempty"`      // of the address
	City            string       `xml:"CiudadOrigen,omitempty"`    // of the address
	Seller          string       `xml:"CdgVendedor,omitempty"`     // code of the seller
	Extra           string       `xml:"IdAdicEmisor,omitempty"`    // additional identification
	SupplierRUT     chile.RUT    `xml:"RUTProveedor,omitempty"`    // on whose behalf the purchase is
	SupplierName    string       `xml:"RznSocProveedor,omitempty"` // name of that supplier
	Unknown         []Unknown    `xml:",any"`
}

// ExportGuide (GuiaExport) has the additional fields of a guía for an export.
type ExportGuide struct {
	Transfer      int        `xml:"CdgTraslado,omitempty"` // 1 to 4, why the goods move
	Authorization int        `xml:"FolioAut,omitempty"`    // number of the Customs' authorization
	Date          chile.Date `xml:"FchAut,omitempty"`      // of the authorization
	Unknown       []Unknown  `xml:",any"`
}

// Receiver (Receptor) is the party that receives the document.
type Receiver struct {
	RUT          chile.RUT  `xml:"RUTRecep"`                // of the receiver
	InternalCode string     `xml:"CdgIntRecep,omitempty"`   // the issuer's code of the receiver
	Name         string     `xml:"RznSocRecep,omitempty"`   // legal name
	Foreigner    *Foreigner `xml:"Extranjero,omitempty"`    // a receiver from abroad
	Activity     string     `xml:"GiroRecep,omitempty"`     // line of business
	Contact      string     `xml:"Contacto,omitempty"`      // person, phone
	Email        string     `xml:"CorreoRecep,omitempty"`   // of the receiver
	Phone        string     `xml:"TelefonoRecep,omitempty"` // of the receiver, in boletas since 2026
	Address      string     `xml:"DirRecep,omitempty"`      // of the receiver
	Commune      string     `xml:"CmnaRecep,omitempty"`     // of the address
	City         string     `xml:"CiudadRecep,omitempty"`   // of the address
	PostAddress  string     `xml:"DirPostal,omitempty"`     // for letters
	PostCommune  string     `xml:"CmnaPostal,omitempty"`    // for letters
	PostCity     string     `xml:"CiudadPostal,omitempty"`  // for letters
	Unknown      []Unknown  `xml:",any"`
}

// Foreigner (Extranjero) identifies a receiver from abroad.
type Foreigner struct {
	Number       string    `xml:"NumId,omitempty"`        // of the identification
	Nationality  string    `xml:"Nacionalidad,omitempty"` // Customs' code of the country
	Extra        string    `xml:"IdAdicRecep,omitempty"`  // additional identification
	DocumentKind int       `xml:"TipoDocID,omitempty"`    // 1 passport, 2 identity card
	Unknown      []Unknown `xml:",any"`
}
