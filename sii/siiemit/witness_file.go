package siiemit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
)

// ErrWitness says that the mark of a Witness cannot be read. Nothing is issued then.
var ErrWitness = errors.New("siiemit: the witness cannot be read")

// FileWitness is a Witness in a directory, which it creates. A mark is the name of an
// empty file: it is never half written, and programs that raise it at the same time
// cannot lower it.
type FileWitness struct{ dir string }

var _ Witness = (*FileWitness)(nil)

// NewFileWitness returns the witness in a directory, which need not exist.
func NewFileWitness(dir string) (*FileWitness, error) {
	if dir == "" {
		return nil, errors.New("siiemit: NewFileWitness: no directory")
	}
	return &FileWitness{dir: dir}, nil
}

// Mark implements Witness.
func (w *FileWitness) Mark(ctx context.Context, of Range) (chile.Folio, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	marks, err := w.marks(of)
	if err != nil {
		return 0, err
	}
	if len(marks) == 0 {
		return 0, fmt.Errorf("siiemit: no mark of %s: %w", of, fs.ErrNotExist)
	}
	return marks[len(marks)-1], nil
}

// Raise implements Witness.
func (w *FileWitness) Raise(ctx context.Context, of Range, to chile.Folio) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if to <= 0 {
		return fmt.Errorf("siiemit: raise the mark of %s: %d is no folio", of, int64(to))
	}
	marks, err := w.marks(of)
	if err != nil {
		return err
	}
	if len(marks) > 0 && marks[len(marks)-1] >= to {
		return nil
	}
	dir := w.of(of)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("siiemit: raise the mark of %s: %w", of, err)
	}
	if err := create(filepath.Join(dir, fmt.Sprintf("%018d", int64(to)))); err != nil {
		return fmt.Errorf("siiemit: raise the mark of %s: %w", of, err)
	}
	for at := dir; ; at = filepath.Dir(at) { // also the names of new directories
		if err := syncDir(at); err != nil {
			return fmt.Errorf("siiemit: raise the mark of %s: %w", of, err)
		}
		if at == filepath.Clean(w.dir) {
			break
		}
	}
	for _, lower := range marks { // those read before; a failure leaves them, which does no harm
		_ = os.Remove(filepath.Join(dir, fmt.Sprintf("%018d", int64(lower))))
	}
	return nil
}

// of returns the directory of a range.
func (w *FileWitness) of(r Range) string {
	return filepath.Join(w.dir, string(r.Environment), r.Issuer.String(), strconv.Itoa(int(r.Type)), strconv.FormatInt(int64(r.From), 10))
}

// marks returns the marks of a range in ascending order. A mark raised during the read
// may also hide the one before it, so it reads until nothing changes.
func (w *FileWitness) marks(of Range) ([]chile.Folio, error) {
	const most = 100
	before, err := w.read(of)
	for range most {
		if err != nil {
			return nil, err
		}
		var now []chile.Folio
		if now, err = w.read(of); err == nil && slices.Equal(before, now) {
			return now, nil
		}
		before = now
	}
	return nil, fmt.Errorf("%w: the marks of %s do not stand still", ErrWitness, of)
}

func (w *FileWitness) read(of Range) ([]chile.Folio, error) {
	entries, err := os.ReadDir(w.of(of))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWitness, err)
	}
	var marks []chile.Folio
	for _, e := range entries { // sorted by name, which all have 18 digits
		n, err := strconv.ParseInt(e.Name(), 10, 64)
		if err != nil || len(e.Name()) != 18 || n <= 0 || strings.HasPrefix(e.Name(), "+") {
			return nil, fmt.Errorf("%w: %q is no mark of %s", ErrWitness, e.Name(), of)
		}
		marks = append(marks, chile.Folio(n))
	}
	return marks, nil
}

// create creates an empty file that survives a loss of power. An existing file is no
// error.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // below the caller's own directory
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes the names in a directory survive a loss of power.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // this system writes them itself and cannot open a directory
	}
	d, err := os.Open(path) //nolint:gosec // the caller's own directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
