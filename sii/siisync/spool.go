package siisync

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// spoolMemory is how many bytes of a download's raw answers are held in memory.
// The rest goes into a file.
const spoolMemory = 1 << 20

// spool keeps the raw answers of a download until they are imported.
type spool struct {
	memory bytes.Buffer
	file   *os.File // nil while memory suffices
	size   int64

	begun   bool  // an answer is being received
	from    int64 // its start
	answers []segment
}

// segment is the position of an answer in the spool; kept is false if it is not
// there.
type segment struct {
	from, to int64
	kept     bool
}

// begin returns the writer for the bytes of an answer. Bytes of an unfinished
// answer are dropped.
func (s *spool) begin(string) io.Writer {
	s.begun, s.from = true, s.size
	return s
}

// end records that an answer is complete, even if its start was not kept here.
func (s *spool) end() {
	s.answers = append(s.answers, segment{s.from, s.size, s.begun})
	s.begun = false
}

// open opens an answer; nil if it is not here.
func (s *spool) open(i int) (io.ReadCloser, error) {
	answer := s.answers[i]
	if !answer.kept {
		return nil, nil //nolint:nilnil // the store keeps none then
	}
	var content io.ReaderAt = bytes.NewReader(s.memory.Bytes())
	if s.file != nil {
		content = s.file
	}
	return io.NopCloser(io.NewSectionReader(content, answer.from, answer.to-answer.from)), nil
}

// close frees what the spool holds.
func (s *spool) close() {
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	if runtime.GOOS == "windows" {
		_ = os.Remove(s.file.Name()) //nolint:gosec // its own temporary file
	}
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && s.memory.Len()+len(p) > spoolMemory {
		if err := s.spill(); err != nil {
			return 0, fmt.Errorf("siisync: keep raw answers: %w", err)
		}
	}
	var n int
	var err error
	if s.file == nil {
		n, err = s.memory.Write(p)
	} else {
		n, err = s.file.Write(p)
	}
	s.size += int64(n)
	if err != nil {
		err = fmt.Errorf("siisync: keep raw answers: %w", err)
	}
	return n, err
}

// spill continues in a file that others cannot read. Where the system allows
// it, the file disappears with the process.
func (s *spool) spill() error {
	file, err := os.CreateTemp("", "siisync-*")
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" {
		if err := os.Remove(file.Name()); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	s.file = file
	_, err = file.Write(s.memory.Bytes())
	s.memory = bytes.Buffer{}
	return err
}
