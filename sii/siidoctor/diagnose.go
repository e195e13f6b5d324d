package siidoctor

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/option"
	"github.com/ofitec/chile/internal/redact"
	"github.com/ofitec/chile/sii"
)

// Options are options of Diagnose. If nil or zero, the documented defaults
// apply.
type Options struct {
	// Language is the language of Detail and Advice. The default is English.
	Language Language

	// IdentityErr is why there is no certificate for WithIdentity: the error of
	// xmlsig.LoadPKCS12.
	IdentityErr error

	// CertificateFile is the path of the file with the key, to check who may read
	// it; empty if there is none.
	CertificateFile string

	// Issuers are certificates of issuers, in addition to those that came with the
	// key.
	Issuers []*x509.Certificate

	// Owner is the company whose register is requested. The default is the holder
	// of the certificate.
	Owner chile.RUT

	// Issuing is the data of a program that issues documents; if nil, issuing is
	// not checked.
	Issuing *Issuing

	// Database is the program's database; if nil, it is not checked.
	Database Database

	// Deadline bounds each check. The default is 15 seconds.
	Deadline time.Duration
}

// Database is the part of a database that Diagnose uses. The stores of
// storage/postgres and storage/sqlite implement it.
type Database interface {
	// Ping reports whether the database answers.
	Ping(ctx context.Context) error

	// MigrationState returns the migrations that the database lacks, and those
	// that it has and the program does not know. It changes nothing.
	MigrationState(ctx context.Context) (pending, unknown []string, err error)
}

const (
	defaultDeadline = 15 * time.Second
	maxDetail       = 2 << 10 // bytes of a finding
)

// Diagnose checks, one after another, what calls to the SII need: certificate,
// clock, the connection to each host, a seed, a token, the Registro de Compras y
// Ventas, and the database. A check is skipped if something it needs has failed.
//
// The options are those of NewClient. The certificate may have expired or be absent:
// that is a finding. Each check has its own deadline. Each host gets one request
// HEAD / (Unverified: the SII's answer to it; any answer shows that the host was
// reached). A seed, a token and a summary take one call each; nothing is retried.
// The token is not kept.
//
// The findings may be shared: they have no secret and no person's name, and only
// the end of a RUT.
func Diagnose(ctx context.Context, env sii.Environment, options *Options, opts ...sii.Option) *Diagnosis {
	d := newDoctor(env, options, opts)
	for _, c := range d.checks() {
		d.run(ctx, c)
	}
	return d.diagnosis
}

// doctor makes a diagnosis.
type doctor struct {
	options   Options
	env       sii.Environment
	signIn    *sii.SignIn
	settings  error           // why the settings are invalid
	probes    []*hostProbe    // of each host
	seed      string          // once obtained
	token     *sii.Token      // once obtained
	secrets   []string        // never shown
	passed    map[string]bool // by the title of a finding
	diagnosis *Diagnosis
}

// check is one check.
type check struct {
	name, host string
	needs      []string // titles of the findings it needs
	optional   bool     // its failure is only a warning
	run        func(ctx context.Context) finding
}

// finding is the result of a check.
type finding struct {
	code           string
	status         CheckStatus
	detail, advice sii.Text
}

// found returns the finding with that code; args are for its words.
func found(code string, args ...any) finding {
	w := wordings[code]
	f := finding{code: code, status: w.status, detail: w.detail, advice: w.advice}
	if len(args) > 0 {
		f.detail = text(fmt.Sprintf(w.detail.ES, argsIn(args, Spanish)...), fmt.Sprintf(w.detail.EN, argsIn(args, English)...))
	}
	return f
}

func newDoctor(env sii.Environment, options *Options, opts []sii.Option) *doctor {
	d := &doctor{passed: map[string]bool{}}
	if options != nil {
		d.options = *options
	}
	deadline := option.NotNegative("siidoctor: Deadline", chile.ErrRange, d.options.Deadline)
	if deadline != nil || d.options.Deadline == 0 {
		d.options.Deadline = defaultDeadline
	}
	d.env = env
	d.signIn, d.settings = sii.NewSignIn(env, opts...)
	d.settings = cmp.Or(d.settings, deadline)
	d.probes = probesOf(env)
	d.diagnosis = &Diagnosis{Environment: env.Name, Time: d.signIn.Now().UTC(), language: d.options.Language}
	return d
}

// The names of checks.
const (
	lookSettings   = "settings"
	lookCert       = "certificate"
	lookFile       = "certificate.file"
	lookDates      = "certificate.dates"
	lookRUT        = "certificate.rut"
	lookKey        = "certificate.key"
	lookChain      = "certificate.chain"
	lookZone       = "clock.zone"
	lookDNS        = "dns"
	lookTLS        = "tls"
	lookClock      = "clock"
	lookSeed       = "seed"
	lookToken      = "token"
	lookRCV        = "rcv"
	lookDatabase   = "database"
	lookMigrations = "migrations"
)

func (d *doctor) checks() []check {
	checks := []check{
		{name: lookSettings, run: d.checkSettings},
		{name: lookCert, needs: []string{lookSettings}, run: d.checkCertificate},
		{name: lookDates, needs: []string{lookCert}, run: d.checkDates},
		{name: lookRUT, needs: []string{lookCert}, run: d.checkRUT},
		{name: lookKey, needs: []string{lookCert}, run: d.checkKey},
		{name: lookChain, needs: []string{lookCert}, run: d.checkChain},
		{name: lookZone, run: d.checkZone},
	}
	if d.options.CertificateFile != "" {
		checks = slices.Insert(checks, slices.IndexFunc(checks, func(c check) bool { return c.name == lookDates }), check{name: lookFile, run: d.checkFile})
	}
	for _, p := range d.probes {
		optional := p.address != d.env.SOAP && p.address != d.env.RCV // registers do not need it
		checks = append(checks,
			check{name: lookDNS, host: p.host, needs: []string{lookSettings}, optional: optional, run: p.dnsOf(d)},
			check{name: lookTLS, host: p.host, needs: []string{lookSettings}, optional: optional, run: p.tls},
		)
	}
	token := []string{lookSeed, lookDates, lookKey}
	if d.signIn.HasSource() {
		token = []string{lookSettings}
	}
	checks = append(checks,
		check{name: lookClock, needs: []string{lookSettings}, run: d.checkClock},
		check{name: lookSeed, needs: []string{lookSettings, d.reached(d.env.SOAP)}, run: d.checkSeed},
		check{name: lookToken, needs: token, run: d.checkToken},
		check{name: lookRCV, needs: []string{lookToken, d.reached(d.env.RCV)}, run: d.checkRCV},
	)
	return append(append(checks, d.checksOfIssuing()...),
		check{name: lookDatabase, run: d.checkDatabase},
		check{name: lookMigrations, needs: []string{lookDatabase}, run: d.checkMigrations},
	)
}

// run makes a check, if the findings it needs have passed, and records the result.
func (d *doctor) run(ctx context.Context, c check) {
	var f finding
	began := d.signIn.Now()
	switch unmet := slices.IndexFunc(c.needs, func(title string) bool { return title != "" && !d.passed[title] }); {
	case unmet >= 0:
		f = found("skipped", titleText(c.needs[unmet]))
	case ctx.Err() != nil:
		f = found("canceled")
	default:
		f = d.within(ctx, c)
	}
	result := Finding{Check: c.name, Host: c.host, Status: f.status, Code: f.code, Advice: in(f.advice, d.options.Language)}
	if c.optional && result.Status == CheckFail {
		result.Status = CheckWarn
	}
	result.Detail = redact.RUTs(redact.New(d.secrets...).Cut(in(f.detail, d.options.Language), maxDetail))
	result.Milliseconds = d.signIn.Now().Sub(began).Milliseconds()
	d.passed[result.title()] = result.Status == CheckOK || result.Status == CheckWarn
	d.diagnosis.Findings = append(d.diagnosis.Findings, result)
}

// within makes a check within its deadline.
func (d *doctor) within(ctx context.Context, c check) finding {
	ctx, cancel := context.WithTimeout(ctx, d.options.Deadline)
	defer cancel()
	return c.run(ctx)
}

func (d *doctor) checkSettings(context.Context) finding {
	if d.settings != nil {
		return found("settings_wrong", cause(d.settings))
	}
	return found("settings_good", d.env.Name)
}
