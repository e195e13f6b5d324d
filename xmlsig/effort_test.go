package xmlsig

import (
	"bytes"
	"encoding/asn1"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"
)

func TestParsePKCS12RefusesWork(t *testing.T) {
	t.Parallel()
	// 70000 iterations, written in three bytes.
	few, many := []byte{2, 3, 1, 0x11, 0x70}, []byte{2, 3, 0x7f, 0xff, 0xff}
	for name, encoder := range map[string]*pkcs12.Encoder{
		"modern": pkcs12.Modern, "3DES": pkcs12.LegacyDES, "RC2": pkcs12.LegacyRC2,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			der := testP12(t, encoder.WithIterations(70_000), "clave")
			_, err := ParsePKCS12(der, "clave")
			require.NoError(t, err)
			count := bytes.Count(der, few)
			require.GreaterOrEqual(t, count, 2, "certificates, key and perhaps MAC")
			for i := range count {
				parts := bytes.Split(der, few)
				changed := bytes.Join([][]byte{bytes.Join(parts[:i+1], few), bytes.Join(parts[i+1:], few)}, many)
				_, err := ParsePKCS12(changed, "clave")
				assert.ErrorIs(t, err, ErrLimit, "number %d", i)
				_, err = ParsePKCS12(toBER(t, changed), "clave")
				assert.ErrorIs(t, err, ErrLimit, "number %d in BER", i)
			}
		})
	}
	t.Run("MAC", func(t *testing.T) {
		t.Parallel()
		for _, der := range [][]byte{testP12(t, pkcs12.LegacyDES, "clave"), innerToBER(t, testP12(t, pkcs12.LegacyDES, "clave"), "clave")} {
			for _, n := range []int{maxIterations + 1, 1 << 31, -1} {
				var file pfx
				_, err := asn1.Unmarshal(der, &file)
				require.NoError(t, err)
				file.MacData.Iterations = n
				changed, err := asn1.Marshal(file)
				require.NoError(t, err)
				_, err = ParsePKCS12(changed, "clave")
				assert.ErrorIs(t, err, ErrLimit, "%d", n)
			}
		}
	})
}

func TestCheckEffort(t *testing.T) {
	t.Parallel()
	type pbkdf2 struct {
		Salt       []byte
		Iterations int64
		KeyLength  int64 `asn1:"optional"`
	}
	deep := []byte{4, 1, 7}
	for range 1000 {
		deep = appendTLV(nil, []byte{tagSequence}, deep)
	}
	for name, test := range map[string]struct {
		value any
		want  error
	}{
		"few":        {pbkdf2{Salt: []byte{1}, Iterations: 2048, KeyLength: 32}, nil},
		"many":       {pbkdf2{Salt: []byte{1}, Iterations: maxIterations + 1}, ErrLimit},
		"negative":   {pbkdf2{Salt: []byte{1}, Iterations: -1}, ErrLimit},
		"key length": {pbkdf2{Salt: []byte{1}, Iterations: 1, KeyLength: 1 << 30}, ErrLimit},
		"beyond 64 bits": {asn1.RawValue{FullBytes: appendTLV(nil, []byte{tagSequence},
			append([]byte{4, 1, 7}, appendTLV(nil, []byte{2}, bytes.Repeat([]byte{9}, 20))...))}, ErrLimit},
		"another sequence": {struct{ A, B int64 }{1, 1 << 40}, nil},
		"deep":             {asn1.RawValue{FullBytes: deep}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			der, err := asn1.Marshal(test.value)
			require.NoError(t, err)
			assert.ErrorIs(t, checkEffort(der, 0), test.want)
			nested, err := asn1.Marshal([]any{1, appendTLV(nil, []byte{tagSequence}, der)})
			require.NoError(t, err)
			assert.ErrorIs(t, checkEffort(nested, 0), test.want, "in a string")
		})
	}
}
