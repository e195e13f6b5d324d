// Package spool keeps bytes until they are read back: in memory or, if there are many,
// also in a temporary file.
package spool

import (
	"fmt"
	"io"
	"os"
)

// Spool keeps the bytes that are written to it. It keeps them in memory up to its
// limit, and the others in a temporary file that other users cannot read. If the system
// allows, the file has no name from the start, so it disappears with the process.
// Reading is safe for concurrent use, but not during a write.
type Spool struct {
	memory  int    // bytes that may wait in memory; one write may go beyond
	pattern string // of the file's name, see os.CreateTemp

	file    *os.File // nil as long as memory has room
	name    string   // of the file, if it still has one
	written int64    // bytes in the file
	pending []byte   // the bytes after those in the file
}

// New returns a spool that keeps so many bytes in memory, and whose file has such a
// name.
func New(memory int, pattern string) *Spool { return &Spool{memory: memory, pattern: pattern} }

// Size returns how many bytes were written.
func (s *Spool) Size() int64 { return s.written + int64(len(s.pending)) }

// Filed returns how many of the bytes are in the file. Those after them are in
// memory.
func (s *Spool) Filed() int64 { return s.written }

// Write implements io.Writer. After an error the spool has fewer bytes.
func (s *Spool) Write(p []byte) (int, error) {
	if len(s.pending) >= s.memory {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	s.pending = append(s.pending, p...)
	return len(p), nil
}

func (s *Spool) flush() error {
	if s.file == nil {
		file, err := os.CreateTemp("", s.pattern) // mode 0600
		if err != nil {
			return fmt.Errorf("temporary file: %v", err) //nolint:errorlint // not to be taken for what is absent
		}
		s.file, s.name = file, file.Name()
		if os.Remove(s.name) == nil {
			s.name = ""
		}
	}
	n, err := s.file.Write(s.pending)
	s.written += int64(n)
	s.pending = s.pending[:copy(s.pending, s.pending[n:])]
	return err
}

// ReadAt implements io.ReaderAt.
func (s *Spool) ReadAt(p []byte, at int64) (n int, err error) {
	if filed := s.written - at; filed > 0 {
		n, err = s.file.ReadAt(p[:min(int64(len(p)), filed)], at)
		if err != nil {
			return n, err
		}
	}
	if from := at + int64(n) - s.written; n < len(p) && from <= int64(len(s.pending)) {
		n += copy(p[n:], s.pending[from:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close frees the bytes.
func (s *Spool) Close() {
	s.pending = nil
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	if s.name != "" {
		_ = os.Remove(s.name)
	}
}
