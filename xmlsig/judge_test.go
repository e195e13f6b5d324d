package xmlsig

import (
	"os"
	"os/exec"
	"testing"
)

// Judge finds a program that tests compare with. Where it is missing there is
// nothing to compare with, but continuous integration installs those of its
// list, and a judge that nobody asked has not agreed.
func Judge(tb testing.TB, name string) (path string, ok bool) {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path, true
	}
	switch name {
	case "openssl", "xmlsec1", "xmllint":
		if os.Getenv("CI") != "" {
			tb.Fatalf("%s is not installed", name)
		}
	}
	return "", false
}
