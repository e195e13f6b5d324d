package sii

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/xmlsig"
)

// Settings are the result of FromEnv.
type Settings struct {
	Environment Environment
	Identity    *xmlsig.Identity
	Owner       chile.RUT // the company
}

// FromEnv reads the settings that services using the SII usually have in their
// environment:
//
//	SII_CERT_P12_PATH  file with certificate and key, PKCS#12
//	SII_CERT_P12_PASS  its password; may be empty
//	SII_RUT, SII_DV    RUT of the company; SII_RUT may also have the check digit
//	SII_AMBIENTE       cert (the default) or prod
//
// The RCV is known to exist only in prod: see ErrNoRCV. The error names every
// missing or wrong variable, and no secret.
func FromEnv(getenv func(string) string) (*Settings, error) {
	var errs []error
	settings := &Settings{}
	environment, err := EnvironmentFromEnv(getenv)
	if err != nil {
		errs = append(errs, err)
	}
	settings.Environment = environment
	owner, err := OwnerFromEnv(getenv)
	if err != nil {
		errs = append(errs, err)
	}
	settings.Owner = owner
	if path := getenv("SII_CERT_P12_PATH"); path == "" {
		errs = append(errs, errors.New("SII_CERT_P12_PATH is not set"))
	} else if settings.Identity, err = xmlsig.LoadPKCS12(path, getenv("SII_CERT_P12_PASS")); err != nil {
		errs = append(errs, fmt.Errorf("SII_CERT_P12_PATH, SII_CERT_P12_PASS: %w", err))
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("sii: settings: %w", errors.Join(errs...))
	}
	return settings, nil
}

// EnvironmentFromEnv reads only SII_AMBIENTE: see FromEnv.
func EnvironmentFromEnv(getenv func(string) string) (Environment, error) {
	switch name := strings.ToLower(strings.TrimSpace(getenv("SII_AMBIENTE"))); name {
	case "", "cert":
		return Certification(), nil
	case "prod":
		return Production(), nil
	default:
		return Environment{}, fmt.Errorf("SII_AMBIENTE is %q, not cert or prod", name)
	}
}

// OwnerFromEnv reads only SII_RUT and SII_DV: see FromEnv. If neither is set, the
// error is fs.ErrNotExist.
func OwnerFromEnv(getenv func(string) string) (chile.RUT, error) {
	number, dv := strings.TrimSpace(getenv("SII_RUT")), strings.TrimSpace(getenv("SII_DV"))
	if number == "" {
		if dv != "" {
			return chile.RUT{}, errors.New("SII_RUT is not set, and SII_DV is")
		}
		return chile.RUT{}, notSetError("SII_RUT")
	}
	if dv != "" {
		rut, err := chile.ParseRUT(number + "-" + dv)
		if err == nil {
			return rut, nil
		}
		// SII_RUT may contain the whole RUT; then SII_DV must match it.
		if whole, wholeErr := chile.ParseRUT(number); wholeErr == nil && strings.EqualFold(string(whole.DV()), dv) && strings.Contains(number, "-") {
			return whole, nil
		}
		return chile.RUT{}, fmt.Errorf("SII_RUT and SII_DV: %w", err)
	}
	// Checked first: the last digit of a number without check digit may look like
	// one.
	if !strings.Contains(number, "-") {
		return chile.RUT{}, errors.New("SII_DV is not set, and SII_RUT has no check digit")
	}
	rut, err := chile.ParseRUT(number)
	if err != nil {
		return chile.RUT{}, fmt.Errorf("SII_RUT: %w", err)
	}
	return rut, nil
}

// notSetError is the name of a variable that is not set.
type notSetError string

func (e notSetError) Error() string { return string(e) + " is not set" }

// Is reports whether target is fs.ErrNotExist.
func (e notSetError) Is(target error) bool { return target == fs.ErrNotExist }
