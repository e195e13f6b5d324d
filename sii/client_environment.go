package sii

import (
	"slices"
	"strings"

	"github.com/ofitec/chile"
)

// Production returns the SII itself.
func Production() Environment {
	return Environment{
		Name:         "prod",
		SOAP:         "https://palena.sii.cl",
		RCV:          "https://www4.sii.cl",
		Boleta:       "https://api.sii.cl",
		BoletaUpload: "https://rahue.sii.cl",
		Portal:       "https://zeusr.sii.cl",
	}
}

// Certification returns the SII's test environment. It has no RCV: two clients
// have the host www4c.sii.cl in their code, but nobody is known to have had an
// answer from it, and three say that the RCV exists only in production. To try
// it anyway:
//
//	sii.Certification().WithRCV("https://www4c.sii.cl")
func Certification() Environment {
	return Environment{
		Name:         "cert",
		SOAP:         "https://maullin.sii.cl",
		Boleta:       "https://apicert.sii.cl",
		BoletaUpload: "https://pangal.sii.cl",
		Portal:       "https://zeusr.sii.cl",
	}
}

// At returns an environment with every service at one address, for a fake SII.
// Plain http is accepted only for addresses of this machine.
func At(baseURL string) Environment {
	base := strings.TrimRight(baseURL, "/")
	_, name, _ := strings.Cut(base, "://")
	return Environment{Name: strings.ReplaceAll(name, "/", "-"), SOAP: base, RCV: base, Boleta: base, BoletaUpload: base, Portal: base}
}

// WithRCV returns the environment with its RCV at that base URL.
func (e Environment) WithRCV(baseURL string) Environment {
	e.RCV = strings.TrimRight(baseURL, "/")
	return e
}

// certificationRCV is the presumed RCV of certification: see Certification.
const certificationRCV = "https://www4c.sii.cl"

// Kind returns which SII the environment is. It is chile.Production only if the
// name is prod and all addresses are those of Production, and chile.Certification
// only if the name is cert and all addresses are those of Certification, with the
// presumed RCV or without. An address that is empty is not compared, but SOAP.
// Everything else, such as a fake or a recording with the SII's addresses and
// another name, is chile.OtherEnvironment.
func (e Environment) Kind() chile.Environment {
	switch certification := Certification(); {
	case e.Name == certification.Name && e.within(certification, certification.WithRCV(certificationRCV)):
		return chile.Certification
	case e.Name == Production().Name && e.within(Production()):
		return chile.Production
	}
	return chile.OtherEnvironment
}

// within reports whether every address of the environment is empty or that of
// one of the others.
func (e Environment) within(others ...Environment) bool {
	for _, of := range []func(Environment) string{
		func(e Environment) string { return e.SOAP }, func(e Environment) string { return e.RCV },
		func(e Environment) string { return e.Boleta }, func(e Environment) string { return e.BoletaUpload },
		func(e Environment) string { return e.Portal },
	} {
		address := strings.ToLower(strings.TrimRight(of(e), "/"))
		if address != "" && !slices.ContainsFunc(others, func(other Environment) bool { return of(other) == address }) {
			return false
		}
	}
	return e.SOAP != ""
}

// tokens is the prefix of the keys of cached tokens: the environment's name. An
// environment with the SII's name and other addresses, such as a changed copy of
// Production, has its own.
func (e Environment) tokens() string {
	if e.Kind() == chile.OtherEnvironment && (e.Name == Production().Name || e.Name == Certification().Name) {
		return e.Name + "@" + At(e.SOAP).Name
	}
	return e.Name
}
