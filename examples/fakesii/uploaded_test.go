package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// issued is an envelope of an invoice, issued as a program does.
func issued(t *testing.T, id *xmlsig.Identity, caf string, folio, price int) []byte {
	t.Helper()
	now := time.Now()
	draft, err := issue.ParseDraft(fmt.Appendf(nil, `{"Encabezado": {
	  "IdDoc": {"TipoDTE": 33, "Folio": %d, "FchEmis": %q},
	  "Emisor": {"RUTEmisor": %q, "RznSoc": "Panadería Ñandú SpA", "GiroEmis": "Panadería", "Acteco": 107100, "DirOrigen": "Calle 1", "CmnaOrigen": "Ñuñoa"},
	  "Receptor": {"RUTRecep": "77222222-K", "RznSocRecep": "Cliente SpA", "GiroRecep": "Comercio", "DirRecep": "Calle 2", "CmnaRecep": "Santiago"}},
	 "Detalle": {"NmbItem": "Marraqueta", "QtyItem": 1, "PrcItem": %d}}`, folio, chile.DateOf(now), cli.FakeOwner, price))
	require.NoError(t, err)
	document, found := draft.Document(nil)
	require.False(t, found.Refused(), "%v", found)
	file, err := os.ReadFile(caf)
	require.NoError(t, err)
	authorization, err := dte.ParseCAF(file, siitest.CAFKeys())
	require.NoError(t, err)
	require.NoError(t, issue.Stamp(document, authorization, now))
	signed, err := issue.Sign(document, id, now)
	require.NoError(t, err)
	envelope, err := issue.Envelope(issue.Cover{ResolutionDate: chile.DateOf(now), ResolutionNumber: 80}, []*issue.Signed{signed}, id, now)
	require.NoError(t, err)
	return envelope
}

// soap calls an operation of a service at the program and returns the document in
// its answer.
func soap(t *testing.T, base, service, inner string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/DTEWS/"+service, strings.NewReader(
		`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+inner+`</e:Body></e:Envelope>`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "text/xml")
	req.Header["Soapaction"] = []string{""}
	return answer(t, req)
}

func answer(t *testing.T, req *http.Request) string {
	t.Helper()
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&", "&#xD;", "", "&#xA;", "").Replace(string(body))
}

func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	require.True(t, ok, "%s in %s", before, text)
	found, _, ok := strings.Cut(rest, after)
	require.True(t, ok)
	return found
}

// signIn signs in and returns the token.
func signIn(t *testing.T, base string, id *xmlsig.Identity) string {
	t.Helper()
	seed := between(t, soap(t, base, "CrSeed.jws", "<getSeed/>"), "<SEMILLA>", "</SEMILLA>")
	signed, err := xmlsig.SignEnveloped([]byte("<getToken><item><Semilla>"+seed+"</Semilla></item></getToken>"), id)
	require.NoError(t, err)
	var escaped bytes.Buffer
	require.NoError(t, xml.EscapeText(&escaped, signed))
	return between(t, soap(t, base, "GetTokenFromSeed.jws", "<getToken><pszXml>"+escaped.String()+"</pszXml></getToken>"), "<TOKEN>", "</TOKEN>")
}

// state asks what became of an upload.
func state(t *testing.T, base, token, trackID string) string {
	t.Helper()
	owner, dv, _ := strings.Cut(cli.FakeOwner.String(), "-")
	answer := soap(t, base, "QueryEstUp.jws", "<getEstUp><RutCompania>"+owner+"</RutCompania><DvCompania>"+dv+"</DvCompania><TrackId>"+trackID+"</TrackId><Token>"+token+"</Token></getEstUp>")
	return strings.Join(strings.Fields(answer), "")
}

// uploaded sends an upload and returns the answer.
func uploaded(t *testing.T, base, token string, content []byte) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	holder, holderDV, _ := strings.Cut(cli.FakeHolder.String(), "-")
	owner, ownerDV, _ := strings.Cut(cli.FakeOwner.String(), "-")
	for _, field := range [][2]string{{"rutSender", holder}, {"dvSender", holderDV}, {"rutCompany", owner}, {"dvCompany", ownerDV}} {
		require.NoError(t, form.WriteField(field[0], field[1]))
	}
	part, err := form.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="archivo"; filename="envio.xml"`}, "Content-Type": {"text/xml"}})
	require.NoError(t, err)
	_, err = part.Write(content)
	require.NoError(t, err)
	require.NoError(t, form.Close())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/cgi_dte/UPL/DTEUpload", &body)
	require.NoError(t, err)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("User-Agent", "Mozilla/4.0 (compatible; PROG 1.0; Windows NT 5.0)")
	req.Header.Set("Cookie", "TOKEN="+token)
	return answer(t, req)
}

// What the program takes is judged, told, and written down.
func TestTakesUploads(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	other, err := siitest.NewCAF(cli.FakeOwner, 33, 201, 300)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path("other.xml"), other, 0o600))
	unknown, err := siitest.NewCAF(cli.FakeOwner, 33, 301, 400)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path("unknown.xml"), unknown, 0o600))
	p := start(t, "-json", "-p12", path("id.p12"), "-caf", "33:1-100="+path("33.xml"), "-add-caf", path("other.xml"), "-strict-caf",
		"-resolution", chile.DateOf(time.Now()).String()+"/80", "-mail", folder, "-documents", path("documents.jsonl"), "-uncounted", "61", "-step", "1ns",
		"-activities", "107100,561000", "-annul", "33:90-95", "-max-bytes", "100000", "-unregistered")
	r := p.ready(t)
	id, err := xmlsig.LoadPKCS12(path("id.p12"), "del-entorno")
	require.NoError(t, err)
	token := signIn(t, r.URL, id)
	first := issued(t, id, path("33.xml"), 1, 1000)
	for i, test := range []struct {
		content []byte
		status  string
		counts  string
	}{
		{first, "0", "<ACEPTADOS>1</ACEPTADOS><RECHAZADOS>0</RECHAZADOS><REPAROS>0</REPAROS>"},
		{first, "99", ""},
		{issued(t, id, path("33.xml"), 1, 2000), "0", "<ACEPTADOS>0</ACEPTADOS><RECHAZADOS>1</RECHAZADOS><REPAROS>0</REPAROS>"},
		{issued(t, id, path("other.xml"), 201, 1000), "0", "<ACEPTADOS>1</ACEPTADOS><RECHAZADOS>0</RECHAZADOS><REPAROS>0</REPAROS>"},
		{issued(t, id, path("33.xml"), 92, 1000), "0", "<ACEPTADOS>0</ACEPTADOS><RECHAZADOS>1</RECHAZADOS><REPAROS>0</REPAROS>"},
		{bytes.Repeat([]byte(" "), 100_001), "2", ""},
		{issued(t, id, path("unknown.xml"), 301, 1000), "0", "<ACEPTADOS>0</ACEPTADOS><RECHAZADOS>1</RECHAZADOS><REPAROS>0</REPAROS>"},
	} {
		receipt := uploaded(t, r.URL, token, test.content)
		require.Equal(t, test.status, between(t, receipt, "<STATUS>", "</STATUS>"), "%d: %s", i, receipt)
		if test.counts == "" {
			continue
		}
		trackID := between(t, receipt, "<TRACKID>", "</TRACKID>")
		assert.Contains(t, state(t, r.URL, token, trackID), test.counts, "%d", i)
		assert.FileExists(t, path("RESULTADO_ENVIO_"+trackID+".xml"))
	}
	assert.JSONEq(t, `{"event":"uploaded","uploads":6,"documents":4,"accepted":2,"again":1,"rebuilt":1}`, p.end(t))
	file, err := os.ReadFile(path("documents.jsonl"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")
	require.Len(t, lines, 4)
	for i, want := range []string{"1 DOK 2 2", "92 RCH 1 1", "201 DOK 1 1", "301 RCH 1 1"} {
		var d uploadedDocument
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &d))
		assert.Equal(t, want, strings.Join([]string{strconv.Itoa(int(d.Folio)), string(d.State), strconv.Itoa(d.Times), strconv.Itoa(d.Versions)}, " "), "%v", d.Details)
	}
}

// Faults may happen to uploads alone.
func TestFaultsAtUploads(t *testing.T) {
	t.Parallel()
	p := start(t, "-json", "-faults", "maintenance", "-faults-at", "uploads", "-chance", "1")
	r := p.ready(t)
	assert.Contains(t, soap(t, r.URL, "CrSeed.jws", "<getSeed/>"), "<SEMILLA>")
	assert.Contains(t, uploaded(t, r.URL, "X", nil), "503 Service Temporarily Unavailable")
	assert.Empty(t, p.end(t))
}

// Who may not send documents has them refused as a whole.
func TestNotSending(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p12, caf := filepath.Join(folder, "id.p12"), filepath.Join(folder, "33.xml")
	p := start(t, "-json", "-p12", p12, "-caf", "33:1-100="+caf, "-not-sending", "-step", "1ns")
	r := p.ready(t)
	id, err := xmlsig.LoadPKCS12(p12, "del-entorno")
	require.NoError(t, err)
	token := signIn(t, r.URL, id)
	trackID := between(t, uploaded(t, r.URL, token, issued(t, id, caf, 1, 1000)), "<TRACKID>", "</TRACKID>")
	assert.Contains(t, state(t, r.URL, token, trackID), "<ESTADO>RFR</ESTADO>")
	p.end(t)
}
