package siisync

import (
	"context"
	"errors"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// PeriodResult is the result of Period.
type PeriodResult struct {
	Owner  chile.RUT
	Period chile.Period

	// Purchases and Sales are the imports of the two books; nil if that book was
	// not imported.
	Purchases, Sales *BookResult
}

// Complete reports whether both books were imported.
func (r *PeriodResult) Complete() bool { return r.Purchases != nil && r.Sales != nil }

// Period downloads both books of the month, all states, and imports each in one
// transaction. A book is imported only if its rows agree with the SII's summary in
// counts and sums; otherwise nothing of it is written and the error is
// sii.ErrIncomplete. An import that would mark too many stored documents as gone
// returns a *GoneError: see WithMaxGone.
//
// If a book fails, Period returns the error together with the earlier results;
// a book without a result was not changed. The other book is then not tried: it
// would nearly always fail too.
func (s *Syncer) Period(ctx context.Context, owner chile.RUT, period chile.Period) (*PeriodResult, error) {
	result := &PeriodResult{Owner: owner, Period: period}
	var err error
	if result.Purchases, err = s.Book(ctx, rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}); err != nil {
		return result, err
	}
	if result.Sales, err = s.Book(ctx, rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}); err != nil {
		return result, err
	}
	return result, nil
}

// Book downloads one register, all states, and imports it in one transaction,
// under the same conditions as Period. ErrStore means that the store failed.
// storage.ErrEnvironment means that the store belongs to another SII. Every other
// error is about the SII or its data. Oddities that are not errors are in the
// Warnings of the result.
func (s *Syncer) Book(ctx context.Context, key rcv.Key) (*BookResult, error) {
	if !key.Valid() {
		return nil, fmt.Errorf("siisync: %w: a register needs an owner, a period and a book, not %q", storage.ErrInvalid, key)
	}
	for attempt := 1; ; attempt++ {
		d := newDownload(s, key)
		result, err := s.store.ImportRegister(ctx, d.snapshot(ctx))
		d.close()
		switch {
		case err == nil:
			d.report(StageImported, "", 0)
			done := &BookResult{*result, d.warnings}
			s.imported(done)
			return done, nil
		case attempt == 1 && moved(err):
			d.report(StageAgain, "", 0)
		case errors.Is(err, storage.ErrEnvironment): // an event would go to the wrong store
			return nil, fmt.Errorf("siisync: import %s: %w", key, err)
		default:
			if !d.failed && !moved(err) && !errors.Is(err, storage.ErrInvalid) && ctx.Err() == nil {
				err = fmt.Errorf("%w: %w", ErrStore, err)
			}
			return nil, s.failed(ctx, key.Owner, "import "+key.String(), fmt.Errorf("siisync: import %s: %w", key, err))
		}
	}
}
