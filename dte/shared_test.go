package dte_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
)

// manifest is what is known of the shared documents, found out with other tools.
type manifest struct {
	Files []struct {
		Path  string
		Facts json.RawMessage
	}
}

type fileFacts struct {
	Root      string
	Documents []documentFacts
	Caratula  map[string]any
	Cessions  []map[string]any
}

type documentFacts struct {
	Type, Folio       string
	IssueDate         string `json:"issue_date"`
	Issuer, Receiver  string
	Totals            map[string]string
	Lines, References int
}

// eachShared runs a test on every shared XML file of which there are facts.
func eachShared(t *testing.T, run func(t *testing.T, src []byte, facts *fileFacts)) {
	t.Helper()
	var m manifest
	require.NoError(t, json.Unmarshal(readFile(t, sharedtest.Path(t, "MANIFEST.json")), &m))
	count := 0
	for _, f := range m.Files {
		var facts fileFacts
		if path.Ext(f.Path) != ".xml" || json.Unmarshal(f.Facts, &facts) != nil || !known(facts.Root) {
			continue
		}
		count++
		t.Run(f.Path, func(t *testing.T) {
			t.Parallel()
			run(t, readFile(t, sharedtest.Path(t, strings.Split(f.Path, "/")...)), &facts)
		})
	}
	require.Greater(t, count, 25)
}

func known(root string) bool {
	switch dte.Kind(root) {
	case dte.KindDTE, dte.KindEnvelope, dte.KindBoletaEnvelope, dte.KindAEC, dte.KindResponse, dte.KindReceipts, dte.KindFolioReport, dte.KindUploadResult:
		return true
	default:
		return false
	}
}

func readFile(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(name)
	require.NoError(tb, err)
	return data
}

// dtesOf returns the DTEs of a file.
func dtesOf(f *dte.File) (list []*dte.DTE) {
	switch {
	case f.DTE != nil:
		return []*dte.DTE{f.DTE}
	case f.AEC != nil:
		return []*dte.DTE{&f.AEC.Document.Assignments.DTE.Document.DTE}
	case f.Envelope != nil:
		for i := range f.Envelope.Set.DTEs {
			list = append(list, &f.Envelope.Set.DTEs[i])
		}
	}
	return list
}

// byTag returns the text of the field with a schema's name.
func byTag(t *testing.T, v any, name string) string {
	t.Helper()
	s := reflect.ValueOf(v)
	for i := range s.NumField() {
		tag, _, _ := strings.Cut(s.Type().Field(i).Tag.Get("xml"), ",")
		if tag != name {
			continue
		}
		f := s.Field(i)
		if f.Kind() == reflect.Pointer {
			require.False(t, f.IsNil(), name)
			f = f.Elem()
		}
		return fmt.Sprint(f.Interface())
	}
	t.Fatalf("no field %s", name)
	return ""
}

func TestParseSharedDocuments(t *testing.T) {
	t.Parallel()
	eachShared(t, func(t *testing.T, src []byte, facts *fileFacts) {
		f, err := dte.Parse(src)
		require.NotNil(t, f)
		var values *dte.ValuesError
		if err != nil {
			require.ErrorAs(t, err, &values)
		}
		assert.Equal(t, facts.Root, string(f.Kind))
		list := dtesOf(f)
		require.Len(t, list, len(facts.Documents))
		for i, want := range facts.Documents {
			checkDocument(t, list[i], &want, values)
			assert.Contains(t, string(src), string(list[i].Source()), "as it stands in the file")
		}
		if f.Envelope != nil {
			for name, want := range facts.Caratula {
				if text, ok := want.(string); ok && !refused(values, text) {
					assert.Equal(t, text, byTag(t, f.Envelope.Set.Cover, name), name)
				}
			}
		}
		if f.AEC != nil {
			require.Len(t, f.AEC.Document.Assignments.List, len(facts.Cessions))
			for i, want := range facts.Cessions {
				got := f.AEC.Document.Assignments.List[i].Document
				assert.Equal(t, want["SeqCesion"], strconv.Itoa(got.Sequence))
				assert.Equal(t, want["MontoCesion"], fmt.Sprint(int64(got.Amount)))
				assert.Equal(t, want["TmstCesion"], got.AssignedAt.String())
			}
		}
	})
}

// refused reports whether a value is listed as one that cannot be read.
func refused(values *dte.ValuesError, text string) bool {
	return values != nil && slices.ContainsFunc(values.Fields, func(e dte.FieldError) bool { return e.Value == text })
}

func checkDocument(t *testing.T, d *dte.DTE, want *documentFacts, values *dte.ValuesError) {
	t.Helper()
	id := d.ID()
	assert.Equal(t, want.Type, strconv.Itoa(int(id.Type)))
	assert.Equal(t, want.Folio, strconv.FormatInt(int64(id.Folio), 10))
	assert.Equal(t, want.Issuer, id.Issuer.String())
	assert.Equal(t, want.IssueDate, d.IssueDate().String())
	if d.Receiver().IsZero() {
		assert.True(t, refused(values, want.Receiver), "a receiver that is none")
	} else {
		assert.Equal(t, want.Receiver, d.Receiver().String())
	}
	var totals any
	lines, references := 0, 0
	if p := d.Peso(); p != nil {
		totals, lines, references = p.Header.Totals, len(p.Lines), len(p.References)
	} else {
		totals, lines, references = d.Export.Header.Totals, len(d.Export.Lines), len(d.Export.References)
	}
	assert.Equal(t, want.Lines, lines)
	assert.Equal(t, want.References, references)
	for name, amount := range want.Totals {
		assert.Equal(t, amount, byTag(t, totals, name), name)
	}
	assert.Equal(t, want.Totals["MntTotal"], d.Total().String())
	require.NotNil(t, d.Stamp())
	assert.False(t, d.SignedAt().IsZero())
}

// What was parsed and is written and parsed again has the same values.
func TestRoundTripSharedDocuments(t *testing.T) {
	t.Parallel()
	eachShared(t, func(t *testing.T, src []byte, _ *fileFacts) {
		f, err := dte.Parse(src)
		if values := (*dte.ValuesError)(nil); err != nil && !errors.As(err, &values) {
			t.Fatal(err)
		}
		requireRoundTrip(t, f)
	})
}

func requireRoundTrip(t *testing.T, f *dte.File) {
	t.Helper()
	for _, encoding := range []dte.Encoding{dte.UTF8, dte.ISO8859} {
		encoded, err := f.Encode(encoding, dte.WithFormat25())
		if encoding == dte.ISO8859 && errors.Is(err, dte.ErrUnencodable) {
			continue
		}
		require.NoError(t, err)
		again, err := dte.Parse(encoded)
		require.NoError(t, err)
		require.Equal(t, plain(f), plain(again))
	}
}

// plain returns the values of a file alone.
func plain(f *dte.File) any {
	switch {
	case f.Envelope != nil:
		e := *f.Envelope
		e.Set.DTEs = nil
		all := []any{f.Kind, e}
		for i := range f.Envelope.Set.DTEs {
			all = append(all, plainDTE(&f.Envelope.Set.DTEs[i]))
		}
		return all
	case f.DTE != nil:
		return plainDTE(f.DTE)
	case f.AEC != nil:
		a := *f.AEC
		d := plainDTE(&a.Document.Assignments.DTE.Document.DTE)
		a.Document.Assignments.DTE.Document.DTE = dte.DTE{}
		return []any{a, d}
	default:
		return []any{f.Response, f.Receipts, f.FolioReport, f.UploadResult}
	}
}

func plainDTE(d *dte.DTE) dte.DTE {
	return dte.DTE{Version: d.Version, Document: d.Document, Settlement: d.Settlement, Export: d.Export, Unknown: d.Unknown}
}
