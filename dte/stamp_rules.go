package dte

import "errors"

// The sentinels of findings that make a grade not OK.
var (
	// ErrStamp says that the owner of the CAF in the stamp (TED) did not make the
	// stamp: refuse the document.
	ErrStamp = errors.New("dte: stamp does not hold")

	// ErrCAF says that the CAF is not signed by the SII or does not allow this
	// document: refuse the document. The errors ErrCAFSignature to ErrCAFEnvironment
	// are ErrCAF too, and say why.
	ErrCAF = errors.New("dte: CAF does not hold")

	// ErrCAFSignature says that the SII did not sign the CAF: download it again.
	ErrCAFSignature error = &cafError{"is not signed by the SII"}

	// ErrCAFIssuer and ErrCAFType say that the CAF is another issuer's, or for
	// another type of document: take the right one.
	ErrCAFIssuer error = &cafError{"is of another issuer"}
	ErrCAFType   error = &cafError{"is for another type of document"}

	// ErrCAFRange says that the range ends before it begins, and ErrCAFFolio that a
	// folio is not in it.
	ErrCAFRange error = &cafError{"has no folios"}
	ErrCAFFolio error = &cafError{"does not have this folio"}

	// ErrCAFEarly says that a document is dated or stamped before the CAF was
	// authorised (SII: HED-3-305, TED-1-646).
	ErrCAFEarly error = &cafError{"was authorised later"}

	// ErrCAFEnvironment says that another of the SII's environments authorised the
	// CAF than is used or accepted.
	ErrCAFEnvironment error = &cafError{"is of another of the SII's environments"}

	// ErrUnknownCAFKey says that the CAF is signed with a key of the SII that this
	// package does not have. The CAF cannot be judged without it: give the key.
	ErrUnknownCAFKey = errors.New("dte: unknown CAF key of the SII")

	// ErrCAFExpired says that the document was stamped or dated after the CAF's last
	// day: the SII rejects it.
	ErrCAFExpired = errors.New("dte: CAF has expired")
)

// cafError says why a CAF is refused.
type cafError struct{ text string }

func (e *cafError) Error() string { return "dte: CAF " + e.text }

// Is reports whether target is ErrCAF.
func (e *cafError) Is(target error) bool { return target == ErrCAF }

// Codes of the stamp's own grade: is FRMT valid over DD.
const (
	CodeStampAbsent    Code = "stamp.absent"
	CodeStampMalformed Code = "stamp.malformed"
	CodeStampAlgorithm Code = "stamp.algorithm"
	CodeStampKey       Code = "stamp.key"
	CodeStampSignature Code = "stamp.signature"
	CodeStampForm      Code = "stamp.form"
	CodeStampFIPS      Code = "stamp.fips"
)

var stampRules = map[Code]rule{
	CodeStampAbsent: {
		Wrong, ErrStamp,
		"the document has no stamp (TED)",
		"el documento no tiene timbre (TED)",
	},
	CodeStampMalformed: {
		Wrong, ErrStamp,
		"the stamp lacks this part, or it cannot be read",
		"al timbre le falta esta parte, o no se puede leer",
	},
	CodeStampAlgorithm: {
		Warning, ErrStamp,
		"the stamp names another algorithm than the schema fixes",
		"el timbre nombra un algoritmo distinto del que fija el esquema",
	},
	CodeStampKey: {
		Wrong, ErrStamp,
		"the CAF's public key cannot be used",
		"la clave pública del CAF no se puede usar",
	},
	CodeStampSignature: {
		Wrong, ErrStamp,
		"the stamp's signature (FRMT) is not valid over its data (DD)",
		"la firma del timbre (FRMT) no corresponde a sus datos (DD)",
	},
	CodeStampForm: {
		Warning, nil,
		"the stamp's signature is valid, but over other bytes than the flattened ISO-8859-1 text (SII: TED-2-510)",
		"la firma del timbre corresponde, pero sobre otros bytes que el texto aplanado en ISO-8859-1 (SII: TED-2-510)",
	},
	CodeStampFIPS: {
		Wrong, ErrStamp,
		"stamps cannot be checked where FIPS 140 is enforced",
		"los timbres no se pueden verificar donde FIPS 140 es obligatorio",
	},
}

// Codes of the CAF's grade: did the SII authorise this folio.
const (
	CodeCAFAbsent     Code = "caf.absent"
	CodeCAFMalformed  Code = "caf.malformed"
	CodeCAFAlgorithm  Code = "caf.algorithm"
	CodeCAFUnknownKey Code = "caf.unknown-key"
	CodeCAFSignature  Code = "caf.signature"
	CodeCAFForm       Code = "caf.form"
	CodeCAFFIPS       Code = "caf.fips"
	CodeCAFIssuer     Code = "caf.issuer"
	CodeCAFType       Code = "caf.type"
	CodeCAFRange      Code = "caf.range"
	CodeCAFFolio      Code = "caf.folio"
	CodeCAFEarlyStamp Code = "caf.early-stamp"
	CodeCAFEarlyIssue Code = "caf.early-issue"
	CodeCAFExpired    Code = "caf.expired"
)

var cafRules = map[Code]rule{
	CodeCAFAbsent: {
		Wrong, ErrCAF,
		"the stamp has no CAF",
		"el timbre no tiene CAF",
	},
	CodeCAFMalformed: {
		Wrong, ErrCAF,
		"the CAF lacks this part, or it cannot be read",
		"al CAF le falta esta parte, o no se puede leer",
	},
	CodeCAFAlgorithm: {
		Warning, ErrCAF,
		"the CAF names another algorithm than the schema fixes",
		"el CAF nombra un algoritmo distinto del que fija el esquema",
	},
	CodeCAFUnknownKey: {
		Wrong, ErrUnknownCAFKey,
		"the CAF cannot be verified: the SII's key of this number (IDK) is not known",
		"el CAF no se puede verificar: no se conoce la clave del SII con este número (IDK)",
	},
	CodeCAFSignature: {
		Wrong, ErrCAFSignature,
		"the SII's signature of the CAF (FRMA) is not valid",
		"la firma del SII en el CAF (FRMA) no corresponde",
	},
	CodeCAFForm: {
		Warning, nil,
		"the SII's signature of the CAF is valid, but over other bytes than the flattened ISO-8859-1 text",
		"la firma del SII en el CAF corresponde, pero sobre otros bytes que el texto aplanado en ISO-8859-1",
	},
	CodeCAFFIPS: {
		Wrong, ErrCAF,
		"CAFs cannot be checked where FIPS 140 is enforced",
		"los CAF no se pueden verificar donde FIPS 140 es obligatorio",
	},
	CodeCAFIssuer: {
		Wrong, ErrCAFIssuer,
		"the CAF belongs to another issuer than the stamp names",
		"el CAF es de otro emisor que el que nombra el timbre",
	},
	CodeCAFType: {
		Wrong, ErrCAFType,
		"the CAF is for another type of document than the stamp names",
		"el CAF es para otro tipo de documento que el que nombra el timbre",
	},
	CodeCAFRange: {
		Wrong, ErrCAFRange,
		"the CAF's range of folios ends before it begins",
		"el rango de folios del CAF termina antes de empezar",
	},
	CodeCAFFolio: {
		Wrong, ErrCAFFolio,
		"the stamp's folio is not in the CAF's range",
		"el folio del timbre no está en el rango del CAF",
	},
	CodeCAFEarlyStamp: {
		Warning, ErrCAFEarly,
		"the stamp was made before the CAF was authorised (SII: TED-1-646)",
		"el timbre se hizo antes de que se autorizara el CAF (SII: TED-1-646)",
	},
	CodeCAFEarlyIssue: {
		Wrong, ErrCAFEarly,
		"the document is dated before the CAF was authorised (SII: HED-3-305)",
		"el documento tiene fecha anterior a la autorización del CAF (SII: HED-3-305)",
	},
	CodeCAFExpired: {
		Wrong, ErrCAFExpired,
		"the CAF had expired when the document was stamped (SII: CAF-3-517)",
		"el CAF estaba vencido cuando se timbró el documento (SII: CAF-3-517)",
	},
}
