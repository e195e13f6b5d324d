package siitest

import (
	"crypto/rsa"
	"fmt"
	"io"
	"math/big"
)

// The keys of CAFs: 512 bits, exponent 3 (CAFs of the SII until 2026).
const (
	cafKeyBits     = 512
	cafKeyExponent = 3
)

// newCAFKey makes a key from only the random bytes. crypto/rsa cannot make such a
// small one, nor the same one twice.
func newCAFKey(random io.Reader) (*rsa.PrivateKey, error) {
	p, err := cafPrime(random, nil)
	if err != nil {
		return nil, err
	}
	q, err := cafPrime(random, p)
	if err != nil {
		return nil, err
	}
	if p.Cmp(q) < 0 {
		p, q = q, p // the larger one first, as in openssl
	}
	one := big.NewInt(1)
	totient := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: cafKeyExponent},
		D:         new(big.Int).ModInverse(big.NewInt(cafKeyExponent), totient),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	return key, nil
}

// cafPrimeTries bounds the search: about one in sixty random numbers is a prime.
const cafPrimeTries = 1 << 16

// cafPrime returns a prime with half the bits, other than the given one, for which
// 3 is a valid exponent.
func cafPrime(random io.Reader, other *big.Int) (*big.Int, error) {
	b := make([]byte, cafKeyBits/2/8)
	three := big.NewInt(cafKeyExponent)
	for range cafPrimeTries {
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, fmt.Errorf("siitest: key of the CAF: %w", err)
		}
		b[0] |= 0xc0 // so the product has all the bits
		b[len(b)-1] |= 1
		p := new(big.Int).SetBytes(b)
		switch {
		case new(big.Int).Mod(p, three).Int64() != 2, other != nil && p.Cmp(other) == 0:
		case p.ProbablyPrime(20):
			return p, nil
		}
	}
	return nil, fmt.Errorf("%w: the random source gives no primes", ErrCAF)
}
