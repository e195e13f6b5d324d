package siitest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// envelope is a SOAP request. Namespaces of names are ignored.
type envelope struct {
	XMLName xml.Name
	Body    struct {
		Operations []operation `xml:",any"`
	} `xml:"Body"`
}

type operation struct {
	XMLName xml.Name
	Args    []struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
		Inner   string `xml:",innerxml"`
	} `xml:",any"`
}

// readEnvelope reads a request in its declared encoding, as Axis does.
func readEnvelope(body []byte) (*envelope, error) {
	request := &envelope{}
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if !strings.EqualFold(label, "ISO-8859-1") {
			return nil, fmt.Errorf("encoding %q", label)
		}
		text, err := io.ReadAll(r)
		return strings.NewReader(page.FromLatin1(text)), err
	}
	return request, decoder.Decode(request)
}

// token returns the token of a request, if any.
func (e *envelope) token() string {
	for _, operation := range e.Body.Operations {
		for _, arg := range operation.Args {
			if arg.XMLName.Local == "Token" {
				return strings.TrimSpace(arg.Text)
			}
		}
	}
	return ""
}

// soapArgs are the arguments of a call, by name.
type soapArgs map[string]string

// rut reads a RUT from two arguments, in the services' format: digits only and an
// upper-case check digit.
func (args soapArgs) rut(c *call, number, dv string) (chile.RUT, error) {
	n, d := args[number], args[dv]
	if strings.Trim(n, "0123456789") != "" || d == "k" {
		c.violate(number, "a RUT is digits, and a check digit in upper case")
	}
	return chile.ParseRUT(n + "-" + d)
}

// readArgs returns the arguments by name. If names do not match, Axis takes
// arguments by position, so their order counts.
func readArgs(c *call, sent *operation, names []string) soapArgs {
	args := soapArgs{}
	if len(sent.Args) != len(names) {
		c.violate("arguments", fmt.Sprintf("%d of them, not %d", len(sent.Args), len(names)))
	}
	for i, arg := range sent.Args {
		name := arg.XMLName.Local
		if i >= len(names) || name != names[i] {
			c.violate("arguments", fmt.Sprintf("%s at place %d of %v", name, i+1, names))
		}
		if !slices.Contains(names, name) && i < len(names) {
			name = names[i]
		}
		if arg.XMLName.Space != "" {
			c.violate("arguments", name+" has a namespace")
		}
		args[name] = strings.TrimSpace(arg.Text)
		if args[name] == "" && strings.Contains(arg.Inner, "<") {
			c.violate("arguments", name+" is not escaped")
		}
	}
	return args
}
