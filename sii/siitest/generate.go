package siitest

import (
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Generate returns a month of an invented construction firm with about n documents,
// always the same for the same arguments. It has suppliers and customers with valid
// RUTs, all states of purchases, credit and debit notes, exempt documents, fixed
// assets, real estate, VAT that is not recoverable, of common use or withheld,
// additional taxes, an import, exports and the month's total of boletas. Rows are as
// from the facade: purchases have number and text of their kind, sales only the text.
func Generate(seed uint64, owner chile.RUT, period chile.Period, n int) Month {
	g := &generator{source: newSource(seed), owner: owner, period: period, most: max(90_000, 20*n), folios: map[chile.DocumentID]bool{}}
	var month Month
	for range n * 3 / 4 {
		month.Purchases = append(month.Purchases, rcv.Purchase{Document: g.purchase()})
	}
	for range n - n*3/4 {
		month.Sales = append(month.Sales, rcv.Sale{Document: g.sale()})
	}
	net := chile.CLP(141_598)
	month.Lines = []rcv.SummaryLine{{
		State: rcv.Registro, Type: chile.BoletaElectronica, Documents: 17, Net: net, VAT: vat(net), Total: net + vat(net),
	}}
	for day := range chile.CLP(17) { // one boleta a day
		share := func(total chile.CLP) chile.CLP { return total*(day+1)/17 - total*day/17 }
		sums := rcv.BoletaSums{Documents: 1, Net: share(net), VAT: share(vat(net))}
		sums.Total = sums.Net + sums.VAT
		month.Boletas = append(month.Boletas, rcv.BoletaDay{Date: period.First().AddDays(int(day)), BoletaSums: sums})
	}
	return month
}

type generator struct {
	*source
	owner  chile.RUT
	period chile.Period
	most   int // the last folio, far above the number of documents
	folios map[chile.DocumentID]bool
}

var (
	supplierNames = []string{
		"Maderas del Sur SpA", "Hormigones Ñuble Ltda", "Ferretería El Perno SA", "Áridos Río Claro SpA", "Grúas y Andamios Andes SA",
		"Eléctrica Cordillera SpA", "Pinturas Araucaria Ltda", "Transportes Los Boldos SpA", "Aceros Pacífico Norte SA", "Vidrios Lago Azul SpA",
	}
	customerNames = []string{"Inmobiliaria Parque Norte SA", "Constructora Puente Alto SpA", "Municipalidad de Valle Verde", "Hotelera Costa Brava SA"}
)

// party returns one of count invented companies of a group.
func (g *generator) party(names []string, base int64, count int) (chile.RUT, string) {
	i := g.IntN(count)
	rut, _ := chile.NewRUT(base + int64(i)*7_919) // in range by construction
	return rut, names[i%len(names)]
}

// folio returns a folio that the issuer has not used for the type.
func (g *generator) folio(issuer chile.RUT, typ chile.DocType) chile.Folio {
	for {
		id := chile.DocumentID{Issuer: issuer, Type: typ, Folio: chile.Folio(1 + g.IntN(g.most))}
		if !g.folios[id] {
			g.folios[id] = true
			return id.Folio
		}
	}
}

// vat is 19 % of the net, rounded half up.
func vat(net chile.CLP) chile.CLP { return (net*19 + 50) / 100 }

// base returns a document with dates, a party and amounts for its type.
func (g *generator) base(typ chile.DocType, party chile.RUT, name string) rcv.Document {
	day := g.period.First().AddDays(g.IntN(28))
	d := rcv.Document{
		State: rcv.Registro, Type: typ, Counterparty: party, Name: name, Issued: day,
		Received: day.Time().Add(time.Duration(9*3600+g.IntN(8*3600)) * time.Second),
	}
	d.KindText = "Del Giro"
	amount := chile.CLP(10_000 + g.IntN(4_000_000))
	switch typ {
	case chile.FacturaExentaElectronica, chile.FacturaExportacionElectronica:
		d.Exempt = amount
	default:
		d.Net, d.VAT = amount, vat(amount)
	}
	d.Total = d.Exempt + d.Net + d.VAT
	return d
}

var purchaseTypes = []chile.DocType{
	chile.FacturaElectronica, chile.FacturaElectronica, chile.FacturaElectronica, chile.FacturaElectronica, chile.FacturaElectronica,
	chile.FacturaExentaElectronica, chile.NotaCreditoElectronica, chile.NotaDebitoElectronica, chile.FacturaCompraElectronica, chile.DeclaracionIngreso,
}

func (g *generator) purchase() rcv.Document {
	typ := purchaseTypes[g.IntN(len(purchaseTypes))]
	party, name := g.party(supplierNames, 76_000_003, 25)
	if typ == chile.DeclaracionIngreso {
		party, name = chile.MustParseRUT("60805000-0"), "Tesorería General de la República"
	}
	d := g.base(typ, party, name)
	d.Kind = 1
	issuer := party
	if typ == chile.FacturaCompraElectronica {
		issuer = g.owner // the buyer issues it
	}
	d.Folio = g.folio(issuer, typ)
	if typ == chile.FacturaCompraElectronica {
		withhold(&d)
	}
	switch g.IntN(12) {
	case 0:
		d.State = rcv.Pendiente
	case 1:
		d.State = rcv.Reclamado
		d.Claimed = d.Received.Add(30 * time.Hour)
		d.Event, d.EventText = "RCD", "Reclamo al Contenido del Documento"
	case 2:
		d.State = rcv.NoIncluir
		d.Kind, d.KindText = 7, "No Corresp. Incluir"
		d.NonRecoverableVAT, d.NonRecoverableCode, d.NonRecoverableTotal, d.VAT = d.VAT, 9, d.VAT, 0
	case 3:
		d.Kind, d.KindText = 4, "Activo Fijo"
		d.FixedAssetNet, d.FixedAssetVAT = d.Net, d.VAT
	case 4:
		d.Kind, d.KindText = 5, "IVA Uso Común"
		d.CommonUseVAT, d.VAT = d.VAT, 0
	case 5:
		if typ == chile.FacturaElectronica {
			d.OtherTaxes = []rcv.OtherTax{{Code: 28, Amount: d.Net * 3 / 100, Rate: "3"}}
			d.OtherTaxTotal = d.OtherTaxes[0].Amount
			d.Total += d.OtherTaxTotal
		}
	}
	if d.State == rcv.Registro && typ.Electronic() {
		d.Acknowledged = d.Received.Add(50 * time.Hour)
		d.Event, d.EventText = "ERM", "Otorga recibo de mercaderías o servicios"
	}
	return d
}

// withhold makes the buyer withhold all VAT of a factura de compra, or 4 % of the
// net.
func withhold(d *rcv.Document) {
	tax := rcv.OtherTax{Code: 15, Amount: d.VAT, Rate: "19"}
	if d.Folio%2 == 0 {
		tax = rcv.OtherTax{Code: 34, Amount: d.Net * 4 / 100, Rate: "4"}
	}
	d.OtherTaxes, d.OtherTaxTotal, d.NotWithheld = []rcv.OtherTax{tax}, tax.Amount, d.VAT-tax.Amount
	d.Total -= tax.Amount
}

// saleKinds are the texts of sales other than Del Giro, the most common kind.
var saleKinds = map[chile.Folio]string{5: "Activo Fijo", 6: "Bienes Raíces", 7: ""}

var saleTypes = []chile.DocType{
	chile.FacturaElectronica, chile.FacturaElectronica, chile.FacturaElectronica, chile.FacturaExentaElectronica,
	chile.NotaCreditoElectronica, chile.FacturaExportacionElectronica,
}

func (g *generator) sale() rcv.Document {
	typ := saleTypes[g.IntN(len(saleTypes))]
	party, name := g.party(customerNames, 77_000_005, 12)
	d := g.base(typ, party, name)
	d.Folio = g.folio(g.owner, typ)
	if kind, ok := saleKinds[d.Folio%8]; ok {
		d.KindText = kind
	}
	switch {
	case typ == chile.FacturaExportacionElectronica:
		d.Counterparty, d.Name = chile.MustParseRUT("55555555-5"), "Overseas Timber Inc"
		d.ForeignID, d.Nationality = fmt.Sprint("XX", 1000+g.IntN(9000)), "225"
	case typ == chile.NotaCreditoElectronica:
		d.RefType, d.RefFolio = chile.FacturaElectronica, fmt.Sprint(1+g.IntN(90_000))
	case g.IntN(6) == 0 && typ == chile.FacturaElectronica:
		d.OtherTaxes = []rcv.OtherTax{{Code: 27, Amount: d.Net / 10, Rate: "10"}, {Code: 271, Amount: d.Net * 18 / 100, Rate: "18"}}
		d.OtherTaxTotal = d.OtherTaxes[0].Amount + d.OtherTaxes[1].Amount
		d.Total += d.OtherTaxTotal
	}
	return d
}
