package sqlstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ofitec/chile/internal/spool"
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

// rowSpool holds the rows of a snapshot until the transaction that imports them,
// since they may arrive slowly. After the first read nothing is added. The zero
// value holds none.
type rowSpool struct {
	bytes *spool.Spool // if nil, there are none

	blocks [][]byte // of the file, by the last digits of their number
	number []int64  // of each block, from 1
	row    []byte   // as written or read
}

// add stores a row, with one more text at its end, and returns its position.
func (s *rowSpool) add(row []Value, last []byte) (at int64, err error) {
	if s.bytes == nil {
		s.bytes = spool.New(spoolMemory, "sii-rcv-*")
	}
	b := append(s.row[:0], 0, 0, 0, 0) // the length
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
	binary.LittleEndian.PutUint32(b, uint32(len(b)-4)) //nolint:gosec // a row is no 4 GiB
	s.row, at = b, s.bytes.Size()
	if _, err := s.bytes.Write(b); err != nil {
		return 0, fmt.Errorf("rows of an import: %w", err)
	}
	return at, nil
}

// read appends the values of the row at a position.
func (s *rowSpool) read(at int64, row []Value) ([]Value, error) {
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
func (s *rowSpool) readAt(b []byte, at int64) error {
	if s.bytes == nil {
		return errSpool
	}
	if at >= s.bytes.Filed() {
		if _, err := s.bytes.ReadAt(b, at); err != nil {
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
func (s *rowSpool) block(n int64) ([]byte, error) {
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
	read, err := s.bytes.ReadAt(s.blocks[i][:spoolBlock], n*spoolBlock)
	if err != nil && !errors.Is(err, io.EOF) {
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
func (s *rowSpool) close() {
	s.blocks, s.row = nil, nil
	if s.bytes != nil {
		s.bytes.Close()
	}
}
