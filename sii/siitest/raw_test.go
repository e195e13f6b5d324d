package siitest_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/xmlsig"
)

// raw talks to a fake as in the notes on the services, without package sii.
type raw struct {
	t   *testing.T
	srv *siitest.Server
	hc  *http.Client
	id  *xmlsig.Identity
}

func newRaw(t *testing.T, opts ...siitest.Option) *raw {
	t.Helper()
	srv := siitest.NewServer(append([]siitest.Option{siitest.WithAnswerForms(siitest.AnswerForms()[0])}, opts...)...)
	t.Cleanup(srv.Close)
	srv.Authorize(holder, owner)
	return &raw{t, srv, srv.Client(), srv.NewIdentity(holder)}
}

// clock is a clock set by a test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)} }

// do sends a request and returns its answer.
func (r *raw) do(req *http.Request) (status int, header http.Header, body string) {
	r.t.Helper()
	hc := *r.hc
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := hc.Do(req)
	require.NoError(r.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(r.t, err)
	return resp.StatusCode, resp.Header, string(b)
}

// soap calls an operation and returns the document in the answer.
func (r *raw) soap(service, inner string) string {
	r.t.Helper()
	return r.unwrap(r.soapAnswer(service, inner))
}

// soapAnswer calls an operation and returns its answer as received.
func (r *raw) soapAnswer(service, inner string) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, "https://palena.sii.cl/DTEWS/"+service, strings.NewReader(
		`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+inner+`</e:Body></e:Envelope>`))
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", "text/xml; charset=UTF-8")
	req.Header["Soapaction"] = []string{`""`}
	_, _, body := r.do(req)
	return body
}

// unwrap returns the document in an answer.
func (r *raw) unwrap(body string) string {
	r.t.Helper()
	var envelope struct {
		Text string `xml:",innerxml"`
	}
	require.NoError(r.t, xml.Unmarshal([]byte(body), &envelope), body)
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&").Replace(envelope.Text)
}

func between(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before)
	require.True(t, ok, "%s in %s", before, text)
	found, _, ok := strings.Cut(rest, after)
	require.True(t, ok)
	return found
}

func (r *raw) seed() string {
	r.t.Helper()
	return between(r.t, r.soap("CrSeed.jws", "<getSeed/>"), "<SEMILLA>", "</SEMILLA>")
}

func (r *raw) sign(document string) string {
	r.t.Helper()
	signed, err := xmlsig.SignEnveloped([]byte(document), r.id)
	require.NoError(r.t, err)
	return string(signed)
}

// exchange sends a signed seed and returns the document in the answer.
func (r *raw) exchange(signed string) string {
	r.t.Helper()
	return r.unwrap(r.exchangeAnswer(signed))
}

func (r *raw) exchangeAnswer(signed string) string {
	r.t.Helper()
	var escaped bytes.Buffer
	require.NoError(r.t, xml.EscapeText(&escaped, []byte(signed)))
	return r.soapAnswer("GetTokenFromSeed.jws", "<getToken><pszXml>"+escaped.String()+"</pszXml></getToken>")
}

func (r *raw) signedSeed(seed string) string {
	r.t.Helper()
	return r.sign("<getToken><item><Semilla>" + seed + "</Semilla></item></getToken>")
}

func (r *raw) token() string {
	r.t.Helper()
	return between(r.t, r.exchange(r.signedSeed(r.seed())), "<TOKEN>", "</TOKEN>")
}

func estado(t *testing.T, document string) string {
	t.Helper()
	return between(t, document, "<ESTADO>", "</ESTADO>")
}

// facade sends a request to the RCV.
func (r *raw) facade(method, token string, change func(*http.Request, map[string]any, map[string]any)) (int, http.Header, string) {
	r.t.Helper()
	return r.do(r.facadeRequest(method, token, change))
}

// facadeRequest is a request to the RCV.
func (r *raw) facadeRequest(method, token string, change func(*http.Request, map[string]any, map[string]any)) *http.Request {
	r.t.Helper()
	return r.pageRequest("/consdcvinternetui/services/data/facadeService/", "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/", method, token, change)
}

// pageRequest is a request to a page of the portal.
func (r *raw) pageRequest(path, namespace, method, token string, change func(*http.Request, map[string]any, map[string]any)) *http.Request {
	r.t.Helper()
	meta := map[string]any{
		"namespace":      namespace + method,
		"conversationId": token, "transactionId": "t-1", "page": nil,
	}
	data := map[string]any{"rutEmisor": "76192083", "dvEmisor": "9", "ptributario": "202610", "estadoContab": "REGISTRO", "operacion": "COMPRA"}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, "https://www4.sii.cl"+path+method, http.NoBody)
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "*/*")
	req.Header.Set("User-Agent", "Mozilla/5.0")
	req.Header.Set("Cookie", "TOKEN="+token)
	if change != nil {
		change(req, meta, data)
	}
	body, err := json.Marshal(map[string]any{"metaData": meta, "data": data})
	require.NoError(r.t, err)
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return req
}

// rules returns the rules that were violated.
func rules(srv *siitest.Server) (all []string) {
	for _, v := range srv.Violations() {
		all = append(all, v.Rule)
	}
	return all
}
