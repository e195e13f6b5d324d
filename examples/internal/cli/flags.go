// Package cli is what the example programs share on the command line.
package cli

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// Flags are the flags of a program.
type Flags struct {
	*flag.FlagSet
	required []string
	files    bool         // may follow
	optional bool         // and need not
	spanish  *spanishHelp // nil if there is none
	inES     bool         // the arguments want it
}

// NewFlags returns the flags of a program whose -h begins with the text about.
func NewFlags(name, usage, about string, stderr io.Writer) *Flags {
	flags := &Flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError)}
	flags.SetOutput(stderr)
	flags.FlagSet.Usage = func() {
		fmt.Fprintf(stderr, "usage: %s %s\n\n%s\n\nflags:\n", name, usage, strings.TrimSpace(about))
		flags.PrintDefaults()
	}
	return flags
}

// Require names flags that must be given.
func (f *Flags) Require(names ...string) { f.required = append(f.required, names...) }

// TakeFiles lets arguments follow the flags, and demands one.
func (f *Flags) TakeFiles() { f.files = true }

// MayTakeFiles lets arguments follow the flags.
func (f *Flags) MayTakeFiles() { f.files, f.optional = true, true }

// Given reports whether the flag was given, and not as an empty text.
func (f *Flags) Given(name string) (given bool) {
	f.Visit(func(g *flag.Flag) { given = given || g.Name == name })
	return given && f.Lookup(name).Value.String() != ""
}

// Parse reads the arguments. -h prints how the program is used and returns
// flag.ErrHelp; any other error is a *UsageError of one line.
func (f *Flags) Parse(args []string) error {
	help, stderr := f.FlagSet.Usage, f.Output()
	f.SetOutput(io.Discard)
	f.FlagSet.Usage = func() {}
	err := f.FlagSet.Parse(args)
	f.SetOutput(stderr)
	f.FlagSet.Usage = help
	if f.inES = f.spanish != nil && wantsSpanish(args); f.inES {
		help = f.helpInSpanish
	}
	if errors.Is(err, flag.ErrHelp) {
		help()
		return err
	}
	return f.Told(Usage(cmp.Or(err, f.check())))
}

// Told returns an error of usage in the language of the arguments. Others stay as
// they are.
func (f *Flags) Told(err error) error {
	var already *spanishError
	var usage *UsageError
	if !f.inES || !errors.As(err, &usage) || errors.As(err, &already) {
		return err
	}
	return &UsageError{Err: spanishUsage(err), Spanish: true}
}

// check looks at what was parsed.
func (f *Flags) check() error {
	if !f.files && f.NArg() > 0 {
		return Usagef("unexpected argument %q", f.Arg(0))
	}
	missing := slices.DeleteFunc(slices.Clone(f.required), f.Given)
	if f.files && !f.optional && f.NArg() == 0 {
		missing = append(missing, "FILE")
	}
	return missingError(missing)
}

// missingError names flags that are required and were not given.
func missingError(names []string) error {
	for i, name := range names {
		if name != "FILE" {
			names[i] = "-" + name
		}
	}
	switch len(names) {
	case 0:
		return nil
	case 1:
		return Usagef("%s is required", names[0])
	}
	last := len(names) - 1
	return Usagef("%s and %s are required", strings.Join(names[:last], ", "), names[last])
}

// Files is a flag that takes files: it may be given more than once, and
// SpreadFiles lets it take several.
type Files []string

// String implements flag.Value.
func (f *Files) String() string { return strings.Join(*f, " ") }

// Set implements flag.Value.
func (f *Files) Set(path string) error {
	*f = append(*f, path)
	return nil
}

// SpreadFiles repeats a flag before each of several files that follow it, so
// that "-purchases a.csv b.csv" (which a shell makes of *.csv) means both.
func SpreadFiles(args []string, names ...string) []string {
	var out []string
	current := ""
	for _, arg := range args {
		name, isFlag := strings.CutPrefix(arg, "-")
		name = strings.TrimPrefix(name, "-")
		switch {
		case isFlag:
			current = ""
			for _, n := range names {
				if n == name {
					current = arg
				}
			}
			if current == "" {
				out = append(out, arg)
			}
		case current != "":
			out = append(out, current, arg)
		default:
			out = append(out, arg)
		}
	}
	return out
}

// rutValue and periodValue are flags of a value that prints itself.
type (
	rutValue    struct{ rut *chile.RUT }
	periodValue struct{ period *chile.Period }
)

func (v rutValue) String() string {
	if v.rut == nil || v.rut.IsZero() {
		return ""
	}
	return v.rut.String()
}

func (v rutValue) Set(s string) (err error) {
	*v.rut, err = chile.ParseRUT(s)
	return err
}

func (v periodValue) String() string {
	if v.period == nil || v.period.IsZero() {
		return ""
	}
	return v.period.String()
}

func (v periodValue) Set(s string) (err error) {
	*v.period, err = chile.ParsePeriod(s)
	return err
}

// RUTVar adds a flag that takes a RUT in any usual writing.
func RUTVar(flags *Flags, rut *chile.RUT, name, usage string) { flags.Var(rutValue{rut}, name, usage) }

// StateVar adds -state, of a file of a register whose columns do not tell it.
func StateVar(flags *Flags, state *rcv.State) {
	flags.Func("state", "`state` of a register whose columns do not tell it: REGISTRO, PENDIENTE, NO_INCLUIR or RECLAMADO", func(s string) error {
		*state = rcv.State(strings.ToUpper(s))
		if !state.Valid() {
			return errors.New("no state of a register")
		}
		return nil
	})
}

// TypeVar adds -type, of a file of one type of document.
func TypeVar(flags *Flags, typ *chile.DocType) {
	flags.Func("type", "`type` of all documents of a file without a column for it, as 33", func(s string) (err error) {
		*typ, err = chile.ParseDocType(s)
		return err
	})
}

// PeriodVar adds a flag that takes a period.
func PeriodVar(flags *Flags, period *chile.Period, name, usage string) {
	flags.Var(periodValue{period}, name, usage)
}

// Months fills in the last month, if there is none, with the first.
func Months(from, to *chile.Period) error {
	if to.IsZero() {
		*to = *from
	}
	if to.Compare(*from) < 0 {
		return Usagef("-to %s is before -from %s", to, from)
	}
	return nil
}

// Help turns the error of a parsed -h into none.
func Help(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}
