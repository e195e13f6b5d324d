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

// UploadSettings are how the fake takes uploads, where reports of the SII differ or
// a test wants something else. The zero value takes what the notes on the services
// tell most of.
type UploadSettings struct {
	// Step is how long each state of an upload lasts, from REC to PDR: a tenth of a
	// second if zero. The SII takes minutes. AtOnce has them take no time.
	Step   time.Duration
	AtOnce bool

	// Unseen is for how long QueryEstUp does not find an upload that was taken (-11).
	Unseen time.Duration

	// Forget is for how long the bytes of an upload are known, so that they are not
	// taken again (STATUS 99): for ever if zero. Its message tells of 900 seconds;
	// nobody has reported what comes after them. The time begins anew with each
	// upload of the bytes that is taken.
	Forget time.Duration

	// HideTrackID has the message of STATUS 99 not tell the track id.
	HideTrackID bool

	// RefuseWhole has a folio that was received before refuse the whole upload (RFR),
	// as one client tells, in place of its document (DTE-3-101), as others do.
	RefuseWhole bool

	// KeepRejected has the folio of a rejected document be spent. Reports contradict
	// each other.
	KeepRejected bool

	// Uncounted are types of documents that the counts of QueryEstUp leave out, as
	// one client tells of 61. The mail has them.
	Uncounted []chile.DocType

	// Unregistered keeps accepted documents out of the registers, in which they are
	// otherwise from the end of their upload on: in those of the issuer, since the
	// receiver's are for AddPurchases.
	Unregistered bool

	// AnyCAF takes folios of every CAF that CAFKeys proves, also if the fake was not
	// told of it: of NewCAF in another process.
	AnyCAF bool

	// Boletas is what the service of the boletas does with bytes that it took before.
	Boletas BoletaAgain

	// Mail gets the mail with the result of an upload of DTEUpload (RESULTADO_ENVIO,
	// in ISO-8859-1) once it was processed: before the next upload or query for an
	// upload is answered, or by SendMail, and again by reenvioCorreo. It must not call
	// the server. An error is kept as a Violation.
	Mail func(ResultMail) error

	// World changes what the SII knows, or the order of its checks, for an upload.
	World func(*judge.World)

	// MaxBytes bounds an upload, which is refused beyond it (STATUS 2): 64 MiB if
	// zero. The SII has told no limit.
	MaxBytes int
}

// BoletaAgain is what the service of the boletas does with the same bytes again. No
// source tells what the SII does.
type BoletaAgain int

// What it may do.
const (
	BoletaTaken   BoletaAgain = iota // a new track id, whose boletas are all rejected: DTE-3-101
	BoletaRefused                    // status 400, and words with the earlier track id
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

// ErrUploadSettings says that settings of uploads make no sense.
var ErrUploadSettings = errors.New("cannot be followed")

// check refuses settings that make no sense.
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

// clone is a copy of its own.
func (s UploadSettings) clone() UploadSettings {
	s.Uncounted = slices.Clone(s.Uncounted)
	return s
}
