// Package doccommand gives tests the commands of the guides, so the tests run what
// the guides say.
package doccommand

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Command is a block of commands of a guide.
type Command struct{ Name, Script string }

// All returns the commands of a guide in the folder docs: blocks of sh, each
// below a line <!-- command: its name -->. A block without a name fails the test.
func All(tb testing.TB, guide string) []Command {
	tb.Helper()
	text, err := find(guide)
	if err != nil {
		tb.Fatal(err)
	}
	commands, err := parse(string(text))
	if err != nil {
		tb.Fatalf("%s: %v", guide, err)
	}
	return commands
}

// find reads a guide in the folder docs of the working directory or of one above it.
func find(guide string) ([]byte, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "docs", guide)) //nolint:gosec // a file of the project
		parent := filepath.Dir(dir)
		if err == nil || parent == dir {
			return text, err
		}
		dir = parent
	}
}

func parse(text string) ([]Command, error) {
	var commands []Command
	name, inside := "", false
	for i, line := range strings.Split(text, "\n") {
		before, isName := strings.CutPrefix(line, "<!-- command: ")
		switch {
		case inside && line == "```":
			inside, name = false, ""
		case inside:
			commands[len(commands)-1].Script += line + "\n"
		case isName:
			name = strings.TrimSuffix(before, " -->")
		case line == "```sh":
			if name == "" {
				return nil, fmt.Errorf("line %d: a block of commands without a name: no test runs it", i+1)
			}
			commands, inside = append(commands, Command{Name: name}), true
		}
	}
	return commands, nil
}

// Script returns the command of that name.
func Script(tb testing.TB, guide, name string) string {
	tb.Helper()
	for _, c := range All(tb, guide) {
		if c.Name == name {
			return c.Script
		}
	}
	tb.Fatalf("%s has no command %q", guide, name)
	return ""
}

// Run runs the command of that name in a folder, with bash, which stops at the first
// failure. It adds the variables to the environment. It returns the output, and ends
// the test if the command failed. If a program is missing, it skips the test; in CI the
// test fails.
func Run(tb testing.TB, guide, name, dir string, env []string, programs ...string) string {
	tb.Helper()
	out, err := Try(tb, guide, name, dir, env, programs...)
	if err != nil {
		tb.Fatalf("%s, command %q: %v\n%s", guide, name, err, out)
	}
	return out
}

// Try is Run for a command that may fail.
func Try(tb testing.TB, guide, name, dir string, env []string, programs ...string) (string, error) {
	tb.Helper()
	for _, program := range append(programs, "bash") {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				tb.Fatal(err)
			}
			tb.Skip(err)
		}
	}
	cmd := exec.CommandContext(tb.Context(), "bash", "-euo", "pipefail", "-c", Script(tb, guide, name)) //nolint:gosec // a guide of the project
	cmd.Dir, cmd.Env = dir, append(cmd.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
