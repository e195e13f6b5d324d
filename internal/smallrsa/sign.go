package smallrsa

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the SII's stamps are SHA1withRSA by schema (DTE_v10.xsd, FRMT)
	"fmt"
	"io"
	"math/big"
)

// Sign returns the PKCS #1 v1.5 signature with SHA-1 of message. The signature
// depends on key and message only. Use crypto/rand.Reader as random: it blinds the
// arithmetic, because math/big does not run in constant time. Sign checks the result
// before it returns it: a fault in one half of the computation would reveal the key.
// Errors: ErrKey, ErrFIPS, or the error of random.
func Sign(random io.Reader, key *rsa.PrivateKey, message []byte) ([]byte, error) {
	if err := allowed(); err != nil {
		return nil, err
	}
	if err := CheckPrivate(key); err != nil {
		return nil, err
	}
	digest := sha1.Sum(message) //nolint:gosec // see the import
	if key.N.BitLen() >= stdBits {
		signature, err := rsa.SignPKCS1v15(random, key, crypto.SHA1, digest[:])
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		return signature, nil
	}
	m := new(big.Int).SetBytes(encode(digest[:], key.Size()))
	s, err := power(random, key, m)
	if err != nil {
		return nil, err
	}
	if new(big.Int).Exp(s, big.NewInt(int64(key.E)), key.N).Cmp(m) != 0 {
		return nil, fmt.Errorf("%w: the private exponent is not of this modulus", ErrKey)
	}
	return s.FillBytes(make([]byte, key.Size())), nil
}

// CheckPrivate returns ErrKey if Sign would not use the key: Check refuses its public
// half, or it does not have two primes whose product is the modulus.
func CheckPrivate(key *rsa.PrivateKey) error {
	if key == nil {
		return fmt.Errorf("%w: no key", ErrKey)
	}
	if err := Check(&key.PublicKey); err != nil {
		return err
	}
	if key.D == nil || key.D.Sign() <= 0 || len(key.Primes) != 2 {
		return fmt.Errorf("%w: not a private key of two primes", ErrKey)
	}
	one := big.NewInt(1)
	for _, prime := range key.Primes {
		if prime == nil || prime.Cmp(one) <= 0 {
			return fmt.Errorf("%w: not a private key of two primes", ErrKey)
		}
	}
	if new(big.Int).Mul(key.Primes[0], key.Primes[1]).Cmp(key.N) != 0 {
		return fmt.Errorf("%w: the primes are not of this modulus", ErrKey)
	}
	return nil
}

// power returns m to the private exponent by the Chinese remainder theorem
// (RFC 8017, section 5.2.1), blinded by a random factor.
func power(random io.Reader, key *rsa.PrivateKey, m *big.Int) (*big.Int, error) {
	p, q, n := key.Primes[0], key.Primes[1], key.N
	factor, inverse, err := blinding(random, n)
	if err != nil {
		return nil, err
	}
	c := new(big.Int).Exp(factor, big.NewInt(int64(key.E)), n)
	c.Mul(c, m).Mod(c, n)

	one := big.NewInt(1)
	half := func(prime *big.Int) *big.Int {
		exponent := new(big.Int).Sub(prime, one)
		exponent.Mod(key.D, exponent)
		return exponent.Exp(new(big.Int).Mod(c, prime), exponent, prime)
	}
	qInverse := new(big.Int).ModInverse(q, p)
	if qInverse == nil {
		return nil, fmt.Errorf("%w: the primes are not prime to each other", ErrKey)
	}
	a, b := half(p), half(q)
	a.Sub(a, b).Mul(a, qInverse).Mod(a, p)
	s := a.Mul(a, q).Add(a, b)
	return s.Mul(s, inverse).Mod(s, n), nil
}

// blinding returns a random factor and its inverse modulo n.
func blinding(random io.Reader, n *big.Int) (factor, inverse *big.Int, err error) {
	// A factor without an inverse shares a prime with n. With a good modulus that does
	// not happen; the limit ends the loop for a bad one.
	for range 64 {
		factor, err = rand.Int(random, n)
		if err != nil {
			return nil, nil, fmt.Errorf("smallrsa: %w", err)
		}
		if inverse = new(big.Int).ModInverse(factor, n); inverse != nil {
			return factor, inverse, nil
		}
	}
	return nil, nil, fmt.Errorf("%w: no number is prime to the modulus", ErrKey)
}
