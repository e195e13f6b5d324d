// Package endpoint tells servers apart by their addresses.
package endpoint

import (
	"errors"
	"net/url"
)

// Of returns host and port of an address, also where the port is the one of its
// scheme.
func Of(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "http" {
		return u.Host + ":80"
	}
	return u.Host + ":443"
}

// WithoutURL returns the cause of an error of a request, for those who name its
// address themselves, or not at all.
func WithoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
