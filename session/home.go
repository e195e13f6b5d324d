package session

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/ofitec/chile"
)

const opHome = "who am I"

// Person is the logged-in person or company, from the home page of Mi SII.
type Person struct {
	RUT     chile.RUT
	Name    string // for a company its razón social
	Company bool   // a company has logged in with its own clave
}

// WhoAmI asks the portal for the logged-in person.
func (s *Session) WhoAmI(ctx context.Context) (*Person, error) {
	page, err := s.inTurn(ctx, opHome, homeURL)
	if err != nil {
		return nil, err
	}
	return s.person(page)
}

func (s *Session) person(page *Page) (*Person, error) {
	who, ok := parseHome(page.Text())
	if !ok {
		return nil, page.changed(opHome, s.cookies().secrets())
	}
	return who, nil
}

var homeData = regexp.MustCompile(`DatosCntrNow\s*=\s*\{`)

// parseHome reads the object DatosCntrNow in a script of the home page (seen in
// four clients). For a person razonSocial is null.
func parseHome(text string) (*Person, bool) {
	at := homeData.FindStringIndex(text)
	if at == nil {
		return nil, false
	}
	var data struct {
		Holder map[string]json.RawMessage `json:"contribuyente"`
	}
	if err := json.NewDecoder(strings.NewReader(text[at[1]-1:])).Decode(&data); err != nil {
		return nil, false
	}
	value := func(name string) string { return scalarText(data.Holder[name]) }
	rut, err := chile.ParseRUT(value("rut") + "-" + value("dv"))
	if err != nil {
		return nil, false
	}
	who := &Person{RUT: rut, Name: value("razonSocial")}
	if who.Company = who.Name != ""; !who.Company {
		who.Name = strings.Join(strings.Fields(value("nombres")+" "+value("apellidoPaterno")+" "+value("apellidoMaterno")), " ")
	}
	return who, true
}

// scalarText returns a JSON text, or a number as written; empty for null.
func scalarText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(text)
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}
