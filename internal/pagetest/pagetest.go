// Package pagetest checks and measures how a store reads a list page by page, also
// where other programs wrote rows. Only tests import it.
package pagetest

import (
	"slices"
	"testing"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// LegacyRows adds rows as other programs write them, for the company that Check asks
// about: keys with zeros and points, without a value, twice, and none at all.
const LegacyRows = `
	INSERT INTO sii_rcv_purchases (rut_empresa, periodo, rut_emisor, rut_receptor, tipo_dte, folio) VALUES
		('76192083-9', '2026-10', '12.345.678-5', '76192083-9', '33', '7'),
		('76192083-9', '2026-10', '012345678-5', '76192083-9', '033', '0007'),
		('76192083-9', '2026-10', '12345678-k', '76192083-9', '33', '00'),
		('76192083-9', '2026-10', 'EXTRANJERO', '76192083-9', 'FAC', 'B/9 á'),
		('76192083-9', '2026-10', NULL, '76192083-9', '33', '7'),
		('76192083-9', '2026-10', NULL, '76192083-9', '33', '7'),
		('76192083-9', '2026-10', NULL, '76192083-9', NULL, NULL),
		('76192083-9', '2026-10', NULL, '76192083-9', NULL, NULL),
		('76192083-9', '2026-10', '', '76192083-9', '', ''),
		('76192083-9', '2026-9', '12345678-5', '76192083-9', '33', '7'),
		('76192083-9', '10/2026', '12345678-5', '76192083-9', '33', '7'),
		('76192083-9', '', '12345678-5', '76192083-9', '33', '7'),
		('76192083-9', NULL, '12345678-5', '76192083-9', '33', '7'),
		('76192083-9', NULL, '12345678-5', '76192083-9', '33', '7'),
		('76192083-9', NULL, NULL, '76192083-9', NULL, NULL);
	INSERT INTO sii_rcv_sales (rut_empresa, periodo, rut_receptor, rut_emisor, tipo_dte, folio) VALUES
		('76192083-9', '2026-10', '12.345.678-5', '76192083-9', '33', '0010'),
		('76192083-9', '2026-10', NULL, '76192083-9', '33', '9'),
		('76192083-9', NULL, NULL, '76192083-9', '33', '9');
`

// Rows are the rows that LegacyRows adds.
const Rows = 18

// Check reads all documents of the company of LegacyRows at once and in pages. It
// converts each place to text and back. It tries every kind of query with its own
// order.
func Check(t *testing.T, store storage.Registers, want int) {
	t.Helper()
	owner, october := chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	for _, query := range []storage.DocumentQuery{
		{},
		{Book: "COMPRA"},
		{Book: "VENTA"},
		{From: october, To: october},
		{To: october},
		{From: october},
		{Types: []chile.DocType{33}},
		{Book: "COMPRA", From: october, To: october, Types: []chile.DocType{33, 61}},
		{Counterparty: chile.MustParseRUT("12345678-5")},
	} {
		query.Owner = owner
		all := places(t, store, query)
		if query.Book == "" && query.From.IsZero() && query.To.IsZero() && query.Types == nil && query.Counterparty.IsZero() && len(all) != want {
			t.Errorf("%d documents, want %d", len(all), want)
		}
		if len(all) == 0 {
			t.Errorf("%+v selects nothing", query)
		}
		for _, limit := range []int{1, 2, 5, len(all), len(all) + 1} {
			var got []storage.Place
			page := query
			for page.Limit = limit; len(got) <= len(all); {
				list := places(t, store, page)
				got = append(got, list...)
				if len(list) < limit {
					break
				}
				text, err := list[len(list)-1].MarshalText()
				if err != nil {
					t.Fatal(err)
				}
				if err := page.After.UnmarshalText(text); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(got, all) {
				t.Errorf("%+v in pages of %d:\n%+v\nwant\n%+v", query, limit, got, all)
			}
		}
	}
}

// places returns the places of what a query selects.
func places(t *testing.T, store storage.Registers, query storage.DocumentQuery) (list []storage.Place) {
	t.Helper()
	for doc, err := range store.Documents(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, doc.Place)
	}
	return list
}
