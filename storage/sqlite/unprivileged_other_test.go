//go:build !linux

package sqlite_test

import (
	"os"
	"testing"
)

// unprivileged runs a function without the rights of root on files.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() <= 0 {
		t.Skip("root may write every file, and Windows has no file modes")
	}
	f()
}
