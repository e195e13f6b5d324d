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

	database        cli.Database
	url, witness    string
	prefix          string
	send, wait      bool
	poll            time.Duration
	resume, recover bool
}

// keeps reports whether a database keeps what is issued.
func (o *options) keeps() bool { return o.flags.Given("db") || o.flags.Given("dsn") }

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
	flags.StringVar(&o.out, "out", "", "`directory` for documents and envelopes, which remembers the folios; this one by default. With a\ndatabase documents are written there too, if it is given")
	cli.DatabaseVar(flags, &o.database, "")
	flags.StringVar(&o.url, "sii", "", "base `URL` of a fake SII, as fakesii prints it")
	flags.StringVar(&o.witness, "witness", "", "`directory` outside of the database that remembers folios too, so that a restored backup is found\nto be old; with -db FILE it is FILE.witness")
	flags.StringVar(&o.prefix, "key", "", "`prefix` of the keys: that of the n-th draft is PREFIX/n; the default is the name of its file")
	flags.BoolVar(&o.send, "send", false, "send the documents to the SII")
	flags.BoolVar(&o.wait, "wait", false, "send them, and wait for the verdicts")
	flags.DurationVar(&o.poll, "poll", 0, "`time` between questions about verdicts; the default is 10m, and 200ms at -sii")
	flags.BoolVar(&o.resume, "resume", false, "go on with what is not finished in the database, without drafts")
	flags.BoolVar(&o.recover, "recover", false, "after a backup was restored: go on above all folios that may have been used since")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	return o, flags.Told(o.check())
}

// check looks for flags that do not go together.
func (o *options) check() error {
	keeps, files := o.keeps(), o.flags.NArg() > 0
	for _, name := range []string{"sii", "witness", "key", "send", "wait", "poll", "resume", "recover"} {
		if o.flags.Given(name) && !keeps {
			return cli.Usagef("-%s is for what a database keeps: -db or -dsn is required", name)
		}
	}
	switch {
	case o.poll < 0:
		return cli.Usagef("-poll is a time that passes")
	case (o.resume || o.recover) && files:
		return cli.Usagef("-resume and -recover take no drafts")
	case !files && !o.resume && !o.recover && !o.dryRun:
		for _, name := range []string{"caf", "p12", "resolution", "env", "db", "dsn", "company"} {
			if o.flags.Given(name) {
				return cli.Usagef("-%s is for drafts: FILE is required", name)
			}
		}
	}
	if keeps && o.witness == "" && o.flags.Given("db") {
		o.witness = o.flags.Lookup("db").Value.String() + ".witness"
	}
	return nil
}

// settings reads the flags about drafts.
func (o *options) settings(now time.Time) (*settings, error) {
	s := &settings{prefix: o.prefix, options: issue.Options{Policy: &issue.Policy{Today: chile.DateOf(now)}}}
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
