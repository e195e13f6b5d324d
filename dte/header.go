package dte

import "github.com/ofitec/chile"

// Header (Encabezado) has the document's identification, parties and totals.
type Header struct {
	Identification Identification  `xml:"IdDoc"`                 // what document it is
	Issuer         Issuer          `xml:"Emisor"`                // who issued it
	Principal      chile.RUT       `xml:"RUTMandante,omitempty"` // on whose behalf the whole sale is
	Receiver       Receiver        `xml:"Receptor"`              // who received it
	Requester      chile.RUT       `xml:"RUTSolicita,omitempty"` // who requested the document, if not the receiver
	SoftwareRUT    chile.RUT       `xml:"RUTProvSW,omitempty"`   // provider of the software, in boletas since 2026
	Transport      *Transport      `xml:"Transporte,omitempty"`  // how goods move
	Totals         Totals          `xml:"Totales"`               // of the document
	OtherCurrency  *CurrencyTotals `xml:"OtraMoneda,omitempty"`  // the totals in another currency
	Unknown        []Unknown       `xml:",any"`
}

// Identification (IdDoc) says which document it is, and how it is paid.
type Identification struct {
	Type               chile.DocType `xml:"TipoDTE"`                                                 // type of document
	Folio              chile.Folio   `xml:"Folio"`                                                   // number
	IssueDate          chile.Date    `xml:"FchEmis"`                                                 // date of issue, for the books
	NoDebitReduction   int           `xml:"IndNoRebaja,omitempty"`                                   // 1: a credit note that does not reduce the debit (art. 70 DL 825)
	Dispatch           int           `xml:"TipoDespacho,omitempty"`                                  // 1 by the receiver, 2 by the issuer to the client, 3 by the issuer elsewhere
	Transfer           int           `xml:"IndTraslado,omitempty"`                                   // why goods move: 1 sale, 2 sale to be made, 3 consignment, 4 free, 5 internal, 6 other, 7 return, 8 and 9 export
	Printing           string        `xml:"TpoImpresion,omitempty"`                                  // N normal, T ticket
	Service            int           `xml:"IndServicio,omitempty"`                                   // 1 periodic services at home, 2 other periodic ones, 3 services; in exports also 4 hotel, 5 land transport
	NetPrices          int           `xml:"IndMntNeto,omitempty"`                                    // 2: the prices of a boleta's lines are without VAT
	GrossPrices        int           `xml:"MntBruto,omitempty"`                                      // 1: the prices of the lines include VAT
	PurchaseKind       int           `xml:"TpoTranCompra,omitempty"`                                 // kind of purchase for the buyer: 1 of the business, 2 supermarket, 3 real estate, 4 fixed asset, 5 to 7 without right to credit
	SaleKind           int           `xml:"TpoTranVenta,omitempty"`                                  // kind of sale for the seller: 1 of the business, 2 fixed asset, 3 real estate, 4 voucher
	PaymentTerms       int           `xml:"FmaPago,omitempty"`                                       // 1 cash, 2 credit, 3 free of charge
	ExportPaymentTerms int           `xml:"FmaPagExp,omitempty"`                                     // Customs' code
	PaidDate           chile.Date    `xml:"FchCancel,omitempty"`                                     // when it was paid, if before issue
	PaidAmount         *chile.CLP    `xml:"MntCancel,omitempty"`                                     // what was paid, if before issue
	Unpaid             *chile.CLP    `xml:"SaldoInsol,omitempty"`                                    // what remains to be paid
	Payments           []Payment     `xml:"MntPagos,omitempty"`                                      // instalments
	PeriodFrom         chile.Date    `xml:"PeriodoDesde,omitempty"`                                  // first day of periodic services
	PeriodTo           chile.Date    `xml:"PeriodoHasta,omitempty"`                                  // last day of periodic services
	PaymentMeans       string        `xml:"MedioPago,omitempty" behind:"FchVenc" if:"TipoDTE 39 41"` // CH cheque, CF postdated cheque, LT bill, EF cash, PE deposit or transfer, TC card, OT other; 1 to 5 in boletas, where it comes last
	AccountKind        string        `xml:"TpoCtaPago,omitempty"`                                    // AHORRO, CORRIENTE or VISTA
	Account            string        `xml:"NumCtaPago,omitempty"`                                    // number
	Bank               string        `xml:"BcoPago,omitempty"`                                       // name
	TermsCode          string        `xml:"TermPagoCdg,omitempty"`                                   // agreed code of the terms of payment
	TermsText          string        `xml:"TermPagoGlosa,omitempty"`                                 // terms of payment in words
	TermsDays          int           `xml:"TermPagoDias,omitempty"`                                  // days to pay
	DueDate            chile.Date    `xml:"FchVenc,omitempty"`                                       // last day to pay
	SpecialKind        int           `xml:"TipoFactEsp,omitempty"`                                   // 1 invoice for tourists
	Unknown            []Unknown     `xml:",any"`
}

// Payment (MntPagos) is an instalment.
type Payment struct {
	Date    chile.Date `xml:"FchPago"`              // day of payment
	Amount  chile.CLP  `xml:"MntPago"`              // to be paid
	Text    string     `xml:"GlosaPagos,omitempty"` // remark
	Unknown []Unknown  `xml:",any"`
}
