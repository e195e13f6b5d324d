// Command issue makes signed electronic documents and envelopes from drafts. With a
// database it also sends them. Or it only says what would come of the drafts.
package main

import (
	"context"
	"errors"
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
a draft or a list of them. Each document gets its totals, the next folio of its type, a stamp and a signature. A draft that the
SII would refuse gets no folio.

With -db or -dsn a database keeps folios, documents and what was sent. Each draft has a key, and each key is one document for
ever: run it again after whatever happened, or with -resume. -send sends the documents, -wait waits for the SII's verdicts too.
Without a database nothing is sent: documents are written to DIR as TYPE-FOLIO.xml, then the envelopes for the SII, one for
boletas and one for the others. DIR remembers which folios were used (in DIR/folios): keep it.

With -dry-run it only says what would come of the drafts, and needs neither folios nor a certificate. Without files it issues
one draft of each type at a fake SII inside the program. The exit status is 0 if all is well, 1 if a draft is refused, a
document rejected, or the CAFs cannot be used, 2 if a flag cannot be followed, and 3 if nobody knows yet what became of one.`

const usage = `[-json] -db FILE [-caf FILE] -p12 FILE -resolution DATE/NUMBER [-send] [-wait] DRAFT.json...
       issue [-json] -db FILE -p12 FILE -resume [-wait]
       issue [-json] -caf FILE -p12 FILE -resolution DATE/NUMBER [-out DIR] DRAFT.json...
       issue [-json] -dry-run DRAFT.json...
       issue [-json] [-out DIR]`

func main() {
	cli.Main("issue", func(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error {
		return run(ctx, args, time.Now(), stdout, stderr, getenv)
	})
}

// settings are the flags about drafts.
type settings struct {
	words   *words
	date    chile.Date // of drafts without one
	company *dte.Issuer
	options issue.Options
	prefix  string // of keys
	keeps   bool   // a database dates drafts
	issuer  issuer // nil if nothing is issued
}

func run(ctx context.Context, args []string, now time.Time, stdout, stderr io.Writer, getenv func(string) string) error {
	o, err := parse(args, stderr)
	if err != nil {
		return cli.Help(err)
	}
	s, err := o.settings(now)
	if err != nil {
		return err
	}
	out := cli.NewOutput(stdout, o.json)
	if o.resume || o.recover {
		return o.flags.Told(o.goOn(ctx, s, out, getenv))
	}
	sources := samples(s.date, now)
	if files := o.flags.Args(); len(files) > 0 {
		sources = s.read(files)
	}
	if !o.dryRun {
		issuer, closeAll, err := o.open(ctx, s, now, getenv)
		if err != nil {
			return o.flags.Told(err)
		}
		defer closeAll()
		s.issuer = issuer
	}
	return s.all(ctx, sources, out)
}

// open returns who issues, as the flags say.
func (o *options) open(ctx context.Context, s *settings, now time.Time, getenv func(string) string) (issuer, func(), error) {
	switch {
	case o.flags.NArg() == 0:
		return o.demonstration(ctx, s, now)
	case o.keeps():
		return o.openKept(ctx, s, getenv)
	}
	f, err := o.files(s, now, getenv)
	return f, func() {}, err
}

// all judges or issues all drafts, and prints what came of them.
func (s *settings) all(ctx context.Context, sources iter.Seq[source], out *cli.Output) error {
	table := &table{words: s.words, issued: s.issuer != nil}
	refused := 0
	for draft := range sources {
		l, err := s.judge(ctx, draft)
		if err != nil {
			return err
		}
		if l.Refused() {
			refused++
		}
		table.lines = append(table.lines, l)
		out.Event(l)
	}
	end := done{Event: "done", Refused: refused}
	good := len(table.lines) - refused
	var err error
	if s.issuer == nil {
		end.Accepted = &good
	} else {
		end.Issued = &good
		err = s.issuer.end(ctx, out, table)
	}
	out.Event(end)
	table.print(out)
	if refused > 0 {
		return errors.Join(fmt.Errorf(s.words.summary, refused, len(table.lines)), err)
	}
	return errors.Join(err, out.Err())
}
