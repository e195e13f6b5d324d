package rcv

import (
	"strconv"
	"strings"

	"github.com/ofitec/chile/internal/plain"
)

// TransactionKind is the kind of purchase or sale (Tipo de Compra, Tipo de
// Venta), in either book. See Transaction.KindIn.
type TransactionKind int

// The kinds. The zero value says that the SII gave none.
const (
	KindNone           TransactionKind = iota
	KindUnknown                        // the row has an unknown number or text
	KindTrade                          // Del Giro
	KindSupermarket                    // Supermercados; purchases
	KindRealEstate                     // Bienes Raíces
	KindFixedAsset                     // Activo Fijo; for sales everything except Del Giro
	KindCommonUse                      // IVA Uso Común; purchases
	KindNonRecoverable                 // IVA no Recuperable; purchases
	KindExcluded                       // No Corresp. Incluir; purchases
	KindVoucherNote                    // credit note for vouchers of a cash register; sales
)

// kindWords are the words of the SII's exports, in the order of the kinds. Those of
// KindVoucherNote are from the schema: no export with it was seen.
var kindWords = [...]string{
	KindNone: "", KindUnknown: "", KindTrade: "Del Giro", KindSupermarket: "Supermercados", KindRealEstate: "Bienes Raíces",
	KindFixedAsset: "Activo Fijo", KindCommonUse: "IVA Uso Común", KindNonRecoverable: "IVA no Recuperable",
	KindExcluded: "No Corresp. Incluir", KindVoucherNote: "NCE MR",
}

// String returns the SII's words in its exports; "" for KindNone and
// KindUnknown.
func (k TransactionKind) String() string {
	if k < 0 || int(k) >= len(kindWords) {
		return ""
	}
	return kindWords[k]
}

// kindNumbers are the kinds of each book by number, from 0. Source:
// SiiTypes_v10.xsd, TipoTransCOMPRA and TipoTransVENTA.
//
// Unverified: 6 and 7, which have no words in the schema. They are in the order of
// the portal's words.
var kindNumbers = map[Book][]TransactionKind{
	Purchases: {KindNone, KindTrade, KindSupermarket, KindRealEstate, KindFixedAsset, KindCommonUse, KindNonRecoverable, KindExcluded},
	Sales:     {KindNone, KindTrade, KindFixedAsset, KindRealEstate, KindVoucherNote},
}

// kindTexts are the texts of the exports and of the schema, normalised by
// kindText.
var kindTexts = map[string]TransactionKind{
	"del giro":                  KindTrade,
	"supermercados":             KindSupermarket,
	"supermercados y similares": KindSupermarket,
	"bienes raices":             KindRealEstate,
	"adquisicion o construccion de bienes inmuebles bbrr": KindRealEstate,
	"venta de bienes inmuebles bbrr":                      KindRealEstate,
	"activo fijo":                                         KindFixedAsset,
	"ventas que no son del giro activo fijo y otros":      KindFixedAsset,
	"iva uso comun":                                       KindCommonUse,
	"compra iva uso comun o no recuperable":               KindCommonUse,
	"iva no recuperable":                                  KindNonRecoverable,
	"no corresp incluir":                                  KindExcluded,
	"no corresponde incluir":                              KindExcluded,
	"nce mr":                                              KindVoucherNote,
}

var withoutMarks = strings.NewReplacer(".", " ", ",", " ", "(", " ", ")", " ", "*", " ")

// kindText returns the text of a kind without differences between sources:
// case, accents, punctuation and spaces.
func kindText(text string) string {
	switch text = plain.Text(withoutMarks.Replace(text)); text {
	case "-", "0", "null":
		return ""
	default:
		return text
	}
}

// KindIn returns the kind from Kind or KindText, whichever the source has: the
// facade gives both for purchases and only the text for sales; the exports have
// only the text. A known text takes precedence over the number, whose pairing with
// the texts was seen only for Del Giro.
//
// The numbers differ between the two books. With an empty book, a number counts
// if it means the same in both.
func (t *Transaction) KindIn(book Book) TransactionKind {
	text := kindText(t.KindText)
	if kind, ok := kindTexts[text]; ok {
		return kind
	}
	number := t.Kind
	if n, err := strconv.Atoi(text); err == nil && number == 0 {
		number = n // a file with the number in place of the text
	}
	switch kind := kindOfNumber(book, number); {
	case kind == KindNone && text != "":
		return KindUnknown
	default:
		return kind
	}
}

// kindOfNumber returns the kind of a number in a book.
func kindOfNumber(book Book, number int) TransactionKind {
	if book == "" {
		if kind := kindOfNumber(Purchases, number); kind == kindOfNumber(Sales, number) {
			return kind
		}
		return KindUnknown
	}
	if kinds := kindNumbers[book]; number >= 0 && number < len(kinds) {
		return kinds[number]
	}
	return KindUnknown
}

// numberMeans reports whether a number has the kind of a text in one of the books.
func numberMeans(number int, text string) bool {
	kind, ok := kindTexts[kindText(text)]
	return ok && (kindOfNumber(Purchases, number) == kind || kindOfNumber(Sales, number) == kind)
}

// sameKindText reports whether two texts mean one kind, or are equal.
func sameKindText(a, b string) bool {
	a, b = kindText(a), kindText(b)
	kind, ok := kindTexts[a]
	return a == b || ok && kind == kindTexts[b]
}
