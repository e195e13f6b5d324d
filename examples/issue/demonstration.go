package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiemit"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

// The demonstration has folios of certification.
const (
	certificationKey = 100
	demoFolios       = 50
)

// demonstration issues at a fake SII inside the program, which gives it folios of
// each type. With -out the CAFs are written, and the key that proves them.
func (o *options) demonstration(ctx context.Context, s *settings, now time.Time) (issuer, func(), error) {
	at := o.moment(s, now)
	start := time.Now()
	clock := func() time.Time { return at.Add(time.Since(start)) }
	server := siitest.NewServer(siitest.WithClock(clock))
	httpClient := server.Client()
	closeAll := func() { httpClient.CloseIdleConnections(); server.Close() }
	d, err := o.atFake(ctx, s, server, clock)
	if err != nil {
		closeAll()
		return nil, nil, err
	}
	return d, closeAll, nil
}

func (o *options) atFake(ctx context.Context, s *settings, server *siitest.Server, clock func() time.Time) (*demonstration, error) {
	sample := ofCompany(33, s.date).Issuer
	resolved := s.date.AddDays(-60)
	s.options.Policy.Activities = sample.ActivityCodes
	server.Authorize(cli.FakeHolder, sample.RUT)
	server.AddIssuer(sample.RUT, judge.Company{Resolution: judge.Resolution{Date: resolved}, Activities: sample.ActivityCodes})
	identity := server.NewIdentity(cli.FakeHolder)
	client, err := sii.NewClient(server.Environment(), sii.WithIdentity(identity), sii.WithHTTPClient(server.Client()), sii.WithClock(clock))
	if err != nil {
		return nil, err
	}
	settings := settingsOf(pollFake/4, true)
	settings.Now = clock
	emitter, err := siiemit.New(client, memory.New(), identity, siiemit.Company{RUT: sample.RUT, ResolutionDate: resolved},
		siiemit.WithCAFKeys(siitest.CAFKeys()), siiemit.WithDrafting(s.options), siiemit.WithSettings(settings))
	if err != nil {
		return nil, err
	}
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o700); err != nil {
			return nil, err
		}
		err := create(filepath.Join(o.out, "caf-key.pem"), siitest.CAFKey())
		if errors.Is(err, fs.ErrExist) {
			err = fmt.Errorf("%w: -out has the files of another run: choose another", err)
		}
		if err != nil {
			return nil, err
		}
	}
	d := &demonstration{
		kept:    &kept{emitter: emitter, send: true, wait: true, dir: o.out},
		boletas: &boletas{client: client, identity: identity, cover: issue.Cover{ResolutionDate: resolved}, at: clock(), dir: o.out},
	}
	for draft := range samples(s.date, clock()) {
		caf, err := o.demoCAF(server, draft.draft, resolved)
		if err != nil {
			return nil, err
		}
		if isBoleta(draft.draft.Identification.Type) {
			d.boletas.cafs = append(d.boletas.cafs, caf)
		} else if _, err = emitter.AddCAF(ctx, caf, nil); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// demonstration issues invoices and the like by an Emitter, and boletas, which have a
// service of their own, beside it.
type demonstration struct {
	*kept
	boletas *boletas
}

func (d *demonstration) issue(ctx context.Context, l *line, from source, o *issue.Options) (issue.Findings, error) {
	if isBoleta(from.draft.Identification.Type) {
		return d.boletas.issue(ctx, l, from, o)
	}
	return d.kept.issue(ctx, l, from, o)
}

func (d *demonstration) end(ctx context.Context, out *cli.Output, t *table) error {
	if err := d.kept.end(ctx, out, t); err != nil {
		return err
	}
	return d.boletas.end(ctx, out, t)
}

// demoCAF has the fake give folios of the type of a draft.
func (o *options) demoCAF(server *siitest.Server, draft *issue.Draft, day chile.Date) ([]byte, error) {
	of := draft.Identification.Type
	file, err := server.NewCAF(draft.Issuer.RUT, of, 1, demoFolios, siitest.WithCAFDate(day), siitest.WithCAFName(draft.Issuer.Name),
		siitest.WithCAFKeyID(certificationKey))
	if err != nil || o.out == "" {
		return file, err
	}
	return file, create(filepath.Join(o.out, fmt.Sprintf("caf-%d.xml", int(of))), file)
}
