// Command token signs in to the SII with a certificate and shows that it works.
package main

import (
	"context"
	"io"
	"time"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii"
)

const about = `Asks the SII for a seed, signs it with the certificate and exchanges it for a token, which is good for an
hour of inactivity. The token is a secret, so only its first characters are shown unless -show is given.
The environment is that of SII_AMBIENTE or -env: cert (the default) or prod. The certificate is that of -p12 or of
SII_CERT_P12_PATH and SII_CERT_P12_PASS.`

func main() { cli.Main("token", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
	flags := cli.NewFlags("token", "[-json] [-sii URL | -env cert|prod] [-p12 FILE] [-pass-file FILE]", about, stderr)
	var site cli.SiteFlags
	cli.RealSiteVar(flags, &site)
	show := flags.Bool("show", false, "show the token itself; whoever sees it can act as the holder for an hour")
	asJSON := flags.Bool("json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	environment, err := site.Environment(getenv)
	if err != nil {
		return err
	}
	identity, err := site.Certificate.Load(getenv)
	if err != nil {
		return err
	}
	out := cli.NewOutput(stdout, *asJSON)
	cli.TellEnvironment(out, environment, false)
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
