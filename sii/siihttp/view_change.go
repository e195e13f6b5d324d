package siihttp

import (
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// change is a change of the feed, as shown to people.
type change struct {
	ID     int64              `json:"id"`
	Time   instant            `json:"fecha"` // when the register that shows it was downloaded
	Owner  chile.RUT          `json:"rut"`
	Period chile.Period       `json:"periodo"` // of that register
	Book   Book               `json:"libro"`
	Kind   storage.ChangeKind `json:"clase"`
	From   chile.Period       `json:"desde,omitzero"` // of a document that moved to another month
	To     chile.Period       `json:"hasta,omitzero"`
	Text   string             `json:"texto"`
	Values []difference       `json:"diferencias,omitempty"`
	Before *document          `json:"antes,omitempty"`
	After  *document          `json:"despues,omitempty"`
}

// difference is a changed value.
type difference struct {
	Field  string `json:"campo"` // as the SII calls it
	Before string `json:"antes"`
	After  string `json:"despues"`
}

func viewOfChange(c *storage.StoredChange) change {
	view := change{
		ID: c.ID, Time: instant(c.TakenAt), Owner: c.Key.Owner, Period: c.Key.Period, Book: Book(c.Key.Book),
		Kind: c.Kind, From: c.From, To: c.To, Text: changeText(c),
	}
	for _, d := range c.Differences() {
		view.Values = append(view.Values, difference(d))
	}
	for _, side := range []struct {
		of   *rcv.Document
		into **document
	}{{c.Before, &view.Before}, {c.After, &view.After}} {
		if side.of != nil {
			doc := viewOf(c.Key.Book, side.of)
			*side.into = &doc
		}
	}
	return view
}

// changeWords say in Spanish what happened; they follow the document.
var changeWords = map[storage.ChangeKind]string{
	storage.Added:          "apareció",
	storage.Gone:           "ya no está",
	storage.Returned:       "volvió a aparecer",
	storage.StateChanged:   "cambió de estado",
	storage.AmountsChanged: "cambió de montos",
	storage.OtherChanged:   "cambió",
	storage.PeriodMoved:    "pasó a otro mes",
}

// stateWords are the states in Spanish.
var stateWords = map[rcv.State]string{
	rcv.Registro: "registrado", rcv.Pendiente: "pendiente", rcv.NoIncluir: "no incluir", rcv.Reclamado: "reclamado",
}

// changeText describes a change in a sentence.
func changeText(c *storage.StoredChange) string {
	d := c.Document()
	var b strings.Builder
	b.WriteString(d.Type.String() + " " + strconv.FormatInt(int64(d.Folio), 10))
	side := " de "
	if c.Key.Book == rcv.Sales {
		side = " a "
	}
	if d.Name != "" {
		b.WriteString(side + d.Name)
	} else if !d.Counterparty.IsZero() {
		b.WriteString(side + d.Counterparty.Format())
	}
	b.WriteString(" " + changeWords[c.Kind])
	switch {
	case c.Kind == storage.PeriodMoved:
		b.WriteString(" (de " + c.From.String() + " a " + c.To.String() + ")")
	case c.Kind == storage.Added:
		b.WriteString(" por $" + d.Total.Format())
	case c.Before != nil && c.After != nil:
		b.WriteString(differenceText(c))
	}
	return b.String()
}

// differenceText describes the differences in the most important fields.
func differenceText(c *storage.StoredChange) string {
	var parts []string
	if c.Before.State != c.After.State {
		parts = append(parts, "de "+stateWords[c.Before.State]+" a "+stateWords[c.After.State])
	}
	for _, amount := range []struct {
		name          string
		before, after chile.CLP
	}{
		{"neto", c.Before.Net, c.After.Net},
		{"IVA", c.Before.VAT, c.After.VAT},
		{"exento", c.Before.Exempt, c.After.Exempt},
		{"total", c.Before.Total, c.After.Total},
	} {
		if amount.before != amount.after {
			parts = append(parts, amount.name+" de $"+amount.before.Format()+" a $"+amount.after.Format())
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, "; ")
}
