// Command dteverify says of files with electronic documents of the SII whether
// what they say can be relied on.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
)

const about = `Verifies files of Chile's electronic invoicing: DTE, EnvioDTE, EnvioBOLETA, AEC, RespuestaDTE, EnvioRecibos,
ConsumoFolios. Prints one line per signature and per document: whether the signature holds, the stamp (TED), the
authorisation of its folio (CAF), the agreement of stamp and document, totals, dates, and the SII's schema.
With -roots, who signed must have a certificate of one of these issuers; without, any signature that holds is good,
and only the stamp ties a document to its issuer. Folios of the SII's certification environment are no invoices and
are refused without -certification. The exit status is 0 only if all is good.`

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "dteverify:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	explain bool
	words   words
	policy  dte.Policy
	options dte.VerifyOptions
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := cli.NewFlags("dteverify", "[-json] [-explain] FILE...", about, stderr)
	asJSON := flags.Bool("json", false, "print one JSON object a line")
	explain := flags.Bool("explain", false, "say in words what was found")
	language := flags.String("lang", "en", "language of the words: en or es")
	roots := flags.String("roots", "", "PEM `file` with the issuers of certificates to trust")
	certification := flags.Bool("certification", false, "accept folios of the SII's certification environment, and only those")
	strict := flags.Bool("strict", false, "warnings are not good")
	older := flags.Bool("older-schema", false, "check against the older schemas of the SII")
	keys := dte.Keys{}
	flags.Func("caf-key", "`ID=FILE`: a key of the SII for CAFs, PEM, besides those that are known", func(s string) error { return addKey(keys, s) })
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return errors.New("no file given")
	}
	s := settings{explain: *explain, policy: dte.Policy{Strict: *strict}, options: dte.VerifyOptions{Keys: keys}}
	var ok bool
	if s.words, ok = languages[*language]; !ok {
		return fmt.Errorf("no words in language %q", *language)
	}
	if *certification {
		s.policy.Environment = dte.Certification
	}
	if *older {
		s.options.Schema = dte.SchemaOlder
	}
	if err := s.trust(*roots); err != nil {
		return err
	}
	out := cli.NewOutput(stdout, *asJSON)
	bad := 0
	for _, path := range flags.Args() {
		if !s.file(out, path) {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf(s.words.summary, bad, flags.NArg())
	}
	return out.Err()
}

// file verifies a file and prints its lines, and reports whether all is good.
func (s *settings) file(out *cli.Output, path string) bool {
	src, err := os.ReadFile(path)
	if err == nil {
		var report *dte.Report
		if report, err = dte.Verify(src, &s.options); err == nil {
			for _, l := range s.lines(path, report) {
				out.Event(l)
				s.print(out, l)
			}
			return report.OK(s.policy)
		}
	}
	l := &line{File: path, Kind: "file", Error: err.Error()}
	out.Event(l)
	s.print(out, l)
	return false
}
