package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing/iotest"
	"time"

	"github.com/ofitec/chile/storage"
)

func answers() []sentence {
	return []sentence{
		{text: "raw answers come back as they were given", test: rawRoundTrip},
		{text: "a raw answer that was not kept is absent", test: rawAbsent},
		{text: "raw answers are opened once each, in their order, and closed", test: rawOrder},
		{text: "bytes without the size and hash of their source are ErrInvalid", test: rawInvalid},
		{text: "an error of a raw answer ends the import with that error", test: rawFails},
		{text: "purging removes the raw answers of older imports, and nothing else", test: rawPurged},
		{text: "the end of the context ends the reading", test: rawEnds},
		{text: "raw answers outlive the store", test: rawReopened, needs: aReopen},
	}
}

// rawSnapshot is a snapshot with raw answers; nil ones are not kept.
func rawSnapshot(takenAt time.Time, contents ...[]byte) storage.Snapshot {
	var sources []storage.Source
	for i, content := range contents {
		sum := sha256.Sum256(content)
		sources = append(sources, storage.Source{Name: fmt.Sprint("answer ", i), SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(content))})
	}
	return storage.Snapshot{
		Key: purchases, TakenAt: takenAt, Rows: rows(invoices(2, 1000)...),
		Sources: func() []storage.Source { return sources },
		Raw: func(i int) (io.ReadCloser, error) {
			if contents[i] == nil {
				return nil, nil
			}
			return io.NopCloser(iotest.HalfReader(bytes.NewReader(contents[i]))), nil
		},
	}
}

// rawContents are small and large contents, compressible and not.
func rawContents() [][]byte {
	noise := make([]byte, 1_500_000)
	for i, r := 0, rand.New(rand.NewPCG(1, 1)); i < len(noise); i++ {
		noise[i] = byte(r.Uint32())
	}
	return [][]byte{[]byte(`{"data":[]}`), noise, {}, []byte(strings.Repeat("compra;ñ;1190\r\n", 200_000)), {0xff, 0, '\'', '\\'}}
}

func (c *check) hasRaw(importID int64, source int, want []byte) {
	c.Helper()
	r, err := c.store.RawAnswer(c.ctx, importID, source)
	c.ok(err)
	got, err := io.ReadAll(r)
	c.ok(err)
	c.ok(r.Close())
	if !bytes.Equal(got, want) {
		c.Errorf("raw answer %d of import %d: %d bytes, not the %d that were given", source, importID, len(got), len(want))
	}
}

func (c *check) hasNoRaw(importID int64, source int) {
	c.Helper()
	r, err := c.store.RawAnswer(c.ctx, importID, source)
	c.absent(fmt.Sprintf("raw answer %d of import %d", source, importID), err)
	if r != nil {
		c.Error("a reader beside an error")
	}
}

func rawRoundTrip(c *check) {
	contents := rawContents()
	first := c.importSnapshot(rawSnapshot(noon, contents...))
	second := c.importSnapshot(rawSnapshot(noon, []byte("another")))
	for range 2 {
		for i, content := range contents {
			c.hasRaw(first.ID, i, content)
		}
	}
	c.hasRaw(second.ID, 0, []byte("another"))
}

func rawAbsent(c *check) {
	without := c.importDocs(purchases, invoices(2, 1000)...)
	some := c.importSnapshot(rawSnapshot(noon, []byte("kept"), nil, []byte("kept too")))
	c.hasRaw(some.ID, 2, []byte("kept too"))
	for _, absent := range []struct {
		importID int64
		source   int
	}{{without.ID, 0}, {some.ID, 1}, {some.ID, 3}, {some.ID, -1}, {some.ID + 1, 0}, {0, 0}} {
		c.hasNoRaw(absent.importID, absent.source)
	}
}

func rawOrder(c *check) {
	snapshot := rawSnapshot(noon, []byte("a"), nil, []byte("b"))
	var order []string
	open := snapshot.Raw
	snapshot.Raw = func(i int) (io.ReadCloser, error) {
		order = append(order, fmt.Sprint("open ", i))
		r, err := open(i)
		if r == nil || err != nil {
			return r, err
		}
		return closer{r, func() error { order = append(order, fmt.Sprint("close ", i)); return nil }}, nil
	}
	sources := snapshot.Sources
	snapshot.Sources = func() []storage.Source { order = append(order, "sources"); return sources() }
	c.importSnapshot(snapshot)
	c.equal("order", order, []string{"sources", "open 0", "close 0", "open 1", "open 2", "close 2"})
}

type closer struct {
	io.Reader
	close func() error
}

func (c closer) Close() error { return c.close() }

func rawInvalid(c *check) {
	for name, content := range map[string]string{"shorter": "kep", "longer": "kept!", "other": "keqt", "empty": ""} {
		c.nothingWritten(func() {
			snapshot := rawSnapshot(noon, []byte("first"), []byte("kept"))
			open := snapshot.Raw
			snapshot.Raw = func(i int) (io.ReadCloser, error) {
				if i == 1 {
					return io.NopCloser(strings.NewReader(content)), nil
				}
				return open(i)
			}
			_, err := c.store.ImportRegister(c.ctx, snapshot)
			c.fails(name, err, storage.ErrInvalid)
		})
	}
}

func rawFails(c *check) {
	cause := errors.New("the disk is gone")
	for name, failing := range map[string]func() (io.ReadCloser, error){
		"open": func() (io.ReadCloser, error) { return nil, cause },
		"read": func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(cause)), nil },
		"close": func() (io.ReadCloser, error) {
			return closer{strings.NewReader("kept"), func() error { return cause }}, nil
		},
	} {
		c.nothingWritten(func() {
			snapshot := rawSnapshot(noon, []byte("first"), []byte("kept"))
			open := snapshot.Raw
			snapshot.Raw = func(i int) (io.ReadCloser, error) {
				if i == 1 {
					return failing()
				}
				return open(i)
			}
			_, err := c.store.ImportRegister(c.ctx, snapshot)
			c.fails(name, err, cause)
		})
	}
}

func rawPurged(c *check) {
	var ids []int64
	for i := range 3 {
		ids = append(ids, c.importSnapshot(rawSnapshot(noon.Add(time.Duration(i)*time.Hour), []byte("a"), nil, []byte("b"))).ID)
	}
	for i, test := range []struct {
		before time.Time
		want   int64
	}{
		{time.Time{}, 0},
		{noon, 0},
		{noon.Add(time.Hour + time.Microsecond).In(time.FixedZone("", 3600)), 4}, // two sources of two imports
		{noon.Add(2 * time.Hour), 0},
	} {
		n, err := c.store.PurgeRawAnswers(c.ctx, test.before)
		c.ok(err)
		c.equal(fmt.Sprint("purge ", i), n, test.want)
	}
	c.hasNoRaw(ids[0], 0)
	c.hasNoRaw(ids[1], 2)
	c.hasRaw(ids[2], 0, []byte("a"))
	last, err := c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	n, err := c.store.PurgeRawAnswers(c.ctx, noon.AddDate(1, 0, 0))
	c.ok(err)
	c.equal("the rest", n, int64(2))
	still, err := c.store.LastImport(c.ctx, purchases)
	c.ok(err)
	c.equal("last import", *still, *last)
	c.equal("sources", len(still.Sources), 3)
	c.holds(purchases, invoices(2, 1000)...)
}

func rawEnds(c *check) {
	id := c.importSnapshot(rawSnapshot(noon, rawContents()...)).ID
	ctx, end := context.WithCancelCause(c.ctx)
	r, err := c.store.RawAnswer(ctx, id, 1)
	c.ok(err)
	_, err = io.ReadFull(r, make([]byte, 1000))
	c.ok(err)
	end(errEnded)
	_, err = io.Copy(io.Discard, r)
	c.fails("read", err, errEnded)
	c.ok(r.Close())
	ended, cause := endedContext(c.ctx)
	_, err = c.store.RawAnswer(ended, id, 1)
	c.fails("open", err, cause)
	if errors.Is(err, fs.ErrNotExist) {
		c.Error("it is not absent")
	}
}

func rawReopened(c *check) {
	contents := rawContents()
	id := c.importSnapshot(rawSnapshot(noon, contents...)).ID
	c.reopen()
	for i, content := range contents {
		c.hasRaw(id, i, content)
	}
}
