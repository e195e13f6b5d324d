package session

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/ofitec/chile"
)

const (
	opCompanies = "companies"
	opChoose    = "choose company"

	chooserURL = "https://" + mipymeHost + "/cgi-bin/Portal001/mipeSelEmpresa.cgi"
)

// Company is a company for which the holder may act in an application.
type Company struct {
	RUT  chile.RUT
	Name string
}

// Companies returns the companies for which the holder may act in the SII's free
// invoicing system (MIPYME). Other applications have their own lists:
// sii.RCVService has that of the RCV.
func (s *Session) Companies(ctx context.Context) ([]Company, error) {
	page, err := s.inTurn(ctx, opCompanies, chooserURL)
	if err != nil {
		return nil, err
	}
	list, ok := parseChooser(page.Text())
	if !ok {
		return nil, page.changed(opCompanies, s.cookies().secrets())
	}
	return list, nil
}

// ChooseCompany sets the company for the following calls to MIPYME. The SII
// stores it with the session, not in a cookie. So it applies to all users of the
// session, and is reliable only within this turn. The RCV does not need this
// step: there the company is a parameter.
func (t *Turn) ChooseCompany(ctx context.Context, company chile.RUT) error {
	page, err := t.Get(ctx, opChoose, chooserURL)
	if err != nil {
		return err
	}
	list, ok := parseChooser(page.Text())
	if !ok {
		return page.changed(opChoose, t.cookies.secrets())
	}
	if !slices.ContainsFunc(list, func(c Company) bool { return c.RUT == company }) {
		return &Error{Op: opChoose, Kind: ErrNotAuthorized, Err: fmt.Errorf("%s is not one of the %d companies of the list", company, len(list))}
	}
	form := url.Values{"RUT_EMP": {company.String()}}
	for name, value := range hiddenFields(page.Text()) {
		form.Set(name, value)
	}
	_, err = t.Post(ctx, opChoose, chooserURL, form)
	return err
}

// parseChooser reads the list RUT_EMP of the page. Its options are not closed:
// each ends where the next begins (seen live in two clients).
func parseChooser(text string) ([]Company, bool) {
	var list []Company
	var current *Company
	inside, found := false, false
	finish := func() {
		if current != nil {
			current.Name = strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(current.Name), current.RUT.String())), " ")
			list = append(list, *current)
			current = nil
		}
	}
	tokenizer := html.NewTokenizer(strings.NewReader(text))
	for {
		switch kind := tokenizer.Next(); kind {
		case html.ErrorToken:
			finish()
			return list, found
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			token := tokenizer.Token()
			switch {
			case token.Data == "select" && kind == html.StartTagToken:
				inside = attribute(token, "name") == "RUT_EMP"
				found = found || inside
			case token.Data == "select":
				finish()
				inside = false
			case inside && token.Data == "option":
				finish()
				if rut, err := chile.ParseRUT(attribute(token, "value")); err == nil { // end tags have no value
					current = &Company{RUT: rut}
				}
			}
		case html.TextToken:
			if current != nil {
				current.Name += string(tokenizer.Text())
			}
		}
	}
}

// hiddenFields returns the hidden fields of a page's forms, which a browser also
// sends.
func hiddenFields(text string) map[string]string {
	fields := make(map[string]string)
	tokenizer := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokenizer.Next() {
		case html.ErrorToken:
			return fields
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokenizer.Token()
			if name := attribute(token, "name"); token.Data == "input" && name != "" && strings.EqualFold(attribute(token, "type"), "hidden") {
				fields[name] = attribute(token, "value")
			}
		}
	}
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if strings.EqualFold(a.Key, name) {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}
