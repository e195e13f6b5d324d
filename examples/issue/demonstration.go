package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

// The demonstration issues in certification, with the folios of a fake SII.
const (
	certificationKey = 100
	demoFolios       = 50
)

// demonstration returns an issuer that has folios of its own of each type. With
// -out it writes them, and the key that proves them.
func (o *options) demonstration(s *settings, now time.Time) (*issuer, error) {
	for _, name := range []string{"caf", "p12", "resolution", "env"} {
		if o.flags.Given(name) {
			return nil, cli.Usagef("-%s is for drafts: FILE is required", name)
		}
	}
	at := o.moment(s, now)
	resolved := chile.DateOf(at).AddDays(-60)
	r := &issuer{
		cover: issue.Cover{ResolutionDate: resolved}, at: at, dir: o.out, keys: siitest.CAFKeys(), demonstrates: true,
		identity: siitest.NewServer(siitest.WithoutNetwork()).NewIdentity(cli.FakeHolder),
	}
	if r.dir != "" {
		if err := os.MkdirAll(r.dir, 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(r.dir, "caf-key.pem"), siitest.CAFKey(), 0o644); err != nil { //nolint:gosec // a public key is for everybody
			return nil, err
		}
	}
	var cafs []*dte.Authorization
	for draft := range samples(s.date, now) {
		caf, err := r.demoCAF(draft.draft.Identification.Type, resolved)
		if err != nil {
			return nil, err
		}
		cafs = append(cafs, caf)
	}
	s.options.Policy.Activities = ofCompany(33, resolved).Issuer.ActivityCodes
	var err error
	r.folios, err = newFolios(cafs, cafs[0].Issuer(), chile.Certification, at, r.dir)
	return r, err
}

// demoCAF makes a CAF, or reads that of an earlier run.
func (r *issuer) demoCAF(of chile.DocType, day chile.Date) (*dte.Authorization, error) {
	path := filepath.Join(r.dir, fmt.Sprintf("caf-%d.xml", int(of)))
	text, err := os.ReadFile(path)
	if r.dir == "" || err != nil {
		draft := ofCompany(of, day)
		text, err = siitest.NewCAF(draft.Issuer.RUT, of, 1, demoFolios, siitest.WithCAFDate(day),
			siitest.WithCAFName(draft.Issuer.Name), siitest.WithCAFKeyID(certificationKey))
		if err == nil && r.dir != "" {
			err = os.WriteFile(path, text, 0o600)
		}
	}
	if err != nil {
		return nil, err
	}
	return dte.ParseCAF(text, r.keys)
}

// world is what an SII knows that authorised the demonstration, and has received
// what it issued before.
func (r *issuer) world() judge.World {
	received := func(id chile.DocumentID) bool {
		return id.Issuer == r.folios.company && id.Folio <= r.folios.before[id.Type]
	}
	holder, _ := r.identity.RUT() // which the identity of a fake has
	sender := chile.MustParseRUT(holder)
	return judge.World{
		Environment: chile.Certification, Now: r.at, Uploader: sender, Keys: r.keys, SameEnvelope: true,
		Company: func(of chile.RUT) (judge.Company, bool) {
			return judge.Company{
				Resolution: judge.Resolution{Date: r.cover.ResolutionDate, Number: r.cover.ResolutionNumber},
				Activities: ofCompany(33, r.cover.ResolutionDate).Issuer.ActivityCodes,
				Users:      map[chile.RUT]judge.Right{sender: judge.MaySend},
			}, of == r.folios.company
		},
		CAF: func(id chile.DocumentID) (dte.CAFData, bool) {
			for _, caf := range r.folios.cafs[id.Type] {
				if caf.Issuer() == id.Issuer && caf.Contains(id.Folio) {
					return caf.CAF().Data, true
				}
			}
			return dte.CAFData{}, false
		},
		Folio: func(id chile.DocumentID) judge.Folio {
			if received(id) {
				return judge.FolioReceived
			}
			return judge.FolioFree
		},
		Document: func(id chile.DocumentID) (judge.Known, bool) { return judge.Known{}, received(id) },
		Uploaded: func([32]byte) (judge.Upload, bool) { return judge.Upload{}, false },
	}
}

// verdict is what the SII would say of a document.
type verdict struct {
	Event   string        `json:"event"`
	Type    chile.DocType `json:"type"`
	Folio   chile.Folio   `json:"folio"`
	Verdict string        `json:"verdict"`
	State   string        `json:"estado"`
	Codes   []string      `json:"codes"`

	id chile.DocumentID
}

// ask has the envelopes judged.
func (r *issuer) ask(envelopes []*envelope) (all []*verdict) {
	for _, e := range envelopes {
		answer := judge.Envelope(e.text, r.world())
		for i := range answer.Documents {
			v := &answer.Documents[i]
			state := cmp.Or(v.State, answer.State)
			told := &verdict{
				Event: "verdict", Type: v.ID.Type, Folio: v.ID.Folio, Verdict: verdicts[state], State: string(state), Codes: []string{}, id: v.ID,
			}
			for j := range v.Findings {
				told.Codes = append(told.Codes, v.Findings[j].Text())
			}
			all = append(all, told)
		}
	}
	return all
}

// verdicts are the states of the SII in the words of this SDK. What is not judged
// has none.
var verdicts = map[judge.State]string{
	judge.DOK: "accepted", judge.RLV: "observed", judge.RPR: "observed", judge.RCH: "rejected",
	judge.RSC: "rejected", judge.RFR: "rejected", judge.RCT: "rejected",
}
