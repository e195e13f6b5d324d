package schema

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

// good is a document that is valid in both sets; see testdata of package dte.
func good(tb testing.TB, name string) string {
	tb.Helper()
	src, err := os.ReadFile("../../testdata/" + name)
	require.NoError(tb, err)
	return string(src)
}

func checked(tb testing.TB, src string, set Set) []Violation {
	tb.Helper()
	doc, err := xmlsig.Parse([]byte(src))
	require.NoError(tb, err)
	return Check(doc.Unverified(), set, 10)
}

// One thing is changed in a good document, and that is what is found.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, text string
		want      []Violation
	}{
		"nothing":           {"", "", nil},
		"comment":           {"<TipoDTE>33", "<!-- a --><TipoDTE>3<!-- b -->3", nil},
		"spaces":            {"<Folio>1<", "<Folio>\n 1 <", nil},
		"type of document":  {"<TipoDTE>33<", "<TipoDTE>39<", []Violation{{"/DTE/Documento/Encabezado/IdDoc/TipoDTE", NotListed, "39", "33, 34, 46, 52, 56, 61", ""}}},
		"date":              {"<FchEmis>2026-11-20<", "<FchEmis>20-11-2026<", []Violation{{"/DTE/Documento/Encabezado/IdDoc/FchEmis", NotOfType, "20-11-2026", "date AAAA-MM-DD", ""}}},
		"early date":        {"<FchEmis>2026-11-20<", "<FchEmis>1999-11-20<", []Violation{{"/DTE/Documento/Encabezado/IdDoc/FchEmis", OutOfRange, "1999-11-20", "≥ 2000-01-01", ""}}},
		"check digit":       {"<RUTRecep>77222222-K<", "<RUTRecep>77222222-k<", []Violation{{"/DTE/Documento/Encabezado/Receptor/RUTRecep", NotOfPattern, "77222222-k", "[0-9]+-([0-9]|K)", ""}}},
		"long RUT":          {"<RUTRecep>77222222-K<", "<RUTRecep>077222222-K<", []Violation{{"/DTE/Documento/Encabezado/Receptor/RUTRecep", WrongLength, "077222222-K", "≤ 10", ""}}},
		"folio":             {"<Folio>1<", "<Folio>12345678901<", []Violation{{"/DTE/Documento/Encabezado/IdDoc/Folio", TooManyDigits, "12345678901", "≤ 10", ""}}},
		"negative":          {"<MontoItem>10000<", "<MontoItem>-1<", []Violation{{"/DTE/Documento/Detalle/MontoItem", NotOfType, "-1", "whole number from 0", ""}}},
		"decimals":          {"<QtyItem>2.5<", "<QtyItem>2.1234567<", []Violation{{"/DTE/Documento/Detalle/QtyItem", TooManyDecimals, "2.1234567", "≤ 6", ""}}},
		"small":             {"<QtyItem>2.5<", "<QtyItem>0<", []Violation{{"/DTE/Documento/Detalle/QtyItem", OutOfRange, "0", "≥ 0.000001", ""}}},
		"element unknown":   {"<MntNeto>", "<Nuevo/><MntNeto>", []Violation{{"/DTE/Documento/Encabezado/Totales/Nuevo", Unexpected, "Nuevo", "MntNeto, MntExe, MntBase, MntMargenCom, TasaIVA, IVA, IVAProp, IVATerc", "MntTotal"}}},
		"element twice":     {"<IVA>1900</IVA>", "<IVA>1900</IVA><IVA>1900</IVA>", []Violation{{"/DTE/Documento/Encabezado/Totales/IVA[2]", Unexpected, "IVA", "IVAProp, IVATerc, ImptoReten, IVANoRet, CredEC, GrntDep, Comisiones, MntTotal", "MntTotal"}}},
		"element missing":   {"<MntTotal>11900</MntTotal>", "", []Violation{{"/DTE/Documento/Encabezado/Totales", Missing, "", "IVAProp, IVATerc, ImptoReten, IVANoRet, CredEC, GrntDep, Comisiones, MntTotal", "MntTotal"}}},
		"element moved":     {"<TipoDTE>33</TipoDTE><Folio>1</Folio>", "<Folio>1</Folio><TipoDTE>33</TipoDTE>", []Violation{{"/DTE/Documento/Encabezado/IdDoc/Folio", Unexpected, "Folio", "TipoDTE", "TipoDTE"}}},
		"other namespace":   {"<MntNeto>", `<MntNeto xmlns="urn:x">`, []Violation{{"/DTE/Documento/Encabezado/Totales/MntNeto", Unexpected, "MntNeto", "MntNeto, MntExe, MntBase, MntMargenCom, TasaIVA, IVA, IVAProp, IVATerc", "MntTotal"}}},
		"text between":      {"<MntNeto>", "x<MntNeto>", []Violation{{"/DTE/Documento/Encabezado/Totales", Text, "x", "", ""}}},
		"elements in value": {"<Folio>1<", "<Folio><a/>1<", []Violation{{"/DTE/Documento/Encabezado/IdDoc/Folio/a", NoElements, "a", "", ""}}},
		"attribute unknown": {"<Encabezado>", `<Encabezado a="1">`, []Violation{{"/DTE/Documento/Encabezado/@a", UnknownAttribute, "", "", ""}}},
		"xml:lang":          {"<Encabezado>", `<Encabezado xml:lang="es">`, []Violation{{"/DTE/Documento/Encabezado/@lang", UnknownAttribute, "", "", ""}}},
		"version missing":   {`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">`, `<DTE xmlns="http://www.sii.cl/SiiDte">`, []Violation{{"/DTE/@version", MissingAttribute, "", "", ""}}},
		"version as number": {`version="1.0"><DD>`, `version="1.0" ><DD>`, nil},
		"version other":     {`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">`, `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.1">`, []Violation{{"/DTE/@version", NotFixed, "1.1", "1.0", ""}}},
		"version same":      {`<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">`, `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.00">`, nil},
		"ID":                {`ID="F1T33"`, `ID="1F"`, []Violation{{"/DTE/Documento/@ID", NotOfType, "1F", "ID", ""}}},
		"no namespace":      {` xmlns="http://www.sii.cl/SiiDte"`, "", []Violation{{"/DTE", UnknownRoot, "DTE", "", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := good(t, "dte.xml")
			require.Contains(t, src, c.old)
			src = strings.Replace(src, c.old, c.text, 1)
			assert.Equal(t, c.want, checked(t, src, Newer))
			if c.want == nil {
				assert.Empty(t, checked(t, src, Older))
			}
		})
	}
}

func TestCheckOfParts(t *testing.T) {
	t.Parallel()
	envelope := good(t, "envelope.xml")
	assert.Empty(t, checked(t, envelope, Newer))
	doc, err := xmlsig.Parse([]byte(envelope))
	require.NoError(t, err)
	part := doc.Unverified().Child("SetDTE").Child("DTE")
	assert.Empty(t, CheckIn("EnvioDTE", part, Newer, 10))
	assert.NotEmpty(t, CheckIn("EnvioBOLETA", part, Newer, 10), "a boleta is no invoice")
	assert.NotEmpty(t, CheckIn("Otro", part, Newer, 10))
	assert.NotEmpty(t, CheckIn("AEC", doc.Unverified(), Newer, 10))

	start, end := strings.Index(envelope, "<DTE "), strings.LastIndex(envelope, "</DTE>")+len("</DTE>")
	doc, err = xmlsig.Parse([]byte(envelope[:start] + envelope[end:]))
	require.NoError(t, err)
	assert.Empty(t, CheckWithout("DTE", 2, doc.Unverified(), Newer, 10))
	assert.Empty(t, CheckWithout("DTE", 2000, doc.Unverified(), Newer, 10))
	tooMany := CheckWithout("DTE", 2001, doc.Unverified(), Newer, 10)
	require.Len(t, tooMany, 1)
	assert.Equal(t, TooMany, tooMany[0].Rule)
	none := CheckWithout("DTE", 0, doc.Unverified(), Newer, 10)
	require.Len(t, none, 1)
	assert.Equal(t, Missing, none[0].Rule)
}

// What is told is bounded.
func TestCheckLimit(t *testing.T) {
	t.Parallel()
	src := strings.ReplaceAll(good(t, "dte.xml"), "<Folio>", "<Folio>x")
	src = strings.ReplaceAll(src, "<MntNeto>", "<MntNeto>x")
	doc, err := xmlsig.Parse([]byte(src))
	require.NoError(t, err)
	assert.Len(t, Check(doc.Unverified(), Newer, 1), 1)

	// The last one that is told is told whole.
	lacking, err := xmlsig.Parse([]byte(strings.Replace(good(t, "dte.xml"), "<RUTEmisor>76111111-6</RUTEmisor>", "", 1)))
	require.NoError(t, err)
	all, first := Check(lacking.Unverified(), Newer, 100), Check(lacking.Unverified(), Newer, 1)
	require.NotEmpty(t, all)
	assert.NotEmpty(t, all[0].Needed)
	assert.Equal(t, all[:1], first)
	assert.Len(t, Check(doc.Unverified(), Newer, 5), 2)
}

// FuzzCheck: no document makes it fail, and a document with a violation has one
// in a set of its own.
func FuzzCheck(f *testing.F) {
	for _, name := range []string{"dte.xml", "envelope.xml", "envelope-forged.xml"} {
		f.Add([]byte(good(f, name)))
	}
	f.Add([]byte(`<AEC xmlns="http://www.sii.cl/SiiDte" version="1.0"><DocumentoAEC ID="a"><Caratula/></DocumentoAEC></AEC>`))
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, err := xmlsig.Parse(src)
		if err != nil {
			return
		}
		for _, set := range []Set{Newer, Older} {
			all := Check(doc.Unverified(), set, 100)
			first := Check(doc.Unverified(), set, 1)
			if len(all) > 100 || len(first) != min(len(all), 1) || len(first) == 1 && first[0] != all[0] {
				t.Fatalf("%v, first %v", all, first)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, name := range []string{"dte.xml", "envelope.xml"} {
		b.Run(name, func(b *testing.B) {
			src := []byte(good(b, name))
			doc, err := xmlsig.Parse(src)
			require.NoError(b, err)
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if len(Check(doc.Unverified(), Newer, 10)) > 0 {
					b.Fatal("not valid")
				}
			}
		})
	}
}
