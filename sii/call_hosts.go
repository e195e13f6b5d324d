package sii

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/ofitec/chile/internal/endpoint"
)

// Environment is an SII: a name and the base URLs of its services. To reach a
// service elsewhere, change a copy. The zero value is not an environment.
//
// Sources of the hosts: the manual of automatic authentication 1.9 for the SOAP
// services; the SII's OpenAPI for the boletas, whose uploads have their own
// host; eight clients for the RCV.
type Environment struct {
	Name         string // "prod", "cert" or another name; see Kind and WithTokenCache
	SOAP         string // seed, token, uploads, and the state of uploads and documents
	RCV          string // Registro de Compras y Ventas; empty if there is none
	Boleta       string // token and queries of the boleta service; empty if there is none
	BoletaUpload string // uploads of boletas; empty if there are none
	Portal       string // login of the portal, to which requests without a session are redirected
}

// addresses are the base URLs of the services, including empty ones.
func (e Environment) addresses() []string {
	return []string{e.SOAP, e.RCV, e.Boleta, e.BoletaUpload, e.Portal}
}

// check returns an error that says what is invalid in the environment.
func (e Environment) check() error {
	if e.Name == "" || e.SOAP == "" {
		return fmt.Errorf("sii: environment without name or SOAP address; see Production and Certification")
	}
	for _, address := range e.addresses() {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		switch {
		case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
			return fmt.Errorf("sii: %q is not a base URL of a service", address)
		case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		default:
			return fmt.Errorf("sii: %q: plain http is only for addresses of this machine", address)
		}
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// knows reports whether the URL is on a host of the environment, with the same
// scheme. Only redirections to such URLs are followed.
func (e Environment) knows(target *url.URL) bool {
	for _, address := range e.addresses() {
		u, err := url.Parse(address)
		if err == nil && u.Host != "" && u.Scheme == target.Scheme && strings.EqualFold(endpoint.Of(u), endpoint.Of(target)) {
			return true
		}
	}
	return false
}

// isLogin reports whether the URL is the login, where requests without a
// session are sent.
func (e Environment) isLogin(target *url.URL) bool {
	portal, err := url.Parse(e.Portal)
	if err == nil && portal.Host != "" && e.Portal != e.RCV && strings.EqualFold(endpoint.Of(portal), endpoint.Of(target)) {
		return true
	}
	return strings.Contains(target.Path, "/AUT2000/") || strings.Contains(target.Path, "/cgi_AUT2000/")
}
