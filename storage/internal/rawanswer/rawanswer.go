// Package rawanswer checks the bytes of raw answers on their way into and out
// of a store.
package rawanswer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"github.com/ofitec/chile/storage"
)

// Reader reads the bytes of a source and ends with an error instead of io.EOF
// if they do not have its size and hash.
type Reader struct {
	r       io.Reader
	source  storage.Source
	failure error // the error in that case
	hash    hash.Hash
	n       int64
}

// NewReader returns a Reader that ends with failure.
func NewReader(r io.Reader, source storage.Source, failure error) *Reader {
	return &Reader{r: r, source: source, failure: failure, hash: sha256.New()}
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.hash.Write(p[:n])
	r.n += int64(n)
	switch {
	case r.n > r.source.Bytes, err == io.EOF && r.n < r.source.Bytes:
		return n, fmt.Errorf("%w: raw answer %q does not have the %d bytes of its source", r.failure, r.source.Name, r.source.Bytes)
	case err == io.EOF && hex.EncodeToString(r.hash.Sum(nil)) != r.source.SHA256:
		return n, fmt.Errorf("%w: raw answer %q does not have the hash of its source", r.failure, r.source.Name)
	default:
		return n, err
	}
}

// Open returns the bytes of a source of a snapshot; nil if they are not to be
// kept.
func Open(snapshot *storage.Snapshot, sources []storage.Source, i int) (io.ReadCloser, error) {
	if snapshot.Raw == nil {
		return nil, nil //nolint:nilnil // there are none
	}
	raw, err := snapshot.Raw(i)
	if err != nil || raw == nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{NewReader(raw, sources[i], storage.ErrInvalid), raw}, nil
}
