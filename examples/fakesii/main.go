// Command fakesii serves a fake SII on a port of this machine, for programs in
// any language.
package main

import (
	"context"
	"io"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

const about = `Serves a fake SII: under /DTEWS/ the SOAP services (CrSeed, GetTokenFromSeed, QueryEstUp, QueryEstDte,
QueryEstDteAv, wsDTECorreo; ?WSDL describes each), DTEUpload, the service of the boletas, the Registro de
Compras y Ventas, and the portal with its login. It is as strict as the SII: signatures are really verified,
and documents judged. The company -rut has generated registers, or those of the CSV files. -p12 writes a certificate that signs in; its password is -pass or
SII_CERT_P12_PASS. Without -user the holder logs in to the portal with the clave ` + cli.FakeClave + `.

It serves plain http, or with -tls https under the SII's host names, for programs that have them built in:
have the machine find those names at the address, and the program trust the certificate of -ca.

It prints its address and serves until it is interrupted. Then it says what its clients did wrong.`

type options struct {
	address, p12, pass string
	tls                bool
	ca                 string
	faults, faultsAt   string
	chance             float64
	json               bool
	owner, holder      chile.RUT
	period             chile.Period
	purchases, sales   cli.Files
	users              users
	uploads            uploads
	trusted            cli.Files
	cafs               cafs
	cafKeyID           int
	cafKey             string
	issuing            issuing
}

func main() { cli.Main("fakesii", run) }

func parse(args []string, stderr io.Writer) (*options, error) {
	opts := &options{owner: cli.FakeOwner, holder: cli.FakeHolder, period: cli.FakePeriod}
	flags := cli.NewFlags("fakesii", "[flags]", about, stderr)
	flags.StringVar(&opts.address, "addr", "127.0.0.1:0", "`address` to serve on; port 0 is any that is free")
	flags.BoolVar(&opts.tls, "tls", false, "serve https under the SII's host names")
	flags.StringVar(&opts.ca, "ca", "", "`file` to write the certificate of the authority to, PEM; with -tls fakesii-ca.pem\nif empty. Trust it for the fake alone")
	flags.StringVar(&opts.p12, "p12", "", "`file` to write a certificate of the holder to, readable by its owner alone")
	flags.StringVar(&opts.pass, "pass", "", "`password` of that file; visible to other users of this machine")
	flags.Var(&opts.trusted, "trust", "`files` with certificates (PEM or DER) of other issuers, whose holders sign in too")
	flags.Var(&opts.users, "user", "`RUT:CLAVE` of a user of the portal; may be given more than once")
	flags.Var(&opts.uploads, "upload", "`TRACKID=STATES` of an upload, as 123=REC,EPR:33:2:1:1:0 (type, informed, accepted, rejected,\nobserved); each query takes the next state. May be given more than once")
	flags.Var(&opts.cafs, "caf", "`TYPE:FROM-TO=FILE` of folios of the company, as 33:1-100=caf33.xml, to write as the SII gives\nthem, readable by their owner alone. May be given more than once")
	flags.IntVar(&opts.cafKeyID, "caf-key-id", siitest.CAFKeyID, "`number` of the key that signs them (IDK); 100 and 300 are of the SII's environments")
	flags.StringVar(&opts.cafKey, "caf-key", "", "`file` to write the public key to that proves them, PEM")
	opts.issuing.flags(flags)
	flags.StringVar(&opts.faults, "faults", "", "`symptoms` of the SII to show, as maintenance,silent; unknown ones are refused with a list of all")
	flags.StringVar(&opts.faultsAt, "faults-at", "all", "`calls` to which they happen: all, or uploads")
	flags.Float64Var(&opts.chance, "chance", 0.1, "`probability` with which each of them happens to a call")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line")
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company")
	cli.RUTVar(flags, &opts.holder, "holder", "`RUT` of the holder of the certificate")
	cli.PeriodVar(flags, &opts.period, "period", "month of the registers, as 2026-10")
	flags.Var(&opts.purchases, "purchases", "CSV `files` with purchases")
	flags.Var(&opts.sales, "sales", "CSV `files` with sales")
	if err := flags.Parse(cli.SpreadFiles(args, "purchases", "sales", "trust", "add-caf")); err != nil {
		return nil, err
	}
	if opts.tls && opts.ca == "" {
		opts.ca = "fakesii-ca.pem"
	}
	return opts, opts.users.check()
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	server, err := listen(opts)
	if err != nil {
		return err
	}
	defer server.close()
	if err := fill(server.fake, opts, getenv); err != nil {
		return err
	}
	return server.serve(ctx, opts, stdout)
}

// fill gives the fake the data of the flags.
func fill(fake *siitest.Server, opts *options, getenv func(string) string) error {
	fake.Authorize(opts.holder, opts.owner)
	if len(opts.purchases)+len(opts.sales) == 0 {
		cli.FillPortal(fake, opts.holder, opts.owner, opts.period, cli.FakeDocuments)
	} else if err := cli.FillFake(fake, opts.owner, opts.period, opts.purchases, opts.sales); err != nil {
		return err
	}
	for _, u := range opts.uploads {
		fake.SetUpload(opts.owner, u.trackID, u.states...)
	}
	addUsers(fake, opts)
	if err := misbehave(fake, opts.faults, opts.faultsAt, opts.chance); err != nil {
		return err
	}
	if err := opts.issuing.tell(fake, opts.owner, opts.holder); err != nil {
		return err
	}
	if err := writeCAFs(fake, opts); err != nil {
		return err
	}
	return writeCertificates(fake, opts, getenv)
}
