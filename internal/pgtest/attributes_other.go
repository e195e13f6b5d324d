//go:build unix && !linux

package pgtest

import "syscall"

// attributes are those of any process: here a process cannot be told to end with its
// parent.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
