package siirecord

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ofitec/chile/internal/redact"
)

const (
	maxOperation  = 500 // bytes
	maxParameters = 32
	maxLooked     = 1 << 20 // bytes of a body read to find the operation
)

var (
	// unnamed are parameters that are secrets, proofs or identities.
	unnamed = regexp.MustCompile(`(?i)rut|^dv|dv$|token|captcha|xml|clave|pass|semilla|seed|session|conversation|transac|firma|rzn|razon|nombre|mail|archivo|file`)

	// passing are parameters whose values browsers change each time.
	passing = regexp.MustCompile(`(?i)^(?:rnd|_|callback|cb|ts|t|nocache|_dc)$`)

	// inPath is a RUT in a path.
	inPath = regexp.MustCompile(`\b\d{1,9}-[\dkK]\b`)
)

// parameter is a parameter of a request.
type parameter struct{ name, value string }

// operationOf returns the operation of a request.
func operationOf(method string, address *url.URL, header http.Header, body []byte) string {
	name := path.Base(address.Path)
	parameters := queryOf(address.RawQuery)
	if len(body) <= maxLooked {
		switch kind := header.Get("Content-Type"); {
		case strings.Contains(kind, "json"):
			parameters = append(parameters, jsonOf(body)...)
		case strings.Contains(kind, "xml"):
			if operation, arguments, ok := soapOf(body); ok {
				name, parameters = operation, arguments
			}
		case strings.Contains(kind, "form-urlencoded"):
			parameters = append(parameters, queryOf(string(body))...)
		}
	}
	words := []string{inPath.ReplaceAllString(name, "RUT")}
	for _, p := range parameters[:min(len(parameters), maxParameters)] {
		if p.value != "" && !unnamed.MatchString(p.name) && !passing.MatchString(p.name) {
			words = append(words, p.name+"="+p.value)
		}
	}
	text := redact.Text(oneLine(strings.Join(words, " ")))
	if len(text) > maxOperation {
		text = text[:maxOperation]
	}
	return strings.TrimSpace(strings.ToValidUTF8(text, "?"))
}

// oneLine returns the text without unprintable characters.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

// matched returns the path of an address without RUT, for comparison.
func matched(address *url.URL) string { return inPath.ReplaceAllString(address.Path, "RUT") }

// pathOf is matched for an address in text.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return matched(u)
}

// queryOf returns the parameters of a form.
func queryOf(text string) (parameters []parameter) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil
	}
	for name := range values {
		parameters = append(parameters, parameter{name, values.Get(name)})
	}
	sortParameters(parameters)
	return parameters
}

func sortParameters(parameters []parameter) {
	slices.SortFunc(parameters, func(a, b parameter) int { return strings.Compare(a.name, b.name) })
}

// jsonOf returns the parameters of a method of the facade.
func jsonOf(body []byte) (parameters []parameter) {
	var request struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &request) != nil {
		return nil
	}
	for name, raw := range request.Data {
		value := string(raw)
		var text string
		if json.Unmarshal(raw, &text) == nil {
			value = text
		}
		if strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[") || value == "null" {
			continue
		}
		parameters = append(parameters, parameter{name, value})
	}
	sortParameters(parameters)
	return parameters
}

// soapOf returns the operation and the arguments of a SOAP request.
func soapOf(body []byte) (operation string, arguments []parameter, ok bool) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // names are ASCII
	depth := 0                                                                                       // below Body
	inBody := false
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return operation, arguments, operation != "" && errors.Is(err, io.EOF)
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch {
			case !inBody:
				inBody = token.Name.Local == "Body"
				continue
			case depth == 0 && operation == "":
				operation = token.Name.Local
			case depth == 1:
				arguments = append(arguments, parameter{name: token.Name.Local})
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			if inBody && depth == 2 && len(arguments) > 0 {
				arguments[len(arguments)-1].value += strings.TrimSpace(string(token))
			}
		}
	}
}
