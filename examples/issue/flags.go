package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
)

// options are the flags as they are written.
type options struct {
	flags           *cli.Flags
	json, dryRun    bool
	date, uf        string
	companyFile     string
	language        string
	environment     string
	cafs            cli.Files
	keys            dte.Keys
	certificate     cli.Certificate
	resolution, out string
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{keys: dte.Keys{}}
	flags := cli.NewFlags("issue", usage, about, stderr)
	o.flags = flags
	flags.InSpanish(sobre, usoBreve, uso)
	flags.MayTakeFiles()
	flags.BoolVar(&o.json, "json", false, "print one JSON object a line")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only say what would come of the drafts")
	flags.StringVar(&o.date, "date", "", "`date` of drafts without one, as 2026-11-20; what is issued is stamped and signed at 12:00 of\nthat day, for tests alone: not with -env prod")
	flags.StringVar(&o.uf, "uf", "", "what an Unidad de Fomento is worth on the day of issue, in `pesos`: 39643.59")
	flags.StringVar(&o.companyFile, "company", "", "JSON `file` with what an Emisor lacks in the drafts")
	flags.StringVar(&o.language, "lang", "en", "language of the words: en or es")
	flags.StringVar(&o.environment, "env", "", "the SII's `environment`, cert or prod; the default is that of the CAFs")
	flags.Var(&o.cafs, "caf", "CAF `file`, as the SII gives it; may be given more than once")
	flags.Func("caf-key", "`N=FILE`: a key of the SII for CAFs, PEM, besides those that are known", func(s string) error { return cli.AddKey(o.keys, s) })
	cli.CertificateVar(flags, &o.certificate)
	flags.StringVar(&o.resolution, "resolution", "", "`DATE/NUMBER` of the resolution that lets the company issue, as 2014-08-22/80; the number is 0\nin certification")
	flags.StringVar(&o.out, "out", "", "`directory` for documents and envelopes, which remembers the folios; the default is this one")
	return o, flags.Parse(args)
}

// settings reads the flags about drafts.
func (o *options) settings(now time.Time) (*settings, error) {
	s := &settings{options: issue.Options{Policy: &issue.Policy{Today: chile.DateOf(now)}}}
	if s.words = languages[o.language]; s.words == nil {
		return nil, cli.Usagef("no words in language %q: en or es", o.language)
	}
	var err error
	if o.date != "" {
		if s.date, err = chile.ParseDate(o.date); err != nil {
			return nil, o.flags.UsageOf("date", err)
		}
	}
	if o.uf != "" {
		if s.options.Policy.UF, err = dte.ParseDecimal(o.uf); err != nil || s.options.Policy.UF.Sign() <= 0 {
			return nil, o.flags.UsageOf("uf", dte.ErrDecimal)
		}
	}
	if o.companyFile != "" {
		if s.company, err = readCompany(o.companyFile); err != nil {
			return nil, o.flags.UsageOf("company", err)
		}
	}
	return s, nil
}

// moment returns when documents are stamped and signed: now, or at noon of -date.
// Drafts without a date get its day.
func (o *options) moment(s *settings, now time.Time) time.Time {
	if s.date.IsZero() {
		s.date = chile.DateOf(now)
		return now
	}
	s.options.Policy.Today = s.date
	return time.Date(s.date.Year(), s.date.Month(), s.date.Day(), 12, 0, 0, 0, chile.Santiago())
}

// named returns the environment of -env, empty without it.
func (o *options) named() (chile.Environment, error) {
	switch o.environment {
	case "":
		return "", nil
	case "cert":
		return chile.Certification, nil
	case "prod":
		return chile.Production, nil
	}
	return "", cli.Usagef("unknown -env %q", o.environment)
}

// cover reads -resolution.
func (o *options) cover() (cover issue.Cover, err error) {
	if o.resolution == "" {
		return cover, cli.Usagef("-resolution is required")
	}
	date, number, ok := strings.Cut(o.resolution, "/")
	if !ok {
		return cover, o.flags.UsageOf("resolution", fmt.Errorf("%q is not DATE/NUMBER", o.resolution))
	}
	if cover.ResolutionDate, err = chile.ParseDate(date); err != nil {
		return cover, o.flags.UsageOf("resolution", err)
	}
	if cover.ResolutionNumber, err = strconv.Atoi(number); err != nil || cover.ResolutionNumber < 0 {
		return cover, o.flags.UsageOf("resolution", fmt.Errorf("%q is not the number of a resolution", number))
	}
	return cover, nil
}
