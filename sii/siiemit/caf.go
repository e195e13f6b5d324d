package siiemit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/storage"
)

// CAFOptions are the options of AddCAF. Nil and the zero value are the default.
type CAFOptions struct {
	// FirstFree is the first unused folio, if another program has used those below it.
	FirstFree chile.Folio
}

// AddCAF checks a CAF file (Código de Autorización de Folios), as the SII delivers it,
// and stores it sealed. From then on its folios can be taken. To add the same file again
// is no error.
//
// The errors are those of dte.ParseCAF, ErrCompany, dte.ErrCAFType, dte.ErrCAFEnvironment
// and dte.ErrCAFExpired; and from the store ErrCAFOverlap, ErrForeignCAF, ErrEnvironment
// and ErrNoKey. None shows the private key.
func (e *Emitter) AddCAF(ctx context.Context, xml []byte, o *CAFOptions) (*storage.CAF, error) {
	if o == nil {
		o = &CAFOptions{}
	}
	a, err := dte.ParseCAF(xml, e.keys)
	if err != nil {
		return nil, fmt.Errorf("siiemit: add CAF: %w", err)
	}
	if a.Issuer() != e.company.RUT {
		return nil, fmt.Errorf("siiemit: add CAF: %w: %s, not %s", ErrCompany, a.Issuer(), e.company.RUT)
	}
	data := a.CAF().Data
	day := chile.DateOf(e.settings.Now())
	if data.Date.Compare(day) > 0 {
		day = data.Date // its folios are taken from then on
	}
	if err := a.CheckFor(e.company.RUT, e.cafEnvironment(a), day); err != nil {
		return nil, fmt.Errorf("siiemit: add CAF: %w", err)
	}
	sum := sha256.Sum256(xml)
	caf := storage.CAF{
		Environment: e.environment, Issuer: e.company.RUT, Type: a.Type(), First: a.Range().From, Last: a.Range().To,
		Authorized: data.Date, KeyID: data.KeyID, Digest: hex.EncodeToString(sum[:]), FirstFree: o.FirstFree, File: xml,
	}
	if last, ends := a.LastDay(); ends {
		caf.LastDay = last
	}
	stored, err := e.store.PutCAF(ctx, caf)
	if err != nil {
		return nil, fmt.Errorf("siiemit: add CAF: %w", err)
	}
	return stored, nil
}

// cafEnvironment returns the environment that a CAF must have. A fake takes CAFs of
// both.
func (e *Emitter) cafEnvironment(a *dte.Authorization) chile.Environment {
	if e.environment == chile.OtherEnvironment {
		data := a.CAF().Data
		return data.Environment()
	}
	return e.environment
}

// authorization returns the CAF of that id, with its private key.
func (e *Emitter) authorization(ctx context.Context, id int64) (*dte.Authorization, error) {
	e.mu.Lock()
	opened := e.opened[id]
	e.mu.Unlock()
	if opened != nil {
		return opened, nil
	}
	file, err := e.store.CAFFile(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("siiemit: CAF %d: %w", id, err)
	}
	opened, err = dte.ParseCAF(file, e.keys)
	if err != nil {
		return nil, fmt.Errorf("siiemit: CAF %d: %w", id, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.opened[id] = opened
	return opened, nil
}

// rangeOf names the folios of a CAF.
func (e *Emitter) rangeOf(caf *storage.CAF) Range {
	return Range{Environment: caf.Environment, Issuer: caf.Issuer, Type: caf.Type, From: caf.First}
}
