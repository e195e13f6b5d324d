package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The vectors of github.com/fernet/spec: generate.json and verify.json.
const (
	specSecret = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
	specToken  = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
	specTime   = 499162800 // 1985-10-26T01:20:00-07:00
)

func newRing(t testing.TB, keys ...string) *Ring {
	t.Helper()
	ring, err := ParseRing(strings.Join(keys, ","))
	require.NoError(t, err)
	return ring
}

func TestSpecificationGenerates(t *testing.T) {
	t.Parallel()
	ring := newRing(t, specSecret)
	ring.now = func() time.Time { return time.Unix(specTime, 0) }
	ring.random = bytes.NewReader([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	token, err := ring.Seal(t.Context(), []byte("hello"), "")
	require.NoError(t, err)
	assert.Equal(t, specToken, token)
}

func TestSpecificationVerifies(t *testing.T) {
	t.Parallel()
	plaintext, err := newRing(t, specSecret).Open(t.Context(), specToken, "")
	require.NoError(t, err)
	assert.Equal(t, "hello", string(plaintext))
}

// The tokens of invalid.json that are wrong whatever the time.
func TestSpecificationRefuses(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]string{
		"incorrect mac":        "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
		"too short":            "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
		"invalid base64":       "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
		"payload size":         "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
		"payload padding":      "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
		"incorrect IV":         "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
		"empty":                "",
		"another key":          "gAAAAABnhhhhAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
		"of another algorithm": "gcm1.AAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ",
	} {
		_, err := newRing(t, specSecret).Open(t.Context(), token, "")
		require.ErrorIs(t, err, ErrUnopenable, name)
	}
}

func TestOwnerIsBound(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"Fernet": GenerateKey(), "AES": aesPrefix + GenerateKey()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ring := newRing(t, key)
			secret := []byte("TOKEN=ABC; a\x00b")
			for _, owner := range []string{"", "a", "user 42", "\x00", strings.Repeat("x", maxOwner)} {
				sealed, err := ring.Seal(t.Context(), secret, owner)
				require.NoError(t, err)
				opened, err := ring.Open(t.Context(), sealed, owner)
				require.NoError(t, err)
				assert.Equal(t, secret, opened)
				for _, other := range []string{"", "b", "user 4", "user 421"} {
					if other != owner {
						_, err := ring.Open(t.Context(), sealed, other)
						assert.True(t, errors.Is(err, ErrWrongOwner) || errors.Is(err, ErrUnopenable), "%q opens for %q: %v", owner, other, err)
					}
				}
			}
		})
	}
}

// A row that another program wrote without owner, or that was made to look like
// an envelope, opens for no owner.
func TestForeignPlaintextIsNoEnvelope(t *testing.T) {
	t.Parallel()
	ring := newRing(t, specSecret)
	_, err := ring.Open(t.Context(), specToken, "user 42")
	require.ErrorIs(t, err, ErrWrongOwner)
	cut, err := ring.keys[0].fernet.seal([]byte(envelopeMark+"\xff\xff"), time.Unix(0, 0), bytes.NewReader(make([]byte, 16)))
	require.NoError(t, err)
	_, err = ring.Open(t.Context(), cut, "a")
	require.ErrorIs(t, err, ErrUnopenable)
}

func TestKeysAreChanged(t *testing.T) {
	t.Parallel()
	old, next := GenerateKey(), aesPrefix+GenerateKey()
	sealed, err := newRing(t, old).Seal(t.Context(), []byte("s"), "o")
	require.NoError(t, err)
	both := newRing(t, next, old)
	rotated, err := both.Rotate(t.Context(), sealed, "o")
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(rotated, gcmPrefix))
	opened, err := newRing(t, next).Open(t.Context(), rotated, "o")
	require.NoError(t, err)
	assert.Equal(t, "s", string(opened))
	_, err = newRing(t, next).Open(t.Context(), sealed, "o")
	require.ErrorIs(t, err, ErrUnopenable)
}

func TestKeysAreNotShown(t *testing.T) {
	t.Parallel()
	fernet, aes := GenerateKey(), GenerateKey()
	ring := newRing(t, fernet, aesPrefix+aes)
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "ring", ring, "key", ring.keys[0])
	marshalled, err := json.Marshal(ring) //nolint:staticcheck // that it marshals nothing is what is tested
	require.NoError(t, err)
	shown := logged.String() + string(marshalled)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown += fmt.Sprintf(verb+verb+verb, ring, ring.keys[0], ring.keys[1])
	}
	_, err = ParseKey(fernet[:20])
	require.ErrorIs(t, err, ErrInvalidKey)
	shown += err.Error()
	for _, secret := range []string{fernet, aes, fernet[:12], aes[:12], fmt.Sprintf("%x", ring.keys[0].fernet[:4]), fmt.Sprint(ring.keys[1].gcm[:4])} {
		assert.NotContains(t, shown, secret)
	}
}

func TestFromEnv(t *testing.T) {
	t.Parallel()
	env := func(value string) func(string) string {
		return func(name string) string {
			assert.Equal(t, "FERNET_KEY", name)
			return value
		}
	}
	_, err := FromEnv(env(""))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = FromEnv(env("secret words"))
	require.ErrorIs(t, err, ErrInvalidKey)
	assert.NotContains(t, err.Error(), "secret")
	ring, err := FromEnv(env(specSecret + " , " + GenerateKey()))
	require.NoError(t, err)
	assert.Len(t, ring.keys, 2)
	_, err = NewRing()
	require.ErrorIs(t, err, ErrInvalidKey)
	_, err = NewRing(Key{})
	require.ErrorIs(t, err, ErrInvalidKey)
}

func TestSizesAreBounded(t *testing.T) {
	t.Parallel()
	ring := newRing(t, specSecret)
	_, err := ring.Seal(t.Context(), make([]byte, maxSecret+1), "")
	require.ErrorIs(t, err, ErrTooLarge)
	_, err = ring.Open(t.Context(), strings.Repeat("A", 3*maxSecret), "")
	require.ErrorIs(t, err, ErrTooLarge)
	sealed, err := ring.Seal(t.Context(), make([]byte, maxSecret), "o")
	require.NoError(t, err)
	_, err = ring.Open(t.Context(), sealed, "o")
	require.NoError(t, err)
}

// python returns a Python that has the package cryptography.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import cryptography.fernet").Run() == nil {
			return name
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("python3 with the package cryptography is missing")
	}
	t.Skip("python3 with the package cryptography is missing")
	return ""
}

// Python opens what Go sealed, and Go what Python sealed, also with a ring.
func TestPythonAgrees(t *testing.T) {
	t.Parallel()
	name := python(t)
	first, second := GenerateKey(), GenerateKey()
	ring := newRing(t, first, second)
	sealed, err := ring.Seal(t.Context(), []byte("TOKEN=ñandú"), "")
	require.NoError(t, err)
	const program = `
import sys
from cryptography.fernet import Fernet, MultiFernet
first, second, token = sys.argv[1:]
print(MultiFernet([Fernet(second), Fernet(first)]).decrypt(token.encode()).decode())
print(Fernet(second).encrypt("TOKEN=galletón".encode()).decode())
print(MultiFernet([Fernet(first), Fernet(second)]).rotate(token.encode()).decode())
`
	command := exec.Command(name, "-c", program, first, second, sealed)
	command.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, 3)
	assert.Equal(t, "TOKEN=ñandú", lines[0])
	fromPython, err := ring.Open(t.Context(), lines[1], "")
	require.NoError(t, err)
	assert.Equal(t, "TOKEN=galletón", string(fromPython))
	rotated, err := ring.Open(t.Context(), lines[2], "")
	require.NoError(t, err)
	assert.Equal(t, "TOKEN=ñandú", string(rotated))
}

func FuzzOpen(f *testing.F) {
	ring := newRing(f, specSecret, aesPrefix+specSecret)
	f.Add(specToken, "")
	sealed, err := ring.Seal(f.Context(), []byte("x"), "o")
	require.NoError(f, err)
	f.Add(sealed, "o")
	f.Add("gcm1.AAAA", "o")
	f.Fuzz(func(t *testing.T, text, owner string) {
		plaintext, err := ring.Open(t.Context(), text, owner)
		if err != nil {
			return
		}
		// Nobody has the key but this test: only what it sealed opens.
		if !(owner == "" && string(plaintext) == "hello" || owner == "o" && string(plaintext) == "x") {
			t.Fatalf("%q opens for %q as %q", text, owner, plaintext)
		}
	})
}
