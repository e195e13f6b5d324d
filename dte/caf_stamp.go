package dte

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/internal/codec"
	"github.com/ofitec/chile/internal/smallrsa"
	"github.com/ofitec/chile/xmlsig"
)

// CheckFor returns nil if a company may stamp with its folios on a day, in one of
// the SII's environments. Otherwise the error wraps all reasons: ErrCAFIssuer,
// ErrCAFType if that type is not electronic, ErrCAFEnvironment, ErrCAFEarly,
// ErrCAFExpired and ErrCAFKey if the file has no private key.
//
// Numbers of keys other than 100 and 300, as fakes have, name no environment.
func (a *Authorization) CheckFor(issuer chile.RUT, environment chile.Environment, day chile.Date) error {
	d := &a.caf.Data
	var reasons []error
	if d.Issuer.IsZero() || d.Issuer != issuer {
		reasons = append(reasons, fmt.Errorf("%w: %s, not %s", ErrCAFIssuer, d.Issuer, issuer))
	}
	if !d.Type.Electronic() {
		reasons = append(reasons, fmt.Errorf("%w: %d", ErrCAFType, int(d.Type)))
	}
	if of := d.Environment(); of != "" && of != environment {
		reasons = append(reasons, fmt.Errorf("%w: %s, not %s", ErrCAFEnvironment, of, environment))
	}
	if day.Compare(d.Date) < 0 {
		reasons = append(reasons, fmt.Errorf("%w: on %s, after %s", ErrCAFEarly, d.Date, day))
	}
	if last, expires := a.LastDay(); expires && day.Compare(last) > 0 {
		reasons = append(reasons, fmt.Errorf("%w: on %s, before %s", ErrCAFExpired, last, day))
	}
	if err := a.CheckKey(); err != nil {
		reasons = append(reasons, err)
	}
	return errors.Join(reasons...)
}

// Stamp returns the stamp of a document: the data, whose CAF it fills in, and the
// signature with the private key. The signature covers the text as the SII has it:
// flattened, in ISO-8859-1. The same data gives the same stamp.
//
// It stamps nothing that the CAF does not allow: the error wraps all reasons,
// ErrCAFIssuer, ErrCAFType, ErrCAFFolio, ErrCAFEarly and ErrCAFExpired. Others are
// ErrCAFKey, ErrUnencodable, and ErrFIPS of xmlsig.
func (a *Authorization) Stamp(data StampData) (*TED, error) {
	if err := a.CheckKey(); err != nil {
		return nil, err
	}
	data.CAF = a.caf
	var g CAFGrade
	g.allows(&data, "")
	var reasons []error
	for i := range g.Findings {
		f := &g.Findings[i]
		reasons = append(reasons, fmt.Errorf("%w: %s", f.Err, f.English()))
	}
	if len(reasons) > 0 {
		return nil, errors.Join(reasons...)
	}
	text, err := toISO8859(flatten(codec.Append(nil, "DD", &data)))
	if err != nil {
		return nil, err
	}
	value, err := smallrsa.Sign(rand.Reader, a.key, text)
	switch {
	case errors.Is(err, smallrsa.ErrFIPS):
		return nil, fmt.Errorf("dte: stamp: %w", xmlsig.ErrFIPS)
	case err != nil:
		return nil, fmt.Errorf("%w: it does not sign", ErrCAFKey)
	}
	return &TED{Version: "1.0", Data: data, Signature: Seal{Algorithm: algorithm, Value: base64.StdEncoding.EncodeToString(value)}}, nil
}
