package sqlite_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Whatever was done to a kept answer, it is not read as if it were whole.
func TestDamagedAnswers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chile.db")
	store := open(t, path)
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	content := make([]byte, 600_000) // several parts
	_, err = rand.NewChaCha8([32]byte{1}).Read(content)
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	read := func(t *testing.T, damage ...string) error {
		t.Helper()
		snapshot := month(1)
		snapshot.Rows = func(func(rcv.Document, error) bool) {}
		snapshot.Sources = func() []storage.Source {
			return []storage.Source{{Name: "x", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(content))}}
		}
		snapshot.Raw = func(int) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
		result, err := store.ImportRegister(t.Context(), snapshot)
		require.NoError(t, err)
		for _, statement := range damage {
			_, err := db.ExecContext(t.Context(), "PRAGMA busy_timeout = 5000; "+statement, result.ID)
			require.NoError(t, err)
		}
		r, err := store.RawAnswer(t.Context(), result.ID, 0)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		return err
	}
	require.NoError(t, read(t))
	for name, damage := range map[string]string{
		"another hash":   "UPDATE sii_rcv_fuentes SET sha256 = '00' WHERE importacion_id = ?",
		"larger source":  "UPDATE sii_rcv_fuentes SET bytes = bytes + 1 WHERE importacion_id = ?",
		"smaller source": "UPDATE sii_rcv_fuentes SET bytes = bytes - 1 WHERE importacion_id = ?",
		"no gzip":        "UPDATE sii_rcv_respuestas SET datos = x'00' WHERE parte = 0 AND importacion_id = ?",
		"cut":            "UPDATE sii_rcv_respuestas SET datos = substr(datos, 1, 100) WHERE parte = 1 AND importacion_id = ?",
		"a part less":    "DELETE FROM sii_rcv_respuestas WHERE parte = (SELECT max(parte) FROM sii_rcv_respuestas) AND importacion_id = ?",
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, read(t, damage), storage.ErrDamaged) })
	}
	require.ErrorIs(t, read(t, "DELETE FROM sii_rcv_respuestas WHERE importacion_id = ?"), fs.ErrNotExist)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = store.RawAnswer(ctx, 1, 0)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, storage.ErrDamaged)
}
