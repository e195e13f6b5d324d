package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strconv"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
)

// line is what the program says of a draft.
type line struct {
	Event       string                     `json:"event"`
	Draft       string                     `json:"draft"`
	Key         string                     `json:"key,omitempty"`   // where a database keeps it
	Folio       chile.Folio                `json:"folio,omitempty"` // where it is issued
	File        string                     `json:"file,omitempty"`
	Type        chile.DocType              `json:"type,omitempty"`
	Date        string                     `json:"date,omitempty"`
	Receiver    string                     `json:"receiver,omitempty"`
	Net         json.Number                `json:"net,omitempty"`
	Exempt      json.Number                `json:"exempt,omitempty"`
	VAT         json.Number                `json:"vat,omitempty"`
	Taxes       map[string]json.Number     `json:"taxes,omitempty"` // by code
	NonBillable json.Number                `json:"non_billable,omitempty"`
	Total       json.Number                `json:"total,omitempty"`
	Currency    string                     `json:"currency,omitempty"` // of exports
	Totals      map[string]json.RawMessage `json:"totals,omitempty"`   // all of them, by the SII's names
	Findings    []finding                  `json:"findings"`

	findings issue.Findings
	id       chile.DocumentID // where it is issued
}

type finding struct {
	Code  string      `json:"code"`
	Level issue.Level `json:"level"`
	Path  string      `json:"path"`
	Text  string      `json:"text"`
}

// done ends the output.
type done struct {
	Event    string `json:"event"`
	Accepted *int   `json:"accepted,omitempty"` // of a dry run
	Issued   *int   `json:"issued,omitempty"`
	Refused  int    `json:"refused"`
}

// Refused reports whether the draft is refused.
func (l *line) Refused() bool { return l.findings.Refused() }

// judge makes the line of a draft, whose document is issued if it is to be.
func (s *settings) judge(ctx context.Context, from source) (*line, error) {
	l := &line{Event: "document", Draft: from.name}
	if from.err != nil {
		l.findings = unread(from.err)
	} else {
		l.findings = s.document(l, from.draft)
	}
	if s.issuer != nil && !l.Refused() {
		found, err := s.issuer.issue(ctx, l, from, &s.options)
		if err != nil {
			return nil, err
		}
		l.findings = append(l.findings, found...)
	}
	l.Findings = make([]finding, len(l.findings))
	for i, f := range l.findings {
		l.Findings[i] = finding{Code: f.Code, Level: f.Level, Path: f.Path, Text: s.words.tell(f)}
	}
	return l, nil
}

// document says what comes of a draft.
func (s *settings) document(l *line, draft *issue.Draft) (found issue.Findings) {
	if s.company != nil {
		if of := draft.Issuer.RUT; !of.IsZero() && of != s.company.RUT && !s.company.RUT.IsZero() {
			found = append(found, issue.Finding{
				Code: "company.other", Level: issue.LevelRejects, Path: "Encabezado/Emisor/RUTEmisor", Is: of.String(), Want: s.company.RUT.String(),
				ES: "el borrador es de otra empresa", EN: "the draft is of another company",
			})
		} else {
			complete(&draft.Issuer, s.company)
		}
	}
	if draft.Identification.IssueDate.IsZero() {
		if s.keeps {
			copied := *draft // the key stands for a draft without a date
			draft = &copied
		}
		draft.Identification.IssueDate = s.date
	}
	if s.issuer != nil {
		s.options.Policy.CAFDate = s.issuer.authorised(draft)
		if folio := draft.Identification.Folio; folio != 0 {
			found = append(found, issue.Finding{
				Code: "folio.given", Level: issue.LevelAdvice, Path: "Encabezado/IdDoc/Folio", Is: strconv.FormatInt(int64(folio), 10),
				ES: "el folio es el siguiente del CAF, no el del borrador", EN: "the folio is the next one of the CAF, not that of the draft",
			})
		}
	}
	l.Type, l.Date, l.Receiver = draft.Identification.Type, draft.Identification.IssueDate.String(), draft.Receiver.RUT.String()
	doc, more := draft.Document(&s.options)
	found = append(found, more...)
	if doc != nil {
		l.amounts(doc)
	}
	return found
}

// amounts notes the totals of a document.
func (l *line) amounts(doc *dte.DTE) {
	of, err := issue.DraftOf(doc)
	if err != nil {
		return // there is nothing in it that a draft has not said
	}
	t := &of.Totals
	l.Net, l.Exempt, l.VAT, l.NonBillable, l.Total = number(t.Net), number(t.Exempt), number(t.VAT), number(t.NotInvoiced), number(t.Total)
	l.Currency = t.Currency
	for _, tax := range t.OtherTaxes {
		if l.Taxes == nil {
			l.Taxes = map[string]json.Number{}
		}
		l.Taxes[strconv.Itoa(tax.Code)] = number(tax.Amount)
	}
	l.Totals = named(of)
}

func number(d dte.Decimal) json.Number { return json.Number(d.String()) }

// named returns all elements of Totales and OtraMoneda by the SII's names. The one
// name that both have is that of Totales, and OtraMoneda/TpoMoneda.
func named(draft *issue.Draft) map[string]json.RawMessage {
	const currency = "TpoMoneda"
	text, err := json.Marshal(&issue.Draft{Totals: draft.Totals, OtherCurrency: draft.OtherCurrency})
	if err != nil {
		return nil
	}
	var read struct {
		Encabezado struct{ Totales, OtraMoneda map[string]json.RawMessage }
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return nil
	}
	all, other := read.Encabezado.Totales, read.Encabezado.OtraMoneda
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	if name, ok := other[currency]; ok {
		delete(other, currency)
		all["OtraMoneda/"+currency] = name
	}
	maps.Copy(all, other)
	return all
}

// unread tells why a draft cannot be read: all that is wrong with it.
func unread(err error) (found issue.Findings) {
	unreadable := func(path, is string, err error) {
		f := issue.Finding{
			Code: "draft.unreadable", Level: issue.LevelRejects, Path: path, Is: is,
			ES: "no se puede leer", EN: "cannot be read: " + err.Error(),
		}
		for _, known := range []struct {
			err error
			es  string
		}{
			{issue.ErrName, "no hay un elemento con ese nombre"},
			{issue.ErrShape, "aquí va otra cosa: un valor, un objeto o una lista"},
			{issue.ErrJSON, "no es un objeto JSON en UTF-8"},
			{dte.ErrTwice, "está dos veces"},
			{dte.ErrDecimal, "no es un número decimal"},
			{chile.ErrCheckDigit, "el dígito verificador no corresponde"},
		} {
			if errors.Is(err, known.err) {
				f.ES = known.es
			}
		}
		found = append(found, f)
	}
	var values *dte.ValuesError
	if !errors.As(err, &values) {
		unreadable("", "", err)
		return found
	}
	for _, f := range values.Fields {
		unreadable(f.Path, f.Value, f.Err)
	}
	return found
}
