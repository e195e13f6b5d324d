package issue

import (
	"math/big"

	"github.com/ofitec/chile/dte"
)

// Boletas above this many UF name the buyer and the means of payment (Ley 21.713;
// format of boletas 4.2).
const boletaLimit = 135

var (
	ruleAboveLimit = rule{
		"boleta.135uf", LevelReparo,
		"la boleta es de más de 135 UF y lo debe indicar",
		"the boleta is above 135 UF and must state it",
	}
	ruleUFUnknown = rule{
		"uf.unchecked", LevelAdvice,
		"no se conoce la UF del día (Policy.UF): no se revisó si la boleta es de más de 135 UF",
		"the UF of the day is not known (Policy.UF): it was not judged whether the boleta is above 135 UF",
	}
	rulePeriodic = rule{
		"boleta.periodic", LevelReparo,
		"los servicios periódicos (IndServicio 1 y 2) lo piden",
		"periodic services (IndServicio 1 and 2) require it",
	}
	ruleShow = rule{
		"boleta.show", LevelReparo,
		"los espectáculos por cuenta de terceros (IndServicio 4) lo piden",
		"shows on behalf of others (IndServicio 4) require it",
	}
)

func (c *checker) checkBoleta() {
	c.boletaAbove()
	i, r := c.identification, c.receiver
	if i.Service == 1 || i.Service == 2 {
		c.addUnless(!i.PeriodFrom.IsZero(), &rulePeriodic, "Encabezado/IdDoc/PeriodoDesde")
		c.addUnless(!i.PeriodTo.IsZero(), &rulePeriodic, "Encabezado/IdDoc/PeriodoHasta")
		c.addUnless(i.Service == 1 || !i.DueDate.IsZero(), &rulePeriodic, "Encabezado/IdDoc/FchVenc")
		c.addUnless(r.Address != "", &rulePeriodic, "Encabezado/Receptor/DirRecep")
		c.addUnless(r.Commune != "", &rulePeriodic, "Encabezado/Receptor/CmnaRecep")
		if r.RUT == anonymousRUT {
			c.add(&rulePeriodic, "Encabezado/Receptor/RUTRecep", r.RUT.String(), "")
		}
	}
	if i.Service != 4 {
		return
	}
	for n := range c.document.Lines {
		l := &c.document.Lines[n]
		c.lineUnless(l.ShowItem != 0, &ruleShow, n, "ItemEspectaculo")
		c.lineUnless(l.ShowItem != 1 || l.Ticket != nil, &ruleShow, n, "InfoTicket")
	}
}

// boletaAbove judges whether a boleta names the buyer and the means of payment. A
// boleta that has all of it needs no UF.
func (c *checker) boletaAbove() {
	means := c.identification.PaymentMeans != ""
	known := c.receiver.RUT != anonymousRUT && !c.receiver.RUT.IsZero()
	named := c.receiver.Name != ""
	if means && known && named {
		return
	}
	const total = "Encabezado/Totales/MntTotal"
	if c.policy.UF.Sign() <= 0 {
		c.add(&ruleUFUnknown, total, "", "")
		return
	}
	if !isAbove(int64(c.document.Header.Totals.Total), c.policy.UF) {
		return
	}
	c.addUnless(means, &ruleAboveLimit, "Encabezado/IdDoc/MedioPago")
	if !known {
		c.add(&ruleAboveLimit, "Encabezado/Receptor/RUTRecep", c.receiver.RUT.String(), "")
	}
	c.addUnless(named, &ruleAboveLimit, "Encabezado/Receptor/RznSocRecep")
}

func isAbove(pesos int64, uf dte.Decimal) bool {
	limit := new(big.Rat).Mul(big.NewRat(boletaLimit, 1), uf.Rat())
	return new(big.Rat).SetInt64(pesos).Cmp(limit) > 0
}
