package siisync

import (
	"fmt"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// GoneError says that an import would have marked more stored documents of a
// register as gone than WithMaxGone allows. If a person confirms that the SII's
// register is right, a Syncer with WithMaxGone(1) imports it.
type GoneError struct {
	Key      rcv.Key
	Gone     int64 // documents that would have been marked
	Stored   int64 // stored documents, without those already gone
	Arrived  int64 // documents in the download
	Promised int64 // documents that the SII's summary counts in lines that may have rows
}

// KindName is the name of this kind of error, see sii.KindName.
func (e *GoneError) KindName() string { return "gone" }

func (e *GoneError) Error() string {
	return fmt.Sprintf("%d of %d stored documents of %s would be marked as gone: the download has %d, and the SII's summary counts %d; nothing was written; "+
		"if that is right, import with WithMaxGone(1)", e.Gone, e.Stored, e.Key, e.Arrived, e.Promised)
}

// WithMaxGone sets the largest share of a register's stored documents that one
// import may mark as gone, from 0 (none) to 1 (all). An import that would mark
// more returns a *GoneError and writes nothing. Documents that moved to another
// month count as gone.
//
// By default an import is refused if it has no documents and would mark all stored
// ones as gone, while the SII's summary still counts documents that may have rows.
// When the last invoices have left a register, its summary is empty or has only
// totals, such as boletas.
func WithMaxGone(share float64) Option {
	return func(s *Syncer) error {
		if !(share >= 0 && share <= 1) { // NaN is neither
			return fmt.Errorf("WithMaxGone: %v is not a share from 0 to 1", share)
		}
		s.maxGone = &share
		return nil
	}
}

// accept is called by the store before it writes.
func (d *download) accept(planned storage.Import) error {
	c := &planned.Counts
	e := &GoneError{Key: d.key, Gone: c.Gone, Stored: c.Gone + c.Changed + c.Unchanged, Arrived: d.got, Promised: d.expected}
	if !d.syncer.tooMany(e) {
		return nil
	}
	d.failed = true
	return e
}

func (s *Syncer) tooMany(e *GoneError) bool {
	if s.maxGone == nil {
		return e.Gone > 0 && e.Arrived == 0 && e.Promised > 0
	}
	return float64(e.Gone) > *s.maxGone*float64(e.Stored)
}
