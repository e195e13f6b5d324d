package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit statuses of the programs.
const (
	ExitOK          = 0
	ExitBad         = 1   // the work could not be done, or its result is not good
	ExitUsage       = 2   // flags, arguments or variables that cannot be followed
	ExitInterrupted = 130 // by Ctrl-C, as shells have it
)

// Run is a program: its arguments and its error.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) error

// Main runs a program and ends the process. The first interrupt ends the context,
// the second one the process.
func Main(name string, run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	os.Exit(Exit(ctx, os.Stderr, name, err))
}

// Exit prints an error and returns the exit status.
func Exit(ctx context.Context, stderr io.Writer, name string, err error) int {
	var usage *UsageError
	var status *StatusError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &status):
		fmt.Fprintf(stderr, "%s: %s\n", name, Text(err))
		return status.Status
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "%s: %s\n%s\n", name, Text(err), usage.hint(name))
		return ExitUsage
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx))):
		fmt.Fprintf(stderr, "%s: %s\n", name, Text(errInterrupted))
		return ExitInterrupted
	}
	fmt.Fprintf(stderr, "%s: %s\n", name, Text(err))
	return ExitBad
}

// StatusError is an error with an exit status of its own.
type StatusError struct {
	Status int
	Err    error
}

func (e *StatusError) Error() string { return e.Err.Error() }
func (e *StatusError) Unwrap() error { return e.Err }

var errInterrupted = errors.New("interrupted")

// UsageError is an error of the caller of the program: a wrong flag, argument or
// variable. Nothing was done.
type UsageError struct {
	Err     error
	Spanish bool
}

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

func (e *UsageError) hint(name string) string {
	if e.Spanish {
		return name + " -h muestra cómo se usa."
	}
	return name + " -h shows how to use it."
}

// Usage makes an error one of usage; nil stays nil.
func Usage(err error) error {
	var already *UsageError
	if err == nil || errors.Is(err, flag.ErrHelp) || errors.As(err, &already) {
		return err
	}
	return &UsageError{Err: err}
}

// Usagef returns an error of usage.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }
