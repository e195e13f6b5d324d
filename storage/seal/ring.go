package seal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"time"
)

// Key is a key of a Ring. The zero value is not a key. Printing or logging a
// Key shows only the beginning of its hash.
type Key struct {
	fernet *fernetKey
	gcm    *gcmKey
}

// aesPrefix begins the text of a key for AES-256-GCM.
const aesPrefix = "aes256:"

// ParseKey reads a key: 32 bytes in URL-safe base64. Without a prefix it is a
// Fernet key, as from Python's Fernet.generate_key; with the prefix aes256: it
// is a key for AES-256-GCM.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	body, isAES := strings.CutPrefix(text, aesPrefix)
	b, err := base64.URLEncoding.DecodeString(padBase64(body))
	if err != nil || len(b) != keySize {
		return Key{}, fmt.Errorf("%w: it needs 32 bytes in URL-safe base64", ErrInvalidKey)
	}
	if isAES {
		return Key{gcm: (*gcmKey)(b)}, nil
	}
	return Key{fernet: (*fernetKey)(b)}, nil
}

// GenerateKey returns a new Fernet key in the form of FERNET_KEY.
func GenerateKey() string {
	var b [keySize]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.URLEncoding.EncodeToString(b[:])
}

// ID returns the beginning of the key's hash, which identifies the key for
// people.
func (k Key) ID() string {
	var sum [sha256.Size]byte
	switch {
	case k.fernet != nil:
		sum = sha256.Sum256(append([]byte("fernet "), k.fernet[:]...))
	case k.gcm != nil:
		sum = sha256.Sum256(append([]byte("aes256 "), k.gcm[:]...))
	default:
		return "none"
	}
	return hex.EncodeToString(sum[:4])
}

// String returns the kind and ID of the key.
func (k Key) String() string {
	if k.gcm != nil {
		return "AES-256-GCM key " + k.ID()
	}
	return "Fernet key " + k.ID()
}

// Format prints what String returns, for every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// LogValue implements slog.LogValuer.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Ring is a Sealer with several keys: the first one seals, all of them open. It
// does not change and is safe for concurrent use. Printing or logging it shows
// the IDs of its keys.
type Ring struct {
	keys   []Key
	now    func() time.Time
	random io.Reader
}

// NewRing returns a ring of at least one key. The error is ErrInvalidKey.
func NewRing(keys ...Key) (*Ring, error) {
	for _, key := range keys {
		if key.fernet == nil && key.gcm == nil {
			return nil, ErrInvalidKey
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: a ring needs at least one", ErrInvalidKey)
	}
	ring := &Ring{keys: append([]Key(nil), keys...), random: rand.Reader}
	ring.now = time.Now //nolint:forbidigo // the time that Fernet writes into a token; tests set their own
	return ring, nil
}

// ParseRing reads keys separated by commas; the first one seals. The error is
// ErrInvalidKey.
func ParseRing(text string) (*Ring, error) {
	var keys []Key
	for i, part := range strings.Split(text, ",") {
		key, err := ParseKey(part)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		keys = append(keys, key)
	}
	return NewRing(keys...)
}

// FromEnv reads the keys in FERNET_KEY. If it is not set, the error is
// fs.ErrNotExist: then keep secrets only in memory. Call it with os.Getenv.
func FromEnv(getenv func(string) string) (*Ring, error) {
	text := getenv("FERNET_KEY")
	if text == "" {
		return nil, fmt.Errorf("seal: FERNET_KEY is not set: %w", fs.ErrNotExist)
	}
	ring, err := ParseRing(text)
	if err != nil {
		return nil, fmt.Errorf("FERNET_KEY: %w", err)
	}
	return ring, nil
}

// Seal seals with the first key. With an empty owner any Fernet program can
// open the result.
func (r *Ring) Seal(_ context.Context, plaintext []byte, owner string) (string, error) {
	if len(plaintext) > maxSecret || len(owner) > maxOwner {
		return "", ErrTooLarge
	}
	first := r.keys[0]
	if first.gcm != nil {
		return first.gcm.seal(plaintext, owner, r.random)
	}
	return first.fernet.seal(envelope(plaintext, owner), r.now(), r.random)
}

// Open opens with the key that fits. With an empty owner it opens what other
// Fernet programs sealed.
func (r *Ring) Open(_ context.Context, sealed, owner string) ([]byte, error) {
	if len(sealed) > 2*(maxSecret+maxOwner) {
		return nil, ErrTooLarge
	}
	for _, key := range r.keys {
		if key.gcm != nil {
			if plaintext, ok := key.gcm.open(sealed, owner); ok {
				return plaintext, nil
			}
			continue
		}
		if opened, ok := key.fernet.open(sealed); ok {
			return unwrap(opened, owner)
		}
	}
	return nil, ErrUnopenable
}

// Rotate opens a secret with any of the keys and seals it with the first.
func (r *Ring) Rotate(ctx context.Context, sealed, owner string) (string, error) {
	plaintext, err := r.Open(ctx, sealed, owner)
	if err != nil {
		return "", err
	}
	return r.Seal(ctx, plaintext, owner)
}

// String returns the IDs of the keys.
func (r *Ring) String() string {
	ids := make([]string, len(r.keys))
	for i, key := range r.keys {
		ids[i] = key.ID()
	}
	return "key ring " + strings.Join(ids, ", ")
}

// Format prints what String returns, for every verb.
func (r *Ring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// LogValue implements slog.LogValuer.
func (r *Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }
