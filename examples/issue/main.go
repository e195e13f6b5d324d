// Command issue makes signed electronic documents of drafts, and the envelopes to
// send them in, or says what would come of the drafts.
package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
)

const about = `Reads drafts of electronic documents in JSON, with the names that the SII gives to the elements, and issues them. A file holds
a draft or a list of them. Each document gets its totals, the next folio of its type, a stamp and a signature, and is written
to DIR as TYPE-FOLIO.xml. Then the envelopes for the SII are written: one for boletas, one for the others. A draft that the
SII would refuse gets no folio. Nothing is sent.

DIR remembers which folios were used (in DIR/folios). Use the same DIR for all documents of a company, and keep it.

With -dry-run it only says what would come of the drafts, and needs neither folios nor a certificate. The exit status is 0 if
no draft is refused, 1 if one is or if the CAFs cannot be used, and 2 if a flag cannot be followed. Without files it issues one
draft of each type, with folios and a certificate of its own, and shows what the SII would say of them.`

const usage = `[-json] [-env cert|prod] -caf FILE [-caf-key N=FILE.pem] -p12 FILE [-pass P] -resolution DATE/NUMBER [-out DIR] DRAFT.json...
       issue [-json] -dry-run DRAFT.json...
       issue [-json] [-out DIR]`

func main() {
	cli.Main("issue", func(_ context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
		return run(args, time.Now(), stdout, stderr, getenv)
	})
}

// settings are what the flags say about drafts.
type settings struct {
	words   *words
	date    chile.Date // of drafts without one
	company *dte.Issuer
	options issue.Options
	issuer  *issuer // nil if nothing is issued
}

func run(args []string, now time.Time, stdout, stderr io.Writer, getenv func(string) string) error {
	o, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	s, err := o.settings(now)
	if err != nil {
		return err
	}
	sources := samples(s.date, now)
	switch files := o.flags.Args(); {
	case len(files) > 0:
		sources = s.read(files)
		if !o.dryRun {
			s.issuer, err = o.issuer(s, now, getenv)
		}
	case !o.dryRun:
		s.issuer, err = o.demonstration(s, now)
	}
	if err != nil {
		return o.flags.Told(err)
	}
	return s.all(sources, cli.NewOutput(stdout, o.json))
}

// all judges or issues all drafts, and prints what came of them.
func (s *settings) all(sources iter.Seq[source], out *cli.Output) error {
	table := table{words: s.words, issued: s.issuer != nil}
	refused := 0
	for draft := range sources {
		l, err := s.judge(draft)
		if err != nil {
			return err
		}
		if l.Refused() {
			refused++
		}
		table.lines = append(table.lines, l)
		out.Event(l)
	}
	good := len(table.lines) - refused
	if s.issuer == nil {
		out.Event(done{Event: "done", Accepted: &good, Refused: refused})
		table.print(out)
	} else {
		envelopes, err := s.issuer.envelopes()
		for _, e := range envelopes {
			out.Event(e)
		}
		if err != nil {
			return err
		}
		if s.issuer.demonstrates {
			table.answers = s.issuer.ask(envelopes)
		}
		for _, v := range table.answers {
			out.Event(v)
		}
		out.Event(done{Event: "done", Issued: &good, Refused: refused})
		table.print(out)
		s.words.printEnvelopes(out, envelopes)
	}
	if refused > 0 {
		return fmt.Errorf(s.words.summary, refused, len(table.lines))
	}
	return out.Err()
}
