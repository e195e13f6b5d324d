package programs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

const (
	usage  = 2
	failed = 1
)

// The first line says which SII it is, and what is real is never answered by the
// fake.
func TestWhichSII(t *testing.T) {
	t.Parallel()
	const password = "Cl4veDeVerdad"
	const inside = "SII: a fake inside this program, its data are invented"
	const production, certification = "SII: production (palena.sii.cl)", "SII: certification (maullin.sii.cl)"
	p12 := certificate(t, password)
	companies := file(t, "companies.txt", "76192083-9\n")
	variables := []string{"SII_CERT_P12_PATH=" + p12, "SII_CERT_P12_PASS=" + password, "SII_RUT=76192083", "SII_DV=9"}
	sync := []string{"-companies", companies, "-from", "2026-10", "-interval", "1ms"}
	for name, tt := range map[string]struct {
		program string
		args    []string
		env     []string
		code    int
		first   string
		stderr  string
	}{
		"nothing real":                 {"rcvsync", sync, nil, 0, inside, ""},
		"fake by name":                 {"rcvsync", append(sync, "-env", "fake"), append(variables, "SII_AMBIENTE=prod"), 0, inside, ""},
		"variable prod":                {"rcvsync", sync, append(variables, "SII_AMBIENTE=prod"), failed, production, ""},
		"variable in capitals":         {"rcvsync", sync, append(variables, "SII_AMBIENTE= PROD"), failed, production, ""},
		"variable cert":                {"rcvsync", sync, append(variables, "SII_AMBIENTE=cert"), failed, certification, ""},
		"variables without one":        {"rcvsync", sync, variables, failed, certification, ""},
		"flag prod":                    {"rcvsync", append(sync, "-env", "prod"), variables, failed, production, ""},
		"flags alone":                  {"rcvsync", append(sync, "-env", "prod", "-p12", p12, "-pass", password), nil, failed, production, ""},
		"certificate alone":            {"rcvsync", append(sync, "-p12", p12, "-pass", password), nil, failed, certification, ""},
		"they contradict":              {"rcvsync", append(sync, "-env", "cert"), append(variables, "SII_AMBIENTE=prod"), usage, "", "SII_AMBIENTE is prod and -env is cert"},
		"variable unknown":             {"rcvsync", sync, append(variables, "SII_AMBIENTE=produccion"), usage, "", "SII_AMBIENTE"},
		"flag unknown":                 {"rcvsync", append(sync, "-env", "produccion"), nil, usage, "", "produccion"},
		"prod without certificate":     {"rcvsync", sync, []string{"SII_AMBIENTE=prod"}, usage, "", "SII_CERT_P12_PATH"},
		"company alone":                {"rcvsync", sync, []string{"SII_RUT=76192083-9"}, usage, "", "SII_RUT is set"},
		"PostgreSQL alone":             {"rcvsync", append(sync, "-dsn", "postgres://127.0.0.1:1/x"), nil, usage, "", "-dsn is given"},
		"worker, PostgreSQL alone":     {"worker", []string{"-companies", companies, "-dsn", "postgres://127.0.0.1:1/x"}, nil, usage, "", "-dsn is given"},
		"worker, variable":             {"worker", []string{"-companies", companies, "-dsn", "postgres://127.0.0.1:1/x"}, append(variables, "SII_AMBIENTE=prod"), failed, production, ""},
		"fullflow":                     {"fullflow", nil, nil, 0, inside, ""},
		"fullflow, variables":          {"fullflow", []string{"-period", "2026-10"}, append(variables, "SII_AMBIENTE=prod"), failed, production, ""},
		"fullflow without month":       {"fullflow", nil, append(variables, "SII_AMBIENTE=prod"), usage, "", "-period"},
		"token, variables":             {"token", nil, append(variables, "SII_AMBIENTE=prod"), failed, production, ""},
		"token without anything":       {"token", nil, nil, usage, "", "-p12"},
		"token has no fake":            {"token", []string{"-env", "fake"}, variables, usage, "", "-env"},
		"portal without certificate":   {"portal", []string{"-addr", "127.0.0.1:0"}, []string{"SII_AMBIENTE=prod"}, usage, "", "SII_CERT_P12_PATH"},
		"session-login, cert":          {"session-login", nil, []string{"SII_AMBIENTE=cert"}, usage, "", "portal"},
		"session-login, who":           {"session-login", []string{"-real"}, nil, usage, "", "-rut"},
		"session-login, contradiction": {"session-login", []string{"-real", "-env", "fake"}, nil, usage, "", "-real"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := program{name: tt.program, args: tt.args, env: tt.env, dir: t.TempDir()}
			if tt.code == failed { // the SII cannot be reached, which takes some patience to find
				assert.Equal(t, tt.first, p.start(t))
				return
			}
			r := p.run(t)
			assert.Equal(t, tt.code, r.code, r.stderr)
			assert.Equal(t, tt.first, r.first())
			assert.Contains(t, r.stderr, tt.stderr)
			assert.NotContains(t, r.stdout+r.stderr, password)
		})
	}
}

// The environment that doctor looks at is the one that the other programs use.
func TestDoctorLooksWhereTheOthersGo(t *testing.T) {
	t.Parallel()
	for _, environment := range []string{"prod", "cert"} {
		r := program{name: "doctor", args: []string{"-json", "-deadline", "1s"}, env: []string{"SII_AMBIENTE=" + environment}, dir: t.TempDir()}.run(t)
		assert.Equal(t, failed, r.code)
		assert.Contains(t, r.stdout, `"environment":"`+environment+`"`)
	}
}

// What is in a database of the SII stays, whatever a program is started with.
func TestFakeLeavesRealDatabasesAlone(t *testing.T) {
	t.Parallel()
	companies := file(t, "companies.txt", "76192083-9\n")
	for _, of := range []chile.Environment{chile.Production, chile.Certification} {
		path := database(t, of)
		before := imports(t, path)
		args := []string{"-companies", companies, "-from", "2026-10", "-interval", "1ms", "-db", path}
		r := program{name: "rcvsync", args: args}.run(t)
		assert.Equal(t, usage, r.code, r.stderr)
		assert.Contains(t, r.stderr, path)
		r = program{name: "rcvsync", args: append(args, "-env", "fake")}.run(t)
		assert.Equal(t, failed, r.code, "by name too: %s", r.stdout)
		assert.Contains(t, r.stderr, "environment")
		r = program{name: "fullflow", args: []string{"-db", path}}.run(t)
		assert.Equal(t, usage, r.code, r.stderr)
		r = program{name: "fullflow", args: []string{"-db", path, "-env", "fake"}}.run(t)
		assert.Equal(t, failed, r.code, r.stdout)
		assert.Equal(t, before, imports(t, path))
	}

	// A fake goes on with what a fake has made.
	path := filepath.Join(t.TempDir(), "new.db")
	for range 2 {
		r := program{name: "fullflow", args: []string{"-db", path}}.run(t)
		assert.Equal(t, 0, r.code, r.stderr)
		assert.Contains(t, r.stdout, path)
	}
}

// The command of the guide for who comes from Python never writes what is
// invented into that database.
func TestMigrationCommand(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../../docs/migration.md")
	require.NoError(t, err)
	require.Contains(t, string(guide), "rcvsync -dsn")
	companies := file(t, "companies.txt", "76192083-9\n")
	r := program{name: "rcvsync", args: []string{"-dsn", "postgres://127.0.0.1:1/x", "-companies", companies, "-from", "2024-01", "-to", "2026-10"}}.run(t)
	assert.Equal(t, usage, r.code, r.stdout)
	assert.Empty(t, r.stdout)
}
