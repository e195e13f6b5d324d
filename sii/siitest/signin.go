package siitest

import (
	"crypto/x509"
	"encoding/xml"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// seedLife is how long a seed is valid (manual of automatic authentication 1.9,
// chapters 4 and 5).
const seedLife = 2 * time.Minute

// signIn issues seeds, and tokens for signed seeds.
type signIn struct {
	desk       *desk
	authority  *authority
	random     *sharedSource
	liveErrors bool
	tokensMost int // per holder; 0 means no limit

	mu    sync.Mutex
	seeds map[string]seed
}

// seed is an issued seed.
type seed struct {
	given  time.Time
	boleta bool // issued by the boleta service, valid only there
}

// services are the SOAP services, by path.
func (s *signIn) services() map[string]*soapService {
	return map[string]*soapService{
		"CrSeed.jws": newSOAPService("CrSeed", soapVersions(), soapOperation{
			name: "getSeed", op: OpSeed,
			answer: func(c *call, _ soapArgs) *answer { return s.seed(c) },
		}),
		"GetTokenFromSeed.jws": newSOAPService("GetTokenFromSeed", soapAbout(), soapOperation{
			name: "getToken", op: OpToken, args: []string{"pszXml"},
			answer: func(c *call, args soapArgs) *answer { return s.token(c, args["pszXml"]) },
		}),
	}
}

// seed issues a seed: twelve digits, sometimes with leading zeros.
func (s *signIn) seed(c *call) *answer {
	digits := s.random.text(11, "0123456789")
	first := "0"
	if digits[10]%2 == 1 {
		first = string('1' + (digits[0]-'0')%9)
	}
	text := first + digits
	s.mu.Lock()
	s.seeds[seedKey(text)] = seed{given: c.now, boleta: c.op == OpBoletaSeed}
	s.mu.Unlock()
	s.desk.journal.remember(text)
	return &answer{header: []field{{"ESTADO", "00"}}, body: []field{{"SEMILLA", text}}}
}

// seedKey is the comparable form of a seed. Some clients convert it to a number,
// lose its leading zeros, and still get their token.
func seedKey(text string) string { return strings.TrimLeft(text, "0") }

// refusal is an answer of getToken without a token.
func (s *signIn) refusal(estado, glosa string) *answer {
	if s.liveErrors && estado != "08" && estado != "-07" {
		estado, glosa = "10", "Error Interno"
	}
	return &answer{header: []field{{"ESTADO", estado}, {"GLOSA", glosa}}}
}

// token exchanges a signed seed for a token. It returns nil if the holder has too
// many.
func (s *signIn) token(c *call, text string) *answer {
	doc, err := xmlsig.Parse([]byte(text))
	if err != nil {
		c.violate("form", "is no XML that can be signed")
		return s.refusal("02", "XML no válido (SAXException)")
	}
	form, err := readSignedForm(text)
	if err != nil {
		c.violate("form", "cannot be read: "+err.Error())
		return s.refusal("02", "XML no válido (SAXException)")
	}
	for _, departure := range form.departures() {
		c.violate("form", departure)
	}
	if form.lacksCertificate() {
		return s.refusal("11", "No hay elemento Certificate")
	}
	policy := xmlsig.Policy{Roots: []*x509.Certificate{s.authority.cert}, Certificates: s.desk.access.certificates(), Time: c.now}
	verified, err := doc.Verify(policy)
	if err != nil {
		return s.refusal(signatureEstado(err))
	}
	// Only what was signed counts, not the document around it.
	seed := ""
	if len(verified) == 1 {
		seed = signedSeed(c, &verified[0])
	}
	if seed == "" {
		return s.refusal("06", "No hay elemento Semilla")
	}
	holder, err := chile.ParseRUT(verified[0].RUT)
	known, ok := s.spend(seed)
	switch {
	case err != nil, !s.desk.access.registered(holder):
		return s.refusal("-07", "ERROR (12): usuario no registrado con la opción Certificado Digital")
	case !ok, known.boleta != (c.op == OpBoletaToken):
		return s.refusal("08", "NO Existe SEED")
	case c.now.Sub(known.given) > seedLife:
		return s.refusal("08", "TIME-OUT DEL SEED")
	}
	token, ok := s.desk.access.open(session{holder: holder, lastUse: c.now, boleta: c.op == OpBoletaToken}, s.tokensMost)
	if !ok {
		return nil
	}
	c.gave(token, holder)
	return &answer{header: []field{{"ESTADO", "00"}, {"GLOSA", "Token Creado"}}, body: []field{{"TOKEN", token}}}
}

// spend returns a seed's data and uses up the seed, valid or not.
func (s *signIn) spend(text string) (known seed, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok = s.seeds[seedKey(text)]
	delete(s.seeds, seedKey(text))
	return known, ok
}

// signedSeed returns the signed seed, or "". The boleta service also accepts a
// signature of item alone, by its ID (one client does this with success).
func signedSeed(c *call, signed *xmlsig.Verified) string {
	var content struct {
		XMLName xml.Name
		Item    struct {
			Semilla string `xml:"Semilla"`
		} `xml:"item"`
		Bare string `xml:"Semilla"`
	}
	if xml.Unmarshal(signed.Content(), &content) != nil {
		return ""
	}
	item, bare := strings.TrimSpace(content.Item.Semilla), strings.TrimSpace(content.Bare)
	switch root := content.XMLName.Local; {
	case signed.ID != "" && root == "item" && c.op == OpBoletaToken:
		return bare
	case signed.ID != "" || root != "getToken":
		return ""
	case item == "":
		c.violate("item", "Semilla stands outside of item, or is missing")
		return bare
	}
	return item
}

// signatureEstado is the manual's answer to an invalid signature.
func signatureEstado(err error) (estado, glosa string) {
	switch {
	case errors.Is(err, xmlsig.ErrNoSignature):
		return "04", "No hay elemento Signature"
	case errors.Is(err, xmlsig.ErrKeyMismatch):
		return "21", "Firma no válida: la llave pública no corresponde al certificado"
	case errors.Is(err, xmlsig.ErrCertificate), errors.Is(err, xmlsig.ErrUntrusted), errors.Is(err, xmlsig.ErrExpired), errors.Is(err, xmlsig.ErrNotYetValid):
		return "10", "Error Interno"
	default:
		return "05", "Firma no válida"
	}
}
