// Command issue says of drafts of electronic documents which totals follow from
// them, and what the SII would say, before anything is spent.
package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
)

const about = `Reads drafts of electronic documents in JSON, with the names that the SII gives to the elements, and prints for each the
document that comes of it: its totals, and everything that the SII would refuse or object to, with the SII's codes. A file
holds a draft or a list of them. Neither folios nor a certificate are needed, and nothing is sent: with -dry-run, which is
all there is so far. The exit status is 0 if no draft is refused, 1 if one is, and 2 if a flag cannot be followed.
Without files it shows one draft of each type that is issued.`

func main() {
	cli.Main("issue", func(_ context.Context, args []string, stdout, stderr io.Writer, _ func(string) string) error {
		return run(args, time.Now(), stdout, stderr)
	})
}

// settings are the flags.
type settings struct {
	words   *words
	date    chile.Date // of drafts without one
	company *dte.Issuer
	options issue.Options
}

func run(args []string, now time.Time, stdout, stderr io.Writer) error {
	flags := cli.NewFlags("issue", "[-json] -dry-run [-date DATE] [-uf PESOS] [-company FILE.json] DRAFT.json...", about, stderr)
	flags.InSpanish(sobre, "[-json] -dry-run [-date FECHA] [-uf PESOS] [-company ARCHIVO.json] BORRADOR.json...", uso)
	flags.MayTakeFiles()
	asJSON := flags.Bool("json", false, "print one JSON object a line")
	dryRun := flags.Bool("dry-run", false, "only say what would come of the drafts")
	date := flags.String("date", "", "`date` of issue of drafts without one: 2026-11-20")
	uf := flags.String("uf", "", "what an Unidad de Fomento is worth on the day of issue, in `pesos`: 39643.59")
	company := flags.String("company", "", "JSON `file` with what an Emisor lacks in the drafts")
	language := flags.String("lang", "en", "language of the words: en or es")
	if err := flags.Parse(args); err != nil {
		return cli.Help(err)
	}
	s := settings{options: issue.Options{Policy: &issue.Policy{Today: chile.DateOf(now)}}}
	if s.words = languages[*language]; s.words == nil {
		return cli.Usagef("no words in language %q: en or es", *language)
	}
	if flags.NArg() > 0 && !*dryRun {
		return flags.Told(cli.Usagef("-dry-run is required"))
	}
	if err := s.set(flags, *date, *uf, *company); err != nil {
		return err
	}
	out := cli.NewOutput(stdout, *asJSON)
	drafts := samples(s.date, now)
	if flags.NArg() > 0 {
		drafts = s.read(flags.Args())
	}
	table := table{words: s.words}
	refused := 0
	for draft := range drafts {
		l := s.judge(draft)
		if l.Refused() {
			refused++
		}
		table.lines = append(table.lines, l)
		out.Event(l)
	}
	accepted := len(table.lines) - refused
	out.Event(done{Event: "done", Accepted: accepted, Refused: refused})
	table.print(out)
	if refused > 0 {
		return fmt.Errorf(s.words.summary, refused, len(table.lines))
	}
	return out.Err()
}

// set reads the flags that have values.
func (s *settings) set(flags *cli.Flags, date, uf, company string) (err error) {
	if date != "" {
		if s.date, err = chile.ParseDate(date); err != nil {
			return flags.UsageOf("date", err)
		}
	}
	if uf != "" {
		if s.options.Policy.UF, err = dte.ParseDecimal(uf); err != nil || s.options.Policy.UF.Sign() <= 0 {
			return flags.UsageOf("uf", dte.ErrDecimal)
		}
	}
	if company != "" {
		if s.company, err = readCompany(company); err != nil {
			return flags.UsageOf("company", err)
		}
	}
	return nil
}
