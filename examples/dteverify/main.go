// Command dteverify verifies files with electronic documents of the SII, and says what
// can be relied on.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
)

const about = `Verifies files of Chile's electronic invoicing: DTE, EnvioDTE, EnvioBOLETA, AEC, RespuestaDTE, EnvioRecibos,
ConsumoFolios. Prints one line per signature and per document: whether the signature holds, the stamp (TED), the
authorisation of its folio (CAF), the agreement of stamp and document, totals, dates, and the SII's schema.
With -roots, who signed must have a certificate of one of these issuers; without, any signature that holds is good,
and only the stamp ties a document to its issuer. Folios of the SII's certification environment are no invoices and
are refused without -certification. A file called - is standard input. The exit status is 0 only if all is good, 1 if
not, and 2 if a flag cannot be followed. In the folder of this project, this ends good:

  dteverify -caf-key 666=dte/testdata/sii-666.pem -roots dte/testdata/issuer.pem dte/testdata/dte.xml`

func main() {
	cli.Main("dteverify", func(_ context.Context, args []string, stdout, stderr io.Writer, _ func(string) string) error {
		return run(args, os.Stdin, stdout, stderr)
	})
}

// settings are the flags.
type settings struct {
	explain bool
	words   words
	policy  dte.Policy
	options dte.VerifyOptions
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	flags := cli.NewFlags("dteverify", "[-json] [-explain] FILE...", about, stderr)
	flags.InSpanish(sobre, "[-json] [-explain] ARCHIVO...", uso)
	flags.TakeFiles()
	asJSON := flags.Bool("json", false, "print one JSON object a line")
	explain := flags.Bool("explain", false, "say in words what was found")
	language := flags.String("lang", "en", "language of the words: en or es")
	roots := flags.String("roots", "", "PEM `file` with the issuers of certificates to trust")
	certification := flags.Bool("certification", false, "accept folios of the SII's certification environment, and only those")
	strict := flags.Bool("strict", false, "warnings are not good")
	older := flags.Bool("older-schema", false, "check against the older schemas of the SII")
	keys := dte.Keys{}
	flags.Func("caf-key", "`ID=FILE`: a key of the SII for CAFs, PEM, besides those that are known", func(s string) error { return cli.AddKey(keys, s) })
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	s := settings{explain: *explain, policy: dte.Policy{Strict: *strict}, options: dte.VerifyOptions{Keys: keys}}
	var ok bool
	if s.words, ok = languages[*language]; !ok {
		return cli.Usagef("no words in language %q: en or es", *language)
	}
	if *certification {
		s.policy.Environment = chile.Certification
	}
	if *older {
		s.options.Schema = dte.SchemaOlder
	}
	if err := s.trust(*roots); err != nil {
		return flags.UsageOf("roots", err)
	}
	out := cli.NewOutput(stdout, *asJSON)
	bad := 0
	for _, path := range flags.Args() {
		if !s.file(out, stdin, path) {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf(s.words.summary, bad, flags.NArg())
	}
	return out.Err()
}

// file verifies a file and prints its lines, and reports whether all is good.
func (s *settings) file(out *cli.Output, stdin io.Reader, path string) bool {
	src, err := read(stdin, path)
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
	l := &line{File: path, Kind: "file", Error: s.words.fault(err)}
	out.Event(l)
	s.print(out, l)
	return false
}

// maxFile is how much of a file is read: more than dte.Verify takes.
const maxFile = 64<<20 + 1

// read reads a file, or standard input if it is called -.
func read(stdin io.Reader, path string) ([]byte, error) {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		stdin = file
	}
	return io.ReadAll(io.LimitReader(stdin, maxFile))
}
