package xmlsig

import "errors"

// Errors of a file that should hold a certificate and its key.
var (
	// ErrWrongPassword says that the password does not open the file. Ask for it
	// again; the same password fails again.
	ErrWrongPassword = errors.New("xmlsig: wrong password")

	// ErrNoKey says that the file has no private key: it is a certificate alone.
	// Export it again, with its key.
	ErrNoKey = errors.New("xmlsig: no private key")

	// ErrNoCertificate says that the file has no certificate.
	ErrNoCertificate = errors.New("xmlsig: no certificate")

	// ErrNoMatch says that none of the certificates belongs to the key.
	ErrNoMatch = errors.New("xmlsig: no certificate belongs to the private key")

	// ErrSeveralHolders says that the file has keys and certificates of several
	// holders. Export the certificate of one holder.
	ErrSeveralHolders = errors.New("xmlsig: certificates of several holders")

	// ErrNotRSA says that the key is no RSA key. The SII knows only RSA.
	ErrNotRSA = errors.New("xmlsig: not an RSA key")

	// ErrKeySize says that the RSA key is shorter than 1024 or longer than 8192
	// bits, or that its public exponent is out of bounds.
	ErrKeySize = errors.New("xmlsig: RSA key of a size that is not accepted")

	// ErrExpired says that the certificate is past its last day. Renew it.
	ErrExpired = errors.New("xmlsig: certificate has expired")

	// ErrNotYetValid says that the certificate is not valid yet, or that the clock
	// is wrong.
	ErrNotYetValid = errors.New("xmlsig: certificate is not yet valid")

	// ErrIsPEM, ErrIsBase64 and ErrIsHTML say what a file is instead of PKCS#12.
	// Read PEM with ParsePEM, decode base64 first, and download a web page again.
	ErrIsPEM    = errors.New("xmlsig: file is PEM, not PKCS#12")
	ErrIsBase64 = errors.New("xmlsig: file is base64 text, not PKCS#12")
	ErrIsHTML   = errors.New("xmlsig: file is a web page, not PKCS#12")

	// ErrIsCertificate and ErrIsPKCS7 say that the file has certificates but cannot
	// have a key; they are ErrNoKey too. ErrIsKey says that the file has only a key;
	// it is ErrNoCertificate too. These errors and the next four are ErrNotPKCS12.
	ErrIsCertificate error = &kindError{"file is a certificate without key", ErrNoKey}
	ErrIsPKCS7       error = &kindError{"file is a chain of certificates without key (PKCS#7)", ErrNoKey}
	ErrIsKey         error = &kindError{"file is a private key without certificate", ErrNoCertificate}

	// ErrIsJKS says that the file is a keystore of Java: convert it with keytool.
	ErrIsJKS error = &kindError{"file is a keystore of Java (JKS): convert it with keytool -importkeystore -deststoretype pkcs12", nil}

	// ErrIsEmpty, ErrIsCut and ErrIsDamaged say that the file was damaged in transfer:
	// copy it again, in binary mode.
	ErrIsEmpty   error = &kindError{"file is empty", nil}
	ErrIsCut     error = &kindError{"file is cut", nil}
	ErrIsDamaged error = &kindError{"file was damaged in transfer; copy it again, in binary mode", nil}

	// ErrAlgorithm says that the file uses an unsupported algorithm. AlgorithmError
	// names it and says how to convert the file.
	ErrAlgorithm = errors.New("xmlsig: PKCS#12 file with an unsupported algorithm")

	// ErrNotPKCS12 says that the file is not PKCS#12. If it is known what the file is,
	// an error above or the text says so.
	ErrNotPKCS12 = errors.New("xmlsig: not a PKCS#12 file")

	// ErrNoMAC says that the file is encrypted but carries no proof of integrity.
	// Export it again with the defaults of its program.
	ErrNoMAC = errors.New("xmlsig: PKCS#12 file without integrity check")

	// ErrEncryptedPEM says that the private key in the PEM text is encrypted.
	// Decrypt it first, or use PKCS#12.
	ErrEncryptedPEM = errors.New("xmlsig: encrypted private key in PEM")

	// ErrNoRUT says that the certificate names no RUT of its holder.
	ErrNoRUT = errors.New("xmlsig: certificate names no RUT")

	// ErrInvalidRUT says that the certificate has an invalid RUT.
	ErrInvalidRUT = errors.New("xmlsig: certificate names an invalid RUT")

	// ErrRUTConflict says that the certificate names two different RUTs.
	ErrRUTConflict = errors.New("xmlsig: certificate names more than one RUT")
)

// Errors of a document.
var (
	// ErrMalformed says that the bytes are not well-formed XML, or contain
	// something that no document of the SII may contain, such as a DOCTYPE. For PEM
	// text it says that a block cannot be read, or that there are two keys.
	ErrMalformed = errors.New("xmlsig: malformed")

	// ErrLimit says that a file or document is larger, deeper or more crowded than
	// accepted.
	ErrLimit = errors.New("xmlsig: limit exceeded")

	// ErrNoSignature says that the document carries no signature.
	ErrNoSignature = errors.New("xmlsig: no signature")

	// ErrShape says that a signature does not follow the SII's profile: other
	// algorithms, other or more references, another order or another position.
	ErrShape = errors.New("xmlsig: signature has a shape that is not accepted")

	// ErrCertificate says that an X509Certificate is broken: cut short, not in
	// base64, or with a field that crypto/x509 refuses.
	ErrCertificate = errors.New("xmlsig: X509Certificate is broken")

	// ErrDigest says that the document was changed after signing.
	ErrDigest = errors.New("xmlsig: digest does not match the document")

	// ErrSignature says that the signature was not made with the key that it names.
	ErrSignature = errors.New("xmlsig: signature does not match its key")

	// ErrKeyMismatch says that KeyValue and X509Certificate name different keys.
	ErrKeyMismatch = errors.New("xmlsig: KeyValue and certificate differ")

	// ErrUntrusted says that the policy does not trust the signer.
	ErrUntrusted = errors.New("xmlsig: signer is not trusted")

	// ErrFIPS says that the program runs with FIPS 140 enforced. That forbids
	// SHA-1, the only digest that the SII accepts, and most PKCS#12 files.
	ErrFIPS = errors.New("xmlsig: FIPS 140 enforcement forbids the algorithm")

	// ErrSigner says that the key failed to sign, or made a wrong signature.
	ErrSigner = errors.New("xmlsig: key did not sign")
)

// kindError says what a file is instead of PKCS#12.
type kindError struct {
	text string
	also error // another error that it also is, or nil
}

func (e *kindError) Error() string { return "xmlsig: " + e.text }

// Is reports whether target is ErrNotPKCS12 or the other error.
func (e *kindError) Is(target error) bool {
	return target == ErrNotPKCS12 || e.also != nil && target == e.also
}
