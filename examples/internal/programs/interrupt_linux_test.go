package programs

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// terminal opens a terminal: what a person sees and types, and what the program
// has.
func terminal(t *testing.T) (person, tty *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	var number, unlock uint32
	for request, arg := range map[uintptr]*uint32{syscall.TIOCSPTLCK: &unlock, syscall.TIOCGPTN: &number} {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, person.Fd(), request, uintptr(unsafe.Pointer(arg))) // as ioctl_tty(2) has it
		require.Zero(t, errno)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tty.Close() })
	return person, tty
}

// Ctrl-C at the prompt for the clave ends the program at once.
func TestCtrlCAtTheClave(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"session-login", "session-pull"} {
		person, tty := terminal(t)
		cmd := program{name: name}.command(t.Context())
		cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		require.NoError(t, cmd.Start())
		seen := readUntil(t, person, "Clave tributaria: ")
		_, err := io.WriteString(person, "secr\x03") // what Ctrl-C types
		require.NoError(t, err)
		_ = cmd.Wait() // the status is looked at below
		assert.Equal(t, 130, cmd.ProcessState.ExitCode(), name)
		require.NoError(t, tty.Close())
		rest, _ := io.ReadAll(person) // ends with an error when nobody has the terminal
		assert.Contains(t, string(rest), "interrupted")
		assert.NotContains(t, seen+string(rest), "secr")
	}
}

// readUntil reads what a person sees up to a text.
func readUntil(t *testing.T, person *os.File, text string) string {
	t.Helper()
	require.NoError(t, person.SetReadDeadline(time.Now().Add(30*time.Second)))
	var seen strings.Builder
	for b := make([]byte, 1); !strings.HasSuffix(seen.String(), text); {
		_, err := person.Read(b)
		require.NoError(t, err, seen.String())
		seen.Write(b)
	}
	return seen.String()
}
