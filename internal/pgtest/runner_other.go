//go:build !unix

package pgtest

import "os/exec"

// runner returns what makes commands.
func runner(string) (func(name string, args ...string) *exec.Cmd, error) {
	return func(name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }, nil //nolint:gosec // binaries of the server
}
