package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"golang.org/x/term"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// FakeClave logs FakeHolder in to the fake portal.
const FakeClave = "prueba-2026"

// PortalFlags say which portal a program uses. The SII's own is that of production:
// no other is known.
type PortalFlags struct {
	real bool
	env  string
}

// PortalVar adds the flags of a portal.
func PortalVar(flags *Flags, p *PortalFlags) {
	flags.BoolVar(&p.real, "real", false, "the SII itself, as -env prod")
	flags.StringVar(&p.env, "env", "", "fake or prod; the default is prod if SII_AMBIENTE is prod, else fake")
}

// Real reports whether the flags and variables mean the SII itself.
func (p *PortalFlags) Real(getenv func(string) string) (bool, error) {
	if p.real && p.env != "" && p.env != "prod" {
		return false, Usagef("-real and -env %s exclude each other", p.env)
	}
	site := SiteFlags{env: p.env}
	if p.real {
		site.env = "prod"
	}
	environment, fake, err := site.named(getenv)
	switch {
	case errors.Is(err, errNotNamed), fake:
		return false, nil
	case err == nil && environment.Kind() != chile.Production:
		return false, Usagef("no portal of %s is known: -env prod or fake", environmentName(environment.Kind()))
	}
	return err == nil, err
}

// Portal is the portal that a program uses: the SII's, or a fake.
type Portal struct {
	Options []session.Option
	fake    *siitest.Server
	client  *http.Client
}

// Tell prints which portal it is.
func (p *Portal) Tell(out *Output) {
	if p.fake != nil {
		TellEnvironment(out, p.fake.Environment(), true)
		return
	}
	TellEnvironment(out, sii.Production(), false)
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
	FillPortal(p.fake, FakeHolder, FakeOwner, FakePeriod, fakePortalDocuments)
	return p
}

// fakePortalDocuments is how many documents the registers of a fake portal have.
const fakePortalDocuments = 60

// FillPortal gives a fake the generated registers of a company, as many lists of
// its sales, and boletas de honorarios of a holder.
func FillPortal(fake *siitest.Server, holder, owner chile.RUT, period chile.Period, documents int) {
	month := siitest.Generate(fakeSeed, owner, period, documents)
	fake.Load(owner, period, month)
	for _, sale := range month.Sales {
		d := sale.Document
		fake.AddListed(owner, period, siitest.Issued, siitest.Listing{
			Type: d.Type, TypeName: mipymeNames[d.Type], Counterparty: d.Counterparty, Name: d.Name, Folio: int64(d.Folio), Issued: d.Issued,
			Net: int64(d.Net), VAT: int64(d.VAT), Exempt: int64(d.Exempt), Total: int64(d.Total),
		})
	}
	for i, purchase := range rcvFirst(month.Purchases, 5) {
		gross := int64(100_000 * (i + 1))
		fake.AddHonoraria(holder, period, siitest.Received, siitest.Honorarium{
			Folio: int64(i + 1), Counterparty: purchase.Counterparty, Name: purchase.Name, Issued: purchase.Issued,
			Gross: gross, Withheld: gross * 15 / 100, Net: gross - gross*15/100,
		})
	}
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
// input is no terminal its first line is the clave. The end of the context ends the
// wait at once. Overwrite what it returns.
func ReadClave(ctx context.Context, stdin *os.File, prompt io.Writer) ([]byte, error) {
	terminal := int(stdin.Fd())
	state, err := term.GetState(terminal)
	if err == nil {
		fmt.Fprint(prompt, "Clave tributaria: ")
		defer fmt.Fprintln(prompt)
		defer term.Restore(terminal, state) //nolint:errcheck // nothing is left to do about it
	}
	type answer struct {
		clave []byte
		err   error
	}
	read := make(chan answer, 1)
	go func() { // a read from a terminal does not end with a context
		clave, err := readClave(stdin, err == nil)
		read <- answer{clave, err}
	}()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case got := <-read:
		return got.clave, got.err
	}
}

func readClave(stdin *os.File, isTerminal bool) ([]byte, error) {
	var clave []byte
	var err error
	if isTerminal {
		clave, err = term.ReadPassword(int(stdin.Fd()))
	} else {
		clave, err = bufio.NewReader(io.LimitReader(stdin, maxClave)).ReadBytes('\n')
		clave = bytes.TrimRight(clave, "\r\n")
	}
	if len(clave) > 0 {
		return clave, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = Usagef("no clave was given")
	}
	return nil, err
}
