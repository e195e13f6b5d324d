package smallrsa

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newKey makes a key by hand, since crypto/rsa makes none so small.
func newKey(tb testing.TB, bits, e int) *rsa.PrivateKey {
	tb.Helper()
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		require.NoError(tb, err)
		q, err := rand.Prime(rand.Reader, bits-bits/2)
		require.NoError(tb, err)
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(big.NewInt(int64(e)), phi)
		if d == nil || n.BitLen() != bits || p.Cmp(q) == 0 {
			continue
		}
		return &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: e}, D: d, Primes: []*big.Int{p, q}}
	}
}

// raise makes the signature that a holder of the key could make of any encoded message.
func raise(key *rsa.PrivateKey, em []byte) []byte {
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

func digest(message string) []byte {
	sum := sha1.Sum([]byte(message))
	return sum[:]
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ bits, e int }{{512, 3}, {512, 65537}, {513, 3}, {768, 17}, {1023, 65537}, {1024, 65537}, {1024, 3}} {
		key := newKey(t, c.bits, c.e)
		signature, err := Sign(rand.Reader, key, []byte("timbre"))
		require.NoError(t, err, "%d bits, exponent %d", c.bits, c.e)
		require.NoError(t, Verify(&key.PublicKey, []byte("timbre"), signature))
		assert.Equal(t, raise(key, encode(digest("timbre"), key.Size())), signature, "the signature without shortcuts")

		require.ErrorIs(t, Verify(&key.PublicKey, []byte("Timbre"), signature), ErrSignature)
		for i := range signature {
			changed := bytes.Clone(signature)
			changed[i] ^= 1
			require.ErrorIs(t, Verify(&key.PublicKey, []byte("timbre"), changed), ErrSignature, "byte %d", i)
		}
		other := newKey(t, c.bits, c.e)
		require.ErrorIs(t, Verify(&other.PublicKey, []byte("timbre"), signature), ErrSignature)
	}
}

// The signature of one message has one form: as long as the modulus, and less.
func TestSignatureHasOneForm(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{512, 1000, 1024} {
		key := newKey(t, bits, 3)
		signature, err := Sign(rand.Reader, key, []byte("timbre"))
		require.NoError(t, err)
		for name, other := range map[string][]byte{
			"empty":       {},
			"zero before": append([]byte{0}, signature...),
			"zero after":  append(bytes.Clone(signature), 0),
			"cut":         signature[1:],
			"all ones":    bytes.Repeat([]byte{0xff}, len(signature)),
			"zeros":       make([]byte, len(signature)),
			"one":         append(make([]byte, len(signature)-1), 1),
			"plus modulus": new(big.Int).Add(new(big.Int).SetBytes(signature), key.N).
				FillBytes(make([]byte, len(signature)+1))[1:],
		} {
			require.ErrorIs(t, Verify(&key.PublicKey, []byte("timbre"), other), ErrSignature, "%d bits: %s", bits, name)
		}
	}
}

// Encoded messages that loose readers of the padding have let through.
func TestPaddingIsExact(t *testing.T) {
	t.Parallel()
	hash := digest("timbre")
	info := append([]byte(digestInfo), hash...)
	key := newKey(t, 512, 3)
	size := key.Size()
	pad := func(head []byte, fill byte, tail []byte) []byte {
		em := append(bytes.Clone(head), bytes.Repeat([]byte{fill}, size-len(head)-len(tail))...)
		return append(em, tail...)
	}
	good := pad([]byte{0, 1}, 0xff, append([]byte{0}, info...))
	require.NoError(t, Verify(&key.PublicKey, []byte("timbre"), raise(key, good)), "the good one passes")

	noNull := append([]byte("\x30\x1f\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a\x04\x14"), hash...)
	longLength := append([]byte("\x30\x81\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"), hash...)
	sha256Info := append([]byte("\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1b\x05\x00\x04\x14"), hash...)
	shortFill := append([]byte{0, 1, 0xff, 0}, info...)
	garbage := append(bytes.Clone(shortFill), bytes.Repeat([]byte{0x42}, size-len(shortFill))...)
	middle := bytes.Clone(good)
	middle[9] = 0xfe
	for name, em := range map[string][]byte{
		"garbage after a short padding":  garbage,
		"a byte of the padding changed":  middle,
		"padding of zeros":               pad([]byte{0, 1}, 0, append([]byte{0}, info...)),
		"block type 0":                   pad([]byte{0, 0}, 0, append([]byte{0}, info...)),
		"block type 2":                   pad([]byte{0, 2}, 0xff, append([]byte{0}, info...)),
		"no separator":                   pad([]byte{0, 1}, 0xff, info),
		"separator 1":                    pad([]byte{0, 1}, 0xff, append([]byte{1}, info...)),
		"DigestInfo without parameters":  pad([]byte{0, 1}, 0xff, append([]byte{0}, noNull...)),
		"length in long form":            pad([]byte{0, 1}, 0xff, append([]byte{0}, longLength...)),
		"another algorithm":              pad([]byte{0, 1}, 0xff, append([]byte{0}, sha256Info...)),
		"digest without DigestInfo":      pad([]byte{0, 1}, 0xff, append([]byte{0}, hash...)),
		"digest at the end of a longer":  pad([]byte{0, 1}, 0xff, append([]byte{0}, append(info[:len(info)-1:len(info)-1], 0, hash[19])...)),
		"digest of another message":      pad([]byte{0, 1}, 0xff, append([]byte{0}, append([]byte(digestInfo), digest("otro")...)...)),
		"digest in the clear at the end": pad([]byte{0, 0}, 0, hash),
	} {
		require.Len(t, em, size, name)
		require.ErrorIs(t, Verify(&key.PublicKey, []byte("timbre"), raise(key, em)), ErrSignature, name)
	}
}

// Bleichenbacher's forgery of 2006: with exponent 3 a cube root whose cube
// begins like a short padding and ends in garbage, made without the private key.
func TestCubeRootForgery(t *testing.T) {
	t.Parallel()
	key := newKey(t, 1000, 3)
	size := key.Size()
	head := append([]byte{0, 1, 0xff, 0}, append([]byte(digestInfo), digest("timbre")...)...)
	target := new(big.Int).SetBytes(append(bytes.Clone(head), bytes.Repeat([]byte{0xff}, size-len(head))...))
	low, high := big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), uint(key.N.BitLen()/3+2))
	for new(big.Int).Sub(high, low).Cmp(big.NewInt(1)) > 0 {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(target) <= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	cube := new(big.Int).Exp(low, big.NewInt(3), key.N).FillBytes(make([]byte, size))
	require.Equal(t, head, cube[:len(head)], "the forgery begins as it should")
	require.ErrorIs(t, Verify(&key.PublicKey, []byte("timbre"), low.FillBytes(make([]byte, size))), ErrSignature)
}

func TestUnusableKeys(t *testing.T) {
	t.Parallel()
	good := newKey(t, 512, 3)
	odd := func(bits int) *big.Int {
		return new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), uint(bits-1)), 0, 1)
	}
	for name, pub := range map[string]*rsa.PublicKey{
		"nil":               nil,
		"no modulus":        {E: 3},
		"negative":          {N: new(big.Int).Neg(good.N), E: 3},
		"511 bits":          {N: odd(511), E: 3},
		"8193 bits":         {N: odd(8193), E: 3},
		"even modulus":      {N: new(big.Int).Add(good.N, big.NewInt(1)), E: 3},
		"exponent 1":        {N: good.N, E: 1},
		"exponent 2":        {N: good.N, E: 2},
		"exponent 0":        {N: good.N},
		"negative exponent": {N: good.N, E: -3},
		"exponent of 2^31":  {N: good.N, E: 1<<31 + 1},
	} {
		require.ErrorIs(t, Check(pub), ErrKey, name)
		require.ErrorIs(t, Verify(pub, nil, make([]byte, 64)), ErrKey, name)
	}
	for name, key := range map[string]*rsa.PrivateKey{
		"nil":          nil,
		"no primes":    {PublicKey: good.PublicKey, D: good.D},
		"no exponent":  {PublicKey: good.PublicKey, Primes: good.Primes},
		"nil prime":    {PublicKey: good.PublicKey, D: good.D, Primes: []*big.Int{nil, good.Primes[1]}},
		"prime of one": {PublicKey: good.PublicKey, D: good.D, Primes: []*big.Int{big.NewInt(1), good.N}},
		"other primes": {PublicKey: good.PublicKey, D: good.D, Primes: newKey(t, 512, 3).Primes},
		"other D":      {PublicKey: good.PublicKey, D: new(big.Int).Add(good.D, big.NewInt(2)), Primes: good.Primes},
		"public half":  {PublicKey: rsa.PublicKey{N: good.N, E: 1}, D: good.D, Primes: good.Primes},
	} {
		_, err := Sign(rand.Reader, key, []byte("timbre"))
		require.ErrorIs(t, err, ErrKey, name)
	}
	_, err := Sign(strings.NewReader("too short"), good, []byte("timbre"))
	require.Error(t, err, "without randomness nothing is signed")
}

func TestOpenSSL(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl")
	}
	for _, bits := range []int{512, 800, 1024} {
		key := newKey(t, bits, 3)
		folder := t.TempDir()
		file := func(name string, data []byte) string {
			path := filepath.Join(folder, name)
			require.NoError(t, os.WriteFile(path, data, 0o600))
			return path
		}
		der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		require.NoError(t, err)
		public := file("public.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		message := file("message", []byte("<DD><RE>76111111-6</RE></DD>"))
		signature, err := Sign(rand.Reader, key, []byte("<DD><RE>76111111-6</RE></DD>"))
		require.NoError(t, err)
		out, err := exec.CommandContext(t.Context(), program, "dgst", "-sha1", "-verify", public,
			"-signature", file("signature", signature), message).CombinedOutput()
		require.NoError(t, err, "%d bits: %s", bits, out)
	}
}

// A signature that openssl made (dgst -sha1 -sign) with a key of 512 bits and
// exponent 3.
func TestOpenSSLSigned(t *testing.T) {
	t.Parallel()
	n, _ := new(big.Int).SetString("BE996B89EA39D63B898101DD933A78A6780AEFF32F3F60BF3235F74097355CE88AECC74CA92DC89158D8CDCB438B17298E0D10A485764EEFF290DA8ED274DA2D", 16)
	signature, _ := new(big.Int).SetString("b6a85bd41d715dd0b4535a2b44fcadf11c0f532c30e284ea3b39d2f510dbc722c321ba91a1683a29995c70d9cc755bfa9897210fedfd9e5568976e3c78ab23ea", 16)
	public := &rsa.PublicKey{N: n, E: 3}
	require.NoError(t, Verify(public, []byte("abc"), signature.FillBytes(make([]byte, 64))))
}

func FuzzVerify(f *testing.F) {
	key := newKey(f, 512, 3)
	signature, err := Sign(rand.Reader, key, []byte("timbre"))
	require.NoError(f, err)
	f.Add([]byte("timbre"), signature, key.N.Bytes(), 3)
	f.Add([]byte{}, []byte{}, []byte{}, 0)
	f.Add([]byte("x"), bytes.Repeat([]byte{7}, 128), bytes.Repeat([]byte{0xc1}, 128), 65537)
	f.Fuzz(func(t *testing.T, message, s, modulus []byte, e int) {
		if err := Verify(&rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: e}, message, s); err != nil &&
			!errors.Is(err, ErrKey) && !errors.Is(err, ErrSignature) {
			t.Fatal(err)
		}
		if Verify(&key.PublicKey, message, s) == nil && !bytes.Equal(s, raise(key, encode(digest(string(message)), 64))) {
			t.Fatal("a second signature of one message")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	key := newKey(b, 512, 3)
	message := bytes.Repeat([]byte("x"), 700)
	signature, err := Sign(rand.Reader, key, message)
	require.NoError(b, err)
	for b.Loop() {
		if err := Verify(&key.PublicKey, message, signature); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	key := newKey(b, 512, 3)
	message := bytes.Repeat([]byte("x"), 700)
	for b.Loop() {
		if _, err := Sign(rand.Reader, key, message); err != nil {
			b.Fatal(err)
		}
	}
}
