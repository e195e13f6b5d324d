package siitest

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// detail answers getDetalleCompra and getDetalleVenta.
func (rs *registers) detail(call registerCall, docs []rcv.Document) *facadeAnswer {
	w := rowWriter{purchase: call.key.Book == rcv.Purchases, nullTypes: rs.nullTypes, textNumbers: rs.textNumbers}
	rows := 0
	for i := range docs {
		if docs[i].Type == call.typ {
			rows++
		}
	}
	if rs.detailMax > 0 && rows > rs.detailMax {
		return rs.tooMany(call)
	}
	extra := map[string]any{"esDocPapel": !call.typ.Electronic(), "dataCabecera": nil}
	if rows == 0 {
		return &facadeAnswer{code: 3, extra: extra}
	}
	const rowBytes = 1900 // estimate
	w.b = make([]byte, 0, rows*rowBytes)
	for i := range docs {
		if docs[i].Type == call.typ {
			w.row(call, &docs[i], i)
		}
	}
	return &facadeAnswer{rows: append(w.b, ']'), extra: extra}
}

// rowWriter writes rows of detail. A register may have a hundred thousand.
type rowWriter struct {
	b                      []byte
	purchase               bool
	nullTypes, textNumbers bool
}

// row writes a row with all names of the SII's rows. A zero value of the other book
// is null.
func (w *rowWriter) row(call registerCall, d *rcv.Document, i int) {
	first := byte(',')
	if len(w.b) == 0 {
		first = '['
	}
	w.b = append(w.b, first, '{')
	header := d.HeaderID
	if header == 0 {
		header = 7_700_000_000_000 + int64(d.Folio)
	}
	w.number("dhdrCodigo", header)
	w.number("dcvCodigo", registerID(call.key))
	w.null("dcvEstadoContab")
	w.number("detCodigo", 880_000_000_000+int64(i))
	if w.nullTypes && w.purchase {
		w.null("detTipoDoc")
	} else {
		w.number("detTipoDoc", int64(d.Type))
	}
	w.number("detRutDoc", d.Counterparty.Number())
	w.text("detDvDoc", string(d.Counterparty.DV()))
	w.text("detRznSoc", " "+d.Name+"  ")
	w.number("detNroDoc", int64(d.Folio))
	w.text("detFchDoc", date(d.Issued))
	w.instant("detFecAcuse", d.Acknowledged)
	w.instant("detFecReclamado", d.Claimed)
	w.instant("detFecRecepcion", d.Received)
	w.amounts(d)
	w.marks(d)
	w.name("cambiarTipoTran")
	w.b = strconv.AppendBool(w.b, w.purchase)
	w.number("detPcarga", int64(call.key.Period.Year*100+int(call.key.Period.Month)))
	w.name("emisorAgresivo")
	w.b = strconv.AppendBool(w.b, d.AggressiveIssuer)
	w.text("fechaActivacionAnotacion", d.AggressiveSince)
	w.b = append(w.b, '}')
}

// amounts writes the amounts of a row.
func (w *rowWriter) amounts(d *rcv.Document) {
	for _, a := range []struct {
		name string
		v    chile.CLP
	}{
		{"detMntExe", d.Exempt},
		{"detMntNeto", d.Net},
		{"detMntIVA", d.VAT},
		{"detMntTotal", d.Total},
		{"detIVANoRetenido", d.NotWithheld},
		{"totalDtoiMontoImp", d.OtherTaxTotal},
		{"totalDinrMontoIVANoR", d.NonRecoverableTotal},
	} {
		w.number(a.name, int64(a.v))
	}
	for _, a := range []struct {
		name   string
		v      chile.CLP
		bought bool // of purchases; else of sales
	}{
		{"detMntActFijo", d.FixedAssetNet, true},
		{"detMntIVAActFijo", d.FixedAssetVAT, true},
		{"detMntIVANoRec", d.NonRecoverableVAT, true},
		{"detMntCodNoRec", chile.CLP(d.NonRecoverableCode), true},
		{"detMntSinCredito", d.NoCreditTax, true},
		{"detIVAUsoComun", d.CommonUseVAT, true},
		{"detTabPuros", d.TobaccoCigars, true},
		{"detTabCigarrillos", d.TobaccoCigarettes, true},
		{"detTabElaborado", d.TobaccoProcessed, true},
		{"detImpVehiculo", d.VehicleTax, true},
		{"detIVARetTotal", d.WithheldTotal, false},
		{"detIVARetParcial", d.WithheldPartial, false},
		{"detIVAPropio", d.OwnVAT, false},
		{"detIVATerceros", d.ThirdPartyVAT, false},
		{"detLiqValComNeto", d.CommissionNet, false},
		{"detLiqValComExe", d.CommissionExe, false},
		{"detLiqValComIVA", d.CommissionVAT, false},
		{"detIVAFueraPlazo", d.LateVAT, false},
		{"detCredEc", d.BuilderCredit, false},
		{"detLey18211", d.Law18211, false},
		{"detDepEnvase", d.Deposit, false},
		{"detIndSinCosto", chile.CLP(d.NoCostSale), false},
		{"detIndServicio", chile.CLP(d.PeriodicService), false},
		{"detMntNoFact", d.NonBillable, false},
		{"detMntPeriodo", d.PeriodTotal, false},
		{"detPsjNac", d.NationalFares, false},
		{"detPsjInt", d.InternationalFares, false},
	} {
		if a.v == 0 && a.bought != w.purchase {
			w.null(a.name)
		} else {
			w.number(a.name, int64(a.v))
		}
	}
}

// marks writes the other values of a row.
func (w *rowWriter) marks(d *rcv.Document) {
	w.text("detTasaImp", string(d.TaxRate))
	w.text("detAnulado", d.Cancelled)
	if d.SettlementRUT.IsZero() {
		w.null("detLiqRutEmisor")
		w.null("detLiqDvEmisor")
	} else {
		w.number("detLiqRutEmisor", d.SettlementRUT.Number())
		w.text("detLiqDvEmisor", string(d.SettlementRUT.DV()))
	}
	w.number("detTipoDocRef", int64(d.RefType))
	w.text("detFolioDocRef", d.RefFolio)
	w.text("detExpNumId", d.ForeignID)
	w.text("detExpNacionalidad", d.Nationality)
	w.text("detNumInt", d.InternalNumber)
	w.text("detCdgSIISucur", d.Branch)
	w.number("detEmisorNota", int64(d.OverPurchaseInvoice))
	w.number("detTpoImp", int64(d.TaxKind))
	if !w.purchase || d.Kind == 0 { // null in all seen sales
		w.null("detTipoTransaccion")
	} else {
		w.number("detTipoTransaccion", int64(d.Kind))
	}
	w.text("descTipoTransaccion", d.KindText)
	w.text("detEventoReceptor", d.Event)
	w.text("detEventoReceptorLeyenda", d.EventText)
}

func (w *rowWriter) name(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *rowWriter) null(name string) {
	w.name(name)
	w.b = append(w.b, "null"...)
}

func (w *rowWriter) number(name string, v int64) {
	w.name(name)
	if w.textNumbers {
		w.b = append(w.b, '"')
		w.b = append(strconv.AppendInt(w.b, v, 10), '"')
		return
	}
	w.b = strconv.AppendInt(w.b, v, 10)
}

// text writes a text, or null if it is empty.
func (w *rowWriter) text(name, v string) {
	if v == "" {
		w.null(name)
		return
	}
	w.name(name)
	quoted, _ := json.Marshal(v) // strings do not fail
	w.b = append(w.b, quoted...)
}

func (w *rowWriter) instant(name string, t time.Time) {
	if t.IsZero() {
		w.null(name)
		return
	}
	w.name(name)
	w.b = append(t.In(chile.Santiago()).AppendFormat(append(w.b, '"'), "02/01/2006 15:04:05"), '"')
}
