package xmlsig

import (
	"crypto"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// Verdict is the result for one signature, without any trust decision.
//
// If Err is nil, the owner of Key signed the element Signed. It does not say
// who the owner is: an untrusted certificate can name any RUT. Verify decides
// that.
type Verdict struct {
	// Signature is the signature's element.
	Signature Element

	// ID is the ID that it refers to; empty for the whole document.
	ID string

	// Signed is the element that was signed; the zero Element unless Err is nil.
	Signed Element

	// Context and InfoContext are the namespaces in which the digest of the
	// element, and the signature of SignedInfo, were valid. They are zero if those
	// were not valid.
	Context, InfoContext Context

	// Key is the key that the signature was checked with: that of KeyValue or,
	// without one, of the certificate. It is nil if the signature names no
	// readable key.
	Key          *rsa.PublicKey
	FromKeyValue bool

	// Certificate is the certificate that the signature names. It is nil if the
	// signature names none or one that cannot be read; Unreadable then says why.
	// The signer chose it freely; only its key is proved to belong to the
	// signature.
	Certificate *x509.Certificate
	Unreadable  error

	// RUT is the RUT in the certificate, "" if there is none.
	RUT string

	// Err is the first failure: ErrShape, ErrDigest, ErrSignature, ErrKeyMismatch,
	// ErrKeySize, ErrNotRSA, ErrLimit or ErrFIPS.
	Err error

	form form
}

// OK reports whether the signature is valid over Signed. The zero Verdict is not
// OK, although its Err is nil.
func (v *Verdict) OK() bool { return v.Err == nil && v.Signed.Exists() }

// Path returns the path of the signature, such as
// /EnvioDTE/SetDTE/DTE[2]/Signature.
func (v *Verdict) Path() string { return v.Signature.Path() }

// Content returns the canonical bytes that were signed; nil unless Err is nil.
func (v *Verdict) Content() []byte {
	if v.Err != nil {
		return nil
	}
	return v.form.bytes()
}

// Bounds of the cost of one document's signatures. An envelope has up to 2,000
// documents; a file of cessions nests signatures three deep, and each is tried
// in up to four contexts.
const (
	maxSignatures = 20_000
	maxHashed     = 64 // times the document
)

// Inspect grades every signature of the document, in the order of the document.
// A signature is in the root and signs the document (URI=""), or follows the
// element that it signs (URI="#ID"). If there are many signatures, all
// processors check them at once.
func (d *Document) Inspect() []Verdict {
	found := make([]Verdict, min(len(d.signatures), maxSignatures))
	j := &judge{doc: d}
	j.all(found)
	if len(d.signatures) > maxSignatures {
		found[maxSignatures-1].refuse(fmt.Errorf("%w: more than %d signatures", ErrLimit, maxSignatures))
	}
	return found
}

func (v *Verdict) refuse(err error) {
	v.Err, v.Signed, v.form = err, Element{}, form{}
}

// judge checks the signatures of one document.
type judge struct {
	doc     *Document
	signers signers
	hashed  atomic.Int64
}

// all checks signatures, several at a time if there are many. The last ones
// start first, since the envelope's own takes longest.
func (j *judge) all(found []Verdict) {
	next := atomic.Int64{}
	next.Store(int64(len(found)))
	work := func() {
		var guess Context
		for i := next.Add(-1); i >= 0; i = next.Add(-1) {
			found[i] = j.verdict(j.doc.signatures[i], guess)
			if c := found[i].Context; c != 0 {
				guess = c
			}
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(found)/8) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}

// verdict checks one signature.
func (j *judge) verdict(signature int, guess Context) Verdict {
	d := j.doc
	v := Verdict{Signature: Element{d, signature}}
	if v.Err = checkFIPS(); v.Err != nil {
		return v
	}
	p, err := d.partsOf(signature)
	v.ID = p.id
	if err != nil {
		v.Err = err
		return v
	}
	s := j.signers.of(d, p.keyInfo)
	v.Key, v.FromKeyValue, v.Certificate, v.Unreadable, v.RUT = s.key, s.fromValue, s.certificate, s.unreadable, s.rut
	if s.err != nil {
		v.Err = s.err
		return v
	}
	if v.Err = j.content(p, guess, &v); v.Err != nil {
		return v
	}
	if v.Err = j.signature(p, s, &v); v.Err != nil {
		return v
	}
	v.Signed = Element{d, max(p.target, 0)}
	return v
}

// content finds the context in which the digest matches the element.
func (j *judge) content(p *signatureParts, guess Context, v *Verdict) error {
	d := j.doc
	if p.target < 0 {
		s := &d.elements[p.signature]
		v.form = form{context: InPlace, parts: [2][]byte{d.canon[:s.start], d.canon[s.end:]}}
		if !j.fits(&v.form, p.digest) {
			return ErrDigest
		}
		v.Context = InPlace
		return nil
	}
	var ok bool
	v.form, ok = d.matching(p.unit, p.target, guess, func(f *form) bool { return j.fits(f, p.digest) })
	if !ok {
		if j.exhausted() {
			return fmt.Errorf("%w: more than %d times the document to hash", ErrLimit, maxHashed)
		}
		return ErrDigest
	}
	v.Context = v.form.context
	return nil
}

func (j *judge) fits(f *form, want []byte) bool {
	j.hashed.Add(int64(f.size()))
	if j.exhausted() {
		return false
	}
	sum := f.digest()
	return subtle.ConstantTimeCompare(sum[:], want) == 1
}

func (j *judge) exhausted() bool {
	return j.hashed.Load() > maxHashed*int64(len(j.doc.canon))+1<<20
}

// signature finds the context in which SignedInfo was signed.
func (j *judge) signature(p *signatureParts, s *signer, v *Verdict) error {
	d := j.doc
	value, err := decodeBase64(d.content(p.value))
	if err != nil {
		return shapeError("SignatureValue")
	}
	holds := func(key *rsa.PublicKey) (form, bool) {
		try := func(f *form) bool {
			sum := f.digest()
			return rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], value) == nil
		}
		if p.target < 0 {
			f, _ := d.formIn(InPlace, p.unit, p.info)
			return f, try(&f)
		}
		return d.matching(p.unit, p.info, v.Context, try)
	}
	f, ok := holds(s.key)
	switch {
	case ok && !s.mismatch():
		v.InfoContext = f.context
		return nil
	case ok:
		v.InfoContext = f.context
		return fmt.Errorf("%w: the signature is that of KeyValue", ErrKeyMismatch)
	case s.mismatch():
		if checkKey(s.certificateKey) == nil {
			if _, ok := holds(s.certificateKey); ok {
				return fmt.Errorf("%w: the signature is that of the certificate", ErrKeyMismatch)
			}
		}
		return fmt.Errorf("%w: the signature is that of neither", ErrKeyMismatch)
	default:
		return ErrSignature
	}
}
