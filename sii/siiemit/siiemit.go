package siiemit

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/xmlsig"
)

// Store is what an Emitter uses of a storage.Storage and its optional abilities. All
// stores of this SDK have them.
type Store interface {
	storage.Environments
	storage.Folios
	storage.Issued
	storage.Outbox
	storage.Leases
	storage.Events
}

// Service sends documents to the SII and asks about them. *sii.DTEService is one.
type Service interface {
	Upload(ctx context.Context, sender, company chile.RUT, name string, content []byte) (*sii.UploadReceipt, error)
	UploadStatus(ctx context.Context, issuer chile.RUT, trackID string) (*sii.UploadStatus, error)
	DocumentStatus(ctx context.Context, query sii.DocumentQuery) (*sii.DocumentStatus, error)
	SignedStatus(ctx context.Context, query sii.SignedQuery) (*sii.SignedStatus, error)
	RequestMail(ctx context.Context, issuer chile.RUT, trackID string) (*sii.MailRequest, error)
}

// Company is the issuer.
type Company struct {
	RUT chile.RUT

	// ResolutionDate and ResolutionNumber are those of the resolution by which the SII
	// allows the company to issue. The number is 0 in certification. A program that only
	// continues the work of others does not need them.
	ResolutionDate   chile.Date
	ResolutionNumber int
}

// Emitter issues documents of one company in one environment. Its state is in the
// store, so several programs may issue for a company at once. It may be used from many
// goroutines.
type Emitter struct {
	store       Store
	identity    *xmlsig.Identity
	sender      chile.RUT // the holder of the identity
	company     Company
	environment chile.Environment

	channels  map[string]channel // by kind
	registers siisync.Registers  // nil if there is none
	witness   Witness            // nil if there is none
	keys      dte.Keys
	drafting  issue.Options
	alerts    *siisync.Alerts // nil if no alerts are sent
	settings  Settings

	mu     sync.Mutex
	opened map[int64]*dte.Authorization // by the id of the CAF
	proved map[int64]guarded            // likewise
	newest int64                        // the latest instant, in nanoseconds
}

// New returns an Emitter of a company. The identity signs its documents and envelopes,
// and the client sends them. It returns an error if an argument or option is missing or
// invalid.
//
// The Emitter writes for the client's environment. If the store belongs to another one
// (see storage.Environments), the methods that write fail.
func New(client *sii.Client, store Store, identity *xmlsig.Identity, company Company, opts ...Option) (*Emitter, error) {
	c := &config{environment: chile.OtherEnvironment}
	if client != nil {
		c.service, c.registers, c.environment = client.DTE, client.RCV, client.Environment().Kind()
	}
	if err := option.Apply("siiemit: New", c, opts); err != nil {
		return nil, err
	}
	if err := c.settings.check(); err != nil {
		return nil, err
	}
	switch {
	case store == nil:
		return nil, errors.New("siiemit: New: nil store")
	case identity == nil:
		return nil, errors.New("siiemit: New: nil identity")
	case company.RUT.IsZero():
		return nil, errors.New("siiemit: New: a company has a RUT")
	case c.service == nil:
		return nil, errors.New("siiemit: New: nil client, and no WithService")
	}
	holder, err := identity.RUT()
	if err != nil {
		return nil, fmt.Errorf("siiemit: New: %w", err)
	}
	sender, err := chile.ParseRUT(holder)
	if err != nil {
		return nil, fmt.Errorf("siiemit: New: holder of the certificate: %w", err)
	}
	e := &Emitter{
		store: store, identity: identity, sender: sender, company: company, environment: c.environment,
		registers: c.registers, witness: c.witness, keys: c.keys, drafting: c.drafting, alerts: c.alerts, settings: c.settings,
		opened: make(map[int64]*dte.Authorization), proved: make(map[int64]guarded),
	}
	e.channels = map[string]channel{kindDTE: &dteChannel{service: c.service, sender: sender, company: company.RUT}}
	return e, nil
}
