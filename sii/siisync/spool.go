package siisync

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// spoolMemory is how many bytes of the raw answers of a download are held in
// memory. What is more goes into a file.
const spoolMemory = 1 << 20

// spool keeps the raw answers of a download until they are imported.
type spool struct {
	memory bytes.Buffer
	file   *os.File // nil as long as memory suffices
	size   int64

	begun   bool  // an answer comes in
	from    int64 // where it begins
	answers []segment
}

// segment is where an answer stands in the spool; kept is false if it does not.
type segment struct {
	from, to int64
	kept     bool
}

// begin returns where the bytes of an answer go. What came of one that did not
// end belongs to none.
func (s *spool) begin(string) io.Writer {
	s.begun, s.from = true, s.size
	return s
}

// end notes that an answer is complete, be it one that did not begin here.
func (s *spool) end() {
	s.answers = append(s.answers, segment{s.from, s.size, s.begun})
	s.begun = false
}

// open opens an answer, nil if it is not here.
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

// spill goes on in a file, which others cannot read and which is gone with the
// process, whatever ends it, where the system allows that.
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
