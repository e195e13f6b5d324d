// Package cli is what the example programs share on the command line.
package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/ofitec/chile"
)

// NewFlags returns the flags of a program whose -h begins with the text about.
func NewFlags(name, usage, about string, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(stderr, "usage: %s %s\n\n%s\n\nflags:\n", name, usage, strings.TrimSpace(about))
		flags.PrintDefaults()
	}
	return flags
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

// RUTVar adds a flag that takes a RUT in any usual writing.
func RUTVar(flags *flag.FlagSet, rut *chile.RUT, name, usage string) {
	flags.Func(name, usage, func(s string) (err error) {
		*rut, err = chile.ParseRUT(s)
		return err
	})
}

// PeriodVar adds a flag that takes a period.
func PeriodVar(flags *flag.FlagSet, period *chile.Period, name, usage string) {
	flags.Func(name, usage, func(s string) (err error) {
		*period, err = chile.ParsePeriod(s)
		return err
	})
}

// Help turns the error of a parsed -h into none.
func Help(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}
