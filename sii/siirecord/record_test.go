package siirecord_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siirecord"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	holder  = chile.MustParseRUT("11111111-1")
	october = chile.MustParsePeriod("2026-10")
)

func newFake(t *testing.T, documents int) *siitest.Server {
	t.Helper()
	srv := siitest.NewServer()
	t.Cleanup(srv.Close)
	srv.Authorize(holder, owner)
	srv.Load(owner, october, siitest.Generate(7, owner, october, documents))
	return srv
}

func newClient(t *testing.T, srv *siitest.Server, opts ...sii.Option) *sii.Client {
	t.Helper()
	client, err := sii.NewClient(srv.Environment(), append([]sii.Option{sii.WithIdentity(srv.NewIdentity(holder))}, opts...)...)
	require.NoError(t, err)
	return client
}

// rows are the documents of both books in a store.
func rows(t *testing.T, store storage.Registers) (docs []rcv.Document) {
	t.Helper()
	for _, book := range []rcv.Book{rcv.Purchases, rcv.Sales} {
		for stored, err := range store.Documents(t.Context(), storage.DocumentQuery{Owner: owner, Book: book}) {
			require.NoError(t, err)
			docs = append(docs, stored.Document)
		}
	}
	return docs
}

// A recorded month gives the same rows again, without the SII.
func TestMonthIsReplayed(t *testing.T) {
	t.Parallel()
	for name, compressed := range map[string]bool{"plain": false, "gzip": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t, 150)
			if compressed {
				srv.Fail(siitest.OpAny, siitest.Fault{Gzip: true})
			}
			path := filepath.Join(t.TempDir(), "month.cassette")
			recorder, err := siirecord.Create(path, nil)
			require.NoError(t, err)
			live, again := memory.New(), memory.New()
			client := newClient(t, srv, sii.WithHTTPClient(srv.Client()), sii.WithRoundTripper(recorder.Around))
			syncer, err := siisync.New(client, live)
			require.NoError(t, err)
			_, err = syncer.Period(t.Context(), owner, october)
			require.NoError(t, err)
			require.NoError(t, recorder.Close())
			srv.Close()

			cassette, err := siirecord.Open(path)
			require.NoError(t, err)
			replayer := cassette.Replayer()
			client = newClient(t, srv, sii.WithHTTPClient(&http.Client{Transport: replayer}))
			syncer, err = siisync.New(client, again)
			require.NoError(t, err)
			_, err = syncer.Period(t.Context(), owner, october)
			require.NoError(t, err)
			require.NoError(t, replayer.Done())
			assert.Equal(t, rows(t, live), rows(t, again))
			assert.Len(t, rows(t, again), 150)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			assertNone(t, string(text), srv.Secrets()...)
			for _, readable := range []string{"operation: getDetalleCompra ", `"detRznSoc"`} {
				assert.True(t, strings.Contains(string(text), readable), "it can be read: %s", readable)
			}

			_, err = client.RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: rcv.Sales}, rcv.Registro)
			require.ErrorIs(t, err, siirecord.ErrUnexpected, "each exchange is for one request")
		})
	}
}

// assertNone: no secret is in the text, in any encoding.
func assertNone(t *testing.T, text string, secrets ...string) {
	t.Helper()
	require.NotEmpty(t, secrets)
	folded := strings.ToLower(text)
	for _, secret := range secrets {
		for _, form := range []string{
			secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret)),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawStdEncoding.EncodeToString([]byte("x" + secret))[2:10],
		} {
			assert.False(t, strings.Contains(folded, strings.ToLower(form)), "%q stands as %q", secret, form)
		}
	}
}

func TestFileIsTheOwnersAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c")
	recorder, err := siirecord.Create(path, nil)
	require.NoError(t, err)
	require.NoError(t, recorder.Close())
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.EqualValues(t, 0o600, info.Mode().Perm())
	}
	_, err = siirecord.Create(path, nil)
	require.ErrorIs(t, err, fs.ErrExist, "a cassette is not overwritten")
}

// record sends a request through a recorder to a handler and returns the cassette.
func record(t *testing.T, options *siirecord.Settings, handler http.HandlerFunc, requests ...*http.Request) string {
	t.Helper()
	srv := httptest.NewServer(handler)
	defer srv.Close()
	var cassette bytes.Buffer
	recorder := siirecord.NewRecorder(&cassette, options)
	base := &http.Transport{DisableCompression: true}
	defer base.CloseIdleConnections()
	for _, req := range requests {
		target, err := url.Parse(srv.URL)
		require.NoError(t, err)
		req.URL.Scheme, req.URL.Host = target.Scheme, target.Host
		resp, err := recorder.Around(base).RoundTrip(req)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		require.NoError(t, resp.Body.Close())
	}
	return cassette.String()
}

func request(t *testing.T, method, path, contentType, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://x"+path, strings.NewReader(body))
	require.NoError(t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req
}

// Secrets are not in a cassette, wherever they occur.
func TestSecretsAreNotWritten(t *testing.T) {
	t.Parallel()
	const token, clave, cookie, seed, given = "A1B2C3D4E5F6G", "mi clave secreta!", "cookiesecreta99", "012345678912", "hunter22"
	for name, tt := range map[string]struct {
		request func(req *http.Request)
		body    string
		header  http.Header
		answer  string
	}{
		"cookie": {request: func(req *http.Request) { req.Header.Set("Cookie", "TOKEN="+token+"; CSESSIONID="+token+"; x="+cookie) }},
		"authorization": {request: func(req *http.Request) {
			req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("a:"+given)))
		}},
		"address":        {request: func(req *http.Request) { req.URL.RawQuery = "a=1&token=" + token + "&clave=" + url.QueryEscape(clave) }},
		"user":           {request: func(req *http.Request) { req.URL.User = url.UserPassword("a", given) }},
		"other header":   {request: func(req *http.Request) { req.Header.Set("X-Debug", "token: "+token) }},
		"form":           {body: "rut=11111111&dv=1&clave=" + url.QueryEscape(clave) + "&411="},
		"JSON":           {body: `{"metaData":{"conversationId":"` + token + `"},"data":{"clave":"mi clave secreta!"}}`},
		"signed seed":    {body: `<pszXml>&lt;getToken&gt;&lt;Semilla&gt;` + seed + `&lt;/Semilla&gt;&lt;SignatureValue&gt;` + token + token + `&lt;/SignatureValue&gt;&lt;X509Certificate&gt;` + token + `&lt;/X509Certificate&gt;</pszXml>`},
		"set":            {header: http.Header{"Set-Cookie": {"TOKEN=" + token + "; Path=/; Secure", "x=" + cookie + "; Domain=.sii.cl"}}},
		"location":       {header: http.Header{"Location": {"https://x.sii.cl/?token=" + token}}},
		"seed":           {answer: "<r>&lt;SII:RESP_BODY&gt;&lt;SEMILLA&gt;" + seed + "&lt;/SEMILLA&gt;</r>"},
		"token":          {answer: "<r>&lt;TOKEN&gt;" + token + "&lt;/TOKEN&gt;</r>"},
		"twice escaped":  {answer: "<r>&amp;lt;TOKEN&amp;gt;" + token + "&amp;lt;/TOKEN&amp;gt;</r>"},
		"CDATA":          {answer: "<r><![CDATA[<TOKEN>" + token + "</TOKEN>]]></r>"},
		"echo":           {request: func(req *http.Request) { req.Header.Set("Cookie", "x="+cookie) }, answer: `{"a":"` + cookie + `","b":"` + base64.StdEncoding.EncodeToString([]byte(cookie)) + `","c":"\u0063ookiesecreta99"}`},
		"given":          {answer: "nobody would know: " + given + " " + url.QueryEscape(url.QueryEscape("!"+given))},
		"page":           {answer: `<form><input type=hidden name="clave" value="` + clave + `"></form><script>var token = '` + token + `';</script>`},
		"no text":        {answer: "\x00\x01\x02\x03" + given + "\x00\x00\x00"},
		"one long value": {answer: strings.Repeat("a", 200<<10) + given},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, compressed := range []bool{false, true} {
				req := request(t, http.MethodPost, "/a/b", "", tt.body)
				if tt.request != nil {
					tt.request(req)
				}
				text := record(t, &siirecord.Settings{Secrets: []string{given}}, func(w http.ResponseWriter, _ *http.Request) {
					for name, values := range tt.header {
						w.Header()[name] = values
					}
					out := io.Writer(w)
					if compressed {
						w.Header().Set("Content-Encoding", "gzip")
						zip := gzip.NewWriter(w)
						defer zip.Close()
						out = zip
					}
					_, _ = io.WriteString(out, tt.answer)
				}, req)
				assertNone(t, text, token, clave, cookie, seed, given)
				assert.Contains(t, text, "status: 200")
				_, err := siirecord.Read(strings.NewReader(text))
				require.NoError(t, err, "%s", text)
			}
		})
	}
}

// A login to the portal, with clave and cookies, leaves no secret, and can be
// replayed.
func TestPortalLoginIsReplayed(t *testing.T) {
	t.Parallel()
	srv := newFake(t, 0)
	const clave = "prueba-2026"
	srv.AddUser(holder, siitest.User{Clave: clave, Name: "Juana Prueba Soto"})
	var cassette bytes.Buffer
	recorder := siirecord.NewRecorder(&cassette, nil)
	login := func(transport http.RoundTripper) *session.Session {
		s, err := session.New(session.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.NoError(t, s.Login(t.Context(), holder, []byte(clave)))
		return s
	}
	who, err := login(recorder.Around(srv.Client().Transport)).WhoAmI(t.Context())
	require.NoError(t, err)
	require.NoError(t, recorder.Close())
	assertNone(t, cassette.String(), append(srv.Secrets(), clave)...)

	read, err := siirecord.Read(&cassette)
	require.NoError(t, err)
	again, err := login(read.Replayer()).WhoAmI(t.Context())
	require.NoError(t, err)
	assert.Equal(t, who.Name, again.Name)
	assert.Equal(t, who.RUT, again.RUT)
}

// A replayed network failure is the same failure.
func TestFailuresAreReplayed(t *testing.T) {
	t.Parallel()
	for name, symptom := range map[string]siitest.Fault{
		"reset": fault.ResetConnection(), "dropped": fault.Dropped(), "cut off": fault.CutOff(300),
		"maintenance": fault.Maintenance(), "session over": fault.SessionOver(), "unknown": fault.UnknownJSON(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newFake(t, 30)
			srv.Fail(siitest.OpSummary, symptom)
			var cassette bytes.Buffer
			recorder := siirecord.NewRecorder(&cassette, nil)
			ask := func(opts ...sii.Option) error {
				client := newClient(t, srv, append(opts, sii.WithRetry(sii.RetrySettings{Attempts: 1}))...)
				_, err := client.RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, rcv.Registro)
				return err
			}
			live := ask(sii.WithHTTPClient(srv.Client()), sii.WithRoundTripper(recorder.Around))
			require.Error(t, live)
			require.NoError(t, recorder.Close())
			read, err := siirecord.Read(&cassette)
			require.NoError(t, err)
			replayer := read.Replayer()
			again := ask(sii.WithHTTPClient(&http.Client{Transport: replayer}))
			require.Error(t, again)
			assert.Equal(t, sii.KindName(live), sii.KindName(again))
			require.NoError(t, replayer.Done())
		})
	}
}

func TestCanceledAndTimeout(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancelLate()
	gone := errors.New("the user has left")
	left, leave := context.WithCancelCause(t.Context())
	leave(gone)
	text := record(t, nil, func(http.ResponseWriter, *http.Request) {},
		request(t, http.MethodGet, "/a", "", "").WithContext(ended), request(t, http.MethodGet, "/b", "", "").WithContext(late),
		request(t, http.MethodGet, "/c", "", "").WithContext(left))
	cassette, err := siirecord.Read(strings.NewReader(text))
	require.NoError(t, err)
	replayer := cassette.Replayer()
	for path, want := range map[string]error{"/a": context.Canceled, "/b": context.DeadlineExceeded, "/c": context.Canceled} {
		_, err := replayer.RoundTrip(request(t, http.MethodGet, path, "", ""))
		require.ErrorIs(t, err, want, text)
		var timeout interface{ Timeout() bool }
		require.ErrorAs(t, err, &timeout)
		assert.Equal(t, path == "/b", timeout.Timeout())
	}
}

// The bounds hold, and do not disturb the requests.
func TestBounds(t *testing.T) {
	t.Parallel()
	answer := strings.Repeat("<td>0123456789</td>\n", 1000)
	handler := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }
	text := record(t, &siirecord.Settings{MaxBody: 5000}, handler, request(t, http.MethodPost, "/a", "", strings.Repeat("x y\n", 2000)))
	cassette, err := siirecord.Read(strings.NewReader(text))
	require.NoError(t, err)
	e := cassette.Exchanges[0]
	assert.Equal(t, answer[:5000], string(e.Response.Body))
	assert.Equal(t, "it has more than 5000 bytes", e.Response.Missing)
	assert.Equal(t, e.Response.Missing, e.Request.Missing)
	resp, err := cassette.Replayer().RoundTrip(request(t, http.MethodPost, "/a", "", ""))
	require.NoError(t, err)
	_, err = io.ReadAll(resp.Body)
	require.ErrorIs(t, err, siirecord.ErrMissing)

	var full bytes.Buffer
	recorder := siirecord.NewRecorder(&full, &siirecord.Settings{MaxSize: 30_000})
	srv := httptest.NewServer(http.HandlerFunc(handler))
	defer srv.Close()
	for range 3 {
		resp, err := (&http.Client{Transport: recorder.Around(srv.Client().Transport)}).Get(srv.URL)
		require.NoError(t, err)
		got, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		assert.Equal(t, answer, string(got))
	}
	require.ErrorIs(t, recorder.Err(), siirecord.ErrFull)
	require.ErrorIs(t, recorder.Close(), siirecord.ErrFull)
	assert.LessOrEqual(t, full.Len(), 30_000)
	cassette, err = siirecord.Read(&full)
	require.NoError(t, err, "what is there is whole")
	assert.Len(t, cassette.Exchanges, 1)

	broken := siirecord.NewRecorder(brokenDisk{}, nil)
	resp, err = (&http.Client{Transport: broken.Around(srv.Client().Transport)}).Get(srv.URL)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.ErrorContains(t, broken.Close(), "no space")
}

// The cassette can be read, whatever the headers of an answer.
func TestManyHeaders(t *testing.T) {
	t.Parallel()
	req := request(t, http.MethodHead, "/"+strings.Repeat("a", 20_000), "", "")
	text := record(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 400 {
			w.Header().Add("X-Many", strings.Repeat("b", i))
		}
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("X-Long", strings.Repeat("c d ", 20_000))
	}, req)
	cassette, err := siirecord.Read(strings.NewReader(text))
	require.NoError(t, err)
	assert.Empty(t, cassette.Exchanges[0].Response.Missing, "an answer to HEAD has no body")
}

type brokenDisk struct{}

func (brokenDisk) Write([]byte) (int, error) { return 0, errors.New("no space") }

// If a client stops reading rows, the recording of that answer ends there.
func TestAnswerThatIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "abc")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, strings.Repeat("d", 100))
	}))
	defer srv.Close()
	var out bytes.Buffer
	recorder := siirecord.NewRecorder(&out, nil)
	resp, err := (&http.Client{Transport: recorder.Around(srv.Client().Transport)}).Get(srv.URL)
	require.NoError(t, err)
	_, err = io.ReadFull(resp.Body, make([]byte, 2))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	cassette, err := siirecord.Read(&out)
	require.NoError(t, err)
	require.Len(t, cassette.Exchanges, 1)
	assert.Equal(t, "ab", string(cassette.Exchanges[0].Response.Body))
	assert.Equal(t, "the client did not read it to its end", cassette.Exchanges[0].Response.Missing)
}

func TestNegativeBounds(t *testing.T) {
	t.Parallel()
	for _, options := range []siirecord.Settings{{MaxBody: -1}, {MaxSize: -1}} {
		path := filepath.Join(t.TempDir(), "cassette")
		_, err := siirecord.Create(path, &options)
		require.ErrorIs(t, err, chile.ErrRange)
		require.NoFileExists(t, path)
		var out strings.Builder
		recorder := siirecord.NewRecorder(&out, &options)
		require.ErrorIs(t, recorder.Err(), chile.ErrRange)
		require.ErrorIs(t, recorder.Close(), chile.ErrRange)
		assert.Empty(t, out.String())
	}
}
