package siitest

import (
	"net"
	"net/http"
	"strings"
)

// hosts are the SII's hosts that the fake serves under.
var hosts = []string{
	"palena.sii.cl", "maullin.sii.cl", "www4.sii.cl", "www4c.sii.cl",
	"zeusr.sii.cl", certificateHost, "misiir.sii.cl", "www1.sii.cl", "loa.sii.cl", // the portal
	"api.sii.cl", "apicert.sii.cl", "rahue.sii.cl", "pangal.sii.cl", // the boleta service; the last two take uploads
}

// certificateHost is the host that asks for a client certificate.
const certificateHost = "herculesr.sii.cl"

// hostName is the host of a request without its port.
func hostName(r *http.Request) string {
	if name, _, err := net.SplitHostPort(r.Host); err == nil {
		return name
	}
	return r.Host
}

// isSII reports whether a request is to a host of the SII. There, each service has
// its own host; any other host has them all.
func isSII(r *http.Request) bool { return strings.HasSuffix(hostName(r), ".sii.cl") }

// at is the beginning of an address at a host of the SII. For other hosts, which
// have all services, it is empty.
func at(r *http.Request, host string) string {
	if !isSII(r) {
		return ""
	}
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		host = net.JoinHostPort(host, port)
	}
	return "https://" + host
}

// origin is the scheme and host of a request.
func origin(r *http.Request) string {
	if r.TLS == nil {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}
