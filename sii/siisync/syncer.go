package siisync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// Registers is the source of registers. *sii.RCVService implements it.
type Registers interface {
	Documents(ctx context.Context, key rcv.Key, opts *sii.RCVOptions) iter.Seq2[rcv.Document, error]
	Summary(ctx context.Context, key rcv.Key, state rcv.State) (*rcv.Summary, error)
}

// Statuses returns the state of uploads and documents. *sii.DTEService
// implements it.
type Statuses interface {
	UploadStatus(ctx context.Context, issuer chile.RUT, trackID string) (*sii.UploadStatus, error)
	DocumentStatus(ctx context.Context, query sii.DocumentQuery) (*sii.DocumentStatus, error)
}

// Store is the part of a storage.Storage that a Syncer writes.
type Store interface {
	storage.Registers
	storage.Environments
	storage.Submissions
	storage.Events
}

// Syncer downloads into a store. It has no state and is safe for concurrent
// use; imports of one register take turns in the store.
type Syncer struct {
	registers Registers
	statuses  Statuses
	store     Store
	progress  func(Progress)
	imported  func(*BookResult)
	keepRaw   bool
	reading   sii.RCVOptions
	maxGone   *float64 // if nil, the default of WithMaxGone

	environment chile.Environment // environment of everything written to the store
}

// Option changes a Syncer. If one is invalid, New fails.
type Option func(*Syncer) error

// WithProgress calls the function during a download, from the goroutine that
// called Period or Book. It must return soon: the download waits for it.
func WithProgress(report func(Progress)) Option {
	return func(s *Syncer) error {
		if report == nil {
			return errors.New("WithProgress: nil function")
		}
		s.progress = report
		return nil
	}
}

// WithImported calls the function with the result of each import, for callers
// that do not get Book's result because a job engine runs it. It is called from
// the goroutine that called Book.
func WithImported(report func(*BookResult)) Option {
	return func(s *Syncer) error {
		if report == nil {
			return errors.New("WithImported: nil function")
		}
		s.imported = report
		return nil
	}
}

// WithRawAnswers keeps the SII's answers with each import, so that they can be
// shown later. They are unchanged except for the token, which the SII repeats in
// them and which is removed. storage.Answers returns them and purges them by age.
// During a download up to a MiB is held in memory, the rest in a temporary file.
// By default only their names, sizes and hashes are kept.
func WithRawAnswers() Option { return func(s *Syncer) error { s.keepRaw = true; return nil } }

// WithReading sets how registers are read: the way, the number of documents from
// which exports are deferred, the additional taxes, and the functions that
// receive taxes without a breakdown and deferred exports. States, OnSummary,
// OnAnswer and KeepAnswer are used by the Syncer and cannot be set.
func WithReading(options sii.RCVOptions) Option {
	return func(s *Syncer) error {
		if options.States != nil || options.OnSummary != nil || options.OnAnswer != nil || options.KeepAnswer != nil {
			return errors.New("WithReading: States, OnSummary, OnAnswer and KeepAnswer are the Syncer's own")
		}
		if !options.Way.Valid() || !options.Taxes.Valid() {
			return errors.New("WithReading: no such Way or Taxes")
		}
		s.reading = options
		return option.NotNegative("WithReading: DeferredFrom", storage.ErrInvalid, options.DeferredFrom)
	}
}

// WithRegisters reads registers from another source than the client, such as
// files.
func WithRegisters(registers Registers) Option {
	return func(s *Syncer) error {
		if registers == nil {
			return errors.New("WithRegisters: nil registers")
		}
		s.registers = registers
		return nil
	}
}

// WithEnvironment sets the environment of the registers and statuses. Files of
// the portal, read through WithRegisters, are of chile.Production. The default
// is the client's environment (see sii.Environment.Kind) and, without a client,
// chile.OtherEnvironment.
func WithEnvironment(of chile.Environment) Option {
	return func(s *Syncer) error {
		if !of.Valid() {
			return fmt.Errorf("WithEnvironment: %q is not an environment", string(of))
		}
		s.environment = of
		return nil
	}
}

// New returns a Syncer from the client to the store. Both are required, but with
// WithRegisters the client may be nil; then queries for statuses return
// storage.ErrInvalid. The error says which argument or option is missing or invalid.
//
// Everything that a Syncer writes to a store belongs to the environment of its
// client. A store that belongs to another environment (see storage.Environments) is
// refused with storage.ErrEnvironment before the SII is called, and nothing is
// written.
func New(client *sii.Client, store Store, opts ...Option) (*Syncer, error) {
	if store == nil {
		return nil, errors.New("siisync: New: nil store")
	}
	s := &Syncer{statuses: noStatuses{}, store: store, progress: func(Progress) {}, imported: func(*BookResult) {}}
	if client != nil {
		s.registers, s.statuses = client.RCV, client.DTE
		s.environment = client.Environment().Kind()
	}
	if err := s.apply(opts); err != nil {
		return nil, err
	}
	if s.registers == nil {
		return nil, errors.New("siisync: New: nil client, and no WithRegisters")
	}
	return s, nil
}

func (s *Syncer) apply(opts []Option) error {
	return option.Apply("siisync", s, opts)
}

// CheckOptions refuses options that New would refuse, for programs that create
// the client later.
func CheckOptions(opts ...Option) error { return new(Syncer).apply(opts) }

// noStatuses is used by a Syncer without a client.
type noStatuses struct{}

func (noStatuses) UploadStatus(context.Context, chile.RUT, string) (*sii.UploadStatus, error) {
	return nil, errNoStatuses
}

func (noStatuses) DocumentStatus(context.Context, sii.DocumentQuery) (*sii.DocumentStatus, error) {
	return nil, errNoStatuses
}

var errNoStatuses = fmt.Errorf("siisync: %w: without a client there are no statuses to ask for", storage.ErrInvalid)

// appendEvent leaves an event whose detail is the JSON of v. It does so even if
// the context of the work has ended, because the trail must record that too.
func (s *Syncer) appendEvent(ctx context.Context, event storage.Event, v any) error {
	detail, err := json.Marshal(v)
	if err != nil {
		return err
	}
	event.Detail = string(detail)
	_, err = s.store.AppendEvent(context.WithoutCancel(ctx), event)
	return err
}

// failed leaves an event about a failure, and returns the failure.
func (s *Syncer) failed(ctx context.Context, owner chile.RUT, what string, cause error) error {
	err := s.appendEvent(ctx, storage.Event{Kind: storage.EventError, Owner: owner}, struct {
		Operation string `json:"operacion"`
		Error     string `json:"error"`
	}{what, cause.Error()})
	return errors.Join(cause, err)
}
