package sqlstore

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// spoolMemory is how many bytes of rows wait in memory before they go to a file.
const spoolMemory = 4 << 20

// spoolRead is how many bytes are read of a file at once: most rows are shorter.
const spoolRead = 1 << 10

var errSpool = errors.New("the rows that wait for their import cannot be read back")

// spool is where the rows of a snapshot wait for the transaction that imports
// them, since they may take long to come: in memory and, if they are many, in a
// temporary file that nobody else can read. Where the system allows, the file
// has no name from the start, so that it ends with the process, however that
// ends.
type spool struct {
	file    *os.File // nil as long as memory has room
	name    string   // of the file, if it still has one
	written int64    // bytes in the file
	pending []byte   // what comes after them
	scratch []byte
}

// add keeps a row and returns where it is.
func (s *spool) add(row []Value) (at int64, err error) {
	if len(s.pending) >= spoolMemory {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	at = s.written + int64(len(s.pending))
	b := append(s.pending, 0, 0, 0, 0) // the length
	for i := range row {
		b = append(b, byte(row[i].Kind))
		switch row[i].Kind {
		case Null:
		case Text:
			b = append(binary.AppendUvarint(b, uint64(len(row[i].Text))), row[i].Text...)
		default:
			b = binary.AppendVarint(b, row[i].Int)
		}
	}
	start := len(s.pending)
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-4)) //nolint:gosec // a row is no 4 GiB
	s.pending = b
	return at, nil
}

func (s *spool) flush() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "sii-rcv-*") // mode 0600
		if err != nil {
			return err
		}
		s.file, s.name = file, file.Name()
		if os.Remove(s.name) == nil {
			s.name = ""
		}
	}
	n, err := s.file.Write(s.pending)
	s.written += int64(n)
	s.pending = s.pending[:0]
	return err
}

// read appends the values of the row at that place.
func (s *spool) read(at int64, row []Value) ([]Value, error) {
	if at >= s.written {
		data := s.pending[at-s.written:]
		return decodeRow(row, string(data[4:4+binary.LittleEndian.Uint32(data)]))
	}
	if s.scratch == nil {
		s.scratch = make([]byte, spoolRead)
	}
	n, err := s.file.ReadAt(s.scratch, at)
	if n < 4 {
		return nil, errors.Join(errSpool, err)
	}
	length := 4 + int(binary.LittleEndian.Uint32(s.scratch))
	if length > n {
		if s.written-at < int64(length) {
			return nil, errors.Join(errSpool, err)
		}
		if length > len(s.scratch) {
			s.scratch = make([]byte, length)
		}
		if _, err := io.ReadFull(io.NewSectionReader(s.file, at, int64(length)), s.scratch[:length]); err != nil {
			return nil, errors.Join(errSpool, err)
		}
	}
	return decodeRow(row, string(s.scratch[4:length]))
}

// decodeRow appends the values of a row that add has written. Their texts share
// one copy.
func decodeRow(row []Value, data string) ([]Value, error) {
	for len(data) > 0 {
		v := Value{Kind: Kind(data[0])}
		data = data[1:]
		switch v.Kind {
		case Null:
		case Text:
			length, n := uvarint(data)
			if n <= 0 || uint64(len(data)-n) < length {
				return nil, errSpool
			}
			v.Text, data = data[n:n+int(length)], data[n+int(length):] //nolint:gosec // not longer than data
		default:
			bits, n := uvarint(data)
			if n <= 0 {
				return nil, errSpool
			}
			v.Int, data = int64(bits>>1)^-int64(bits&1), data[n:] //nolint:gosec // as AppendVarint writes it
		}
		row = append(row, v)
	}
	return row, nil
}

// uvarint is binary.Uvarint of a string.
func uvarint(s string) (v uint64, n int) {
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		v |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// close lets go of the rows.
func (s *spool) close() {
	s.pending = nil
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	if s.name != "" {
		_ = os.Remove(s.name)
	}
}
