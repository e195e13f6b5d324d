package dte_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/sharedtest"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// testBoleta is a signed boleta of 11,900 pesos with all that the schema has
// since 2025. Changes are made before it is signed.
func testBoleta(tb testing.TB, changes ...string) []byte {
	tb.Helper()
	dd := "<DD><RE>76111111-6</RE><TD>39</TD><F>1</F><FE>2026-11-20</FE><RR>66666666-6</RR><RSR>Cliente</RSR>" +
		"<MNT>11900</MNT><IT1>Hormigón</IT1>" + testCAF(tb, 39, "2026-10-01") + "<TSTED>2026-11-20T10:00:00</TSTED></DD>"
	text := `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">` + "\n" + `<Documento ID="F1T39"><Encabezado><IdDoc><TipoDTE>39</TipoDTE><Folio>1</Folio><FchEmis>2026-11-20</FchEmis>` +
		"<IndServicio>1</IndServicio><PeriodoDesde>2026-11-01</PeriodoDesde><PeriodoHasta>2026-11-30</PeriodoHasta><FchVenc>2026-12-15</FchVenc><MedioPago>2</MedioPago></IdDoc>" +
		"<Emisor><RUTEmisor>76111111-6</RUTEmisor><RznSocEmisor>Constructora Ñuñoa</RznSocEmisor><GiroEmisor>Construcción</GiroEmisor><DirOrigen>Calle 1</DirOrigen></Emisor>" +
		"<Receptor><RUTRecep>66666666-6</RUTRecep><RznSocRecep>Cliente</RznSocRecep><Contacto>Ana</Contacto><CorreoRecep>ana@example.com</CorreoRecep><TelefonoRecep>56221234567</TelefonoRecep><DirRecep>Calle 2</DirRecep></Receptor>" +
		"<RUTProvSW>77222222-K</RUTProvSW>" +
		"<Totales><MntNeto>10000</MntNeto><IVA>1900</IVA><MntTotal>11900</MntTotal></Totales></Encabezado>\n" +
		"<Detalle><NroLinDet>1</NroLinDet><NmbItem>Hormigón</NmbItem><QtyItem>1</QtyItem><PrcItem>11900</PrcItem><MontoItem>11900</MontoItem></Detalle>\n" +
		"<GeoRefEmision><LatitudEmision>-33.45</LatitudEmision><LongitudEmision>-70.66</LongitudEmision><SistemaReferencia>1</SistemaReferencia></GeoRefEmision>\n" +
		`<TED version="1.0">` + dd + `<FRMT algoritmo="SHA1withRSA">` + sealOf(tb, testkeys.Key(2), dd) + "</FRMT></TED>\n<TmstFirma>2026-11-20T10:00:00</TmstFirma>\n</Documento>\n</DTE>"
	for i := 0; i+1 < len(changes); i += 2 {
		require.Contains(tb, text, changes[i])
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	signed, err := xmlsig.SignAfter([]byte(text), ana(tb), "F1T39")
	require.NoError(tb, err)
	return signed
}

func testBoletaEnvelope(tb testing.TB, boletas ...[]byte) []byte {
	tb.Helper()
	src := testEnvelope(tb, boletas...)
	src = bytes.ReplaceAll(src[:bytes.LastIndex(src, []byte("<Signature "))], []byte("EnvioDTE"), []byte("EnvioBOLETA"))
	src = append(bytes.Replace(src, []byte("<TpoDTE>33"), []byte("<TpoDTE>39"), 1), "</EnvioBOLETA>"...)
	signed, err := xmlsig.SignAfter(src, ana(tb), "SetDoc")
	require.NoError(tb, err)
	return signed
}

// xmllint reports whether a document is valid, and what is said of it.
func xmllint(t *testing.T, xsd string, src []byte) (ok bool, said string) {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	file := filepath.Join(t.TempDir(), "file.xml")
	require.NoError(t, os.WriteFile(file, src, 0o600))
	out, err := exec.Command(program, "--nonet", "--noout", "--schema", xsd, file).CombinedOutput()
	return err == nil, string(out)
}

func TestBoletaSince2025(t *testing.T) {
	t.Parallel()
	src := testBoletaEnvelope(t, testBoleta(t))
	r := verifyOK(t, src)
	assert.Empty(t, codes(r))
	assert.True(t, r.OK(anaPolicy(t)))
	header := r.Documents[0].DTE.Document.Header
	assert.Equal(t, "2", header.Identification.PaymentMeans)
	assert.Equal(t, "77222222-K", header.SoftwareRUT.String())
	assert.Equal(t, "56221234567", header.Receiver.Phone)
	assert.Equal(t, "-33.45", r.Documents[0].DTE.Document.Location.Latitude)

	older, err := dte.Verify(src, &dte.VerifyOptions{Keys: testKeys(), Schema: dte.SchemaOlder})
	require.NoError(t, err)
	assert.False(t, older.Documents[0].Schema.OK())
}

// The newer schema of boletas, element by element, with xmllint as the judge.
func TestBoletaSchema(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes []string
		ok      bool
	}{
		"all":                       {nil, true},
		"means of payment unknown":  {[]string{"<MedioPago>2", "<MedioPago>6"}, false},
		"means of payment as DTE":   {[]string{"<MedioPago>2", "<MedioPago>EF"}, false},
		"means before the due date": {[]string{"<FchVenc>2026-12-15</FchVenc><MedioPago>2</MedioPago>", "<MedioPago>2</MedioPago><FchVenc>2026-12-15</FchVenc>"}, false},
		"provider as in the PDF":    {[]string{"RUTProvSW", "RutProvSW"}, false},
		"name of the provider":      {[]string{"</RUTProvSW>", "</RUTProvSW><RznSocProvSW>x</RznSocProvSW>"}, false},
		"no VAT":                    {[]string{"<IVA>1900", "<IVA>0"}, true},
		"negative period":           {[]string{"</MntTotal>", "</MntTotal><TotalPeriodo>-1</TotalPeriodo>"}, true},
		"line 1000":                 {[]string{"<NroLinDet>1<", "<NroLinDet>1000<"}, true},
		"line 1001":                 {[]string{"<NroLinDet>1<", "<NroLinDet>1001<"}, false},
		"place without system":      {[]string{"<SistemaReferencia>1</SistemaReferencia>", ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := testBoletaEnvelope(t, testBoleta(t, c.changes...))
			doc, err := xmlsig.Parse(src)
			require.NoError(t, err)
			g := dte.CheckSchema(doc, dte.SchemaNewer)
			assert.Equal(t, c.ok, g.OK(), "%v", g.Findings)
			ok, said := xmllint(t, sharedtest.Path(t, "schemas", "boleta-newer", "EnvioBOLETA_v11.xsd"), src)
			assert.Equal(t, c.ok, ok, said)
		})
	}
}

// unsigned returns the elements of a file in their order, without signatures and
// white space between them.
func unsigned(src []byte) string {
	for _, cut := range []string{`(?s)<\?xml.*?\?>`, `(?s)<Signature .*?</Signature>`, `>\s+<`, ` xmlns(:xsi)?="[^"]*"`} {
		with := ""
		if strings.HasPrefix(cut, ">") {
			with = "><"
		}
		src = regexp.MustCompile(cut).ReplaceAll(src, []byte(with))
	}
	return strings.TrimSpace(string(src))
}

// What is read is written in the order of its schema: in boletas the means of
// payment stand last, in invoices before the terms.
func TestEncodeInTheOrderOfTheSchema(t *testing.T) {
	t.Parallel()
	boleta := testBoletaEnvelope(t, testBoleta(t))
	f, err := dte.Parse(boleta)
	require.NoError(t, err)
	written, err := f.Encode(dte.UTF8)
	require.NoError(t, err)
	assert.Equal(t, unsigned(boleta), unsigned(written))

	due, err := chile.NewDate(2026, 12, 15)
	require.NoError(t, err)
	d, err := dte.ParseDTE(testDTE(t, 1))
	require.NoError(t, err)
	for kind, want := range map[chile.DocType]string{
		33: "<MedioPago>EF</MedioPago><FchVenc>2026-12-15</FchVenc>",
		39: "<FchVenc>2026-12-15</FchVenc><MedioPago>EF</MedioPago>",
		41: "<FchVenc>2026-12-15</FchVenc><MedioPago>EF</MedioPago>",
	} {
		i := &d.Document.Header.Identification
		i.Type, i.PaymentMeans, i.DueDate = kind, "EF", due
		written, err := d.Encode(dte.UTF8)
		require.NoError(t, err)
		assert.Contains(t, string(written), want)
	}
}

// A guía with all elements of format 2.5, in their places.
func format25(tb testing.TB) []byte {
	tb.Helper()
	transport := "<Transporte><Patente>ABCD12</Patente><PatenteCarro>EFGH34</PatenteCarro><RUTTrans>77222222-K</RUTTrans><DirDest>Calle 3</DirDest>" +
		"<Aduana><CodModVenta>1</CodModVenta></Aduana><FchSalida>2026-11-21</FchSalida><HraSalida>08:30:00</HraSalida><FchLlegada>2026-11-22</FchLlegada></Transporte>"
	wood := "<ManejoMadera><ComunaRolOrigen>1</ComunaRolOrigen><MnzRolOrigen>2</MnzRolOrigen><PrdRolOrigen>3</PrdRolOrigen>" +
		"<ComunaRolDestino>4</ComunaRolDestino><MnzRolDestino>5</MnzRolDestino><PrdRolDestino>6</PrdRolDestino><CodPlanConaf>P-1</CodPlanConaf><AvisoEjecucionFaena>A-1</AvisoEjecucionFaena>" +
		"<LatitudOrigenMadera>-37.1</LatitudOrigenMadera><LongitudOrigenMadera>-72.1</LongitudOrigenMadera><LatitudDestinoMadera>-38.1</LatitudDestinoMadera><LongitudDestinoMadera>-72.2</LongitudDestinoMadera>" +
		"<SistemareferenciaMadera>1</SistemareferenciaMadera></ManejoMadera>"
	return testDTE(tb, 1, "<Totales>", transport+"<Totales>", "<TED version", wood+"<TED version")
}

func TestFormat25(t *testing.T) {
	t.Parallel()
	src := format25(t)
	v := &verifyOK(t, src).Documents[0]
	require.True(t, v.Schema.OK(), "%v", v.Schema.Findings)
	require.Len(t, v.Schema.Findings, 10)
	for _, f := range v.Schema.Findings {
		assert.Equal(t, dte.CodeSchemaUnverified, f.Code)
		assert.Equal(t, dte.Note, f.Severity)
	}
	assert.True(t, v.OK(anaPolicy(t)), "%v", v.Refusals(anaPolicy(t)))
	assert.Equal(t, "EFGH34", v.DTE.Document.Header.Transport.TrailerPlate)
	assert.Equal(t, "08:30:00", v.DTE.Document.Header.Transport.DepartureTime)
	assert.Equal(t, 6, v.DTE.Document.Wood.ToLot)
	older, err := dte.Verify(src, &dte.VerifyOptions{Keys: testKeys(), Schema: dte.SchemaOlder})
	require.NoError(t, err)
	assert.False(t, older.Documents[0].Schema.OK())

	for _, wrong := range []string{"<HraSalida>8:30", "<HraSalida>24:00:00", "<FchSalida>2003-03-31", "<PatenteCarro>EFGH34567", "<MnzRolDestino>0"} {
		name := wrong[1:strings.Index(wrong, ">")]
		bad := regexp.MustCompile("<"+name+">[^<]*").ReplaceAll(src, []byte(wrong))
		assert.False(t, verifyOK(t, bad).Documents[0].Schema.OK(), wrong)
	}
	moved := bytes.Replace(bytes.Replace(src, []byte("<FchSalida>2026-11-21</FchSalida>"), nil, 1), []byte("<Aduana>"), []byte("<FchSalida>2026-11-21</FchSalida><Aduana>"), 1)
	assert.False(t, verifyOK(t, moved).Documents[0].Schema.OK(), "it stands before Aduana")
}

// Elements of which no schema is at hand are written only if that is asked for,
// and are never dropped in silence.
func TestFormat25IsOffByDefault(t *testing.T) {
	t.Parallel()
	src := format25(t)
	f, err := dte.Parse(src)
	require.NoError(t, err)
	_, err = f.Encode(dte.UTF8)
	require.ErrorIs(t, err, dte.ErrFormat25)
	_, err = f.Encode(dte.UTF8, dte.WithFormat25(), nil)
	require.EqualError(t, err, "dte: nil option")
	written, err := f.Encode(dte.UTF8, dte.WithFormat25())
	require.NoError(t, err)
	assert.Equal(t, unsigned(src), unsigned(written))

	date, err := chile.NewDate(2026, 11, 21)
	require.NoError(t, err)
	for name, d := range map[string]*dte.Document{
		"PatenteCarro":          {Header: dte.Header{Transport: &dte.Transport{TrailerPlate: "X"}}},
		"FchSalida":             {Header: dte.Header{Transport: &dte.Transport{DepartureDate: date}}},
		"HraSalida":             {Header: dte.Header{Transport: &dte.Transport{DepartureTime: "08:30:00"}}},
		"FchLlegada":            {Header: dte.Header{Transport: &dte.Transport{ArrivalDate: date}}},
		"ComunaRolDestino":      {Wood: &dte.Wood{ToCommune: 1}},
		"MnzRolDestino":         {Wood: &dte.Wood{ToBlock: 1}},
		"PrdRolDestino":         {Wood: &dte.Wood{ToLot: 1}},
		"AvisoEjecucionFaena":   {Wood: &dte.Wood{Notice: "X"}},
		"LatitudDestinoMadera":  {Wood: &dte.Wood{ToLatitude: "1"}},
		"LongitudDestinoMadera": {Wood: &dte.Wood{ToLongitude: "1"}},
	} {
		for _, file := range []*dte.File{
			{Kind: dte.KindDTE, DTE: &dte.DTE{Document: d}},
			{Kind: dte.KindEnvelope, Envelope: &dte.Envelope{Set: dte.Set{DTEs: []dte.DTE{{Document: &dte.Document{}}, {Document: d}}}}},
		} {
			_, err := file.Encode(dte.ISO8859)
			require.ErrorIs(t, err, dte.ErrFormat25, name)
			assert.ErrorContains(t, err, name)
			text, err := file.Encode(dte.ISO8859, dte.WithFormat25())
			require.NoError(t, err)
			assert.Contains(t, string(text), fmt.Sprintf("<%s>", name))
		}
	}
	_, err = (&dte.DTE{Document: &dte.Document{Header: dte.Header{Transport: &dte.Transport{Plate: "X"}}, Wood: &dte.Wood{Commune: 1}}}).Encode(dte.UTF8)
	require.NoError(t, err)
}
