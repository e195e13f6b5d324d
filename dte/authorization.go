package dte

import (
	"crypto/rsa"
	"strconv"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// CAFGrade says whether the SII authorised the folio of a stamp: whether the
// SII's signature (FRMA) over the CAF in the stamp is valid, and whether the
// CAF allows what was stamped.
type CAFGrade struct {
	Grade

	// KeyID is the number of the SII's key. Environment is the SII's system that
	// uses the key: empty for keys that the caller gave. A document of
	// Certification is not a real invoice.
	KeyID       int               `json:"key,omitempty"`
	Environment chile.Environment `json:"environment,omitempty"`

	// Form says over which bytes the signature is valid; empty if it is not valid.
	Form Form `json:"form,omitempty"`
}

// Keys are public keys of the SII for CAFs, by number (IDK). They add to or
// replace the known keys of production (300) and certification (100).
type Keys map[int]*rsa.PublicKey

// gradeCAF checks the CAF in a stamp, given the encoding of the document and the
// stamp's values.
func gradeCAF(ted xmlsig.Element, encoding string, stamp *TED, keys Keys) CAFGrade {
	return gradeCAFElement(childOf(ted, "DD", "CAF"), encoding, stamp, keys)
}

func gradeCAFElement(caf xmlsig.Element, encoding string, stamp *TED, keys Keys) CAFGrade {
	g := CAFGrade{Grade: Grade{Made: true}}
	if !caf.Exists() {
		g.found(CodeCAFAbsent, "", "", "CAF")
		return g
	}
	da, frma := childOf(caf, "DA"), childOf(caf, "FRMA")
	if !da.Exists() || !frma.Exists() {
		g.found(CodeCAFMalformed, caf.Path(), "", "DA, FRMA")
		return g
	}
	g.KeyID = stamp.Data.CAF.Data.KeyID
	key, given := keys[g.KeyID]
	if known, ok := siiKeys[g.KeyID]; ok && !given {
		key, g.Environment = known.key, known.environment
	}
	if key == nil {
		g.found(CodeCAFUnknownKey, da.Path()+"/IDK", strconv.Itoa(g.KeyID), "")
	} else {
		g.Form = g.check(sealed{da, encoding}, frma, key, sealCodes{
			CodeCAFMalformed, CodeCAFAlgorithm, CodeCAFSignature, CodeCAFForm, CodeCAFFIPS,
		})
	}
	g.allows(&stamp.Data, da.Path())
	return g
}

// allows compares the CAF with what was stamped.
func (g *CAFGrade) allows(dd *StampData, path string) {
	da := &dd.CAF.Data
	for _, part := range []struct {
		name   string
		absent bool
	}{
		{"RE", da.Issuer.IsZero()}, {"TD", da.Type == 0}, {"RNG/D", da.Range.From <= 0}, {"RNG/H", da.Range.To <= 0}, {"FA", da.Date.IsZero()},
	} {
		if part.absent {
			g.found(CodeCAFMalformed, path, "", part.name)
			return
		}
	}
	if da.Issuer != dd.Issuer {
		g.found(CodeCAFIssuer, path+"/RE", da.Issuer.String(), dd.Issuer.String())
	}
	if da.Type != dd.Type {
		g.found(CodeCAFType, path+"/TD", strconv.Itoa(int(da.Type)), strconv.Itoa(int(dd.Type)))
	}
	from, to := strconv.FormatInt(int64(da.Range.From), 10), strconv.FormatInt(int64(da.Range.To), 10)
	switch {
	case da.Range.From > da.Range.To:
		g.found(CodeCAFRange, path+"/RNG", from+"-"+to, "")
	case dd.Folio < da.Range.From || dd.Folio > da.Range.To:
		g.found(CodeCAFFolio, path+"/RNG", strconv.FormatInt(int64(dd.Folio), 10), from+"-"+to)
	}
	if !dd.StampedAt.IsZero() && dd.StampedAt.Date.Compare(da.Date) < 0 {
		g.found(CodeCAFEarlyStamp, path+"/FA", dd.StampedAt.Date.String(), da.Date.String())
	}
	if dd.IssueDate.Compare(da.Date) < 0 {
		g.found(CodeCAFEarlyIssue, path+"/FA", dd.IssueDate.String(), da.Date.String())
	}
	used := dd.StampedAt.Date // the later of both; the stamp may have no time
	if dd.IssueDate.Compare(used) > 0 {
		used = dd.IssueDate
	}
	if last, expires := lastDay(da.Type, da.Date); expires && used.Compare(last) > 0 {
		g.found(CodeCAFExpired, path+"/FA", used.String(), last.String())
	}
}

// lastDay returns the last day of a CAF by the day of its authorisation. Only
// CAFs for types that give a right to fiscal credit expire: in six months since
// 2018-07-01; older ones in 18 months, at the latest on 2018-12-31 (SII, FAQ
// 001.003.6968 and 6969).
func lastDay(t chile.DocType, authorised chile.Date) (last chile.Date, expires bool) {
	switch t {
	case 33, 43, 46, 56, 61:
	default:
		return last, false
	}
	const months, monthsBefore = 6, 18
	change := chile.DateOf(time.Date(2018, 7, 1, 12, 0, 0, 0, chile.Santiago()))
	if authorised.Compare(change) >= 0 {
		return addMonths(authorised, months), true
	}
	last = addMonths(authorised, monthsBefore)
	if end := chile.DateOf(time.Date(2018, 12, 31, 12, 0, 0, 0, chile.Santiago())); last.Compare(end) > 0 {
		last = end
	}
	return last, true
}

// addMonths returns the same day of a later month, or that month's last day if
// it has no such day.
func addMonths(d chile.Date, months int) chile.Date {
	first := time.Date(d.Year(), d.Month()+time.Month(months), 1, 12, 0, 0, 0, time.UTC)
	day := min(d.Day(), first.AddDate(0, 1, -1).Day())
	later, _ := chile.NewDate(first.Year(), first.Month(), day) // every year of a document makes a valid date
	return later
}
