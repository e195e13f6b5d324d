package sii

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Answer is a raw answer of the SII, identified by its hash.
//
// The facade repeats the token in its answers (metaData.conversationId). A
// value that equals the token is overwritten with asterisks of the same length,
// in what is hashed and in what RCVOptions.KeepAnswer gets: a stored answer
// must not open a session.
type Answer struct {
	Name   string // method, book, state and type, such as getDetalleCompra COMPRA REGISTRO 33
	SHA256 string // lower-case hex of its bytes, as received except for the token
	Bytes  int64
}

// answerReader hashes the bytes read through it and, if they are to be kept,
// copies them.
type answerReader struct {
	name string
	op   string
	r    io.Reader
	hash hash.Hash
	keep io.Writer // if nil, nothing is kept
	n    int64

	token   []byte // between quotation marks
	blank   []byte // its replacement
	pending []byte // the last bytes read, which may be the beginning of the token
}

func newAnswerReader(op, name string, r io.Reader, token string, keep io.Writer) *answerReader {
	return &answerReader{
		name: name, op: op, r: r, hash: sha256.New(), keep: keep,
		token: []byte(`"` + token + `"`), blank: []byte(`"` + string(bytes.Repeat([]byte("*"), len(token))) + `"`),
	}
}

// Read implements io.Reader. The reader gets the bytes as received.
func (a *answerReader) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	a.n += int64(n)
	a.pending = append(a.pending, p[:n]...)
	if keepErr := a.pass(len(a.token) - 1); keepErr != nil {
		return n, keepErr
	}
	return n, err
}

// pass hashes and keeps all pending bytes except the last few.
func (a *answerReader) pass(hold int) error {
	if len(a.pending) <= hold {
		return nil
	}
	for rest := a.pending; ; {
		i := bytes.Index(rest, a.token)
		if i < 0 {
			break
		}
		copy(rest[i:], a.blank)
		rest = rest[i+len(a.token):]
	}
	ready := a.pending[:len(a.pending)-hold]
	a.hash.Write(ready)
	if a.keep != nil {
		if _, err := a.keep.Write(ready); err != nil {
			return &Error{Op: a.op, Err: fmt.Errorf("keep answer: %w", err)}
		}
	}
	a.pending = a.pending[:copy(a.pending, a.pending[len(ready):])]
	return nil
}

// answer returns what was read. Nothing is read after it.
func (a *answerReader) answer() (Answer, error) {
	err := a.pass(0)
	return Answer{Name: a.name, SHA256: hex.EncodeToString(a.hash.Sum(nil)), Bytes: a.n}, err
}
