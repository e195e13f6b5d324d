package pgtest

import "syscall"

// attributes have the server stop when the test binary is killed.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} }
