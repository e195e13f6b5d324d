//go:build unix

package pgtest

import (
	"os"
	"os/exec"
	"syscall"
)

// runner returns what makes commands, and gives the folder to whom they run as.
func runner(dir string) (func(name string, args ...string) *exec.Cmd, error) {
	if os.Geteuid() != 0 {
		return func(name string, args ...string) *exec.Cmd {
			cmd := exec.Command(name, args...) //nolint:gosec // binaries of the server
			cmd.SysProcAttr = attributes()
			return cmd
		}, nil
	}
	uid, gid, err := lookupPostgres()
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...) //nolint:gosec // binaries of the server
		cmd.Dir = dir
		cmd.SysProcAttr = attributes()
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // ids of a user
		return cmd
	}, nil
}
