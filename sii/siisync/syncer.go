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

// Registers is where registers are downloaded from. *sii.RCVService is one.
type Registers interface {
	Documents(ctx context.Context, key rcv.Key, opts *sii.RCVOptions) iter.Seq2[rcv.Document, error]
	Summary(ctx context.Context, key rcv.Key, state rcv.State) (*rcv.Summary, error)
}

// Statuses is who knows the state of uploads and documents. *sii.DTEService is
// one.
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

// Syncer downloads into a store. It keeps no state of its own: it may be used
// from many goroutines at once, and imports of one register take turns in the
// store.
type Syncer struct {
	registers Registers
	statuses  Statuses
	store     Store
	progress  func(Progress)
	imported  func(*BookResult)
	keepRaw   bool
	reading   sii.RCVOptions
	maxGone   *float64 // nil is the default of WithMaxGone

	environment chile.Environment // what is written to the store is of it
}

// Option changes a Syncer. One that cannot be followed makes New fail.
type Option func(*Syncer) error

// WithProgress has the function called as a download goes on, from the goroutine
// that called Period or Book. It must return soon: the download waits for it.
func WithProgress(report func(Progress)) Option {
	return func(s *Syncer) error {
		if report == nil {
			return errors.New("WithProgress: nil function")
		}
		s.progress = report
		return nil
	}
}

// WithImported has the function called with what each import did, as Book returns
// it, for callers that a job engine keeps from the result. It is called from the
// goroutine that called Book.
func WithImported(report func(*BookResult)) Option {
	return func(s *Syncer) error {
		if report == nil {
			return errors.New("WithImported: nil function")
		}
		s.imported = report
		return nil
	}
}

// WithRawAnswers has the SII's answers kept with each import, as they came but for
// the token that the SII repeats in them, for whoever must show later what the
// SII said: see storage.Answers, which gives them back and purges them by age. Of
// a download up to a MiB is held in memory meanwhile, the rest in a temporary
// file. The default keeps their names, sizes and hashes alone.
func WithRawAnswers() Option { return func(s *Syncer) error { s.keepRaw = true; return nil } }

// WithReading has registers read as the options say: in which way, from how many
// documents on deferred, with additional taxes or not, and who is told of taxes
// without a breakdown and of deferred exports. States, OnSummary, OnAnswer and
// KeepAnswer are the Syncer's own, and cannot be set.
func WithReading(options sii.RCVOptions) Option {
	return func(s *Syncer) error {
		if options.States != nil || options.OnSummary != nil || options.OnAnswer != nil || options.KeepAnswer != nil {
			return errors.New("WithReading: States, OnSummary, OnAnswer and KeepAnswer are the Syncer's own")
		}
		if !options.Way.Valid() || !options.Taxes.Valid() {
			return errors.New("WithReading: no such Way or Taxes")
		}
		s.reading = options
		return nil
	}
}

// WithRegisters takes registers from elsewhere than the client, as from files.
func WithRegisters(registers Registers) Option {
	return func(s *Syncer) error {
		if registers == nil {
			return errors.New("WithRegisters: nil registers")
		}
		s.registers = registers
		return nil
	}
}

// WithEnvironment says of which SII the registers and statuses are: files of the
// portal, taken with WithRegisters, are of chile.Production. The default is what
// the client's environment is (see sii.Environment.Kind) and, without a client,
// chile.OtherEnvironment.
func WithEnvironment(of chile.Environment) Option {
	return func(s *Syncer) error {
		if !of.Valid() {
			return fmt.Errorf("WithEnvironment: %q is none of the environments", string(of))
		}
		s.environment = of
		return nil
	}
}

// New returns a Syncer from the client to the store. Both are required, but for
// a client in whose place WithRegisters stands; without one there are no
// statuses to ask for: that is storage.ErrInvalid. An error is about an argument or option that is missing or
// cannot be followed.
//
// What a Syncer writes to a store is of the environment of its client. A store that
// belongs to another (see storage.Environments) is refused with
// storage.ErrEnvironment before the SII is asked, and nothing is written.
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

// CheckOptions refuses options that New would refuse, for programs that keep them
// for a client that comes later.
func CheckOptions(opts ...Option) error { return new(Syncer).apply(opts) }

// noStatuses are those of a Syncer without a client.
type noStatuses struct{}

func (noStatuses) UploadStatus(context.Context, chile.RUT, string) (*sii.UploadStatus, error) {
	return nil, errNoStatuses
}

func (noStatuses) DocumentStatus(context.Context, sii.DocumentQuery) (*sii.DocumentStatus, error) {
	return nil, errNoStatuses
}

var errNoStatuses = fmt.Errorf("siisync: %w: without a client there are no statuses to ask for", storage.ErrInvalid)

// appendEvent leaves an event whose detail is the JSON of v. It does so even if
// the context of the work has ended, because the trail must tell of that too.
func (s *Syncer) appendEvent(ctx context.Context, event storage.Event, v any) error {
	detail, err := json.Marshal(v)
	if err != nil {
		return err
	}
	event.Detail = string(detail)
	_, err = s.store.AppendEvent(context.WithoutCancel(ctx), event)
	return err
}

// failed leaves an event that tells of a failure, and returns the failure.
func (s *Syncer) failed(ctx context.Context, owner chile.RUT, what string, cause error) error {
	err := s.appendEvent(ctx, storage.Event{Kind: storage.EventError, Owner: owner}, struct {
		Operation string `json:"operacion"`
		Error     string `json:"error"`
	}{what, cause.Error()})
	return errors.Join(cause, err)
}
