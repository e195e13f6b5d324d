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

// seed gives a seed: twelve digits, also leading zeros.
func (s *Server) seed(c *call) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := "0" + s.random.text(11, "0123456789")
	s.seeds[text] = seed{given: c.now, boleta: c.op == OpBoletaSeed}
	s.remember(text)
	return &answer{header: []field{{"ESTADO", "00"}}, body: []field{{"SEMILLA", text}}}
}

// refusal is an answer of getToken that gives no token.
func (s *Server) refusal(estado, glosa string) *answer {
	if s.liveErrors && estado != "08" && estado != "-07" {
		estado, glosa = "10", "Error Interno"
	}
	return &answer{header: []field{{"ESTADO", estado}, {"GLOSA", glosa}}}
}

// token exchanges a signed seed for a token.
func (s *Server) token(c *call, text string) *answer {
	s.checkSignedForm(text)
	doc, err := xmlsig.Parse([]byte(text))
	if err != nil {
		return s.refusal("02", "XML no válido (SAXException)")
	}
	s.mu.Lock()
	policy := xmlsig.Policy{Roots: []*x509.Certificate{s.authority.cert}, Certificates: s.trusted, Time: c.now}
	s.mu.Unlock()
	if strings.Contains(text, "<KeyInfo>") && !strings.Contains(text, "X509Certificate>") {
		return s.refusal("11", "No hay elemento Certificate")
	}
	verified, err := doc.Verify(policy)
	if err != nil {
		return s.refusal(signatureEstado(err))
	}
	var signed struct {
		XMLName xml.Name `xml:"getToken"`
		Item    struct {
			Semilla string `xml:"Semilla"`
		} `xml:"item"`
		Bare string `xml:"Semilla"`
	}
	// What counts is what was signed, not the document around it.
	if err := xml.Unmarshal(verified[0].Content(), &signed); err != nil {
		return s.refusal("06", "No hay elemento Semilla")
	}
	seed := strings.TrimSpace(signed.Item.Semilla)
	if seed == "" {
		seed = strings.TrimSpace(signed.Bare)
		s.violate(OpToken, "item", "Semilla stands outside of item")
	}
	if len(verified) != 1 || verified[0].ID != "" || seed == "" {
		return s.refusal("06", "No hay elemento Semilla")
	}
	holder, err := chile.ParseRUT(verified[0].RUT)
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.seeds[seed]
	delete(s.seeds, seed) // good or not, it is used
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

// signatureEstado is how the manual answers a signature that does not hold.
func signatureEstado(err error) (estado, glosa string) {
	switch {
	case errors.Is(err, xmlsig.ErrNoSignature):
		return "04", "No hay elemento Signature"
	case errors.Is(err, xmlsig.ErrKeyMismatch):
		return "21", "Firma no válida: la llave pública no corresponde al certificado"
	case errors.Is(err, xmlsig.ErrUntrusted), errors.Is(err, xmlsig.ErrExpired), errors.Is(err, xmlsig.ErrNotYetValid):
		return "10", "Error Interno"
	default:
		return "05", "Firma no válida"
	}
}

// checkSignedForm notes departures from the form in the manual that a verifier
// of signatures would let pass.
func (s *Server) checkSignedForm(text string) {
	for _, rule := range []struct{ wanted, detail string }{
		{`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">`, "Signature has a prefix or no namespace"},
		{`<Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"`, "Reference is not the whole document with one Transform"},
		{`<KeyInfo><KeyValue><RSAKeyValue>`, "KeyValue is not first in KeyInfo"},
		{`</KeyValue><X509Data><X509Certificate>`, "X509Data does not follow KeyValue"},
	} {
		if !strings.Contains(text, rule.wanted) {
			s.violate(OpToken, "form", rule.detail)
		}
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
