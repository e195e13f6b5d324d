// Package endpoint tells servers apart by their addresses.
package endpoint

import (
	"errors"
	"net/url"
)

// Of returns host and port of an address, also if the port is the default of its
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

// WithoutURL returns the cause of a request's error, without the address.
func WithoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
