// Package bubbletest helps tests in bubbles of testing/synctest: with simulated
// time, and with all goroutines of the bubble in sight.
package bubbletest

import (
	"crypto/fips140"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Run runs a test in a bubble. In FIPS mode it skips the test: Go's cryptographic
// module then gathers entropy from durations, and in a bubble nothing takes time.
func Run(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	if fips140.Enabled() {
		t.Skip("there is no entropy in a bubble in FIPS mode")
	}
	synctest.Test(t, f)
}

// Pass lets time pass.
func Pass(d time.Duration) {
	if d > 0 {
		<-time.NewTimer(d).C
	}
}

// PassUntil lets time pass until then. A bubble begins at midnight UTC 2000-01-01.
func PassUntil(then time.Time) { Pass(time.Until(then)) } //nolint:forbidigo // the clock of the bubble

// bubble finds the number of the bubble in the first line of a stack.
var bubble = regexp.MustCompile(`^goroutine \d+ \[[^\]]*synctest bubble (\d+)`)

// buffers are for stacks, so frequent calls cost little.
var buffers = sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}

// Goroutines returns the stacks of all other goroutines of the caller's bubble. At the
// end of a test there should be none. Call synctest.Wait before, so that ending
// goroutines have ended.
func Goroutines() []string {
	buffer, _ := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	n := runtime.Stack(*buffer, true)
	for n == len(*buffer) {
		*buffer = make([]byte, 2*n)
		n = runtime.Stack(*buffer, true)
	}
	all := strings.Split(string((*buffer)[:n]), "\n\n")
	own := bubble.FindStringSubmatch(all[0]) // whoever asks comes first
	var others []string
	for _, stack := range all[1:] {
		found := bubble.FindStringSubmatch(stack)
		if own != nil && found != nil && found[1] == own[1] && !ofSynctest(stack) {
			others = append(others, stack)
		}
	}
	return others
}

// ofSynctest reports whether a goroutine is one of the two waiting ones of
// synctest.Test.
func ofSynctest(stack string) bool {
	return strings.Contains(stack, "internal/synctest.Run(") || strings.Contains(stack, "testing/synctest.testingSynctestTest(")
}
