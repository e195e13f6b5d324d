package sii

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/ofitec/chile"
)

// Environment is where the SII is: a name and the base URLs of its services.
// Change a copy to reach a service elsewhere. The zero value is no environment.
//
// Hosts: manual of automatic authentication 1.9 for the SOAP services; the SII's
// OpenAPI for the boletas; seen in eight clients for the RCV.
type Environment struct {
	Name   string // "prod", "cert" or a name of one's own; see Kind and WithTokenCache
	SOAP   string // seed, token and the state of uploads and documents
	RCV    string // Registro de Compras y Ventas; empty if there is none
	Boleta string // token of the service of the boletas; empty if there is none
	Portal string // login of the portal, to which requests without a session are redirected
}

// Production returns the SII itself.
func Production() Environment {
	return Environment{
		Name:   "prod",
		SOAP:   "https://palena.sii.cl",
		RCV:    "https://www4.sii.cl",
		Boleta: "https://api.sii.cl",
		Portal: "https://zeusr.sii.cl",
	}
}

// Certification returns the SII's environment for tests. It has no RCV: two
// clients have the host www4c.sii.cl in their code, but nobody is known to have
// had an answer from it, and three say that the RCV exists in production only.
// To try it nevertheless:
//
//	sii.Certification().WithRCV("https://www4c.sii.cl")
func Certification() Environment {
	return Environment{
		Name:   "cert",
		SOAP:   "https://maullin.sii.cl",
		Boleta: "https://apicert.sii.cl",
		Portal: "https://zeusr.sii.cl",
	}
}

// At returns an environment with every service at one address, for a fake SII.
// Plain http is accepted for addresses of this machine only.
func At(baseURL string) Environment {
	base := strings.TrimRight(baseURL, "/")
	_, name, _ := strings.Cut(base, "://")
	return Environment{Name: strings.ReplaceAll(name, "/", "-"), SOAP: base, RCV: base, Boleta: base, Portal: base}
}

// WithRCV returns the environment with the RCV at that base URL.
func (e Environment) WithRCV(baseURL string) Environment {
	e.RCV = strings.TrimRight(baseURL, "/")
	return e
}

// certificationRCV is where an RCV of certification would be: see Certification.
const certificationRCV = "https://www4c.sii.cl"

// Kind tells what of it is true of the SII itself. It is chile.Production only of
// the name prod with no other addresses than those of Production, and
// chile.Certification only of the name cert with no others than those that
// Certification speaks of. Of all else, as a fake or a recording under the SII's
// own addresses but another name, it is chile.OtherEnvironment.
func (e Environment) Kind() chile.Environment {
	switch certification := Certification(); {
	case e.Name == certification.Name && e.within(certification, certification.WithRCV(certificationRCV)):
		return chile.Certification
	case e.Name == Production().Name && e.within(Production()):
		return chile.Production
	}
	return chile.OtherEnvironment
}

// within reports whether every address of the environment is that of one of the
// others, or none.
func (e Environment) within(others ...Environment) bool {
	for _, of := range []func(Environment) string{
		func(e Environment) string { return e.SOAP }, func(e Environment) string { return e.RCV },
		func(e Environment) string { return e.Boleta }, func(e Environment) string { return e.Portal },
	} {
		address := strings.ToLower(strings.TrimRight(of(e), "/"))
		if address != "" && !slices.ContainsFunc(others, func(other Environment) bool { return of(other) == address }) {
			return false
		}
	}
	return e.SOAP != ""
}

// tokens is the beginning of the keys under which tokens of the environment are
// cached: its name. An environment of other addresses that has the SII's name, as a
// changed copy of Production does, has its own.
func (e Environment) tokens() string {
	if e.Kind() == chile.OtherEnvironment && (e.Name == Production().Name || e.Name == Certification().Name) {
		return e.Name + "@" + At(e.SOAP).Name
	}
	return e.Name
}

// check returns an error that says what of the environment cannot work.
func (e Environment) check() error {
	if e.Name == "" || e.SOAP == "" {
		return fmt.Errorf("sii: environment without name or SOAP address; see Production and Certification")
	}
	for _, address := range []string{e.SOAP, e.RCV, e.Boleta, e.Portal} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		switch {
		case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
			return fmt.Errorf("sii: %q is no base URL of a service", address)
		case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		default:
			return fmt.Errorf("sii: %q: plain http is for addresses of this machine only", address)
		}
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// knows reports whether the URL is of a host of the environment, with the same
// scheme, so that a redirection to it may be followed.
func (e Environment) knows(target *url.URL) bool {
	for _, address := range []string{e.SOAP, e.RCV, e.Boleta, e.Portal} {
		u, err := url.Parse(address)
		if err == nil && u.Host != "" && u.Scheme == target.Scheme && strings.EqualFold(hostPort(u), hostPort(target)) {
			return true
		}
	}
	return false
}

// isLogin reports whether the URL is where requests without a session end.
func (e Environment) isLogin(target *url.URL) bool {
	portal, err := url.Parse(e.Portal)
	if err == nil && portal.Host != "" && e.Portal != e.RCV && strings.EqualFold(hostPort(portal), hostPort(target)) {
		return true
	}
	return strings.Contains(target.Path, "/AUT2000/") || strings.Contains(target.Path, "/cgi_AUT2000/")
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "http" {
		return u.Host + ":80"
	}
	return u.Host + ":443"
}
