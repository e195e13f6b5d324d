package sii_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/xmlsig"
)

func TestFromEnv(t *testing.T) {
	t.Parallel()
	const password = "Cl4veDeVerdad"
	file, err := newFake(t).NewPKCS12(holder, password)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "empresa.p12")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	garbage := filepath.Join(t.TempDir(), "garbage.p12")
	require.NoError(t, os.WriteFile(garbage, []byte("hola"), 0o600))
	whole := map[string]string{"SII_CERT_P12_PATH": path, "SII_CERT_P12_PASS": password, "SII_RUT": "76192083", "SII_DV": "9"}
	for name, test := range map[string]struct {
		change      map[string]string
		environment string
		errors      []string
		is          error
	}{
		"default":                  {environment: "cert"},
		"production":               {change: map[string]string{"SII_AMBIENTE": "prod"}, environment: "prod"},
		"certification":            {change: map[string]string{"SII_AMBIENTE": " CERT "}, environment: "cert"},
		"RUT with its check digit": {change: map[string]string{"SII_RUT": "76.192.083-9", "SII_DV": ""}, environment: "cert"},
		"both, in agreement":       {change: map[string]string{"SII_RUT": "76192083-9"}, environment: "cert"},
		"both, in disagreement":    {change: map[string]string{"SII_RUT": "76192083-9", "SII_DV": "K"}, errors: []string{"SII_RUT", "SII_DV"}},
		"wrong check digit":        {change: map[string]string{"SII_DV": "1"}, errors: []string{"SII_RUT", "SII_DV"}},
		"no check digit":           {change: map[string]string{"SII_DV": ""}, errors: []string{"SII_DV is not set"}},
		"last digit passes for DV": {change: map[string]string{"SII_RUT": "761920839", "SII_DV": ""}, errors: []string{"SII_DV is not set"}},
		"check digit with spaces":  {change: map[string]string{"SII_RUT": " 76192083 ", "SII_DV": " 9 "}, environment: "cert"},
		"no number":                {change: map[string]string{"SII_RUT": "hola"}, errors: []string{"SII_RUT"}},
		"no RUT":                   {change: map[string]string{"SII_RUT": "-9", "SII_DV": ""}, errors: []string{"SII_RUT"}},
		"no password":              {change: map[string]string{"SII_CERT_P12_PASS": ""}, errors: []string{"SII_CERT_P12_PASS"}, is: xmlsig.ErrWrongPassword},
		"all wrong": {
			change: map[string]string{"SII_AMBIENTE": "x", "SII_RUT": "", "SII_CERT_P12_PATH": path + "x"},
			errors: []string{"SII_AMBIENTE", "SII_RUT", "SII_CERT_P12_PATH"}, is: os.ErrNotExist,
		},

		"other environment": {change: map[string]string{"SII_AMBIENTE": "test"}, errors: []string{"SII_AMBIENTE"}},
		"nothing":           {change: map[string]string{"SII_RUT": "", "SII_CERT_P12_PATH": ""}, errors: []string{"SII_RUT", "SII_CERT_P12_PATH"}},
		"no such file":      {change: map[string]string{"SII_CERT_P12_PATH": path + "x"}, errors: []string{"SII_CERT_P12_PATH"}, is: os.ErrNotExist},
		"no PKCS#12":        {change: map[string]string{"SII_CERT_P12_PATH": garbage}, errors: []string{"SII_CERT_P12_PATH"}},
		"wrong password":    {change: map[string]string{"SII_CERT_P12_PASS": "Cl4veMala"}, errors: []string{"SII_CERT_P12_PASS"}, is: xmlsig.ErrWrongPassword},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings, err := sii.FromEnv(func(name string) string {
				if value, ok := test.change[name]; ok {
					return value
				}
				return whole[name]
			})
			if test.errors == nil {
				require.NoError(t, err)
				assert.Equal(t, owner, settings.Owner)
				assert.Equal(t, test.environment, settings.Environment.Name)
				_, err = sii.NewClient(settings.Environment, sii.WithIdentity(settings.Identity))
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			assert.Nil(t, settings)
			for _, variable := range test.errors {
				assert.ErrorContains(t, err, variable)
			}
			if test.is != nil {
				require.ErrorIs(t, err, test.is)
			}
			assert.NotContains(t, err.Error(), password)
			assert.NotContains(t, err.Error(), "Cl4veMala")
		})
	}
}

// A program that needs only the company, or only the environment, asks for it
// alone.
func TestPartsFromEnv(t *testing.T) {
	t.Parallel()
	env := func(variables map[string]string) func(string) string {
		return func(name string) string { return variables[name] }
	}
	_, err := sii.OwnerFromEnv(env(nil))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.EqualError(t, err, "SII_RUT is not set")
	_, err = sii.OwnerFromEnv(env(map[string]string{"SII_DV": "9"}))
	require.Error(t, err)
	require.NotErrorIs(t, err, fs.ErrNotExist, "half a RUT is a mistake")
	owner, err := sii.OwnerFromEnv(env(map[string]string{"SII_RUT": "76192083", "SII_DV": "9"}))
	require.NoError(t, err)
	assert.Equal(t, "76192083-9", owner.String())

	for name, want := range map[string]sii.Environment{"": sii.Certification(), "cert": sii.Certification(), " Prod ": sii.Production()} {
		got, err := sii.EnvironmentFromEnv(env(map[string]string{"SII_AMBIENTE": name}))
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
	}
	_, err = sii.EnvironmentFromEnv(env(map[string]string{"SII_AMBIENTE": "produccion"}))
	require.ErrorContains(t, err, "SII_AMBIENTE")
}
