package rcv

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func each(docs []Document) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
	}
}

func all(t *testing.T, seq iter.Seq2[Document, error]) []Document {
	t.Helper()
	var docs []Document
	for doc, err := range seq {
		require.NoError(t, err)
		docs = append(docs, doc)
	}
	return docs
}

// assertSame compares documents by every value, times as instants.
func assertSame(t *testing.T, want, got *Document) {
	t.Helper()
	for i := range fields {
		f := &fields[i]
		assert.True(t, f.same(want, got), "%s: want %s, got %s", f.name, f.text(want), f.text(got))
	}
	assert.Equal(t, want.OtherTaxes, got.OtherTaxes)
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, l := range layouts() {
		t.Run(string(l.book)+" "+string(l.state), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(2026, uint64(len(l.columns))))
			docs := make([]Document, 600)
			for n := range docs {
				docs[n] = randomDocument(t, rnd, func(_ int, f *field) bool {
					i := slices.IndexFunc(l.columns, func(c column) bool { return c.role >= 0 && fields[c.role].name == f.name })
					needed := slices.Contains(append([]string{"detTipoDoc", "descTipoTransaccion"}, neededColumns...), f.name)
					return i >= 0 && (needed || rnd.IntN(2) == 0)
				})
				docs[n].State = l.state
				for range max(0, rnd.IntN(6)-2) {
					tax := OtherTax{Code: 1 + rnd.IntN(300), Amount: chile.CLP(rnd.Int64N(1_000_000))}
					if rnd.IntN(3) > 0 {
						tax.Rate = "31.5"
					}
					docs[n].OtherTaxes = append(docs[n].OtherTaxes, tax)
					docs[n].OtherTaxTotal += tax.Amount
				}
			}
			var file bytes.Buffer
			require.NoError(t, WriteCSV(&file, l.book, l.state, each(docs)))
			latin1 := new(bytes.Buffer)
			for _, r := range strings.ReplaceAll(file.String(), "€", "") {
				latin1.WriteByte(byte(r))
			}

			csv, err := OpenCSV(bytes.NewReader(file.Bytes()), nil)
			require.NoError(t, err)
			assert.Equal(t, l.book, csv.Book())
			assert.Equal(t, l.state, csv.State())
			got := all(t, csv.Documents())
			require.Len(t, got, len(docs))
			for n := range docs {
				assertSame(t, &docs[n], &got[n])
				require.Equal(t, Hash(&docs[n]), Hash(&got[n]))
				require.Empty(t, Diff(&docs[n], &got[n]))
			}

			csv, err = OpenCSV(latin1, nil)
			require.NoError(t, err)
			for n, doc := range all(t, csv.Documents()) {
				require.Equal(t, strings.ReplaceAll(docs[n].Name, "€", ""), doc.Name)
			}
		})
	}
}

// asRow writes a document as a row of the facade.
func asRow(t *testing.T, d *Document) map[string]any {
	t.Helper()
	row := map[string]any{"unknown": map[string]any{"detMntTotal": []int{1}}}
	for i := range fields {
		f := &fields[i]
		if f.name == "estadoContab" {
			continue
		}
		text := string(f.appendSII(nil, d))
		switch {
		case i == fieldCounterparty, i == fieldSettlement:
			number, dv, _ := strings.Cut(text, "-")
			row[f.name] = json.Number("0" + number)
			if number != "" {
				row[f.name] = json.Number(number)
			}
			row[map[int]string{fieldCounterparty: "detDvDoc", fieldSettlement: "detLiqDvEmisor"}[i]] = dv
		case f.isZero(d):
			row[f.name] = nil
		default:
			row[f.name] = text // every number may come as a string
		}
	}
	return row
}

func TestRowsAreDecodedWhole(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	docs := make([]Document, 200)
	rows := make([]map[string]any, len(docs))
	for n := range docs {
		docs[n] = randomDocument(t, rnd, func(_ int, f *field) bool {
			needed := slices.Contains([]string{"detTipoDoc", "detRutDoc", "detNroDoc", "detFchDoc", "detMntTotal"}, f.name)
			return f.name != "estadoContab" && (needed || rnd.IntN(2) == 0)
		})
		docs[n].State = Reclamado
		rows[n] = asRow(t, &docs[n])
	}
	answer, err := json.Marshal(map[string]any{"data": rows, "respEstado": map[string]any{"codRespuesta": 0}})
	require.NoError(t, err)
	got := all(t, DecodeDocuments(bytes.NewReader(answer), &DecodeOptions{State: Reclamado}))
	require.Len(t, got, len(docs))
	for n := range docs {
		assertSame(t, &docs[n], &got[n])
	}
}

func TestJSONFormOfADocumentKeepsAll(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	doc := randomDocument(t, rnd, func(int, *field) bool { return true })
	doc.OtherTaxes = []OtherTax{{Code: 24, Amount: 1, Rate: "31.5"}}
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	var got Document
	require.NoError(t, json.Unmarshal(text, &got))
	assertSame(t, &doc, &got)
}

func TestWhatAFileCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	good := Document{State: Registro, Type: 33, Folio: 1, Counterparty: chile.MustParseRUT("76192083-9"), Name: "Uno"}
	for name, change := range map[string]func(*Document){
		"semicolon":           func(d *Document) { d.Name = "Uno; Dos" },
		"line break":          func(d *Document) { d.Name = "Uno\nDos" },
		"other state":         func(d *Document) { d.State = Pendiente },
		"no breakdown":        func(d *Document) { d.OtherTaxTotal = 5 },
		"wrong breakdown":     func(d *Document) { d.OtherTaxTotal, d.OtherTaxes = 5, []OtherTax{{Code: 24, Amount: 4}} },
		"tax without code":    func(d *Document) { d.OtherTaxes = []OtherTax{{Amount: 4}} },
		"two quotation marks": func(d *Document) { d.Name = `""` },
	} {
		doc := good
		change(&doc)
		require.ErrorIs(t, WriteCSV(new(bytes.Buffer), Purchases, Registro, each([]Document{doc})), ErrNotWritable, name)
	}
	require.ErrorIs(t, WriteCSV(new(bytes.Buffer), Sales, Reclamado, each(nil)), ErrNoLayout)
	broken := errors.New("broken")
	require.ErrorIs(t, WriteCSV(new(bytes.Buffer), Sales, Registro, func(yield func(Document, error) bool) {
		yield(Document{}, broken)
	}), broken)
}
