package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"golang.org/x/term"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii/siitest"
)

// FakeClave logs FakeHolder in to the fake portal.
const FakeClave = "prueba-2026"

// Portal is the portal that a program uses: the SII's, or a fake.
type Portal struct {
	Options []session.Option
	fake    *siitest.Server
	client  *http.Client
}

// OpenPortal returns the SII's portal, or a fake with the generated lists of a
// company. Close it.
func OpenPortal(real bool) *Portal {
	p := &Portal{}
	if real {
		return p
	}
	p.fake = siitest.NewServer()
	p.client = p.fake.Client()
	p.Options = []session.Option{session.WithHTTPClient(p.client)}
	p.fake.AddUser(FakeHolder, siitest.User{Clave: FakeClave, Name: "Juana Prueba Soto"})
	p.fake.Authorize(FakeHolder, FakeOwner)
	month := siitest.Generate(1, FakeOwner, FakePeriod, 60)
	p.fake.Load(FakeOwner, FakePeriod, month)
	for _, sale := range month.Sales {
		d := sale.Document
		p.fake.AddListed(FakeOwner, FakePeriod, false, siitest.Listing{
			Type: d.Type, TypeName: mipymeNames[d.Type], Counterparty: d.Counterparty, Name: d.Name, Folio: int64(d.Folio), Issued: d.Issued,
			Net: int64(d.Net), VAT: int64(d.VAT), Exempt: int64(d.Exempt), Total: int64(d.Total),
		})
	}
	for i, purchase := range rcvFirst(month.Purchases, 5) {
		gross := int64(100_000 * (i + 1))
		p.fake.AddHonoraria(FakeHolder, FakePeriod, true, siitest.Honorarium{
			Folio: int64(i + 1), Counterparty: purchase.Counterparty, Name: purchase.Name, Issued: purchase.Issued,
			Gross: gross, Withheld: gross * 15 / 100, Net: gross - gross*15/100,
		})
	}
	return p
}

// mipymeNames are what MIPYME calls the types that are generated.
var mipymeNames = map[chile.DocType]string{
	chile.FacturaElectronica: "Factura Electronica", chile.FacturaExentaElectronica: "Factura No Afecta o Exenta Electronica",
	chile.NotaCreditoElectronica: "Nota de Credito Electronica", chile.FacturaExportacionElectronica: "Factura de Exportacion Electronica",
}

func rcvFirst(list []rcv.Purchase, n int) []rcv.Purchase { return list[:min(n, len(list))] }

// Close stops a fake.
func (p *Portal) Close() {
	if p.fake != nil {
		p.client.CloseIdleConnections()
		p.fake.Close()
	}
}

// maxClave bounds what is read as a clave.
const maxClave = 256

// ReadClave asks for a clave on the terminal, without showing it. If standard
// input is no terminal its first line is the clave. Overwrite what it returns.
func ReadClave(stdin *os.File, prompt io.Writer) ([]byte, error) {
	if term.IsTerminal(int(stdin.Fd())) {
		fmt.Fprint(prompt, "Clave tributaria: ")
		clave, err := term.ReadPassword(int(stdin.Fd()))
		fmt.Fprintln(prompt)
		return clave, err
	}
	line, err := bufio.NewReader(io.LimitReader(stdin, maxClave)).ReadBytes('\n')
	if clave := bytes.TrimRight(line, "\r\n"); len(clave) > 0 {
		return clave, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = errors.New("no clave on standard input")
	}
	return nil, err
}
