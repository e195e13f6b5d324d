package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
)

// readCAFs reads the CAFs of the flags and returns their environment. The resolution,
// if there is one, must be of that environment too.
func (o *options) readCAFs(cover issue.Cover) ([]*dte.Authorization, chile.Environment, error) {
	cafs, err := parseCAFs(o.cafs, o.keys)
	if err != nil {
		return nil, "", err
	}
	named, err := o.named()
	if err != nil {
		return nil, "", err
	}
	environment, err := environmentOf(cafs, named)
	switch {
	case err != nil:
		return nil, "", err
	case environment == chile.Production && o.date != "":
		return nil, "", cli.Usagef("-date makes files for tests: not with folios of production")
	case cover == issue.Cover{}:
	case environment == chile.Production && cover.ResolutionNumber == 0, environment == chile.Certification && cover.ResolutionNumber != 0:
		return nil, "", cli.Usagef("-resolution: the number is 0 in certification and nowhere else")
	}
	return cafs, environment, nil
}

// companyOf returns the issuer: the company of -company, or that of the CAFs.
func (o *options) companyOf(s *settings, cafs []*dte.Authorization) chile.RUT {
	switch {
	case s.company != nil && !s.company.RUT.IsZero():
		return s.company.RUT
	case len(cafs) > 0:
		return cafs[0].Issuer()
	}
	return chile.RUT{}
}

// parseCAFs reads CAF files. The same file twice is one.
func parseCAFs(paths []string, keys dte.Keys) (cafs []*dte.Authorization, err error) {
	for _, path := range paths {
		text, err := readFile(path)
		if err != nil {
			return nil, err
		}
		caf, err := dte.ParseCAF(text, keys)
		switch {
		case errors.Is(err, dte.ErrUnknownCAFKey):
			return nil, fmt.Errorf("%s: %w: -caf-key N=FILE.pem gives it", path, err)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if !slices.ContainsFunc(cafs, func(other *dte.Authorization) bool { return other.CAF().Signature.Value == caf.CAF().Signature.Value }) {
			cafs = append(cafs, caf)
		}
	}
	return cafs, nil
}

// errEnvironment is the SII's refusal of folios of its other environment.
var errEnvironment = errors.New("CAF-3-516: CAF of another environment")

// environmentOf returns the environment of the CAFs, by the number of the SII's key
// (IDK), which must be the one that is named, if one is.
func environmentOf(cafs []*dte.Authorization, named chile.Environment) (chile.Environment, error) {
	environment := named
	for _, caf := range cafs {
		data := caf.CAF().Data
		switch of := data.Environment(); {
		case of == "":
		case environment == "":
			environment = of
		case of != environment:
			return "", fmt.Errorf("%w: %s is of %s (IDK %d), not of %s", errEnvironment, caf, of, data.KeyID, environment)
		}
	}
	return environment, nil
}
