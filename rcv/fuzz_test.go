package rcv

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/ofitec/chile"
)

// seeds adds files to the corpus; the shared ones too where they are at hand.
func seeds(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			if len(content) < 4096 { // the engine spends minutes on making large inputs smaller
				f.Add(content)
			}
		}
	}
}

func FuzzDecodeDocuments(f *testing.F) {
	seeds(f, "../../shared/testdata/rcv-json/*.json")
	const row = `{"detTipoDoc":33,"detRutDoc":76192083,"detDvDoc":"9","detNroDoc":7,"detFchDoc":"05/10/2026","detMntTotal":1.19E3}`
	f.Add([]byte(`{"data":[` + row + `],"respEstado":{"codRespuesta":0}}`))
	f.Add([]byte(`{"respEstado":{"codRespuesta":99,"msgeRespuesta":"no"},"data":[` + row + `,{"detRznSoc":"\u00f1 \\"}]}`))
	f.Add([]byte(`{"errorMsg":"Acceso no autorizado!"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		ended := false
		for doc, err := range DecodeDocuments(bytes.NewReader(body), &DecodeOptions{State: Registro, Type: 33}) {
			if ended {
				t.Fatal("something follows the error that ends the sequence")
			}
			var row *RowError
			ended = err != nil && !errors.As(err, &row)
			if err == nil {
				checkDocument(t, &doc)
			}
		}
	})
}

// checkDocument wants what every document has, and that it can be written and
// read again.
func checkDocument(t *testing.T, d *Document) {
	t.Helper()
	if d.Counterparty.IsZero() || d.Type == 0 || d.Folio == 0 || d.Issued.IsZero() {
		t.Fatalf("a document without identity: %+v", d)
	}
	if len(d.Name) > maxText {
		t.Fatal("a name beyond the limit")
	}
	same := *d
	same.OtherTaxes = slices.Clone(d.OtherTaxes)
	slices.Reverse(same.OtherTaxes)
	if len(Diff(d, &same)) != 0 || Hash(d) != Hash(&same) {
		t.Fatal("a document differs from its copy")
	}
}

func FuzzOpenCSV(f *testing.F) {
	seeds(f, "testdata/*.csv", "../../shared/testdata/rcv-csv/*.csv")
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := OpenCSV(bytes.NewReader(content), &CSVOptions{Type: 33, MaxLine: 2048})
		if err != nil {
			return
		}
		var docs []Document
		for doc, err := range file.Documents() {
			var row *RowError
			switch {
			case err == nil:
				checkDocument(t, &doc)
				docs = append(docs, doc)
			case !errors.As(err, &row):
				t.Fatalf("bytes in memory ended the sequence: %v", err)
			case row.Line < 2:
				t.Fatalf("a row error of the header: %v", row)
			}
		}
		rewrite(t, file, docs)
	})
}

// rewrite writes the documents as the SII would, and wants to read the same.
func rewrite(t *testing.T, file *CSV, docs []Document) {
	t.Helper()
	l := layoutOf(file.Book(), file.State())
	if l == nil {
		t.Fatalf("no layout %s %s", file.Book(), file.State())
	}
	var again bytes.Buffer
	if err := WriteCSV(&again, l.book, l.state, each(docs)); err != nil {
		if errors.Is(err, ErrNotWritable) || errors.Is(err, chile.ErrOverflow) {
			return // a tax with a code and no sum, a carriage return in a name
		}
		t.Fatal(err)
	}
	file, err := OpenCSV(&again, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for doc, err := range file.Documents() {
		if err != nil {
			t.Fatalf("%v in %q", err, again.String())
		}
		for _, c := range l.columns {
			if c.role >= 0 && !fields[c.role].same(&doc, &docs[n]) {
				t.Fatalf("%s: %q, was %q", c.heading, fields[c.role].text(&doc), fields[c.role].text(&docs[n]))
			}
		}
		if len(doc.OtherTaxes) != len(docs[n].OtherTaxes) {
			t.Fatalf("taxes %v, were %v", doc.OtherTaxes, docs[n].OtherTaxes)
		}
		n++
	}
	if n != len(docs) {
		t.Fatalf("%d documents, were %d", n, len(docs))
	}
}

func FuzzDecodeSummary(f *testing.F) {
	seeds(f, "../../shared/testdata/rcv-json/*.json")
	f.Add([]byte(`{"data":[{"rsmnTipoDocInteger":33,"rsmnLink":true,"rsmnTotDoc":1}],"dataCabecera":{"dcvFctProp":" 1,0000"},"respEstado":{"codRespuesta":0}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		summary, err := DecodeSummary(bytes.NewReader(body), Registro)
		if (summary == nil) == (err == nil) {
			t.Fatal("either a summary or an error")
		}
		if err != nil {
			return
		}
		for _, line := range summary.Lines {
			if line.Type == 0 && line.HasDetail && line.Documents < 0 {
				t.Fatalf("%+v", line)
			}
		}
	})
}

func FuzzExportReader(f *testing.F) {
	seeds(f, "testdata/*.csv")
	f.Add([]byte(`{"data":["Nro;Folio\r\n1;7","2;8"],"nombreArchivo":"x.csv","respEstado":{"codRespuesta":0}}`))
	f.Add([]byte(`{"data":"Nro;Folio\n1;7","respEstado":{"codRespuesta":0}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		csv, err := io.ReadAll(NewExportReader(bytes.NewReader(body)))
		if len(csv) > len(body)*3+2 {
			t.Fatal("more comes out than went in")
		}
		again, errAgain := io.ReadAll(NewExportReader(iotest.OneByteReader(bytes.NewReader(body))))
		if (err == nil) != (errAgain == nil) || err == nil && !bytes.Equal(csv, again) {
			t.Fatalf("read byte by byte it is another file: %v, %v", err, errAgain)
		}
	})
}

func FuzzDecodeCatalogs(f *testing.F) {
	seeds(f, "../../shared/testdata/rcv-json/*.json")
	f.Add([]byte(`{"data":[{"usrEmpRut":76192083,"usrEmpDv":"9","dcvCodigoDoc":33}],"dataEventosDocs":[{"dedCodEvento":"ERM"}],"respEstado":{"codRespuesta":0}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if types, err := DecodeTypes(bytes.NewReader(body)); err == nil {
			for _, info := range types {
				if info.Type == 0 {
					t.Fatal("a type without code")
				}
			}
		}
		if companies, err := DecodeCompanies(bytes.NewReader(body)); err == nil {
			for _, company := range companies {
				if company.RUT.IsZero() || len(company.Name) > maxText {
					t.Fatalf("%+v", company)
				}
			}
		}
		if kinds, err := DecodeEventKinds(bytes.NewReader(body)); err == nil {
			for _, kind := range kinds {
				if kind.Code == "" {
					t.Fatal("an event without code")
				}
			}
		}
	})
}

func FuzzDecodeDeferred(f *testing.F) {
	f.Add([]byte(`{"data":[{"caProceso":"CONSDCV_C_RG","caRutEmisor":76192083,"caDvEmisor":"9","caPeriodo":202610,"caTipoDoc":33,"caId":1,"caIdBLOB":"SIN-BLOB","caEstado":"CREADO","caTmstCreado":"15/10/2026 10:00:00"}],"respEstado":{"codRespuesta":1}}`))
	f.Add([]byte(`{"data":[{"compraOVenta":"V","caId":"7","caIdBlob":"B-7","caEstado":"TERMINADO","caNumLineas":"12","caDescError":"no"}],"respEstado":{"codRespuesta":0}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		exports, err := DecodeDeferred(bytes.NewReader(body))
		if err != nil {
			return
		}
		for _, e := range exports {
			if e.ID == 0 || e.Progress == "" || e.Documents < -1 || e.Ready() && (e.Failed() || e.BlobID == "") || strings.EqualFold(e.BlobID, noBlob) {
				t.Fatalf("%+v", e)
			}
		}
	})
}

func FuzzDecodeBoletas(f *testing.F) {
	f.Add([]byte(`{"data":{"boletas":[null,{"dia":1,"totalDocumentos":2,"montoExento":0,"montoNeto":1000,"montoIva":190,"montoTotal":1190}],"totalDocumentos":2,"montoExento":0,"montoNeto":1000,"montoIva":190,"montoTotal":1190}}`))
	october := chile.MustParsePeriod("2026-10")
	f.Fuzz(func(t *testing.T, body []byte) {
		month, err := DecodeBoletas(bytes.NewReader(body), october, chile.BoletaElectronica)
		if err != nil {
			return
		}
		if len(month.Days) > 31 {
			t.Fatal("more days than a month has")
		}
		for _, day := range month.Days {
			if !october.Contains(day.Date) || day.Documents < 0 {
				t.Fatalf("%+v", day)
			}
		}
		if _, err := month.Compare(SummaryLine{}); err != nil && !errors.Is(err, chile.ErrOverflow) {
			t.Fatal(err)
		}
	})
}

// FuzzValidUTF8 compares with the standard library.
func FuzzValidUTF8(f *testing.F) {
	for _, seed := range []string{"", "Peñaflor y Cía. SpA;23084;31/10/2026", "\xf1oño", "\xed\xa0\x80 12345678", "€\xef\xbf\xbd ab"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if validUTF8(text) != utf8.Valid(text) {
			t.Fatalf("%q", text)
		}
	})
}

func FuzzReadSummaryCSV(f *testing.F) {
	f.Add("Tipo Documento;Total Documentos;Monto Exento;Monto Neto;Monto IVA;Monto Total\r\nFactura(33);3;0;1000;190;1190\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := ReadSummaryCSV(strings.NewReader(text), Registro)
		if err != nil {
			return
		}
		for _, line := range lines {
			if line.Type == 0 {
				t.Fatalf("a line without a type: %+v", line)
			}
		}
	})
}
