package postgres

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/ofitec/chile/storage/internal/sqlstore"
)

// Copier sends the data of a COPY … FROM STDIN with a driver that supports it.
// The connection belongs to the store, inside a transaction, and must be left in
// the same state.
type Copier interface {
	Copy(ctx context.Context, conn *sql.Conn, statement string, data io.Reader) error
}

// copyRows writes rows with COPY, the fastest way. If the binary form of a
// column's type is not known, insertUnnest writes the rows.
func copyRows(copier Copier) func(context.Context, *sql.Conn, string, []string, iter.Seq2[[]sqlstore.Value, error]) error {
	return func(ctx context.Context, conn *sql.Conn, table string, columns []string, rows iter.Seq2[[]sqlstore.Value, error]) error {
		types, err := columnTypes(ctx, conn, table, columns)
		if err != nil {
			return err
		}
		forms := make([]binaryForm, len(types))
		for i, typ := range types {
			var known bool
			if forms[i], known = binaryForms[typ]; !known {
				return insertUnnest(ctx, conn, table, columns, rows)
			}
		}
		next, stop := iter.Pull2(rows)
		defer stop()
		stream := &copyStream{columns: columns, forms: forms, next: next, pending: []byte(copyHeader)}
		err = copier.Copy(ctx, conn, "COPY "+table+" ("+strings.Join(columns, ", ")+") FROM STDIN WITH (FORMAT binary)", stream)
		if stream.failed != nil {
			return stream.failed // whatever the driver made of it
		}
		return err
	}
}

// copyHeader begins the binary form: its signature, no flags, no extension.
// Source: PostgreSQL, COPY, "Binary Format".
const copyHeader = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// copyChunk is how many bytes of rows are prepared at a time.
const copyChunk = 64 << 10

// copyStream is the binary form of rows.
type copyStream struct {
	columns []string
	forms   []binaryForm
	next    func() ([]sqlstore.Value, error, bool)
	pending []byte
	sent    int // bytes of pending that were read
	ended   bool
	failed  error
}

// Read implements io.Reader.
func (s *copyStream) Read(p []byte) (int, error) {
	if s.sent == len(s.pending) {
		s.pending, s.sent = s.pending[:0], 0
	}
	for s.sent == 0 && len(s.pending) < copyChunk && !s.ended {
		row, err, ok := s.next()
		switch {
		case err != nil:
		case !ok:
			s.pending, s.ended = append(s.pending, 0xff, 0xff), true
		default:
			err = s.appendRow(row)
		}
		if err != nil {
			s.failed = err
			return 0, err
		}
	}
	n := copy(p, s.pending[s.sent:])
	s.sent += n
	if n == 0 && s.ended {
		return 0, io.EOF
	}
	return n, nil
}

func (s *copyStream) appendRow(row []sqlstore.Value) error {
	b := binary.BigEndian.AppendUint16(s.pending, uint16(len(row))) //nolint:gosec // tables have few columns
	for i, v := range row {
		if v.Kind == sqlstore.Null {
			b = append(b, 0xff, 0xff, 0xff, 0xff)
			continue
		}
		form := &s.forms[i]
		if form.of != v.Kind {
			return fmt.Errorf("column %s has an unsuitable type", s.columns[i])
		}
		start := len(b)
		b = form.write(append(b, 0, 0, 0, 0), v)
		binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4)) //nolint:gosec // a value is no 4 GiB
	}
	s.pending = b
	return nil
}

// Days and microseconds from 1970, the epoch of Value, to 2000, the epoch of
// PostgreSQL.
const (
	epochDays   = 10957
	epochMicros = epochDays * 24 * 60 * 60 * 1_000_000
)

// binaryForm is the binary form of a type: which kind of value, and how it is
// written.
type binaryForm struct {
	of    sqlstore.Kind
	write func(b []byte, v sqlstore.Value) []byte
}

// binaryForms are the binary forms of the columns' types.
var binaryForms = map[string]binaryForm{
	"text":                        {sqlstore.Text, textForm},
	"character varying":           {sqlstore.Text, textForm},
	"numeric":                     {sqlstore.Int, numericForm},
	"bigint":                      {sqlstore.Int, bigintForm},
	"boolean":                     {sqlstore.Bool, booleanForm},
	"date":                        {sqlstore.Date, dateForm},
	"timestamp without time zone": {sqlstore.Time, timeForm},
	"timestamp with time zone":    {sqlstore.Time, timeForm},
}

func textForm(b []byte, v sqlstore.Value) []byte { return append(b, v.Text...) }

func booleanForm(b []byte, v sqlstore.Value) []byte { return append(b, byte(v.Int)) }

func bigintForm(b []byte, v sqlstore.Value) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(v.Int)) //nolint:gosec // two's complement
}

func dateForm(b []byte, v sqlstore.Value) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(v.Int-epochDays)) //nolint:gosec // two's complement
}

func timeForm(b []byte, v sqlstore.Value) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(v.Int-epochMicros)) //nolint:gosec // two's complement
}

// numericForm writes a whole number: the number of base-10,000 digits, the
// weight of the first, the sign, no decimals, and the digits without trailing
// zeros. Source: numeric_send in PostgreSQL's numeric.c.
func numericForm(b []byte, v sqlstore.Value) []byte {
	const base, negative = 10_000, 0x4000
	rest, sign := uint64(v.Int), uint16(0) //nolint:gosec // made positive below
	if v.Int < 0 {
		rest, sign = -rest, negative
	}
	var digits [5]uint16 // the last one first: 20 decimal digits
	n := 0
	for ; rest > 0; rest /= base {
		digits[n] = uint16(rest % base)
		n++
	}
	zeros := 0
	for zeros < n && digits[zeros] == 0 {
		zeros++
	}
	b = binary.BigEndian.AppendUint16(b, uint16(n-zeros)) //nolint:gosec // at most 5
	b = binary.BigEndian.AppendUint16(b, uint16(max(n-1, 0)))
	b = binary.BigEndian.AppendUint16(b, sign)
	b = binary.BigEndian.AppendUint16(b, 0)
	for i := n - 1; i >= zeros; i-- {
		b = binary.BigEndian.AppendUint16(b, digits[i])
	}
	return b
}
