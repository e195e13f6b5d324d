//go:build unix && !linux

package pgtest

import "syscall"

// attributes are those of any process: there is no telling it to go with its
// parent.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
