package xmlsig

import (
	"encoding/asn1"
	"fmt"
)

// A PKCS#12 file says itself how often its password is to be hashed. A number
// of ten digits would keep a service busy for an hour, so it is looked for
// before the file is opened. What is encrypted cannot be looked into: there it
// takes one who knows the password to hide such a number.

const (
	maxIterations = 2_000_000 // some seconds; programs write 1 to 600,000
	maxKeyLength  = 1024      // of PBKDF2, in bytes
)

// checkEffort walks through DER, and through the strings that hold DER, and
// refuses parameters of PKCS#5 and PKCS#12 that ask for too much.
func checkEffort(der []byte, depth int) error {
	if depth > maxBERDepth {
		return nil // no file that the decoder reads is so deep
	}
	for len(der) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return nil //nolint:nilerr // no DER: the decoder will tell, if it gets there
		}
		der = rest
		if v.Class == asn1.ClassUniversal && v.Tag == asn1.TagSequence {
			if err := checkParameters(v.Bytes); err != nil {
				return err
			}
		}
		if v.IsCompound || v.Class == asn1.ClassUniversal && v.Tag == asn1.TagOctetString {
			if err := checkEffort(v.Bytes, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkParameters looks at the content of a sequence that may be the parameters
// of a derivation: a salt, a number of iterations and, in PBKDF2, the length of
// the key (RFC 8018, appendix A).
func checkParameters(content []byte) error {
	var salt []byte
	rest, err := asn1.Unmarshal(content, &salt)
	if err != nil {
		return nil //nolint:nilerr // a sequence of another kind
	}
	for _, limit := range []int64{maxIterations, maxKeyLength} {
		var n asn1.RawValue
		if rest, err = asn1.Unmarshal(rest, &n); err != nil || n.Class != asn1.ClassUniversal || n.Tag != asn1.TagInteger {
			return nil //nolint:nilerr // as above
		}
		var value int64
		if _, err := asn1.Unmarshal(n.FullBytes, &value); err != nil || value < 0 || value > limit {
			return fmt.Errorf("%w: PKCS#12 with a work factor above %d", ErrLimit, limit)
		}
	}
	return nil
}
