package siisync_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

var (
	rawOwner  = chile.MustParseRUT("76192083-9")
	rawHolder = chile.MustParseRUT("12345678-5")
	rawPeriod = chile.MustParsePeriod("2026-10")
)

// fakeRegister is a fake SII with so many purchases.
func fakeRegister(t *testing.T, purchases int) (*siitest.Server, *sii.Client) {
	t.Helper()
	fake := siitest.NewServer()
	t.Cleanup(fake.Close)
	fake.Authorize(rawHolder, rawOwner)
	fake.Load(rawOwner, rawPeriod, siitest.Generate(1, rawOwner, rawPeriod, purchases))
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(rawHolder)), sii.WithHTTPClient(fake.Client()))
	require.NoError(t, err)
	return fake, client
}

// What is kept is what the SII said, can be read again as a register, and opens
// no session.
func TestRawAnswersAreKept(t *testing.T) { //nolint:paralleltest // it sets the folder of temporary files
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", os.Getenv("TMPDIR"))
	_, client := fakeRegister(t, 3000) // more than is held in memory
	store := memory.New()
	key := rcv.Key{Owner: rawOwner, Period: rawPeriod, Book: rcv.Purchases}
	syncer, err := siisync.New(client, store, siisync.WithRawAnswers())
	require.NoError(t, err)
	result, err := syncer.Book(t.Context(), key)
	require.NoError(t, err)
	require.NotEmpty(t, result.Sources)
	var total int64
	documents := 0
	for i, source := range result.Sources {
		r, err := store.RawAnswer(t.Context(), result.ID, i)
		require.NoError(t, err)
		raw, err := io.ReadAll(r)
		require.NoError(t, err)
		sum := sha256.Sum256(raw)
		assert.Equal(t, source.SHA256, hex.EncodeToString(sum[:]))
		assert.Contains(t, string(raw), `"conversationId":"****`)
		total += int64(len(raw))
		if !strings.HasPrefix(source.Name, "getDetalleCompra ") {
			continue // an export, for the breakdown of additional taxes
		}
		for _, err := range rcv.DecodeDocuments(bytes.NewReader(raw), &rcv.DecodeOptions{State: rcv.Registro, Type: 33}) {
			require.NoError(t, err)
			documents++
		}
	}
	assert.EqualValues(t, result.Counts.Added, documents)
	assert.Greater(t, total, int64(1<<20))
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	assert.Empty(t, left, "no file is left")
}

func TestRawAnswersAreNotKeptByDefault(t *testing.T) {
	t.Parallel()
	_, client := fakeRegister(t, 3)
	store := memory.New()
	syncer, err := siisync.New(client, store)
	require.NoError(t, err)
	result, err := syncer.Book(t.Context(), rcv.Key{Owner: rawOwner, Period: rawPeriod, Book: rcv.Purchases})
	require.NoError(t, err)
	_, err = store.RawAnswer(t.Context(), result.ID, 0)
	require.ErrorIs(t, err, fs.ErrNotExist)
}
