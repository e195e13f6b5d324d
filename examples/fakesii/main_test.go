package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// program is the program while it serves.
type program struct {
	lines *bufio.Reader
	stop  context.CancelFunc
	ended chan error
}

// start runs the program, which prints lines.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	p := &program{bufio.NewReader(reader), stop, make(chan error, 1)}
	go func() {
		err := run(ctx, args, writer, io.Discard, func(name string) string { return map[string]string{"SII_CERT_P12_PASS": "del-entorno"}[name] })
		p.ended <- errors.Join(err, writer.Close())
	}()
	t.Cleanup(func() {
		stop()
		_, _ = io.Copy(io.Discard, reader)
	})
	return p
}

func (p *program) line(t *testing.T) string {
	t.Helper()
	line, err := p.lines.ReadString('\n')
	require.NoError(t, err)
	return line
}

// ready reads the event with which the program says where it is.
func (p *program) ready(t *testing.T) (r ready) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(p.line(t)), &r))
	require.Equal(t, "ready", r.Event)
	return r
}

// end stops the program and returns what else it printed.
func (p *program) end(t *testing.T) string {
	t.Helper()
	p.stop()
	rest, err := io.ReadAll(p.lines)
	require.NoError(t, err)
	require.NoError(t, <-p.ended)
	return string(rest)
}

func client(t *testing.T, base string, id *xmlsig.Identity, opts ...sii.Option) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(sii.At(base), append(opts, sii.WithIdentity(id))...)
	require.NoError(t, err)
	return client
}

func TestServes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p12 := filepath.Join(folder, "holder.p12")
	strangers := siitest.NewServer()
	defer strangers.Close()
	stranger := strangers.NewIdentity(chile.MustParseRUT("22222222-2"))
	trusted := filepath.Join(folder, "stranger.pem")
	require.NoError(t, os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: stranger.Certificate().Raw}), 0o600))

	p := start(t, "-json", "-p12", p12, "-trust", trusted, "-upload", "123=REC,EPR:33:2:1:1:0", "-user", "22222222-2:una:clave")
	r := p.ready(t)
	id, err := xmlsig.LoadPKCS12(p12, "del-entorno")
	require.NoError(t, err)
	for name, holder := range map[string]*xmlsig.Identity{"its own certificate": id, "one of another issuer": stranger} {
		summary, err := client(t, r.URL, holder).RCV.Summary(t.Context(), rcv.Key{Owner: cli.FakeOwner, Period: cli.FakePeriod, Book: rcv.Purchases}, rcv.Registro)
		require.NoError(t, err, name)
		assert.NotEmpty(t, summary.Lines, name)
	}
	for _, want := range []string{"REC", "EPR", "EPR"} {
		status, err := client(t, r.URL, id).DTE.UploadStatus(t.Context(), cli.FakeOwner, "123")
		require.NoError(t, err)
		assert.Equal(t, want, status.Estado)
		assert.Equal(t, want == "EPR", status.Informed == 2 && status.Accepted == 1 && status.Rejected == 1)
	}
	assert.Contains(t, login(t, http.DefaultTransport, r.URL, "22222222-2", "una:clave"), "location.replace")
	assert.NotContains(t, login(t, http.DefaultTransport, r.URL, "11111111-1", cli.FakeClave), "location.replace", "-user takes the place of the holder")
	assert.Empty(t, p.end(t), "nobody did anything wrong")
}

// login logs in to the portal and returns its page.
func login(t *testing.T, transport http.RoundTripper, base, rut, clave string) string {
	t.Helper()
	number, dv, _ := strings.Cut(rut, "-")
	form := url.Values{"rut": {number}, "dv": {dv}, "rutcntr": {rut}, "clave": {clave}, "411": {""}, "referencia": {"https://misiir.sii.cl/cgi_misii/siihome.cgi"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/cgi_AUT2000/CAutInicio.cgi", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "Mozilla/5.0")
	resp, err := transport.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(page)
}

// With -tls a program that has the SII's names built in finds them, if its system
// does and it trusts the authority.
func TestServesTLS(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	p := start(t, "-tls", "-ca", ca)
	assert.Contains(t, p.line(t), "Fake SII at https://127.0.0.1:")
	assert.Equal(t, "Portal: RUT 11111111-1, clave "+cli.FakeClave+"\n", p.line(t))
	try := p.line(t)
	_, address, _ := strings.Cut(try, "--connect-to ::")
	address, _, _ = strings.Cut(address, " ")
	assert.Equal(t, "Try: curl --cacert "+ca+" --connect-to ::"+address+" 'https://palena.sii.cl/DTEWS/CrSeed.jws?WSDL'\n", try)
	file, err := os.ReadFile(ca)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(file))
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	assert.Contains(t, login(t, transport, "https://zeusr.sii.cl", "11111111-1", cli.FakeClave), "location.replace")
	assert.Contains(t, login(t, transport, "https://zeusr.sii.cl", "11111111-1", "otra"), "500.720.20")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://palena.sii.cl/DTEWS/CrSeed.jws?WSDL", http.NoBody)
	require.NoError(t, err)
	resp, err := transport.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	description, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Contains(t, string(description), `location="https://palena.sii.cl/DTEWS/CrSeed.jws"`)
	assert.Empty(t, p.end(t))
}

// What is printed works as it stands: paths that are good in every folder, the
// password if it was a flag, and not if it is in the environment.
func TestTryLine(t *testing.T) {
	t.Parallel()
	p12 := filepath.Join(t.TempDir(), "con espacio.p12")
	for want, args := range map[string][]string{
		"":                      {"-p12", p12},
		` -pass 'it'\''s mine'`: {"-p12", p12, "-pass", "it's mine"},
	} {
		p := start(t, args...)
		_, address, _ := strings.Cut(strings.TrimSpace(p.line(t)), "at ")
		address, _, _ = strings.Cut(address, ": ")
		p.line(t)
		assert.Equal(t, "Try: go run github.com/ofitec/chile/examples/fullflow -sii "+address+" -p12 '"+p12+"'"+want+" -rut 76192083-9 -period 2026-10\n", p.line(t))
		p.end(t)
	}
}

// A program of any language gets folios to stamp with, and the key that proves them.
func TestWritesCAFs(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	p := start(t, "-json", "-caf", "33:1-100="+path("33.xml"), "-caf", "61:7-7="+path("61.xml"), "-caf-key-id", "100", "-caf-key", path("key.pem"))
	p.ready(t)
	pemKey, err := os.ReadFile(path("key.pem"))
	require.NoError(t, err)
	key, err := dte.ParseKey(pemKey)
	require.NoError(t, err)
	for name, want := range map[string]string{"33.xml": "type 33 folios 1-100", "61.xml": "type 61 folios 7-7"} {
		file, err := os.ReadFile(path(name))
		require.NoError(t, err)
		a, err := dte.ParseCAF(file, dte.Keys{100: key})
		require.NoError(t, err)
		require.NoError(t, a.CheckKey())
		assert.Contains(t, a.String(), "CAF "+cli.FakeOwner.String()+" "+want)
		info, err := os.Stat(path(name))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	assert.Empty(t, p.end(t))
}

// What a client did wrong is told at the end.
func TestTellsViolations(t *testing.T) {
	t.Parallel()
	p := start(t, "-json")
	r := p.ready(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/nada", http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	resp.Body.Close()
	assert.JSONEq(t, `{"event":"violation","op":"other","rule":"path","detail":"there is nothing at /nada"}`, p.end(t))
}

func TestFlagsThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for _, test := range []struct {
		args  []string
		want  string
		usage bool
	}{
		{[]string{"-user", "11111111-1"}, "want RUT:CLAVE", true},
		{[]string{"-user", "11111111-2:secreta01"}, "want RUT:CLAVE", true},
		{[]string{"-user", "11111111-1:"}, "want RUT:CLAVE", true},
		{[]string{"-upload", "123"}, "want TRACKID=STATES", true},
		{[]string{"-upload", "x=EPR"}, "want TRACKID=STATES", true},
		{[]string{"-upload", "1=EPR,"}, "want TRACKID=STATES", true},
		{[]string{"-upload", "1=EPR:33:1"}, "want TRACKID=STATES", true},
		{[]string{"-upload", "1=EPR:33:1:1:-1:0"}, "want TRACKID=STATES", true},
		{[]string{"-caf", "33:1-100"}, "want TYPE:FROM-TO=FILE", true},
		{[]string{"-caf", "33:1=caf.xml"}, "want TYPE:FROM-TO=FILE", true},
		{[]string{"-caf", "x:1-100=caf.xml"}, "want TYPE:FROM-TO=FILE", true},
		{[]string{"-caf", "30:1-100=caf.xml"}, "-caf caf.xml: siitest: not a CAF that the SII issues: there are none for documents of type 30", false},
		{[]string{"-caf", "33:1-100=caf.xml", "-caf-key-id", "7"}, "7 is not a key of the SII", false},
		{[]string{"-resolution", "2014-08-22"}, "want DATE/NUMBER", true},
		{[]string{"-activities", "x"}, "want codes", true},
		{[]string{"-annul", "33"}, "want TYPE:FROM-TO", true},
		{[]string{"-annul", "33:2-1"}, "-annul: siitest: not a CAF that the SII issues", false},
		{[]string{"-max-bytes", "-1"}, "is negative", true},
		{[]string{"-uncounted", "x"}, "want types", true},
		{[]string{"-boletas-again", "nada"}, "want taken, refused or same", true},
		{[]string{"-step", "-1s"}, "is negative", true},
		{[]string{"-add-caf", empty}, "-add-caf " + empty, false},
		{[]string{"-faults", "nada"}, "no symptom", true},
		{[]string{"-faults", "maintenance", "-faults-at", "nada"}, "want all or uploads", true},
		{[]string{"-faults", "maintenance", "-chance", "2"}, "no probability", true},
		{[]string{"-trust", empty}, "-trust " + empty, false},
		{[]string{"-trust", filepath.Dir(empty) + "/nada.pem"}, "no such file", false},
	} {
		ctx, stop := context.WithCancel(t.Context())
		stop() // a program that serves ends at once
		err := run(ctx, test.args, io.Discard, io.Discard, func(string) string { return "" })
		require.ErrorContains(t, err, test.want, "%v", test.args)
		var usage *cli.UsageError
		assert.Equal(t, test.usage, errors.As(err, &usage), "%v", test.args)
		assert.NotContains(t, err.Error(), "secreta01")
	}
}
