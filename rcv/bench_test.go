package rcv

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ofitec/chile"
)

const benchRows = 10_000

// purchasesFile is a file of purchases of 500 suppliers.
func purchasesFile() []byte {
	var b bytes.Buffer
	b.WriteString(purchaseRegistro + "\r\n")
	for n := range benchRows {
		rut, _ := chile.NewRUT(int64(76_000_000 + n%500))
		fmt.Fprintf(&b, "%d;33;Del Giro;%s;Proveedor Número %d SpA;%d;%02d/10/2026;%02d/10/2026 %02d:55:53;;0;%d;%d;;;%d;;;;;0;;;;0;;;;\r\n",
			n+1, rut, n%500, 20_000+n, 1+n%28, 1+n%28, n%24, 500_000+n, 95_000+n, 595_000+2*n)
	}
	return b.Bytes()
}

func BenchmarkCSV(b *testing.B) {
	file := purchasesFile()
	b.Run("encoding/csv untyped, ReuseRecord", func(b *testing.B) {
		b.SetBytes(int64(len(file)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(file))
			r.Comma, r.ReuseRecord, r.FieldsPerRecord, r.LazyQuotes = ';', true, -1, true
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("typed", func(b *testing.B) {
		b.SetBytes(int64(len(file)))
		b.ReportAllocs()
		for b.Loop() {
			f, err := OpenCSV(bytes.NewReader(file), nil)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for _, err := range f.Documents() {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != benchRows {
				b.Fatal(n)
			}
		}
	})
}

// purchasesAnswer is an answer with rows of all values.
func purchasesAnswer(b *testing.B) []byte {
	b.Helper()
	rows := make([]map[string]any, 1000)
	for n := range rows {
		rut, _ := chile.NewRUT(int64(76_000_000 + n%500))
		row := make(map[string]any)
		for i := range fields {
			row[fields[i].name] = nil
			if fields[i].money {
				row[fields[i].name] = 0
			}
		}
		row["detTipoDoc"], row["detRutDoc"], row["detDvDoc"] = 33, rut.Number(), string(rut.DV())
		row["detRznSoc"], row["detNroDoc"], row["detFchDoc"] = "Proveedor Número "+fmt.Sprint(n%500), 20_000+n, "05/10/2026"
		row["detFecRecepcion"], row["detMntNeto"], row["detMntIVA"], row["detMntTotal"] = "06/10/2026 09:55:53", 500_000, 95_000, 595_000
		row["descTipoTransaccion"], row["detTipoTransaccion"], row["dhdrCodigo"] = "Del Giro", 1, 7_700_000_000_001+n
		rows[n] = row
	}
	answer, err := json.Marshal(map[string]any{"data": rows, "respEstado": map[string]any{"codRespuesta": 0}})
	if err != nil {
		b.Fatal(err)
	}
	return answer
}

// untypedRow has the values of a row that most clients read, as numbers and
// texts: no dates, no check digit, no marks.
type untypedRow struct {
	HeaderID          int64   `json:"dhdrCodigo"`
	Type              int     `json:"detTipoDoc"`
	RUT               int64   `json:"detRutDoc"`
	DV                string  `json:"detDvDoc"`
	Name              string  `json:"detRznSoc"`
	Folio             int64   `json:"detNroDoc"`
	Issued            string  `json:"detFchDoc"`
	Received          string  `json:"detFecRecepcion"`
	Acknowledged      *string `json:"detFecAcuse"`
	Claimed           *string `json:"detFecReclamado"`
	Exempt            int64   `json:"detMntExe"`
	Net               int64   `json:"detMntNeto"`
	VAT               int64   `json:"detMntIVA"`
	Total             int64   `json:"detMntTotal"`
	FixedAssetNet     int64   `json:"detMntActFijo"`
	FixedAssetVAT     int64   `json:"detMntIVAActFijo"`
	NonRecoverable    int64   `json:"detMntIVANoRec"`
	CommonUse         int64   `json:"detIVAUsoComun"`
	NoCredit          int64   `json:"detMntSinCredito"`
	Kind              int     `json:"detTipoTransaccion"`
	KindText          string  `json:"descTipoTransaccion"`
	Event             *string `json:"detEventoReceptor"`
	AdditionalTaxes   int64   `json:"totalDtoiMontoImp"`
	NonRecoverableAll int64   `json:"totalDinrMontoIVANoR"`
}

func BenchmarkJSON(b *testing.B) {
	answer := purchasesAnswer(b)
	b.Run("encoding/json into maps", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			var whole struct {
				Data []map[string]any `json:"data"`
			}
			if err := json.NewDecoder(bytes.NewReader(answer)).Decode(&whole); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json into structs of numbers and texts", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			var whole struct {
				Data []untypedRow `json:"data"`
			}
			if err := json.NewDecoder(bytes.NewReader(answer)).Decode(&whole); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("typed, streamed", func(b *testing.B) {
		b.SetBytes(int64(len(answer)))
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range DecodeDocuments(bytes.NewReader(answer), nil) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 1000 {
				b.Fatal(n)
			}
		}
	})
}

func BenchmarkHashAndDiff(b *testing.B) {
	doc := Document{State: Registro, Type: 33, Folio: 7, Name: "Uno", Net: 1000, VAT: 190, Total: 1190}
	other := doc
	b.Run("hash", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Hash(&doc)
		}
	})
	b.Run("diff", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Diff(&doc, &other)
		}
	})
}
