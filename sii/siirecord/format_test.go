package siirecord

import (
	"bytes"
	"flag"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write golden files")

// sample has every part of the format.
func sample() *Cassette {
	at := time.Date(2026, 11, 3, 12, 0, 0, 500_000_000, time.UTC)
	return &Cassette{Exchanges: []Exchange{
		{
			Number: 1, At: at, Took: 120 * time.Millisecond, Method: "POST", URL: "https://palena.sii.cl/DTEWS/GetTokenFromSeed.jws", Operation: "getToken",
			Request: Message{Header: http.Header{"Content-Type": {"text/xml"}, "Empty": {""}}, Body: []byte("<?xml version=\"1.0\"?>\n<a>ñandú</a>\n")},
			Status:  200,
			Response: Message{
				Header: http.Header{"Set-Cookie": {"a=***", "b=XXXXXXX1; Path=/"}},
				Body:   []byte("caf\xe9\r\n\n| + \" #\n\t" + strings.Repeat(`{"detNroDoc":1,"detMntTotal":1190},`, 8) + `"` + strings.Repeat("0", 4500) + `" end`),
			},
		},
		{
			Number: 2, At: at.Add(time.Second), Took: time.Minute, Method: "GET", URL: "https://www4.sii.cl/x?a=1", Operation: "x a=1",
			Failure: &NetError{Kind: Timeout, Text: "no answer: in time"},
		},
		{
			Number: 3, At: at, Method: "GET", URL: "https://www4.sii.cl/x", Status: 503,
			Response: Message{Body: []byte("<html>"), Broken: &NetError{Kind: EOF, Text: "unexpected EOF"}},
		},
		{
			Number: 4, At: at, Method: "POST", URL: "/", Operation: "y", Request: Message{Missing: "it is no text"}, Status: 200,
			Response: Message{Body: []byte("\n"), Missing: "it has more than 1 bytes"},
		},
	}}
}

func (c *Cassette) text() []byte {
	b := []byte(version + "\n")
	for i := range c.Exchanges {
		b = c.Exchanges[i].append(b)
	}
	return b
}

// The format does not change without a new version number.
func TestFormat(t *testing.T) {
	t.Parallel()
	const golden = "testdata/sample.cassette"
	text := sample().text()
	if *update {
		require.NoError(t, os.WriteFile(golden, text, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(text))
	read, err := Open(golden)
	require.NoError(t, err)
	assert.Equal(t, sample(), read)
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := "siirecord/1\n\n== 1\nrequest: GET /\nstatus: 200\n"
	_, err := Read(strings.NewReader(good + "# said by a person\n\n<|a\n"))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"empty":                "",
		"another version":      "siirecord/2\n",
		"no exchange":          "siirecord/1\nat: x\n",
		"wrong number":         "siirecord/1\n== x\n",
		"number twice":         good + "== 1\n",
		"no request":           "siirecord/1\n== 1\nstatus: 200\n",
		"no end":               "siirecord/1\n== 1\nrequest: GET /\n",
		"no end before":        "siirecord/1\n== 1\nrequest: GET /\n== 2\n",
		"both ends":            good + "failed: eof: x\n",
		"wrong status":         "siirecord/1\n== 1\nrequest: GET /\nstatus: 20\n",
		"wrong kind":           "siirecord/1\n== 1\nrequest: GET /\nfailed: boredom: x\n",
		"unknown key":          good + "mood: good\n",
		"no key":               good + "hello\n",
		"answer too early":     "siirecord/1\n== 1\nrequest: GET /\n<|a\n",
		"request too late":     good + ">|a\n",
		"wrong header":         good + "< a\n",
		"wrong header name":    good + "< a b: c\n",
		"wrong quotes":         good + "<\"a\n",
		"wrong quotes, follow": good + "<|a\n<+\"a\n",
		"unknown mark":         good + "<~a\n",
		"nothing":              good + "<\n",
		"nothing missing":      good + "<missing: \n",
		"wrong time":           "siirecord/1\n== 1\nat: yesterday\n",
		"long line":            good + "<|" + strings.Repeat("a", maxLine) + "\n",
		"many headers":         good + strings.Repeat("< a: b\n", maxHeaders+1),
	} {
		_, err := Read(strings.NewReader(text))
		require.ErrorIs(t, err, ErrSyntax, name)
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax, name)
	}
	_, err = Open("testdata/none")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestOperation(t *testing.T) {
	t.Parallel()
	for want, tt := range map[string]struct{ method, address, kind, body string }{
		"getSeed":                     {"POST", "https://palena.sii.cl/DTEWS/CrSeed.jws", "text/xml", `<e:Envelope><e:Body><m:getSeed xmlns:m="x"/></e:Body></e:Envelope>`},
		"getToken":                    {"POST", "/DTEWS/GetTokenFromSeed.jws", "text/xml; charset=UTF-8", `<Envelope><Body><getToken><pszXml>&lt;a/></pszXml></getToken></Body></Envelope>`},
		"getEstUp TrackId=0260001234": {"POST", "/DTEWS/QueryEstUp.jws", "text/xml", `<Envelope><Body><getEstUp><RutCompania>1</RutCompania><DvCompania>9</DvCompania><TrackId>0260001234</TrackId><Token>A1</Token></getEstUp></Body></Envelope>`},
		"getResumen estadoContab=REGISTRO operacion=COMPRA": {"POST", "/a/getResumen", "application/json;charset=UTF-8", `{"metaData":{"transactionId":"1"},"data":{"rutEmisor":"1","operacion":"COMPRA","estadoContab":"REGISTRO","tokenRecaptcha":"t","n":null,"o":{}}}`},
		"CAutInicio.cgi referencia=x":                       {"POST", "/cgi_AUT2000/CAutInicio.cgi", "application/x-www-form-urlencoded", "rut=11111111&dv=1&clave=secreta&referencia=x"},
		"AutTknData.cgi":                                    {"GET", "/cgi_AUT2000/AutTknData.cgi?rnd=123&callback=cb", "", ""},
		"x":                                                 {"POST", "/a/x", "application/json", "{"},
		"y":                                                 {"POST", "/a/y", "text/xml", "<a>"},
		"RUT":                                               {"GET", "/a/76192083-9", "", ""},
		"z a=b??c":                                          {"GET", "/z?a=b%0A%00c", "", ""},
		"/":                                                 {"GET", "https://x", "", ""},
	} {
		address, err := url.Parse(tt.address)
		require.NoError(t, err)
		got := operationOf(tt.method, address, http.Header{"Content-Type": {tt.kind}}, []byte(tt.body))
		if want == "/" {
			want = "."
		}
		assert.Equal(t, want, got)
	}
}

// Requests for the same thing get their answers in order; other requests get their
// own.
func TestReplayerIsStrict(t *testing.T) {
	t.Parallel()
	exchange := func(n int, operation string) Exchange {
		return Exchange{Number: n, Method: "GET", URL: "https://a.cl/x?q=" + operation, Operation: "x q=" + operation, Status: 200, Response: Message{Body: []byte{byte('0' + n)}}}
	}
	cassette := &Cassette{Exchanges: []Exchange{exchange(1, "a"), exchange(2, "b"), exchange(3, "a")}}
	replayer := cassette.Replayer()
	ask := func(method, path string) (string, error) {
		req, err := http.NewRequestWithContext(t.Context(), method, "https://other.cl"+path, http.NoBody)
		require.NoError(t, err)
		resp, err := replayer.RoundTrip(req)
		if err != nil {
			return "", err
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(resp.Body)
		require.NoError(t, err)
		assert.EqualValues(t, 1, resp.ContentLength)
		return body.String(), nil
	}
	for _, wrong := range [][2]string{{"POST", "/x?q=a"}, {"GET", "/y?q=a"}, {"GET", "/x?q=c"}, {"GET", "/x"}} {
		_, err := ask(wrong[0], wrong[1])
		require.ErrorIs(t, err, ErrUnexpected)
	}
	for _, step := range []struct{ q, want string }{{"b", "2"}, {"a", "1"}, {"a", "3"}} {
		require.ErrorIs(t, replayer.Done(), ErrUnused)
		got, err := ask("GET", "/x?q="+step.q)
		require.NoError(t, err)
		assert.Equal(t, step.want, got)
	}
	require.NoError(t, replayer.Done())
	_, err := ask("GET", "/x?q=a")
	require.ErrorIs(t, err, ErrUnexpected)
	assert.NoError(t, (&Cassette{}).Replayer().Done())
}

// FuzzRead: every text is either read or refused, and a read one is written and
// read again unchanged.
func FuzzRead(f *testing.F) {
	f.Add(sample().text())
	f.Add([]byte("siirecord/1\n== 2\nrequest: GET /\n>+\"\\x00\"\n>|\nfailed: other\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		read, err := Read(bytes.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			return
		}
		again, err := Read(bytes.NewReader(read.text()))
		require.NoError(t, err)
		assert.Equal(t, read.text(), again.text())
		for i := range read.Exchanges {
			assert.Equal(t, read.Exchanges[i].Response.Body, again.Exchanges[i].Response.Body)
			assert.Equal(t, read.Exchanges[i].Request.Body, again.Exchanges[i].Request.Body)
		}
	})
}

// FuzzBody: every body is written and read unchanged.
func FuzzBody(f *testing.F) {
	f.Add([]byte("a\r\n\n\"b\" ,{"+strings.Repeat("x,{", 100)), []byte{0xff, 0})
	f.Fuzz(func(t *testing.T, request, response []byte) {
		c := &Cassette{Exchanges: []Exchange{{Number: 1, Method: "GET", URL: "/", Status: 200, Request: Message{Body: request}, Response: Message{Body: response}}}}
		read, err := Read(bytes.NewReader(c.text()))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(request, read.Exchanges[0].Request.Body))
		assert.True(t, bytes.Equal(response, read.Exchanges[0].Response.Body))
	})
}

// FuzzOperation: the operation of every request can be written, and is the same the
// second time.
func FuzzOperation(f *testing.F) {
	f.Add("/a/getResumen?x=y", "application/json", []byte(`{"data":{"a":"b\n"}}`))
	f.Add("/a", "text/xml", []byte(`<e><Body><a><b>c</b></a></Body></e>`))
	f.Fuzz(func(t *testing.T, address, kind string, body []byte) {
		u, err := url.Parse(address)
		if err != nil || len(body) > 1<<14 || len(address) > 1<<10 {
			return
		}
		operation := operationOf("POST", u, http.Header{"Content-Type": {kind}}, body)
		assert.Equal(t, operation, operationOf("POST", u, http.Header{"Content-Type": {kind}}, body))
		assert.True(t, printable(operation), "%q", operation)
		assert.LessOrEqual(t, len(operation), maxOperation+3)
	})
}
