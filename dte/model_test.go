package dte_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/xmlsig"
)

// fill sets every field of a struct, and gives every slice two values.
func fill(tb testing.TB, v reflect.Value, r *rand.Rand) {
	tb.Helper()
	switch x := v.Addr().Interface().(type) {
	case *chile.RUT:
		rut, err := chile.NewRUT(r.Int64N(90_000_000) + 1_000_000)
		require.NoError(tb, err)
		*x = rut
		return
	case *chile.Date:
		*x = chile.Date{}.AddDays(0)
		date, err := chile.NewDate(2000+r.IntN(30), 1, 1+r.IntN(28))
		require.NoError(tb, err)
		*x = date
		return
	case *dte.DateTime:
		fill(tb, reflect.ValueOf(&x.Date).Elem(), r)
		x.Hour, x.Minute, x.Second = uint8(r.IntN(24)), uint8(r.IntN(60)), uint8(r.IntN(60))
		return
	case *dte.Decimal:
		d, err := dte.NewDecimal(r.Int64N(2_000_000)-1_000_000, r.IntN(7))
		require.NoError(tb, err)
		*x = d
		return
	case *[]dte.Unknown:
		*x = []dte.Unknown{{Name: "Nuevo", XML: fmt.Sprintf(`<Nuevo xmlns="http://www.sii.cl/SiiDte" a="%d">ñ &amp; <b></b></Nuevo>`, r.IntN(9))}, {Name: "sin", XML: "<sin>1</sin>"}}
		return
	case *[]byte:
		*x = []byte{byte(r.IntN(256)), 0, 255}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			switch {
			case v.Type().Field(i).Name == "ID":
				f.SetString(fmt.Sprintf("ID-%d", r.Uint64()))
			case f.CanSet():
				fill(tb, f, r)
			}
		}
		if d, ok := v.Addr().Interface().(*dte.DTE); ok { // it holds one of three
			keep := r.IntN(3)
			for i, p := range []any{&d.Document, &d.Settlement, &d.Export} {
				if i != keep {
					reflect.ValueOf(p).Elem().SetZero()
				}
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(tb, v.Elem(), r)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(tb, v.Index(i), r)
		}
	case reflect.String:
		v.SetString([]string{"texto", " con espacios  y\n\tlíneas ", "Ñandú & <Cía> \"x\" 'y' ]]>", "\rretorno", "1"}[r.IntN(5)])
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64N(1_000_000) - 1000)
	default:
		tb.Fatalf("no values of %s", v.Type())
	}
}

// filled returns a file of each kind with every field set.
func filled(tb testing.TB, r *rand.Rand) []*dte.File {
	tb.Helper()
	files := []*dte.File{
		{Kind: dte.KindDTE, DTE: new(dte.DTE)},
		{Kind: dte.KindEnvelope, Envelope: new(dte.Envelope)},
		{Kind: dte.KindBoletaEnvelope, Envelope: new(dte.Envelope)},
		{Kind: dte.KindAEC, AEC: new(dte.AEC)},
		{Kind: dte.KindResponse, Response: new(dte.Response)},
		{Kind: dte.KindReceipts, Receipts: new(dte.Receipts)},
		{Kind: dte.KindFolioReport, FolioReport: new(dte.FolioReport)},
		{Kind: dte.KindUploadResult, UploadResult: new(dte.UploadResult)},
	}
	for _, f := range files {
		for _, p := range []any{f.DTE, f.Envelope, f.AEC, f.Response, f.Receipts, f.FolioReport, f.UploadResult} {
			if v := reflect.ValueOf(p); !v.IsNil() {
				fill(tb, v.Elem(), r)
			}
		}
	}
	return files
}

func TestRoundTripEveryField(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		for _, f := range filled(t, rand.New(rand.NewPCG(seed, 1))) {
			requireRoundTrip(t, f)
		}
	}
}

// What is zero is written so that it is read as zero.
func TestRoundTripZero(t *testing.T) {
	t.Parallel()
	for _, f := range []*dte.File{
		{Kind: dte.KindDTE, DTE: &dte.DTE{Document: new(dte.Document)}},
		{Kind: dte.KindDTE, DTE: &dte.DTE{Export: new(dte.Export)}},
		{Kind: dte.KindEnvelope, Envelope: new(dte.Envelope)},
		{Kind: dte.KindAEC, AEC: new(dte.AEC)},
	} {
		requireRoundTrip(t, f)
	}
}

const document = `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"><Documento ID="F1T33"><Encabezado>` +
	`<IdDoc><TipoDTE>33</TipoDTE><Folio>1</Folio><FchEmis>2026-11-20</FchEmis></IdDoc>` +
	`<Emisor><RUTEmisor>76111111-6</RUTEmisor><RznSoc>Constructora &amp; Cía</RznSoc></Emisor>` +
	`<Receptor><RUTRecep>77222222-K</RUTRecep></Receptor><Totales><MntNeto>1000</MntNeto><IVA>190</IVA><MntTotal>1190</MntTotal></Totales></Encabezado>` +
	`<Detalle><NroLinDet>1</NroLinDet><NmbItem>Fierro</NmbItem><MontoItem>1000</MontoItem></Detalle></Documento></DTE>`

func TestParseKeepsUnknownElements(t *testing.T) {
	t.Parallel()
	src := strings.NewReplacer(
		"<TipoDTE>", "<Antes>0</Antes><TipoDTE>",
		"</Folio>", `</Folio><Nuevo a="1">x<y/>&amp;</Nuevo><Nuevo/>`,
		"<Detalle>", `<p:Detalle xmlns:p="urn:otro"><p:z/></p:Detalle><Detalle>`,
		"</Documento>", `</Documento><Personalizado><a/></Personalizado>`,
	).Replace(document)
	d, err := dte.ParseDTE([]byte(src))
	require.NoError(t, err)
	assert.Equal(t, []dte.Unknown{
		{Name: "Antes", XML: `<Antes xmlns="http://www.sii.cl/SiiDte">0</Antes>`},
		{Name: "Nuevo", After: "Folio", XML: `<Nuevo xmlns="http://www.sii.cl/SiiDte" a="1">x<y></y>&amp;</Nuevo>`},
		{Name: "Nuevo", After: "Folio", XML: `<Nuevo xmlns="http://www.sii.cl/SiiDte"></Nuevo>`},
	}, d.Document.Header.Identification.Unknown)
	require.Len(t, d.Document.Lines, 1, "an element of another namespace is none of these")
	assert.Equal(t, "Encabezado", d.Document.Unknown[0].After)
	require.Len(t, d.Unknown, 1)
	requireRoundTrip(t, &dte.File{Kind: dte.KindDTE, DTE: d})
}

func TestParseTellsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, text, path, value string
		want                   error
	}{
		"RUT":              {"77222222-K", "77222222-1", "/DTE/Documento/Encabezado/Receptor/RUTRecep", "77222222-1", chile.ErrCheckDigit},
		"no RUT":           {"77222222-K", "", "/DTE/Documento/Encabezado/Receptor/RUTRecep", "", nil},
		"pesos":            {"<MntTotal>1190", "<MntTotal>1190.5", "/DTE/Documento/Encabezado/Totales/MntTotal", "1190.5", nil},
		"pesos with point": {"<MntTotal>1190", "<MntTotal>1.190,0", "/DTE/Documento/Encabezado/Totales/MntTotal", "1.190,0", nil},
		"pesos empty":      {"<MntTotal>1190", "<MntTotal>", "/DTE/Documento/Encabezado/Totales/MntTotal", "", nil},
		"pesos huge":       {"<MntTotal>1190", "<MntTotal>99999999999999999999", "/DTE/Documento/Encabezado/Totales/MntTotal", "99999999999999999999", nil},
		"date":             {"2026-11-20", "2026-02-30", "/DTE/Documento/Encabezado/IdDoc/FchEmis", "2026-02-30", chile.ErrRange},
		"twice":            {"<IVA>190</IVA>", "<IVA>190</IVA><IVA>9</IVA>", "/DTE/Documento/Encabezado/Totales/IVA[2]", "", dte.ErrTwice},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := strings.Replace(document, c.old, c.text, 1)
			d, err := dte.ParseDTE([]byte(src))
			var values *dte.ValuesError
			if name == "no RUT" { // an element without text is as absent
				require.True(t, err == nil || errors.As(err, &values))
				return
			}
			require.ErrorAs(t, err, &values)
			require.Len(t, values.Fields, 1)
			assert.Equal(t, c.path, values.Fields[0].Path)
			assert.Equal(t, c.value, values.Fields[0].Value)
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
			}
			assert.Equal(t, "Fierro", d.Document.Lines[0].Name, "all others are right")
			assert.EqualValues(t, 190, *d.Document.Header.Totals.VAT)
		})
	}
	_, err := dte.ParseDTE([]byte(strings.Replace(document, "<Detalle>", strings.Repeat("<Detalle><MontoItem>x</MontoItem></Detalle>", 150)+"<Detalle>", 1)))
	var values *dte.ValuesError
	require.ErrorAs(t, err, &values)
	assert.Len(t, values.Fields, 100)
	assert.Equal(t, 50, values.More)
}

func TestParseAcceptsHowPeopleWrite(t *testing.T) {
	t.Parallel()
	src := strings.NewReplacer("<MntTotal>1190", "<MntTotal> 1190.00\n", "<IVA>190", "<IVA>190.", "<Folio>1", "<Folio>0001").Replace(document)
	d, err := dte.ParseDTE([]byte(src))
	require.NoError(t, err)
	assert.EqualValues(t, 1190, d.Document.Header.Totals.Total)
	assert.EqualValues(t, 190, *d.Document.Header.Totals.VAT)
	assert.EqualValues(t, 1, d.ID().Folio)
	assert.Nil(t, d.Document.Header.Totals.Exempt, "absent is not zero")
}

func TestParseKinds(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"<Otro/>", `<DTE xmlns="urn:otro"/>`, "<Documento/>"} {
		_, err := dte.Parse([]byte(src))
		require.ErrorIs(t, err, dte.ErrKind, src)
	}
	_, err := dte.Parse([]byte("<DTE>"))
	require.ErrorIs(t, err, xmlsig.ErrMalformed)
	_, err = dte.ParseDTE([]byte("<AEC/>"))
	require.ErrorIs(t, err, dte.ErrKind)
	_, err = dte.ParseEnvelope([]byte("<DTE/>"))
	require.ErrorIs(t, err, dte.ErrKind)
	_, err = dte.Parse([]byte(document), xmlsig.WithMaxSize(10))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"dash": "a – b", "control": "a\x01", "not UTF-8": "a\xff"} {
		d := &dte.DTE{Document: &dte.Document{ID: text}}
		_, err := d.Encode(dte.ISO8859)
		require.ErrorIs(t, err, dte.ErrUnencodable, name)
	}
	_, err := (&dte.DTE{}).Encode("UTF-16")
	require.ErrorIs(t, err, dte.ErrUnencodable)
	_, err = (&dte.File{Kind: dte.KindDTE}).Encode(dte.UTF8)
	require.ErrorIs(t, err, dte.ErrKind)
	_, err = (&dte.File{DTE: &dte.DTE{}, AEC: &dte.AEC{}}).Encode(dte.UTF8)
	require.ErrorIs(t, err, dte.ErrKind)
}

// FuzzParse: what is read without complaint is written and read as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(document))
	for _, file := range filled(f, rand.New(rand.NewPCG(1, 2))) {
		src, err := file.Encode(dte.UTF8, dte.WithFormat25())
		require.NoError(f, err)
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := dte.Parse(src)
		if err != nil {
			return
		}
		for _, d := range dtesOf(file) {
			if !bytes.Contains(src, d.Source()) {
				t.Fatal("not the source")
			}
		}
		requireRoundTrip(t, file)
	})
}

// bigDocument is a DTE of about 9 KB.
func bigDocument() []byte {
	line := document[strings.Index(document, "<Detalle>"):strings.Index(document, "</Documento>")]
	line = strings.Replace(line, "<MontoItem>", "<DscItem>Hormigón premezclado, puesto en obra, con bomba</DscItem><QtyItem>10.5</QtyItem><UnmdItem>m3</UnmdItem><PrcItem>95.238095</PrcItem><MontoItem>", 1)
	return []byte(strings.Replace(document, "<Detalle>", strings.Repeat(line, 36)+"<Detalle>", 1))
}

func BenchmarkParseDTE(b *testing.B) {
	src := bigDocument()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dte.ParseDTE(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseDTEByEncodingXML(b *testing.B) {
	src := bigDocument()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		var d dte.DTE
		if err := xml.Unmarshal(src, &d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeDTE(b *testing.B) {
	d, err := dte.ParseDTE(bigDocument())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Encode(dte.ISO8859); err != nil {
			b.Fatal(err)
		}
	}
}

// A small file does not take much memory.
func TestParseBoundsMemory(t *testing.T) {
	t.Parallel()
	_, err := dte.Parse([]byte("<DTE><Documento>" + strings.Repeat("<Detalle/>", 100_000) + "</Documento></DTE>"))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
	envelope := "<EnvioDTE><SetDTE>" + strings.Repeat("<DTE><Documento/></DTE>", 10_000) + "</SetDTE></EnvioDTE>"
	_, err = dte.Parse([]byte(envelope))
	require.ErrorIs(t, err, xmlsig.ErrLimit)
}

// TestRUTWithoutHyphen is not read: a RUT that lost its check digit may look like
// another one.
func TestRUTWithoutHyphen(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/dte.xml")
	require.NoError(t, err)
	text := string(file)
	require.Contains(t, text, "<RUTEmisor>")
	from := strings.Index(text, "<RUTEmisor>") + len("<RUTEmisor>")
	to := from + strings.Index(text[from:], "<")
	_, err = dte.Parse([]byte(text[:from] + "76192006" + text[to:]))
	var values *dte.ValuesError
	require.ErrorAs(t, err, &values)
	require.ErrorIs(t, err, chile.ErrSyntax)
}
