package main

import (
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/session/pull"
)

// part is what the program says of a file.
type part struct {
	Event  string      `json:"event"`
	Name   string      `json:"name,omitempty"`
	Kind   pull.Kind   `json:"kind"`
	Format pull.Format `json:"format"`
	SHA256 string      `json:"sha256"`
	Rows   int         `json:"rows"`
	Total  chile.CLP   `json:"total"` // credit notes subtracted
	Unread int         `json:"unread"`

	Warnings []string `json:"warnings"`        // rows that were read, but do not add up
	Missing  []string `json:"missing_columns"` // of the SII's layout: what they would say is not known
	Unknown  []string `json:"unknown_columns"` // are ignored
}

// show says what the parts of a listing are. Rows that cannot be read are an
// error, after all the rest.
func show(out *cli.Output, listing *pull.Listing) error {
	for _, f := range listing.Parts {
		p := part{Event: "part", Name: f.Name, Kind: f.Kind, Format: f.Format, SHA256: f.SHA256, Unread: len(f.Unread)}
		p.Warnings, p.Missing, p.Unknown = []string{}, append([]string{}, f.Missing...), append([]string{}, f.Unknown...)
		for _, w := range f.Warnings {
			p.Warnings = append(p.Warnings, w.Error())
		}
		add := func(amount chile.CLP, typ chile.DocType) (err error) {
			if typ.Credit() {
				amount = -amount
			}
			p.Rows++
			p.Total, err = p.Total.Add(amount)
			return err
		}
		var err error
		for _, d := range f.Documents {
			err = firstError(err, add(d.Total, d.Type))
		}
		for _, d := range f.Boletas {
			err = firstError(err, add(d.Total, d.Type))
		}
		for _, d := range f.Listed {
			err = firstError(err, add(d.Total, d.Type))
		}
		for _, d := range f.MIPYME {
			err = firstError(err, add(d.Total, d.Type))
		}
		for _, b := range f.BHE {
			if !b.Annulled() {
				err = firstError(err, add(b.Gross, 0))
			}
		}
		if err != nil {
			return err
		}
		out.Event(p)
		out.Text("%-8s %-5s %5d rows, total $%s, sha256 %.12s…  %s", p.Kind, p.Format, p.Rows, p.Total.Format(), p.SHA256, p.Name)
		if len(p.Missing) > 0 {
			out.Text("  columns that are missing, so that what they would say is not known: %s", strings.Join(p.Missing, ", "))
		}
		if len(p.Unknown) > 0 {
			out.Text("  columns that are not known, and ignored: %s", strings.Join(p.Unknown, ", "))
		}
		for _, w := range p.Warnings {
			out.Text("  warning: %s", w)
		}
	}
	if err := listing.Complete(); err != nil {
		return err
	}
	return out.Err()
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
