package sii

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Answer is a raw answer of the SII, known by its hash.
//
// The facade repeats the token in its answers (metaData.conversationId). Where
// it stands as a value of its own it is overwritten with asterisks, as many as
// it has bytes, in what is hashed and in what RCVOptions.KeepAnswer gets: an
// answer that is kept must not open a session.
type Answer struct {
	Name   string // method, book, state and type, as getDetalleCompra COMPRA REGISTRO 33
	SHA256 string // lower-case hex of its bytes, as they came but for the token
	Bytes  int64
}

// answerReader hashes what is read through it and, if it is to be kept, passes
// it on.
type answerReader struct {
	name string
	op   string
	r    io.Reader
	hash hash.Hash
	keep io.Writer // nil keeps nothing
	n    int64

	token   []byte // between quotation marks
	blank   []byte // what stands in its place
	pending []byte // the last bytes that were read, which may be the beginning of the token
}

func newAnswerReader(op, name string, r io.Reader, token string, keep io.Writer) *answerReader {
	return &answerReader{
		name: name, op: op, r: r, hash: sha256.New(), keep: keep,
		token: []byte(`"` + token + `"`), blank: []byte(`"` + string(bytes.Repeat([]byte("*"), len(token))) + `"`),
	}
}

// Read implements io.Reader. Who reads gets the bytes as they came.
func (a *answerReader) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	a.n += int64(n)
	a.pending = append(a.pending, p[:n]...)
	if keepErr := a.pass(len(a.token) - 1); keepErr != nil {
		return n, keepErr
	}
	return n, err
}

// pass hashes and keeps all pending bytes but the last few.
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
