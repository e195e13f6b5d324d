package pgtest

import "syscall"

// attributes make the server stop when the test binary is killed.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} }
