package judge_test

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// The world of the tests: Ana sends for 76111111-6, to whom a pretended SII, whose
// key has number 666, granted folios. It is 2026-11-21 in the morning.
var (
	company  = chile.MustParseRUT("76111111-6")
	customer = chile.MustParseRUT("77222222-K")
	anaRUT   = chile.MustParseRUT("11111111-1")
)

const pretendedKey = 666

func date(s string) chile.Date {
	d, err := chile.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// world is one in which nothing is missing.
func world() judge.World {
	return judge.World{
		Environment: chile.OtherEnvironment,
		Now:         time.Date(2026, 11, 21, 9, 0, 0, 0, chile.Santiago()),
		Uploader:    anaRUT,
		Company: func(r chile.RUT) (judge.Company, bool) {
			return judge.Company{
				Resolution: judge.Resolution{Date: date("2014-08-22"), Number: 80},
				Activities: []int{410010},
				Users:      map[chile.RUT]judge.Right{anaRUT: judge.MaySend},
			}, r == company
		},
		Keys:     dte.Keys{pretendedKey: &smallKey(0).PublicKey},
		Folio:    func(chile.DocumentID) judge.Folio { return judge.FolioFree },
		Document: func(chile.DocumentID) (judge.Known, bool) { return judge.Known{}, false },
		Uploaded: func([32]byte) (judge.Upload, bool) { return judge.Upload{}, false },
	}
}

// smallKey returns a key of 512 bits, as CAFs have.
var smallKey = func() func(int) *rsa.PrivateKey {
	var keys [3]*rsa.PrivateKey
	var once sync.Once
	return func(i int) *rsa.PrivateKey {
		once.Do(func() {
			for n := range keys {
				keys[n] = newSmallKey()
			}
		})
		return keys[i]
	}
}()

func newSmallKey() *rsa.PrivateKey {
	one, e := big.NewInt(1), big.NewInt(65537)
	for {
		p, errP := rand.Prime(rand.Reader, 256)
		q, errQ := rand.Prime(rand.Reader, 256)
		if errP != nil || errQ != nil {
			panic("no randomness")
		}
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		n := new(big.Int).Mul(p, q)
		if d == nil || p.Cmp(q) == 0 || n.BitLen() != 512 {
			continue
		}
		return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: 65537}, D: d, Primes: []*big.Int{p, q}}
	}
}

func latin1(s string) []byte {
	var b bytes.Buffer
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.Bytes()
}

func seal(tb testing.TB, key *rsa.PrivateKey, text string) string {
	tb.Helper()
	value, err := smallrsa.Sign(rand.Reader, key, latin1(text))
	require.NoError(tb, err)
	return base64.StdEncoding.EncodeToString(value)
}

// identities are persons with certificates, made once.
var identities sync.Map

func identity(tb testing.TB, rut string, key int) *xmlsig.Identity {
	tb.Helper()
	name := fmt.Sprint(rut, key)
	if known, ok := identities.Load(name); ok {
		return known.(*xmlsig.Identity)
	}
	cert, err := testkeys.Certificate(testkeys.Request{
		CommonName: "Ana Prueba", RUT: rut, Serial: 7, Key: testkeys.Key(key).Public(), Signer: testkeys.Key(key),
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	require.NoError(tb, err)
	id, err := xmlsig.NewIdentity(testkeys.Key(key), cert)
	require.NoError(tb, err)
	identities.Store(name, id)
	return id
}

func ana(tb testing.TB) *xmlsig.Identity { tb.Helper(); return identity(tb, "11111111-1", 1) }

// paper is a document to be built. Texts are XML.
type paper struct {
	kind, folio int
	id          string // F7T33 by default
	date        string
	issuer      string
	receiver    string
	idDoc       string // behind FchEmis
	header      string // between Receptor and Totales
	totals      string // without MntTotal, but for what stands behind it
	total       string
	behind      string // in Totales, behind MntTotal
	currency    string // OtraMoneda
	lines       string
	tail        string // between Detalle and TED

	stamp    []string // replaced in DD before it is sealed
	caf      []string // replaced in DA before the SII seals it
	sealed   []string // replaced in the TED afterwards
	cafKey   int      // with which FRMT is made
	dteTag   string   // attributes of DTE
	digested string   // the tag with which it is signed, if another
	signedAt string
	changes  []string // before it is signed
	forged   []string // after it was signed
	signer   *xmlsig.Identity
	unsigned bool
	ref      string // the ID that is signed, if another
}

func line(n int, name string, rest string) string {
	return fmt.Sprintf("<Detalle><NroLinDet>%d</NroLinDet><NmbItem>%s</NmbItem>%s</Detalle>\n", n, name, rest)
}

// invoice is a good document of a type in pesos.
func invoice(kind int) paper {
	p := paper{
		kind: kind, folio: 7, date: "2026-11-20", issuer: company.String(), receiver: customer.String(), signedAt: "2026-11-20T10:00:00",
		totals: "<MntNeto>10000</MntNeto><TasaIVA>19</TasaIVA><IVA>1900</IVA>", total: "11900",
		lines:  line(1, "Hormigón", "<QtyItem>2.5</QtyItem><PrcItem>4000</PrcItem><MontoItem>10000</MontoItem>"),
		dteTag: ` xmlns="http://www.sii.cl/SiiDte" version="1.0"`,
	}
	switch kind {
	case 34:
		p.totals, p.total = "<MntExe>10000</MntExe>", "10000"
	case 39:
		p.receiver = "66666666-6"
		p.idDoc = "<IndServicio>3</IndServicio>"
		p.totals, p.total = "<MntNeto>8403</MntNeto><IVA>1597</IVA>", "10000"
	case 41:
		p.receiver = "66666666-6"
		p.idDoc = "<IndServicio>3</IndServicio>"
		p.totals, p.total = "<MntExe>10000</MntExe>", "10000"
	case 52:
		p.idDoc = "<IndTraslado>1</IndTraslado>"
	case 43:
		p.lines = strings.ReplaceAll(p.lines, "<NmbItem>", "<TpoDocLiq>33</TpoDocLiq><NmbItem>")
		p.lines = strings.ReplaceAll(p.lines, "<PrcItem>4000</PrcItem>", "")
	case 56, 61:
		p.tail = reference(1, "33", "5", "3")
	case 110, 111, 112:
		p.receiver = "55555555-5"
		p.totals, p.total = "<TpoMoneda>DOLAR USA</TpoMoneda><MntExe>250.50</MntExe>", "250.50"
		p.lines = line(1, "Hormigón", "<QtyItem>2.5</QtyItem><PrcItem>100.2</PrcItem><MontoItem>250.50</MontoItem>")
		p.currency = "<OtraMoneda><TpoMoneda>PESO CL</TpoMoneda><TpoCambio>950.5</TpoCambio><MntExeOtrMnda>238100</MntExeOtrMnda><MntTotOtrMnda>238100</MntTotOtrMnda></OtraMoneda>"
		if kind != 110 {
			p.tail = reference(1, "110", "5", "3")
		}
	}
	return p
}

func reference(n int, kind, folio, code string) string {
	r := fmt.Sprintf("<Referencia><NroLinRef>%d</NroLinRef><TpoDocRef>%s</TpoDocRef><FolioRef>%s</FolioRef><FchRef>2026-11-19</FchRef>", n, kind, folio)
	if code != "" {
		r += "<CodRef>" + code + "</CodRef>"
	}
	return r + "</Referencia>\n"
}

func replaced(tb testing.TB, text string, changes []string) string {
	tb.Helper()
	for i := 0; i+1 < len(changes); i += 2 {
		require.Contains(tb, text, changes[i])
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	return text
}

func (p *paper) emitter() string {
	if p.kind == 39 || p.kind == 41 {
		return "<RznSocEmisor>Constructora Ñuñoa</RznSocEmisor><GiroEmisor>Construcción</GiroEmisor><DirOrigen>Calle 1</DirOrigen><CmnaOrigen>Ñuñoa</CmnaOrigen>"
	}
	return "<RznSoc>Constructora Ñuñoa</RznSoc><GiroEmis>Construcción</GiroEmis><Acteco>410010</Acteco><DirOrigen>Calle 1</DirOrigen><CmnaOrigen>Ñuñoa</CmnaOrigen>"
}

func (p *paper) recipient() string {
	if p.kind == 39 || p.kind == 41 {
		return "<RznSocRecep>Ñandú &amp; Cía</RznSocRecep>"
	}
	return "<RznSocRecep>Ñandú &amp; Cía</RznSocRecep><GiroRecep>Comercio</GiroRecep><DirRecep>Calle 2</DirRecep><CmnaRecep>Santiago</CmnaRecep>"
}

func (p *paper) element() string {
	switch p.kind {
	case 43:
		return "Liquidacion"
	case 110, 111, 112:
		return "Exportaciones"
	}
	return "Documento"
}

// build stamps and signs a document, in UTF-8.
func (p paper) build(tb testing.TB) string {
	tb.Helper()
	key := smallKey(1)
	da := replaced(tb, fmt.Sprintf("<DA><RE>%s</RE><RS>CONSTRUCTORA ÑUÑOA</RS><TD>%d</TD><RNG><D>1</D><H>20000</H></RNG><FA>2026-10-01</FA>"+
		"<RSAPK><M>%s</M><E>%s</E></RSAPK><IDK>%d</IDK></DA>", p.issuer, p.kind,
		base64.StdEncoding.EncodeToString(key.N.Bytes()), base64.StdEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()), pretendedKey), p.caf)
	caf := `<CAF version="1.0">` + da + `<FRMA algoritmo="SHA1withRSA">` + seal(tb, smallKey(0), da) + `</FRMA></CAF>`
	dd := replaced(tb, fmt.Sprintf("<DD><RE>%s</RE><TD>%d</TD><F>%d</F><FE>%s</FE><RR>%s</RR><RSR>Ñandú &amp; Cía</RSR><MNT>%s</MNT><IT1>Hormigón</IT1>%s<TSTED>%s</TSTED></DD>",
		p.issuer, p.kind, p.folio, p.date, p.receiver, p.total, caf, p.signedAt), p.stamp)
	ted := replaced(tb, `<TED version="1.0">`+dd+"\n"+`<FRMT algoritmo="SHA1withRSA">`+seal(tb, smallKey(1+p.cafKey), dd)+"</FRMT></TED>\n", p.sealed)
	id := p.id
	if id == "" {
		id = fmt.Sprintf("F%dT%d", p.folio, p.kind)
	}
	tag := p.dteTag
	if p.digested != "" {
		tag = p.digested
	}
	text := replaced(tb, fmt.Sprintf("<DTE%s>\n<%s ID=%q>\n<Encabezado><IdDoc><TipoDTE>%d</TipoDTE><Folio>%d</Folio><FchEmis>%s</FchEmis>%s</IdDoc>\n"+
		"<Emisor><RUTEmisor>%s</RUTEmisor>%s</Emisor>\n<Receptor><RUTRecep>%s</RUTRecep>%s</Receptor>%s\n<Totales>%s<MntTotal>%s</MntTotal>%s</Totales>%s</Encabezado>\n%s%s%s<TmstFirma>%s</TmstFirma>\n</%s>\n</DTE>",
		tag, p.element(), id, p.kind, p.folio, p.date, p.idDoc, p.issuer, p.emitter(), p.receiver, p.recipient(), p.header,
		p.totals, p.total, p.behind, p.currency, p.lines, p.tail, ted, p.signedAt, p.element()), p.changes)
	if p.unsigned {
		return text
	}
	signer := p.signer
	if signer == nil {
		signer = ana(tb)
	}
	signed, err := xmlsig.SignAfter([]byte(text), signer, cmp.Or(p.ref, id))
	require.NoError(tb, err)
	out := string(signed)
	if p.digested != "" {
		out = strings.Replace(out, p.digested, p.dteTag, 1)
	}
	return replaced(tb, out, p.forged)
}

// letter is an envelope to be built.
type letter struct {
	root     string
	rootTag  string
	head     string // XML declaration
	cover    []string
	forged   []string
	signer   *xmlsig.Identity
	unsigned bool
	counts   string
}

// build signs an envelope of documents, in ISO-8859-1.
func (l letter) build(tb testing.TB, documents ...string) []byte {
	tb.Helper()
	var types []string
	numbers := map[string]int{}
	for _, d := range documents {
		t := regexp.MustCompile(`<TipoDTE>(\d+)`).FindStringSubmatch(d)[1]
		if numbers[t]++; numbers[t] == 1 {
			types = append(types, t)
		}
	}
	if l.root == "" {
		l.root = "EnvioDTE"
		if types[0] == "39" || types[0] == "41" {
			l.root = "EnvioBOLETA"
		}
	}
	if l.rootTag == "" {
		xsd := map[string]string{"EnvioBOLETA": "EnvioBOLETA_v11.xsd"}[l.root]
		if xsd == "" {
			xsd = "EnvioDTE_v10.xsd"
		}
		l.rootTag = `xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.sii.cl/SiiDte ` + xsd + `" version="1.0"`
	}
	if l.counts == "" {
		for _, t := range types {
			l.counts += "<SubTotDTE><TpoDTE>" + t + "</TpoDTE><NroDTE>" + strconv.Itoa(numbers[t]) + "</NroDTE></SubTotDTE>"
		}
	}
	if l.head == "" {
		l.head = `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n"
	}
	cover := replaced(tb, "<Caratula version=\"1.0\"><RutEmisor>76111111-6</RutEmisor><RutEnvia>11111111-1</RutEnvia><RutReceptor>60803000-K</RutReceptor>"+
		"<FchResol>2014-08-22</FchResol><NroResol>80</NroResol><TmstFirmaEnv>2026-11-20T11:00:00</TmstFirmaEnv>"+l.counts+"</Caratula>\n", l.cover)
	text := l.head + "<" + l.root + " " + l.rootTag + ">\n<SetDTE ID=\"SetDoc\">\n" + cover + strings.Join(documents, "\n") + "\n</SetDTE>\n</" + l.root + ">"
	signed := latin1(text)
	if !l.unsigned {
		signer := l.signer
		if signer == nil {
			signer = ana(tb)
		}
		var err error
		signed, err = xmlsig.SignAfter(signed, signer, "SetDoc")
		require.NoError(tb, err)
	}
	for i := 0; i+1 < len(l.forged); i += 2 {
		require.Contains(tb, string(signed), l.forged[i])
		signed = bytes.ReplaceAll(signed, latin1(l.forged[i]), latin1(l.forged[i+1]))
	}
	return signed
}

// envelopes are those that were built, since signing takes long.
var envelopes sync.Map

// sent is an envelope of documents.
func sent(tb testing.TB, papers ...paper) []byte {
	tb.Helper()
	name := fmt.Sprintf("%+v", papers)
	if known, ok := envelopes.Load(name); ok {
		return bytes.Clone(known.([]byte))
	}
	documents := make([]string, len(papers))
	for i := range papers {
		documents[i] = papers[i].build(tb)
	}
	b := letter{}.build(tb, documents...)
	envelopes.Store(name, bytes.Clone(b))
	return b
}

// publicKey reads a public key in PEM.
func publicKey(tb testing.TB, path string) *rsa.PublicKey {
	tb.Helper()
	data, err := os.ReadFile(path)
	require.NoError(tb, err)
	block, _ := pem.Decode(data)
	require.NotNil(tb, block)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(tb, err)
	public, ok := key.(*rsa.PublicKey)
	require.True(tb, ok)
	return public
}

var signatureValue = regexp.MustCompile(`(?s)<SignatureValue>.*?</SignatureValue>`)

// infoSignedIn signs SignedInfo again, with the namespaces that are in scope if a
// text of the file is replaced. Its digest stays as it is. Ana signs.
func infoSignedIn(tb testing.TB, signed, old, text string) string {
	tb.Helper()
	require.Contains(tb, signed, old)
	doc, err := xmlsig.Parse([]byte(strings.Replace(signed, old, text, 1)))
	require.NoError(tb, err)
	verdicts := doc.Inspect()
	info := verdicts[len(verdicts)-1].Signature.Child("SignedInfo").Canonical()
	sum := sha1.Sum(info)
	value, err := rsa.SignPKCS1v15(nil, testkeys.Key(1), crypto.SHA1, sum[:])
	require.NoError(tb, err)
	places := signatureValue.FindAllStringIndex(signed, -1)
	last := places[len(places)-1]
	encoded := base64.StdEncoding.EncodeToString(value)
	return signed[:last[0]] + "<SignatureValue>" + encoded[:76] + "\n" + encoded[76:] + "</SignatureValue>" + signed[last[1]:]
}
