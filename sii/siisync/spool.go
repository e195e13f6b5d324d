package siisync

import (
	"fmt"
	"io"

	"github.com/ofitec/chile/internal/spool"
)

// answerMemory is how many bytes of a download's raw answers are held in memory.
// The rest goes into a file.
const answerMemory = 1 << 20

// answerSpool keeps the raw answers of a download until they are imported.
type answerSpool struct {
	bytes *spool.Spool

	begun   bool  // an answer is being received
	from    int64 // its start
	answers []segment
}

func newAnswerSpool() *answerSpool {
	return &answerSpool{bytes: spool.New(answerMemory, "siisync-*")}
}

// segment is the position of an answer in the spool; kept is false if it is not
// there.
type segment struct {
	from, to int64
	kept     bool
}

// begin returns the writer for the bytes of an answer. Bytes of an unfinished
// answer are dropped.
func (s *answerSpool) begin(string) io.Writer {
	s.begun, s.from = true, s.bytes.Size()
	return s
}

// end records that an answer is complete, even if its start was not kept here.
func (s *answerSpool) end() {
	s.answers = append(s.answers, segment{s.from, s.bytes.Size(), s.begun})
	s.begun = false
}

// open opens an answer; nil if it is not here.
func (s *answerSpool) open(i int) (io.ReadCloser, error) {
	answer := s.answers[i]
	if !answer.kept {
		return nil, nil //nolint:nilnil // the store keeps none then
	}
	return io.NopCloser(io.NewSectionReader(s.bytes, answer.from, answer.to-answer.from)), nil
}

// close frees what the spool holds.
func (s *answerSpool) close() { s.bytes.Close() }

// Write implements io.Writer.
func (s *answerSpool) Write(p []byte) (int, error) {
	n, err := s.bytes.Write(p)
	if err != nil {
		err = fmt.Errorf("siisync: keep raw answers: %w", err)
	}
	return n, err
}
