// Package openapi has a library that is not ours judge the description of the
// interface, and what the interface answers by it.
package openapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
	"github.com/ofitec/chile/storage/seal"
)

const base = "/api/v1/sii"

var (
	person  = chile.MustParseRUT("11111111-1")
	company = chile.MustParseRUT("76192083-9")
	october = chile.MustParsePeriod("2026-10")
	now     = time.Date(2026, 10, 28, 12, 0, 0, 0, time.UTC)
)

func clock() time.Time { return now }

// judge sends requests to the interface, and judges them and their answers by its
// description.
type judge struct {
	t       *testing.T
	fake    *siitest.Server
	server  *httptest.Server
	doc     *openapi3.T
	router  routers.Router
	covered map[string]bool
}

func newJudge(t *testing.T) *judge {
	t.Helper()
	fake := siitest.NewServer(siitest.WithClock(clock))
	t.Cleanup(fake.Close)
	fake.AddUser(person, siitest.User{Clave: "secreta01"})
	fake.Authorize(person, company)
	fake.Load(company, october, siitest.Generate(7, company, october, 150))
	options := []sii.Option{sii.WithIdentity(fake.NewIdentity(person)), sii.WithHTTPClient(fake.Client()), sii.WithClock(clock)}
	client, err := sii.NewClient(fake.Environment(), options...)
	require.NoError(t, err)
	ring, err := seal.ParseRing(seal.GenerateKey())
	require.NoError(t, err)
	store := memory.New(memory.WithClock(clock))
	handler, err := siihttp.New(siihttp.Settings{
		Authorize: func(r *http.Request, _ siihttp.Action) error {
			if r.Header.Get("Authorization") == "" {
				return siihttp.ErrUnauthenticated
			}
			return nil
		},
		Store: store, Clients: siihttp.OneClient(client),
		Companies: siihttp.FixedCompanies(siihttp.Company{RUT: company, Name: "Ofitec SpA"}),
		Sessions: &siihttp.Sessions{
			Store: store, Sealer: ring, UserID: func(*http.Request) int64 { return 7 },
			Options: []session.Option{session.WithHTTPClient(fake.Client()), session.WithClock(clock)},
		},
		Books: books,
		Diagnose: func(ctx context.Context, owner chile.RUT) *siidoctor.Diagnosis {
			return siidoctor.Diagnose(ctx, fake.Environment(), &siidoctor.Options{Language: siidoctor.Spanish, Owner: owner}, options...)
		},
		Now: clock,
	})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle(base+"/", http.StripPrefix(base, handler))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { assert.NoError(t, handler.Close(context.Background())) })
	j := &judge{t: t, fake: fake, server: server, covered: map[string]bool{}}
	j.load()
	return j
}

// books has two entries that nobody sold.
func books(context.Context, rcv.Key) iter.Seq2[rcv.Entry, error] {
	return func(yield func(rcv.Entry, error) bool) {
		for folio := range chile.Folio(2) {
			if !yield(rcv.Entry{Counterparty: person, Type: 33, Folio: folio + 1, Date: october.First(), Total: 1190, Key: "A-1"}, nil) {
				return
			}
		}
	}
}

// load takes the description from the interface.
func (j *judge) load() {
	j.t.Helper()
	response := j.send(j.request(http.MethodGet, "/openapi.json", ""))
	var err error
	j.doc, err = openapi3.NewLoader().LoadFromData([]byte(response.body))
	require.NoError(j.t, err)
	require.NoError(j.t, j.doc.Validate(j.t.Context()))
	require.True(j.t, j.doc.IsOpenAPI31OrLater())
	j.router, err = gorillamux.NewRouter(j.doc)
	require.NoError(j.t, err)
}

type answer struct {
	*http.Response
	body string
}

func (j *judge) request(method, path, body string) *http.Request {
	j.t.Helper()
	r, err := http.NewRequestWithContext(j.t.Context(), method, j.server.URL+base+path, strings.NewReader(body))
	require.NoError(j.t, err)
	r.Header.Set("Authorization", "yes")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (j *judge) send(r *http.Request) answer {
	j.t.Helper()
	response, err := j.server.Client().Do(r)
	require.NoError(j.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(j.t, err)
	return answer{response, string(body)}
}

// call makes a call that must have that status, as described.
func (j *judge) call(status int, method, path, body string, header ...string) answer {
	j.t.Helper()
	r := j.request(method, path, body)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got := j.send(r)
	require.Equal(j.t, status, got.StatusCode, "%s %s: %s", method, path, got.body)
	input := j.input(method, path, body, r.Header)
	if status < 400 {
		require.NoError(j.t, openapi3filter.ValidateRequest(j.t.Context(), input), "%s %s", method, path)
	}
	require.NoError(j.t, j.judge(input, got), "%s %s: %s", method, path, got.body)
	j.covered[input.Route.Method+" "+input.Route.Path] = true
	return got
}

// input is a request as the library wants it.
func (j *judge) input(method, path, body string, header http.Header) *openapi3filter.RequestValidationInput {
	j.t.Helper()
	r := httptest.NewRequestWithContext(j.t.Context(), method, base+path, strings.NewReader(body))
	r.Header = header
	route, params, err := j.router.FindRoute(r)
	require.NoError(j.t, err, path)
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
}

func (j *judge) judge(input *openapi3filter.RequestValidationInput, got answer) error {
	return openapi3filter.ValidateResponse(j.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: got.StatusCode, Header: got.Header,
		Body: io.NopCloser(bytes.NewReader([]byte(got.body))), Options: input.Options,
	})
}

func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(a.body), &fields))
	text, ok := fields[name].(string)
	require.True(t, ok, name)
	return text
}

// TestMain has the library take what is no JSON as text.
func TestMain(m *testing.M) {
	for _, media := range []string{"text/event-stream", "text/csv"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.PlainBodyDecoder)
	}
	m.Run()
}

func TestInterfaceIsAsDescribed(t *testing.T) {
	t.Parallel()
	j := newJudge(t)
	get := func(path string, header ...string) answer {
		return j.call(http.StatusOK, http.MethodGet, path, "", header...)
	}
	get("/openapi.json")
	get("/empresas")
	get("/token?rut=76192083-9")
	get("/rcv/compras/resumen?periodo=2026-10") // not imported yet
	j.call(http.StatusOK, http.MethodPost, "/rcv/import", `{"year":2026,"month":10}`)
	j.fake.Change(rcv.Key{Owner: company, Period: october, Book: rcv.Purchases}, func(docs []rcv.Document) []rcv.Document {
		docs[0].Net += 100
		docs[1].State, docs[2].Name = rcv.Reclamado, "Otra razón social"
		return docs[:len(docs)-3]
	})
	job := j.call(http.StatusAccepted, http.MethodPost, "/rcv/import",
		`{"year":2026,"month":9,"rut":"76192083-9","hasta":{"year":2026,"month":10}}`, "Prefer", "respond-async")
	id := job.field(t, "job_id")
	for get("/jobs/"+id).field(t, "estado") != "done" {
		t.Log("the job is under way")
	}
	get("/jobs?limite=10")
	page := get("/rcv/compras?periodo=2026-10&limite=20")
	get("/rcv/compras?periodo=2026-10&limite=20&cursor=" + page.field(t, "siguiente"))
	get("/rcv/ventas?periodo=2026-10&estado=REGISTRO&tipo=33&tipo=61&q=a&rut=76192083-9")
	get("/rcv/compras?periodo=2026-10", "Accept", "text/csv")
	get("/rcv/compras/resumen?periodo=2026-10")
	get("/rcv/ventas/resumen?periodo=2026-10")
	get("/rcv/meses?desde=2026-01&hasta=2026-10")
	get("/cambios?clase=amounts&clase=state&limite=1")
	get("/cambios?periodo=2026-10&libro=compras&desde=2026-10-01")
	get("/pendientes")
	get("/conciliacion?libro=ventas&periodo=2026-10&todos=1")
	get("/diagnostico")
	j.fake.SetUpload(company, "123", siitest.Upload{Estado: "EPR"})
	get("/dte/estado/123")
	get("/dte/estado/999")
	session := j.call(http.StatusOK, http.MethodPost, "/session/start", `{"username":"11111111-1","password":"secreta01"}`).field(t, "session_id")
	j.call(http.StatusOK, http.MethodPost, "/session/pull", `{"session_id":"`+session+`","listado":"compras","rut":"76192083-9","year":2026,"month":10}`)
	j.problems()
	j.events()
	for path, item := range j.doc.Paths.Map() {
		for method := range item.Operations() {
			assert.True(t, j.covered[method+" "+path], "%s %s was not called", method, path)
		}
	}
}

// problems are as described too.
func (j *judge) problems() {
	j.t.Helper()
	j.call(http.StatusBadRequest, http.MethodGet, "/empresas?nada=1", "")
	j.call(http.StatusNotFound, http.MethodGet, "/jobs/nada", "")
	j.call(http.StatusUnprocessableEntity, http.MethodPost, "/rcv/import", `{"year":2026,"month":13}`)
	j.call(http.StatusUnprocessableEntity, http.MethodPost, "/session/start", `{"username":"11111111-1","password":"otra"}`)
	j.call(http.StatusConflict, http.MethodPost, "/session/start", `{"username":"11111111-1","password":"otra"}`)
}

// events are as the description of their data says.
func (j *judge) events() {
	j.t.Helper()
	ctx, cancel := context.WithTimeout(j.t.Context(), time.Minute)
	defer cancel()
	r := j.request(http.MethodGet, "/events", "").WithContext(ctx)
	r.Header.Set("Last-Event-ID", "0")
	response, err := j.server.Client().Do(r)
	require.NoError(j.t, err)
	defer response.Body.Close()
	input := j.input(http.MethodGet, "/events", "", r.Header)
	require.NoError(j.t, openapi3filter.ValidateRequest(j.t.Context(), input))
	j.covered["GET /events"] = true
	schema := j.doc.Components.Schemas["Evento"].Value
	seen := map[string]bool{}
	lines := bufio.NewScanner(response.Body)
	for !seen["cambio"] || !seen["unidad"] || !seen["job"] {
		require.True(j.t, lines.Scan(), "%v", lines.Err())
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var event map[string]any
		require.NoError(j.t, json.Unmarshal([]byte(data), &event))
		require.NoError(j.t, schema.VisitJSON(event, openapi3.EnableJSONSchema2020()), data)
		typ, ok := event["type"].(string)
		require.True(j.t, ok)
		if typ == "ping" {
			j.call(http.StatusAccepted, http.MethodPost, "/rcv/import", `{"year":2026,"month":10}`, "Prefer", "respond-async")
		}
		seen[typ] = true
	}
}

// The judge refuses an answer that is not as described.
func TestJudgeRefuses(t *testing.T) {
	t.Parallel()
	j := newJudge(t)
	input := j.input(http.MethodGet, "/token", "", http.Header{})
	header := http.Header{"Content-Type": {"application/json"}}
	good := answer{&http.Response{StatusCode: http.StatusOK, Header: header}, `{"token":"ABCD…","expires_at":"2026-10-28T10:00:00-03:00"}`}
	require.NoError(t, j.judge(input, good))
	for _, body := range []string{
		`{"token":"ABCD…"}`,
		`{"token":1,"expires_at":"2026-10-28T10:00:00-03:00"}`,
		`{"token":"ABCD…","expires_at":"2026-10-28T10:00:00-03:00","clave":"x"}`,
	} {
		assert.Error(t, j.judge(input, answer{good.Response, body}), body)
	}
}
