package pgtest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// childrenOf returns the processes that a process has started.
func childrenOf(parent int) (list []*os.Process) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // of the kernel
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(text), ") ") // behind the name of the program
		fields := strings.Fields(after)
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			continue
		}
		if process, err := os.FindProcess(pid); err == nil {
			list = append(list, process)
		}
	}
	return list
}
