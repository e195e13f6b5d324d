// Package page has what is written alike by the fake and by the faults that are
// known of the SII: its pages, its faults of SOAP, and its encoding.
package page

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Type is the content type of most of the SII's pages.
const Type = "text/html; charset=ISO-8859-1"

// Escape writes text as the content of an element.
func Escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}

// Latin1 writes text in ISO-8859-1; other characters become question marks.
func Latin1(s string) []byte {
	var b []byte
	for _, r := range s {
		if r > 0xff {
			r = '?'
		}
		b = append(b, byte(r))
	}
	return b
}

// FromLatin1 reads text in ISO-8859-1.
func FromLatin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// soapFault is a fault of Axis 1.
const soapFault = `<?xml version="1.0" encoding="UTF-8"?>` +
	`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault>` +
	`<faultcode>soapenv:Server.userException</faultcode><faultstring>%s</faultstring><detail/>` +
	`</soapenv:Fault></soapenv:Body></soapenv:Envelope>`

// SOAPFault is such a fault with that text.
func SOAPFault(text string) string { return fmt.Sprintf(soapFault, Escape(text)) }

// Seconds writes a time in seconds, rounded up, so that who waits for it does not
// come too early.
func Seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}
