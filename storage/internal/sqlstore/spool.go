package sqlstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how many bytes of rows stay in memory before they go to a file.
const spoolMemory = 4 << 20

// The file is read in blocks, and this many are cached: rows that are read one
// after the other are mostly close to each other.
const (
	spoolBlock  = 4 << 10
	spoolBlocks = 1 << 10
)

var errSpool = errors.New("the rows that wait for their import cannot be read back")

// spool holds the rows of a snapshot until the transaction that imports them,
// since they may arrive slowly. It uses memory and, for many rows, a temporary
// file that nobody else can read. Where the system allows it, the file has no
// name from the start, so it disappears with the process. After the first read
// nothing is added.
type spool struct {
	file    *os.File // nil while memory suffices
	name    string   // of the file, if it still has one
	written int64    // bytes in the file
	pending []byte   // the bytes after those in the file

	blocks [][]byte // of the file, by the last digits of their number
	number []int64  // of each block, from 1
	row    []byte   // as read
}

// add stores a row, with one more text at its end, and returns its position.
func (s *spool) add(row []Value, last []byte) (at int64, err error) {
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
	b = append(binary.AppendUvarint(append(b, byte(Text)), uint64(len(last))), last...)
	start := len(s.pending)
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-4)) //nolint:gosec // a row is no 4 GiB
	s.pending = b
	return at, nil
}

func (s *spool) flush() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "sii-rcv-*") // mode 0600
		if err != nil {
			return fmt.Errorf("rows of an import wait in a temporary file: %v", err) //nolint:errorlint // not to be taken for what is absent
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

// read appends the values of the row at a position.
func (s *spool) read(at int64, row []Value) ([]Value, error) {
	var length [4]byte
	if err := s.readAt(length[:], at); err != nil {
		return nil, err
	}
	s.row = append(s.row[:0], make([]byte, binary.LittleEndian.Uint32(length[:]))...)
	if err := s.readAt(s.row, at+int64(len(length))); err != nil {
		return nil, err
	}
	return decodeRow(row, string(s.row))
}

// readAt fills b from a position.
func (s *spool) readAt(b []byte, at int64) error {
	if at >= s.written {
		if copy(b, s.pending[at-s.written:]) < len(b) {
			return errSpool
		}
		return nil
	}
	for len(b) > 0 {
		block, err := s.block(at / spoolBlock)
		if err != nil {
			return err
		}
		n := copy(b, block[min(at%spoolBlock, int64(len(block))):])
		if n == 0 {
			return errSpool
		}
		b, at = b[n:], at+int64(n)
	}
	return nil
}

// block returns a block of the file.
func (s *spool) block(n int64) ([]byte, error) {
	if s.blocks == nil {
		s.blocks, s.number = make([][]byte, spoolBlocks), make([]int64, spoolBlocks)
	}
	i := n % spoolBlocks
	if s.number[i] == n+1 {
		return s.blocks[i], nil
	}
	if s.blocks[i] == nil {
		s.blocks[i] = make([]byte, spoolBlock)
	}
	s.number[i] = 0
	read, err := s.file.ReadAt(s.blocks[i][:spoolBlock], n*spoolBlock)
	if err != nil && err != io.EOF {
		return nil, errors.Join(errSpool, err)
	}
	s.blocks[i], s.number[i] = s.blocks[i][:read], n+1
	return s.blocks[i], nil
}

// decodeRow appends the values of a row that add wrote. Their texts share one
// copy.
func decodeRow(row []Value, data string) ([]Value, error) {
	for len(data) > 0 {
		v := Value{Kind: Kind(data[0])}
		data = data[1:]
		switch v.Kind {
		case Null:
		case Text:
			length, n := uvarint(data)
			if n <= 0 || uint64(len(data)-n) < length { //nolint:gosec // n is not longer than data
				return nil, errSpool
			}
			v.Text, data = data[n:n+int(length)], data[n+int(length):] //nolint:gosec // not longer than data
		default:
			bits, n := uvarint(data)
			if n <= 0 {
				return nil, errSpool
			}
			v.Int, data = int64(bits>>1)^-int64(bits&1), data[n:]
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

// close frees the rows.
func (s *spool) close() {
	s.pending, s.blocks = nil, nil
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	if s.name != "" {
		_ = os.Remove(s.name)
	}
}
