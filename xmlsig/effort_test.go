package xmlsig

import (
	"bytes"
	"crypto/x509/pkix"
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
			changed := remade(t, der, "clave", func(inner []byte) []byte {
				require.Positive(t, bytes.Count(inner, few), "certificates, perhaps the key")
				return bytes.Replace(inner, few, many, 1)
			})
			_, err = ParsePKCS12(changed, "clave")
			assert.ErrorIs(t, err, ErrLimit)
			_, err = ParsePKCS12(toBER(t, changed), "clave")
			assert.ErrorIs(t, err, ErrLimit, "in BER")
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

func TestSpend(t *testing.T) {
	t.Parallel()
	o := &opener{left: maxAllIterations}
	for _, n := range []int{-1, 0, maxIterations + 1, 1 << 62} {
		require.ErrorIs(t, o.spend(n, 3), ErrLimit)
	}
	for range maxAllIterations / maxIterations / 2 {
		require.NoError(t, o.spend(maxIterations, 2))
	}
	require.ErrorIs(t, o.spend(1, 1), ErrLimit, "of all derivations together")
}

// The length of a key is bounded before it is derived.
func TestKeyLength(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]error{32: nil, 1 << 30: ErrLimit, -1: ErrLimit} {
		parameters, err := asn1.Marshal(struct {
			Salt             []byte
			Iterations, Size int
		}{[]byte("salt"), 1, size})
		require.NoError(t, err)
		o := &opener{left: maxAllIterations}
		_, err = o.pbkdf2(pkix.AlgorithmIdentifier{Algorithm: oidPBKDF2, Parameters: asn1.RawValue{FullBytes: parameters}}, 16)
		require.ErrorIs(t, err, want, "%d", size)
	}
}
