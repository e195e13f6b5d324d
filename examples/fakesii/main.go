// Command fakesii serves a fake SII on a port of this machine, for programs in
// any language.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

const about = `Serves a fake SII over plain http: seed and token (CrSeed, GetTokenFromSeed), the state of uploads and documents
(QueryEstUp, QueryEstDte) under /DTEWS/, and the Registro de Compras y Ventas under /consdcvinternetui/. It is
as strict as the SII: signatures are really verified. The company -rut has generated registers, or those of
the CSV files. -p12 writes a certificate that signs in; its password is -pass or SII_CERT_P12_PASS.

It prints its address and serves until it is interrupted. Then it says what its clients did wrong.`

type options struct {
	address, p12, pass string
	faults             string
	chance             float64
	json               bool
	owner, holder      chile.RUT
	period             chile.Period
	purchases, sales   cli.Files
}

// ready is what the program says once it serves.
type ready struct {
	Event  string       `json:"event"`
	URL    string       `json:"url"`
	Owner  chile.RUT    `json:"owner"`
	Period chile.Period `json:"period"`
	Holder chile.RUT    `json:"holder"`
	P12    string       `json:"p12,omitempty"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "fakesii:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	opts := options{owner: cli.FakeOwner, holder: cli.FakeHolder, period: cli.FakePeriod}
	flags := cli.NewFlags("fakesii", "[flags]", about, stderr)
	flags.StringVar(&opts.address, "addr", "127.0.0.1:0", "`address` to serve on; port 0 is any that is free")
	flags.StringVar(&opts.p12, "p12", "", "`file` to write a certificate of the holder to, readable by its owner alone")
	flags.StringVar(&opts.pass, "pass", "", "`password` of that file; visible to other users of this machine")
	flags.StringVar(&opts.faults, "faults", "", "`symptoms` of the SII to show, as maintenance,silent; unknown ones are refused with a list of all")
	flags.Float64Var(&opts.chance, "chance", 0.1, "`probability` with which each of them happens to a call")
	flags.BoolVar(&opts.json, "json", false, "print one JSON object a line")
	cli.RUTVar(flags, &opts.owner, "rut", "`RUT` of the company")
	cli.RUTVar(flags, &opts.holder, "holder", "`RUT` of the holder of the certificate")
	cli.PeriodVar(flags, &opts.period, "period", "month of the registers, as 2026-10")
	flags.Var(&opts.purchases, "purchases", "CSV `files` with purchases")
	flags.Var(&opts.sales, "sales", "CSV `files` with sales")
	if err := flags.Parse(cli.SpreadFiles(args, "purchases", "sales")); err != nil {
		return cli.Help(err)
	}
	fake := siitest.NewServer()
	defer fake.Close()
	fake.Authorize(opts.holder, opts.owner)
	if err := cli.FillFake(fake, opts.owner, opts.period, opts.purchases, opts.sales); err != nil {
		return err
	}
	if err := misbehave(fake, opts.faults, opts.chance); err != nil {
		return err
	}
	if err := writeCertificate(fake, &opts, getenv); err != nil {
		return err
	}
	return serve(ctx, fake, &opts, stdout)
}

func writeCertificate(fake *siitest.Server, opts *options, getenv func(string) string) error {
	if opts.p12 == "" {
		return nil
	}
	password := opts.pass
	if password == "" {
		password = getenv("SII_CERT_P12_PASS")
	}
	file, err := fake.NewPKCS12(opts.holder, password)
	if err != nil {
		return err
	}
	return os.WriteFile(opts.p12, file, 0o600)
}

// serve serves until the context ends.
func serve(ctx context.Context, fake *siitest.Server, opts *options, stdout io.Writer) error {
	listener, err := net.Listen("tcp", opts.address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: fake.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()

	out := cli.NewOutput(stdout, opts.json)
	url := "http://" + listener.Addr().String()
	out.Event(ready{"ready", url, opts.owner, opts.period, opts.holder, opts.p12})
	out.Text("Fake SII at %s: company %s, period %s, holder %s", url, opts.owner, opts.period, opts.holder)
	if opts.p12 != "" {
		out.Text("Try: fullflow -sii %s -p12 %s -rut %s -period %s", url, opts.p12, opts.owner, opts.period)
	}
	select {
	case <-ctx.Done():
		err = server.Close()
		<-stopped //nolint:errcheck // that it was closed is known
	case err = <-stopped:
	}
	for _, v := range fake.Violations() {
		out.Event(map[string]any{"event": "violation", "op": v.Op, "rule": v.Rule, "detail": v.Detail})
		out.Text("violation: %s", v)
	}
	return errors.Join(err, out.Err())
}
