package siitest

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/option"
)

// UploadSettings are how the fake takes uploads, where reports about the SII differ
// or a test needs another behaviour. The zero value follows the majority of the
// notes on the services.
type UploadSettings struct {
	// Step is how long each state of an upload lasts, from REC to PDR: a tenth of a
	// second if zero. The SII takes minutes. With AtOnce, states take no time.
	Step   time.Duration
	AtOnce bool

	// Unseen is how long QueryEstUp does not find a new upload (-11).
	Unseen time.Duration

	// Forget is how long the fake remembers the bytes of an upload, and so refuses
	// them again (STATUS 99): forever if zero. The SII's message mentions 900
	// seconds; no report says what comes after. Each accepted upload of the bytes
	// restarts the time.
	Forget time.Duration

	// HideTrackID omits the track id from the message of STATUS 99.
	HideTrackID bool

	// RefuseWhole refuses a whole upload (RFR) if one folio was received before, as
	// one client reports. By default only that document is refused (DTE-3-101), as
	// others report.
	RefuseWhole bool

	// KeepRejected treats the folio of a rejected document as spent. Reports
	// contradict each other.
	KeepRejected bool

	// Uncounted are document types that the counts of QueryEstUp omit; one client
	// reports this of 61. The mail has them.
	Uncounted []chile.DocType

	// Unregistered keeps accepted documents out of the registers. By default they
	// enter the issuer's registers at the end of their upload; for the receiver's,
	// use AddPurchases.
	Unregistered bool

	// AnyCAF accepts folios of every CAF that CAFKeys proves, even an unregistered
	// one: for NewCAF in another process.
	AnyCAF bool

	// Boletas is how the boleta service treats bytes that it took before.
	Boletas BoletaAgain

	// Mail receives the mail with the result of an upload of DTEUpload
	// (RESULTADO_ENVIO, in ISO-8859-1). It is called after processing: before the
	// answer to the next upload or query for an upload, or by SendMail, and again
	// by reenvioCorreo. It must not call the server. An error is recorded as a
	// Violation.
	Mail func(ResultMail) error

	// World changes the SII's knowledge, or the order of its checks, for an upload.
	World func(*judge.World)

	// MaxBytes bounds an upload; a larger one is refused (STATUS 2). It is 64 MiB
	// if zero. The SII has published no limit.
	MaxBytes int
}

// BoletaAgain is how the boleta service treats repeated bytes. No source says what
// the SII does.
type BoletaAgain int

// The ways.
const (
	BoletaTaken   BoletaAgain = iota // a new track id; all its boletas are rejected: DTE-3-101
	BoletaRefused                    // status 400, and a text with the earlier track id
	BoletaSame                       // the same answer as before
)

// ResultMail is the mail with the result of an upload.
type ResultMail struct {
	Issuer  chile.RUT
	TrackID string
	XML     []byte // RESULTADO_ENVIO
}

// defaultMaxUpload bounds uploads: 2,000 documents of 60 lines fit.
const defaultMaxUpload = 64 << 20

// ErrUploadSettings says that settings of uploads are invalid.
var ErrUploadSettings = errors.New("cannot be followed")

// check refuses invalid settings.
func (s *UploadSettings) check() error {
	return errors.Join(
		option.NotNegative("siitest: UploadSettings", ErrUploadSettings, s.Step, s.Unseen, s.Forget),
		option.NotNegative("siitest: UploadSettings", ErrUploadSettings, s.MaxBytes),
	)
}

func (s *UploadSettings) maxBytes() int { return cmp.Or(s.MaxBytes, defaultMaxUpload) }

func (s *UploadSettings) step() time.Duration {
	if s.AtOnce {
		return 0
	}
	return cmp.Or(s.Step, 100*time.Millisecond)
}

// clone returns an independent copy.
func (s UploadSettings) clone() UploadSettings {
	s.Uncounted = slices.Clone(s.Uncounted)
	return s
}
