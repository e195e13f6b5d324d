package siitest

import (
	"crypto/x509"
	"encoding/xml"
	"errors"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// Seeds and tokens: manual of automatic authentication 1.9, chapters 4 and 5.
const (
	seedLife  = 2 * time.Minute
	tokenLife = time.Hour // of inactivity
)

// seed gives a seed: twelve digits, of which the first are zeros at times.
func (s *Server) seed(c *call) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	digits := s.random.text(11, "0123456789")
	first := "0"
	if digits[10]%2 == 1 {
		first = string('1' + (digits[0]-'0')%9)
	}
	text := first + digits
	s.seeds[seedKey(text)] = seed{given: c.now, boleta: c.op == OpBoletaSeed}
	s.remember(text)
	return &answer{header: []field{{"ESTADO", "00"}}, body: []field{{"SEMILLA", text}}}
}

// seedKey is a seed as it is compared: clients that make a number of it, and so
// drop its leading zeros, get their token.
func seedKey(text string) string { return strings.TrimLeft(text, "0") }

// refusal is an answer of getToken that gives no token.
func (s *Server) refusal(estado, glosa string) *answer {
	if s.liveErrors && estado != "08" && estado != "-07" {
		estado, glosa = "10", "Error Interno"
	}
	return &answer{header: []field{{"ESTADO", estado}, {"GLOSA", glosa}}}
}

// token exchanges a signed seed for a token.
func (s *Server) token(c *call, text string) *answer {
	doc, err := xmlsig.Parse([]byte(text))
	if err != nil {
		s.violate(c.op, "form", "is no XML that can be signed")
		return s.refusal("02", "XML no válido (SAXException)")
	}
	form, err := readSignedForm(text)
	if err != nil {
		s.violate(c.op, "form", "cannot be read: "+err.Error())
		return s.refusal("02", "XML no válido (SAXException)")
	}
	for _, departure := range form.departures() {
		s.violate(c.op, "form", departure)
	}
	if form.lacksCertificate() {
		return s.refusal("11", "No hay elemento Certificate")
	}
	s.mu.Lock()
	policy := xmlsig.Policy{Roots: []*x509.Certificate{s.authority.cert}, Certificates: s.trusted, Time: c.now}
	s.mu.Unlock()
	verified, err := doc.Verify(policy)
	if err != nil {
		return s.refusal(signatureEstado(err))
	}
	// What counts is what was signed, not the document around it.
	seed := ""
	if len(verified) == 1 {
		seed = s.signedSeed(c.op, &verified[0])
	}
	if seed == "" {
		return s.refusal("06", "No hay elemento Semilla")
	}
	holder, err := chile.ParseRUT(verified[0].RUT)
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.seeds[seedKey(seed)]
	delete(s.seeds, seedKey(seed)) // good or not, it is used
	switch {
	case err != nil, !s.holders[holder]:
		return s.refusal("-07", "ERROR (12): usuario no registrado con la opción Certificado Digital")
	case !ok, known.boleta != (c.op == OpBoletaToken):
		return s.refusal("08", "NO Existe SEED")
	case c.now.Sub(known.given) > seedLife:
		return s.refusal("08", "TIME-OUT DEL SEED")
	case s.tokensMost > 0 && s.sessions(holder, c.now) >= s.tokensMost:
		return nil
	}
	token := s.random.text(13, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
	s.tokens[token] = &session{holder: holder, lastUse: c.now, boleta: c.op == OpBoletaToken}
	s.remember(token)
	c.noted.Holder = holder
	return &answer{header: []field{{"ESTADO", "00"}, {"GLOSA", "Token Creado"}}, body: []field{{"TOKEN", token}}}
}

// signedSeed returns the seed that was signed, or "". The service of the boletas
// also takes a signature of item alone, by its ID (one client does so, and works).
func (s *Server) signedSeed(op Op, signed *xmlsig.Verified) string {
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
	case signed.ID != "" && root == "item" && op == OpBoletaToken:
		return bare
	case signed.ID != "" || root != "getToken":
		return ""
	case item == "":
		s.violate(op, "item", "Semilla stands outside of item, or is missing")
		return bare
	}
	return item
}

// signatureEstado is how the manual answers a signature that does not hold.
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

// sessions returns how many good tokens a holder has. The lock must be held.
func (s *Server) sessions(holder chile.RUT, now time.Time) (n int) {
	for _, session := range s.tokens {
		if session.holder == holder && now.Sub(session.lastUse) <= tokenLife {
			n++
		}
	}
	return n
}

// use returns who holds a token, and prolongs it.
func (s *Server) use(token string, now time.Time) (holder chile.RUT, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.tokens[token]
	if session == nil || session.boleta {
		return chile.RUT{}, false
	}
	if session.ended(now) {
		delete(s.tokens, token)
		return chile.RUT{}, false
	}
	session.lastUse = now
	return session.holder, true
}

// ended reports whether a session is over: one of the portal after two hours, a
// token after one without use.
func (s *session) ended(now time.Time) bool {
	if s.portal {
		return now.Sub(s.opened) >= portalLife
	}
	return now.Sub(s.lastUse) > tokenLife
}
