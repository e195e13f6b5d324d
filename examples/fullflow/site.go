package main

import (
	"cmp"
	"context"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage"
)

// site is the SII that the program talks to, and for whom.
type site struct {
	*cli.Site
	owner  chile.RUT
	period chile.Period
}

// options are those of a client.
func (s *site) options() []sii.Option {
	options := []sii.Option{sii.WithIdentity(s.Identity)}
	if s.Fake != nil {
		options = append(options, sii.WithHTTPClient(&http.Client{Transport: s.Transport}))
	}
	return options
}

// connect returns the SII of the flags and variables. A fake has the registers of
// the CSV files, or generated ones.
func connect(ctx context.Context, opts *options, getenv func(string) string) (*site, error) {
	s := &site{period: opts.period}
	var err error
	if s.owner, err = cli.Owner(opts.owner, getenv); err != nil {
		return nil, err
	}
	files := slices.Concat(opts.purchases, opts.sales)
	for _, path := range files {
		owner, period := fromFileName(path)
		s.owner, s.period = cmp.Or(s.owner, owner), cmp.Or(s.period, period)
	}
	fakeOwner := cmp.Or(s.owner, cli.FakeOwner)
	if s.Site, err = opts.site.Connect(ctx, &opts.database, getenv, fakeOwner); err != nil {
		return nil, err
	}
	switch {
	case s.Fake != nil:
		s.owner, s.period = fakeOwner, cmp.Or(s.period, cli.FakePeriod)
		err = cli.FillFake(s.Fake, s.owner, s.period, opts.purchases, opts.sales)
	case len(files) > 0:
		err = cli.Usagef("-purchases and -sales are for the fake SII inside the program")
	case s.owner.IsZero() && s.period.IsZero():
		err = cli.Usagef("-period and -rut (or SII_RUT and SII_DV) are required")
	case s.owner.IsZero():
		_, err = cli.RequireOwner(s.owner, getenv)
	case s.period.IsZero():
		err = cli.Usagef("-period is required")
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// exportName is how the portal names its exports.
var exportName = regexp.MustCompile(`_(\d{7,8}-[\dkK])_(\d{6})\.csv$`)

// fromFileName returns the owner and period in the name of an export; they are
// zero if the file was renamed.
func fromFileName(path string) (owner chile.RUT, period chile.Period) {
	if m := exportName.FindStringSubmatch(filepath.Base(path)); m != nil {
		owner, _ = chile.ParseRUT(m[1])
		period, _ = chile.ParsePeriod(m[2])
	}
	return owner, period
}

// statusQuery returns the question for the state of the document, if there is
// one that the SII can be asked for.
func statusQuery(doc *storage.StoredDocument) (sii.DocumentQuery, bool) {
	if doc == nil {
		return sii.DocumentQuery{}, false
	}
	issuer, receiver := doc.Parties(doc.Key)
	return sii.DocumentQuery{
		Issuer: issuer, Receiver: receiver,
		Type: doc.Type, Folio: doc.Folio, Issued: doc.Issued, Total: doc.Total,
	}, true
}
