// Command token signs in to the SII with a certificate and shows that it works.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
)

const about = `Asks the SII for a seed, signs it with the certificate and exchanges it for a token, which is good for an
hour of inactivity. The token is a secret, so only its first characters are shown unless -show is given.
Without -sii the environment is that of -env: cert (the default) or prod.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "token:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	flags := cli.NewFlags("token", "[-json] [-sii URL | -env cert|prod] -p12 FILE -pass PASSWORD", about, stderr)
	var certificate cli.Certificate
	cli.CertificateVar(flags, &certificate)
	url := flags.String("sii", "", "base `URL` of a fake SII")
	env := flags.String("env", "cert", "cert or prod")
	show := flags.Bool("show", false, "show the token itself; whoever sees it can act as the holder for an hour")
	asJSON := flags.Bool("json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	if certificate.Path == "" {
		return errors.New("-p12 is required")
	}
	environment, err := cli.Environment(*url, *env)
	if err != nil {
		return err
	}
	identity, err := certificate.Load(getenv)
	if err != nil {
		return err
	}
	client, err := sii.NewClient(environment, sii.WithIdentity(identity))
	if err != nil {
		return err
	}
	token, err := client.Token(ctx)
	if err != nil {
		return err
	}
	value := token.Value
	if !*show {
		value = value[:min(4, len(value)/2)] + "…"
	}
	out := cli.NewOutput(stdout, *asJSON)
	out.Event(struct {
		Event       string    `json:"event"`
		Environment string    `json:"environment"`
		Token       string    `json:"token"`
		ExpiresAt   time.Time `json:"expires_at"`
	}{"token", environment.Name, value, token.Expiry.UTC()})
	out.Text("The SII accepted %s.", identity)
	out.Text("Token %s, good until %s.", value, token.Expiry.Local().Format("15:04:05"))
	return out.Err()
}
