package siitest_test

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// builder writes documents and envelopes from the notes on their format, without
// the project's own issuing code.
type builder struct {
	tb     testing.TB
	id     *xmlsig.Identity
	issuer chile.RUT
	at     time.Time
	cafs   map[int][]byte // files, by type
}

// line is a document to build, with one line of detail. Its net is a multiple of
// 100.
type line struct {
	of, folio int
	amount    int    // net; of 34 and 41 exempt, of 39 with VAT
	receiver  string // a customer if empty
	refs      string // XML
	id        string // ID; T33F1 and so on if empty
	change    func(string) string
}

func (l line) total() int {
	if l.of == 33 || l.of == 61 || l.of == 56 {
		return l.amount * 119 / 100
	}
	return l.amount
}

func (l line) customer() string {
	if l.receiver != "" {
		return l.receiver
	}
	if l.of == 39 || l.of == 41 {
		return "66666666-6"
	}
	return "77222222-K"
}

// newBuilder gives a company folios 1 to 1000 of some types, and registers it with
// the fake.
func newBuilder(tb testing.TB, srv *siitest.Server, id *xmlsig.Identity, at time.Time, types ...int) *builder {
	tb.Helper()
	b := &builder{tb: tb, id: id, issuer: owner, at: at.In(chile.Santiago()), cafs: map[int][]byte{}}
	for _, of := range types {
		file, err := srv.NewCAF(owner, chile.DocType(of), 1, 1000, siitest.WithCAFDate(chile.DateOf(at).AddDays(-10)))
		require.NoError(tb, err)
		b.cafs[of] = file
	}
	return b
}

func toLatin1(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}

// dte builds a signed document in ISO-8859-1.
func (b *builder) dte(l line) []byte {
	b.tb.Helper()
	day, stamped := b.at.Format(time.DateOnly), b.at.Format("2006-01-02T15:04:05")
	iva := l.total() - l.amount
	totals := fmt.Sprintf("<MntNeto>%d</MntNeto><TasaIVA>19</TasaIVA><IVA>%d</IVA><MntTotal>%d</MntTotal>", l.amount, iva, l.total())
	kind, exempt := "", ""
	issuer := "<RUTEmisor>%s</RUTEmisor><RznSoc>Panadería Ñandú SpA</RznSoc><GiroEmis>Panadería</GiroEmis><Acteco>107100</Acteco>" +
		"<DirOrigen>Calle 1</DirOrigen><CmnaOrigen>Ñuñoa</CmnaOrigen>"
	receiver := "<RUTRecep>%s</RUTRecep><RznSocRecep>Cliente &amp; Cía</RznSocRecep><GiroRecep>Comercio</GiroRecep><DirRecep>Calle 2</DirRecep><CmnaRecep>Santiago</CmnaRecep>"
	switch l.of {
	case 39, 41:
		kind = "<IndServicio>3</IndServicio>"
		issuer = "<RUTEmisor>%s</RUTEmisor><RznSocEmisor>Panadería Ñandú SpA</RznSocEmisor><GiroEmisor>Panadería</GiroEmisor><DirOrigen>Calle 1</DirOrigen><CmnaOrigen>Ñuñoa</CmnaOrigen>"
		receiver = "<RUTRecep>%s</RUTRecep><RznSocRecep>Cliente &amp; Cía</RznSocRecep>"
		if l.of == 41 {
			exempt = "<IndExe>1</IndExe>"
			totals = fmt.Sprintf("<MntExe>%d</MntExe><MntTotal>%d</MntTotal>", l.amount, l.amount)
			break
		}
		net := (l.amount*100 + 59) / 119
		totals = fmt.Sprintf("<MntNeto>%d</MntNeto><IVA>%d</IVA><MntTotal>%d</MntTotal>", net, l.amount-net, l.amount)
	case 34:
		exempt = "<IndExe>1</IndExe>"
		totals = fmt.Sprintf("<MntExe>%d</MntExe><MntTotal>%d</MntTotal>", l.amount, l.amount)
	}
	caf := string(regexp.MustCompile(`(?s)<CAF .*</CAF>`).Find(b.cafs[l.of]))
	var name bytes.Buffer
	for _, c := range []byte(caf) { // a CAF is in ISO-8859-1
		name.WriteRune(rune(c))
	}
	caf = regexp.MustCompile(`>\s+<`).ReplaceAllString(name.String(), "><")
	dd := fmt.Sprintf("<DD><RE>%s</RE><TD>%d</TD><F>%d</F><FE>%s</FE><RR>%s</RR><RSR>Cliente &amp; Cía</RSR><MNT>%d</MNT><IT1>Marraqueta ñ</IT1>%s<TSTED>%s</TSTED></DD>",
		b.issuer, l.of, l.folio, day, l.customer(), l.total(), caf, stamped)
	stamp, err := smallrsa.Sign(rand.Reader, b.cafKey(l.of), toLatin1(dd))
	require.NoError(b.tb, err)
	id := cmp.Or(l.id, fmt.Sprintf("T%dF%d", l.of, l.folio))
	price := fmt.Sprintf("<QtyItem>1</QtyItem><PrcItem>%d</PrcItem>", l.amount)
	if l.amount == 0 { // of a note that corrects text
		price = ""
	}
	text := `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0">` + "\n" + `<Documento ID="` + id + `">` + "\n<Encabezado>" +
		fmt.Sprintf("<IdDoc><TipoDTE>%d</TipoDTE><Folio>%d</Folio><FchEmis>%s</FchEmis>%s</IdDoc>\n", l.of, l.folio, day, kind) +
		"<Emisor>" + fmt.Sprintf(issuer, b.issuer) + "</Emisor>\n<Receptor>" + fmt.Sprintf(receiver, l.customer()) + "</Receptor>\n" +
		"<Totales>" + totals + "</Totales></Encabezado>\n" +
		fmt.Sprintf("<Detalle><NroLinDet>1</NroLinDet>%s<NmbItem>Marraqueta ñ</NmbItem>%s<MontoItem>%d</MontoItem></Detalle>\n", exempt, price, l.amount) +
		l.refs + `<TED version="1.0">` + dd + `<FRMT algoritmo="SHA1withRSA">` + base64.StdEncoding.EncodeToString(stamp) + "</FRMT></TED>\n" +
		"<TmstFirma>" + stamped + "</TmstFirma>\n</Documento>\n</DTE>"
	if l.change != nil {
		text = l.change(text)
	}
	signed, err := xmlsig.SignAfter(append([]byte(latin1Declaration), toLatin1(text)...), b.id, id)
	require.NoError(b.tb, err)
	return bytes.TrimPrefix(signed, []byte(latin1Declaration))
}

const latin1Declaration = `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n"

func (b *builder) cafKey(of int) *rsa.PrivateKey {
	block, _ := pem.Decode(b.cafs[of][bytes.Index(b.cafs[of], []byte("-----BEGIN")):])
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	require.NoError(b.tb, err)
	return key
}

// envelope builds an envelope of the documents. Its carátula may be changed.
func (b *builder) envelope(change func(string) string, lines ...line) []byte {
	b.tb.Helper()
	root, schema := "EnvioDTE", "EnvioDTE_v10.xsd"
	counts, types := map[int]int{}, []int{}
	var documents [][]byte
	for _, l := range lines {
		if l.of == 39 || l.of == 41 {
			root, schema = "EnvioBOLETA", "EnvioBOLETA_v11.xsd"
		}
		if counts[l.of]++; counts[l.of] == 1 {
			types = append(types, l.of)
		}
		documents = append(documents, b.dte(l))
	}
	cover := `<Caratula version="1.0"><RutEmisor>` + b.issuer.String() + `</RutEmisor><RutEnvia>` + holder.String() + `</RutEnvia><RutReceptor>60803000-K</RutReceptor>` +
		`<FchResol>2026-01-15</FchResol><NroResol>80</NroResol><TmstFirmaEnv>` + b.at.Format("2006-01-02T15:04:05") + `</TmstFirmaEnv>`
	for _, of := range types {
		cover += fmt.Sprintf("<SubTotDTE><TpoDTE>%d</TpoDTE><NroDTE>%d</NroDTE></SubTotDTE>", of, counts[of])
	}
	cover += "</Caratula>\n"
	if change != nil {
		cover = change(cover)
	}
	text := latin1Declaration + `<` + root + ` xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.sii.cl/SiiDte ` +
		schema + `" version="1.0">` + "\n" + `<SetDTE ID="SetDoc">` + "\n" + cover + string(bytes.Join(documents, []byte("\n"))) + "\n</SetDTE>\n</" + root + ">"
	signed, err := xmlsig.SignAfter([]byte(text), b.id, "SetDoc")
	require.NoError(b.tb, err)
	return signed
}

// reference is a reference of a note.
func reference(of, folio int, day time.Time, code string) string {
	return fmt.Sprintf("<Referencia><NroLinRef>1</NroLinRef><TpoDocRef>%d</TpoDocRef><FolioRef>%d</FolioRef><FchRef>%s</FchRef><CodRef>%s</CodRef></Referencia>\n",
		of, folio, day.Format(time.DateOnly), code)
}

// replaced changes a text where it stands.
func replaced(from, to string) func(string) string {
	return func(s string) string { return strings.Replace(s, from, to, 1) }
}
