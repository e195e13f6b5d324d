package siitest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/testkeys"
)

// ErrCAF says that the SII would not issue such a CAF. The text says why.
var ErrCAF = errors.New("siitest: not a CAF that the SII issues")

// CAFKeyID is the number (IDK) of the fake's own key for CAFs. It is not a
// number of the SII's, so nothing accepts such a CAF as real.
const CAFKeyID = 999

// The numbers of the SII's keys for CAFs (notes on the CAF file).
const (
	cafKeyCertification = 100
	cafKeyProduction    = 300
)

// CAFKeys returns the public key that verifies the CAFs of NewCAF, under each
// number that they may have, for dte.ParseCAF and dte.VerifyOptions. It verifies no
// CAF of the SII. Every fake has the same key, which is published in this project.
func CAFKeys() dte.Keys {
	key := &testkeys.CAFKey().PublicKey
	return dte.Keys{cafKeyCertification: key, cafKeyProduction: key, CAFKeyID: key}
}

// CAFKey returns the same key in PEM, for programs.
func CAFKey() []byte { return publicPEM(&testkeys.CAFKey().PublicKey) }

func publicPEM(key *rsa.PublicKey) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(key))})
}

// cafConfig holds the settings of CAF options.
type cafConfig struct {
	name   string
	date   chile.Date
	keyID  int
	random io.Reader
}

// CAFOption changes a CAF, or returns ErrCAF if the SII would not issue such a
// CAF.
type CAFOption func(*cafConfig) error

// WithCAFName sets the name of the issuer (RS): letters of ISO-8859-1, cut to
// forty, as the SII cuts them. The default is a name with the issuer's RUT.
func WithCAFName(name string) CAFOption {
	return func(c *cafConfig) error {
		if name == "" {
			return fmt.Errorf("%w: an issuer needs a name", ErrCAF)
		}
		for _, letter := range name {
			if letter < ' ' || letter >= 0x7f && letter < 0xa0 || letter > 0xff {
				return fmt.Errorf("%w: %q is not a letter of ISO-8859-1", ErrCAF, letter)
			}
		}
		c.name = name
		return nil
	}
}

// WithCAFDate sets the day on which the SII authorised the folios (FA). The
// default is today, in Chile.
func WithCAFDate(day chile.Date) CAFOption {
	return func(c *cafConfig) error {
		if day.IsZero() {
			return fmt.Errorf("%w: no date", ErrCAF)
		}
		c.date = day
		return nil
	}
}

// WithCAFKeyID sets the number of the key (IDK): 100, that of certification, 300,
// that of production, or CAFKeyID, the default. The key is always the fake's.
func WithCAFKeyID(id int) CAFOption {
	return func(c *cafConfig) error {
		switch id {
		case cafKeyCertification, cafKeyProduction, CAFKeyID:
			c.keyID = id
			return nil
		}
		return fmt.Errorf("%w: %d is not a key of the SII", ErrCAF, id)
	}
}

// WithCAFRandom sets the random source of the issuer's key: the same bytes give
// the same CAF. The default is crypto/rand.
func WithCAFRandom(random io.Reader) CAFOption {
	return func(c *cafConfig) error {
		if random == nil {
			return fmt.Errorf("%w: no random source", ErrCAF)
		}
		c.random = random
		return nil
	}
}

// cafTypes are the types of documents for which the SII issues CAFs.
var cafTypes = map[chile.DocType]bool{
	chile.FacturaElectronica: true, chile.FacturaExentaElectronica: true, chile.BoletaElectronica: true, chile.BoletaExentaElectronica: true,
	chile.LiquidacionFacturaElectronica: true, chile.FacturaCompraElectronica: true, chile.GuiaDespachoElectronica: true,
	chile.NotaDebitoElectronica: true, chile.NotaCreditoElectronica: true, chile.FacturaExportacionElectronica: true,
	chile.NotaDebitoExportacionElectronica: true, chile.NotaCreditoExportacionElectronica: true,
}

// cafFolioMost is the last folio: ten digits (SiiTypes_v10.xsd, FolioType).
const cafFolioMost = 9_999_999_999

// NewCAF makes a CAF as the SII issues it: the file with the private key, in
// ISO-8859-1, for the folios from and to, both included. The issuer's key has 512
// bits and the exponent 3; CAFKeys verifies the signature (FRMA), which is not
// the SII's. Tell a Server about the folios with AddCAF.
//
// The errors are ErrCAF, those of the random source, and, in programs that
// enforce FIPS 140, that they cannot sign.
func NewCAF(issuer chile.RUT, of chile.DocType, from, to chile.Folio, opts ...CAFOption) ([]byte, error) {
	c := &cafConfig{
		name:   "EMPRESA DE PRUEBA " + issuer.String(),
		date:   chile.DateOf(time.Now()), //nolint:forbidigo // the default of WithCAFDate
		keyID:  CAFKeyID,
		random: rand.Reader,
	}
	if err := option.Apply("NewCAF", c, opts); err != nil {
		return nil, err
	}
	switch {
	case issuer.IsZero():
		return nil, fmt.Errorf("%w: no issuer", ErrCAF)
	case !cafTypes[of]:
		return nil, fmt.Errorf("%w: there are none for documents of type %d", ErrCAF, int(of))
	case from < 1 || to < from || to > cafFolioMost:
		return nil, fmt.Errorf("%w: folios %d to %d", ErrCAF, int64(from), int64(to))
	}
	key, err := newCAFKey(c.random)
	if err != nil {
		return nil, err
	}
	return c.file(issuer, of, from, to, key)
}
