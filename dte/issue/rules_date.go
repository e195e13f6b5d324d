package issue

import (
	"github.com/ofitec/chile"
)

var (
	ruleBeforeCAF = rule{
		"HED-3-305", LevelRejects,
		"la fecha de emisión es anterior a la autorización de los folios",
		"the date of issue is before the folios were authorised",
	}
	ruleCAFUnknown = rule{
		"caf.unchecked", LevelAdvice,
		"no se conoce la fecha del CAF (Policy.CAFDate): no se revisó HED-3-305",
		"the date of the CAF is not known (Policy.CAFDate): HED-3-305 was not judged",
	}
	ruleLate = rule{
		"DTE-1-650", LevelReparo,
		"se envía más de tres días después de la fecha de emisión",
		"it is sent more than three days after the date of issue",
	}
	ruleFuture = rule{
		"date.future", LevelAdvice,
		"la fecha de emisión es posterior al envío", "the date of issue is after the day of sending",
	}
	ruleTodayUnknown = rule{
		"today.unchecked", LevelAdvice,
		"no se conoce el día de envío (Policy.Today): no se revisó DTE-1-650",
		"the day of sending is not known (Policy.Today): DTE-1-650 was not judged",
	}
	ruleOrder = rule{
		"date.order", LevelAdvice,
		"las fechas no están en su orden", "the dates are out of order",
	}
)

// maxDays is how many days after its date a document may arrive (DTE-1-650).
const maxDays = 3

func (c *checker) checkDates() {
	i := c.identification
	if i.IssueDate.IsZero() {
		return // already reported as missing
	}
	const issued = "Encabezado/IdDoc/FchEmis"
	switch caf := c.policy.CAFDate; {
	case caf.IsZero():
		c.add(&ruleCAFUnknown, issued, "", "")
	case later(caf, i.IssueDate):
		c.add(&ruleBeforeCAF, issued, i.IssueDate.String(), "≥ "+caf.String())
	}
	switch today := c.policy.Today; {
	case today.IsZero():
		c.add(&ruleTodayUnknown, issued, "", "")
	case later(today, i.IssueDate.AddDays(maxDays)):
		c.add(&ruleLate, issued, i.IssueDate.String(), "≥ "+today.AddDays(-maxDays).String())
	case later(i.IssueDate, today):
		c.add(&ruleFuture, issued, i.IssueDate.String(), "≤ "+today.String())
	}
	c.inOrder("Encabezado/IdDoc/FchVenc", i.IssueDate, i.DueDate)
	c.inOrder("Encabezado/IdDoc/PeriodoHasta", i.PeriodFrom, i.PeriodTo)
	c.inOrder("Encabezado/IdDoc/FchCancel", i.PaidDate, i.IssueDate)
	for n := range i.Payments {
		if later(i.IssueDate, i.Payments[n].Date) {
			c.add(&ruleOrder, indexed("Encabezado/IdDoc/MntPagos", n, "FchPago"), i.Payments[n].Date.String(), "≥ "+i.IssueDate.String())
		}
	}
	if t := c.transport; t != nil {
		c.inOrder("Encabezado/Transporte/FchSalida", i.IssueDate, t.DepartureDate)
		c.inOrder("Encabezado/Transporte/FchLlegada", t.DepartureDate, t.ArrivalDate)
	}
}

// inOrder reports two dates if the first is after the second.
func (c *checker) inOrder(path string, first, second chile.Date) {
	if later(first, second) {
		c.add(&ruleOrder, path, first.String()+" > "+second.String(), "")
	}
}
