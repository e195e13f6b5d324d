package dte

// Codes of the grade of dates.
const (
	CodeDateAbsent  Code = "dates.absent"
	CodeDateSigned  Code = "dates.signed"
	CodeDateDue     Code = "dates.due"
	CodeDatePeriod  Code = "dates.period"
	CodeDateAncient Code = "dates.ancient"
)

var dateRules = map[Code]rule{
	CodeDateAbsent: {
		Wrong, nil,
		"the date is missing or cannot be read",
		"falta la fecha o no se puede leer",
	},
	CodeDateSigned: {
		Note, nil,
		"the document was signed before its date of issue",
		"el documento se firmó antes de su fecha de emisión",
	},
	CodeDateDue: {
		Note, nil,
		"the due date is before the date of issue",
		"el documento vence antes de su emisión",
	},
	CodeDatePeriod: {
		Warning, nil,
		"the period of services ends before it begins",
		"el período de los servicios termina antes de empezar",
	},
	CodeDateAncient: {
		Wrong, nil,
		"electronic documents did not exist at that date",
		"en esa fecha no había documentos electrónicos",
	},
}

// firstYear is when the first electronic documents were issued.
const firstYear = 2002

// gradeDates checks the dates of a document against each other. It uses no
// clock: the SII decides what is too late.
func gradeDates(d *DTE) Grade {
	g := Grade{Made: true}
	i, _, _ := d.identification()
	signed := d.SignedAt()
	switch {
	case i.IssueDate.IsZero():
		g.found(CodeDateAbsent, "Encabezado/IdDoc/FchEmis", "", "")
	case i.IssueDate.Year() < firstYear:
		g.found(CodeDateAncient, "Encabezado/IdDoc/FchEmis", i.IssueDate.String(), "")
	}
	switch {
	case signed.IsZero():
		g.found(CodeDateAbsent, "TmstFirma", "", "")
	case signed.Date.Compare(i.IssueDate) < 0:
		g.found(CodeDateSigned, "TmstFirma", signed.String(), i.IssueDate.String())
	}
	if !i.DueDate.IsZero() && i.DueDate.Compare(i.IssueDate) < 0 {
		g.found(CodeDateDue, "Encabezado/IdDoc/FchVenc", i.DueDate.String(), i.IssueDate.String())
	}
	if !i.PeriodTo.IsZero() && i.PeriodTo.Compare(i.PeriodFrom) < 0 {
		g.found(CodeDatePeriod, "Encabezado/IdDoc/PeriodoHasta", i.PeriodTo.String(), i.PeriodFrom.String())
	}
	return g
}
