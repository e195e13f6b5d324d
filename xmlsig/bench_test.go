package xmlsig_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/testkeys"
	"github.com/ofitec/chile/xmlsig"
)

// BenchmarkRSAFloor is what no signature can be faster than. BenchmarkSignSeed
// adds parsing, the canonical form and the proof of the signature.
func BenchmarkRSAFloor(b *testing.B) {
	sum := sha1.Sum([]byte(seed))
	key := testkeys.Key(1)
	b.ReportAllocs()
	for b.Loop() {
		_, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA1, sum[:])
		require.NoError(b, err)
	}
}

func BenchmarkSignSeed(b *testing.B) {
	id, src := ana(b), []byte(seed)
	b.ReportAllocs()
	for b.Loop() {
		_, err := xmlsig.SignEnveloped(src, id)
		require.NoError(b, err)
	}
}

func BenchmarkVerifySeed(b *testing.B) {
	signed, err := xmlsig.SignEnveloped([]byte(seed), ana(b))
	require.NoError(b, err)
	policy := xmlsig.Policy{Certificates: []*x509.Certificate{anaCertificate(b)}}
	b.ReportAllocs()
	for b.Loop() {
		doc, err := xmlsig.Parse(signed)
		require.NoError(b, err)
		_, err = doc.Verify(policy)
		require.NoError(b, err)
	}
}

// BenchmarkParse reads an envelope of about 5 MB.
func BenchmarkParse(b *testing.B) {
	line := "<Detalle><NroLinDet>1</NroLinDet><NmbItem>Artículo &amp; más</NmbItem><QtyItem>2</QtyItem>\n<MontoItem>1990</MontoItem></Detalle>\n"
	src := []byte(`<EnvioDTE xmlns="http://www.sii.cl/SiiDte">` + strings.Repeat(line, 5<<20/len(line)) + `</EnvioDTE>`)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := xmlsig.Parse(src)
		require.NoError(b, err)
	}
}
