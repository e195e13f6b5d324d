package issue

import "github.com/ofitec/chile/dte"

// asInvoice puts name and activity where all documents but boletas have them.
func asInvoice(i *dte.Issuer) {
	if i.Name == "" {
		i.Name, i.ReceiptName = i.ReceiptName, ""
	}
	if i.Activity == "" {
		i.Activity, i.ReceiptActivity = i.ReceiptActivity, ""
	}
}

// asBoleta puts name and activity where boletas have them, and leaves out what a
// boleta cannot carry.
func asBoleta(doc *dte.Document) Findings {
	i := &doc.Header.Issuer
	if i.ReceiptName == "" {
		i.ReceiptName, i.Name = i.Name, ""
	}
	if i.ReceiptActivity == "" {
		i.ReceiptActivity, i.Activity = i.Activity, ""
	}
	return nil
}
