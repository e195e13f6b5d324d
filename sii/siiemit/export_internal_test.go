package siiemit

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
)

// A month is exported whole, byte for byte, with an index that says what became of each.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	november := chile.MustParsePeriod("2026-11")
	accepted := w.wait(w.issue("1", 1000))
	w.sii.judge = func(chile.DocumentID) sii.Verdict { return sii.VerdictRejected }
	rejected := w.wait(w.issue("2", 2000))
	prepared, err := w.Prepare(t.Context(), "3", invoice(t, 3000), nil)
	require.NoError(t, err)
	_, err = w.Prepare(t.Context(), "4", invoice(t, 4000), nil)
	require.NoError(t, err)
	void, err := w.Void(t.Context(), "4", "no se vendió")
	require.NoError(t, err)
	w.clock.Pass(30 * 24 * time.Hour)
	december, err := w.Prepare(t.Context(), "5", invoice(t, 5000), nil)
	require.NoError(t, err)

	var file, again bytes.Buffer
	n, err := w.Export(t.Context(), &file, november)
	require.NoError(t, err)
	assert.Equal(t, 4, n)
	_, err = w.Export(t.Context(), &again, november)
	require.NoError(t, err)
	assert.Equal(t, file.Bytes(), again.Bytes())

	read := unzip(t, file.Bytes())
	index := "type,folio,date,receiver,total,state,sha256\n"
	for i, doc := range []*Document{accepted, rejected, prepared, void} {
		name := []string{"33-1.xml", "33-2.xml", "33-3.xml", "33-4.xml"}[i]
		assert.Equal(t, string(doc.XML), read[name], name)
		sum := sha256.Sum256([]byte(read[name]))
		index += "33," + name[3:4] + ",2026-11-20," + doc.Receiver.String() + "," + []string{"1190", "2380", "3570", "4760"}[i] + "," +
			[]string{"accepted", "rejected", "signed", "void"}[i] + "," + hex.EncodeToString(sum[:]) + "\n"
	}
	assert.Equal(t, index, read["index.csv"])
	assert.Len(t, read, 5)

	file.Reset()
	n, err = w.Export(t.Context(), &file, chile.MustParsePeriod("2026-12"))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, string(december.XML), unzip(t, file.Bytes())["33-5.xml"])
}

func unzip(t *testing.T, file []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	read := make(map[string]string)
	for _, f := range archive.File {
		r, err := f.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		read[f.Name] = string(text)
	}
	return read
}

func TestExportThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.issue("1", 1000)
	_, err := w.Export(t.Context(), io.Discard, chile.Period{})
	require.ErrorIs(t, err, ErrNoMonth)
	november := chile.MustParsePeriod("2026-11")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var file bytes.Buffer
	_, err = w.Export(ctx, &file, november)
	require.ErrorIs(t, err, context.Canceled)
	_, err = zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	require.Error(t, err, "what is not complete does not open")
	_, err = w.Export(t.Context(), fullDisk{}, november)
	require.ErrorIs(t, err, io.ErrShortWrite)
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
