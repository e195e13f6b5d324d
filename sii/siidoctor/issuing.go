package siidoctor

import (
	"context"
	"errors"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

// Issuing is the data of a program that issues documents, for Diagnose.
// siiemit.Emitter.Diagnosis makes it.
type Issuing struct {
	Company chile.RUT

	// ResolutionDate and ResolutionNumber are those of the company's resolution.
	ResolutionDate   chile.Date
	ResolutionNumber int

	Folios []Folios
}

// Folios are those of a CAF.
type Folios struct {
	Type                chile.DocType
	Left                int64      // not used yet
	Authorized, LastDay chile.Date // LastDay is zero if there is none
	KeyID               int        // IDK: 100 in certification, 300 in production
	Held                string     // why none may be taken; empty if they are free
	Recent              int64      // documents of the type in the last 30 days
}

// The names of the checks of issuing.
const (
	lookSending    = "issuing.sender"
	lookResolution = "issuing.resolution"
	lookFolios     = "issuing.folios"
	lookStock      = "issuing.stock"
)

// checksOfIssuing returns the checks of a program that issues.
func (d *doctor) checksOfIssuing() []check {
	if d.options.Issuing == nil {
		return nil
	}
	return []check{
		{name: lookSending, needs: []string{lookToken, d.reached(d.env.SOAP)}, run: d.checkSending},
		{name: lookResolution, run: d.checkResolution},
		{name: lookFolios, run: d.checkFolios},
		{name: lookStock, needs: []string{lookFolios}, run: d.checkStock},
	}
}

// checkSending queries an upload that no company has: the SII's answer shows whether
// the holder may act for the company.
//
// Unverified: that a holder who may query uploads may also send them. The SII has no
// query for the right itself (Enviar Doctos).
func (d *doctor) checkSending(ctx context.Context) finding {
	company := d.options.Issuing.Company
	_, err := d.signIn.Client(d.token).DTE.UploadStatus(ctx, company, "1")
	switch {
	case errors.Is(err, sii.ErrForbidden):
		return found("sender_refused", company)
	case err != nil:
		return failedCall("sender", err)
	}
	return found("sender_known", company)
}

// checkResolution checks a resolution as far as possible without the SII, which
// shows it only on a page of the portal.
func (d *doctor) checkResolution(context.Context) finding {
	i := d.options.Issuing
	switch kind := d.env.Kind(); {
	case i.ResolutionDate.IsZero():
		return found("resolution_none")
	case i.ResolutionDate.Compare(d.today()) > 0:
		return found("resolution_future", i.ResolutionDate)
	case kind == chile.Certification && i.ResolutionNumber != 0:
		return found("resolution_of_production", i.ResolutionNumber)
	case kind == chile.Production && i.ResolutionNumber == 0:
		return found("resolution_of_certification")
	}
	return found("resolution_possible", i.ResolutionNumber, i.ResolutionDate)
}

func (d *doctor) today() chile.Date { return chile.DateOf(d.signIn.Now()) }

// keyEnvironments are the environments of the SII's keys for CAFs.
var keyEnvironments = map[int]chile.Environment{100: chile.Certification, 300: chile.Production}

// checkFolios looks for unusable CAFs.
func (d *doctor) checkFolios(context.Context) finding {
	kind, usable := d.env.Kind(), 0
	for _, f := range d.options.Issuing.Folios {
		of, known := keyEnvironments[f.KeyID]
		switch {
		case kind != chile.OtherEnvironment && (!known || of != kind):
			return found("folios_of_another", int(f.Type), f.KeyID)
		case f.Held != "" && f.Left > 0:
			return found("folios_held", int(f.Type), cut(f.Held))
		case f.Left > 0 && f.usable(d.today()):
			usable++
		}
	}
	if usable == 0 {
		return found("folios_none")
	}
	return found("folios_usable", usable)
}

func (f *Folios) usable(today chile.Date) bool {
	return f.Authorized.Compare(today) <= 0 && (f.LastDay.IsZero() || f.LastDay.Compare(today) >= 0)
}

// enoughFor is the number of days that folios should last.
const enoughFor = 10

// checkStock looks for types whose folios run out or expire.
func (d *doctor) checkStock(context.Context) finding {
	today := d.today()
	left, recent := make(map[chile.DocType]int64), make(map[chile.DocType]int64)
	for _, f := range d.options.Issuing.Folios {
		recent[f.Type] = max(recent[f.Type], f.Recent)
		if f.usable(today) {
			left[f.Type] += f.Left
		}
	}
	for _, f := range d.options.Issuing.Folios { // in the given order
		const days = 30
		switch {
		case left[f.Type]*days < recent[f.Type]*enoughFor:
			return found("stock_low", int(f.Type), left[f.Type])
		case f.Left > 0 && f.usable(today) && !f.LastDay.IsZero() && f.LastDay.Compare(today.AddDays(enoughFor)) < 0:
			return found("stock_expires", f.Left, int(f.Type), f.LastDay)
		}
	}
	return found("stock_enough")
}
