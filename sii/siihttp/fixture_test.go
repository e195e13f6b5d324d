package siihttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

var (
	holder   = chile.MustParseRUT("11111111-1")
	owner    = chile.MustParseRUT("76192083-9")
	stranger = chile.MustParseRUT("77222222-K")
	outsider = chile.MustParseRUT("66666666-6") // has authorised nobody at the SII
	october  = chile.MustParsePeriod("2026-10")
	now      = time.Date(2026, 10, 28, 12, 0, 0, 0, time.UTC)
)

const base = "/api/v1/sii"

// service is a service that embeds the handler, with the fake SII behind it. Three
// people use it: ana, for owner, eva, for stranger, and leo, for outsider. Who they are is in a header.
type service struct {
	t       testing.TB
	fake    *siitest.Server
	store   storage.Storage
	handler *siihttp.Handler
	url     string
	wire    http.RoundTripper
	timeout time.Duration // of the server, for reading and for writing

	logs    *logBuffer
	audit   *auditLog
	asked   *questions
	cleanup func()
}

// allowed says who may see which company.
var allowed = map[string]chile.RUT{"ana": owner, "eva": stranger, "leo": outsider}

func authorize(r *http.Request, action siihttp.Action) error {
	company, known := allowed[r.Header.Get("X-User")]
	switch {
	case !known:
		return siihttp.ErrUnauthenticated
	case !action.Owner.IsZero() && action.Owner != company:
		return errors.New("not her company")
	}
	return nil
}

func clock() time.Time { return now }

// start starts a service. change may change its settings.
func start(t testing.TB, change func(*siihttp.Settings)) *service {
	t.Helper()
	s := &service{t: t, fake: siitest.NewServer(siitest.WithClock(clock)), logs: &logBuffer{}, audit: &auditLog{}, asked: &questions{}}
	t.Cleanup(s.fake.Close)
	for i, company := range []chile.RUT{owner, stranger} {
		s.fake.Authorize(holder, company)
		for _, period := range []chile.Period{october.Previous(), october} {
			s.fake.Load(company, period, siitest.Generate(uint64(i+1), company, period, 20))
		}
	}
	s.store = memory.New(memory.WithClock(clock))
	s.serve(change)
	return s
}

// client returns a client of the fake.
func (s *service) client() *sii.Client {
	s.t.Helper()
	client, err := sii.NewClient(s.fake.Environment(), sii.WithIdentity(s.fake.NewIdentity(holder)),
		sii.WithHTTPClient(s.fake.Client()), sii.WithClock(clock))
	require.NoError(s.t, err)
	return client
}

// serve starts the handler on the store.
func (s *service) serve(change func(*siihttp.Settings)) {
	s.t.Helper()
	config := siihttp.Settings{
		Authorize: func(r *http.Request, action siihttp.Action) error {
			s.asked.add(action)
			return authorize(r, action)
		},
		Store:     s.store,
		Clients:   siihttp.OneClient(s.client()),
		Companies: siihttp.FixedCompanies(siihttp.Company{RUT: owner, Name: "Ofitec SpA"}, siihttp.Company{RUT: stranger}, siihttp.Company{RUT: outsider}),
		Who:       func(r *http.Request) string { return r.Header.Get("X-User") },
		Audit:     s.audit.add,
		Logger:    slog.New(slog.NewTextHandler(s.logs, nil)),
		Now:       clock,
		Limits:    siihttp.Limits{Feed: 20 * time.Millisecond},
	}
	if change != nil {
		change(&config)
	}
	var err error
	s.handler, err = siihttp.New(config)
	require.NoError(s.t, err)
	mux := http.NewServeMux()
	mux.Handle(base+"/", http.StripPrefix(base, s.handler))
	server := httptest.NewUnstartedServer(mux)
	server.Config.ReadTimeout, server.Config.WriteTimeout = s.timeout, s.timeout
	server.Start()
	s.url, s.wire = server.URL+base, server.Client().Transport
	s.cleanup = sync.OnceFunc(func() {
		assert.NoError(s.t, s.handler.Close(context.Background()))
		server.Close()
	})
	s.t.Cleanup(s.cleanup)
}

// answer is an answer as received.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// json reads the body into a value.
func (a answer) json(into any) {
	a.t.Helper()
	require.NoError(a.t, json.Unmarshal([]byte(a.body), into), a.body)
}

// problem reads a problem.
func (a answer) problem() siihttp.Problem {
	a.t.Helper()
	var p siihttp.Problem
	assert.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"), a.body)
	a.json(&p)
	assert.Equal(a.t, a.status, p.Status)
	return p
}

func (s *service) get(user, path string) answer {
	s.t.Helper()
	return s.do(s.request(user, http.MethodGet, path, ""))
}

func (s *service) post(user, path, body string) answer {
	s.t.Helper()
	return s.do(s.request(user, http.MethodPost, path, body))
}

func (s *service) request(user, method, path, body string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if user != "" {
		r.Header.Set("X-User", user)
	}
	if body != "" || method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (s *service) do(r *http.Request) answer {
	s.t.Helper()
	response, err := s.wire.RoundTrip(r)
	require.NoError(s.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return answer{s.t, response.StatusCode, response.Header, string(body)}
}

// change changes the first purchase of october at the SII.
func (s *service) change() {
	s.fake.Change(rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, func(docs []rcv.Document) []rcv.Document {
		docs[0].Net += 100
		return docs
	})
}

// logBuffer is a log that may be read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// auditLog keeps the audit records.
type auditLog struct {
	mu      sync.Mutex
	records []siihttp.AuditRecord
}

func (a *auditLog) add(_ context.Context, record siihttp.AuditRecord) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.records = append(a.records, record)
	return nil
}

func (a *auditLog) all() []siihttp.AuditRecord {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]siihttp.AuditRecord(nil), a.records...)
}

// questions keeps the actions that Authorize received.
type questions struct {
	mu      sync.Mutex
	actions []siihttp.Action
}

func (q *questions) add(action siihttp.Action) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.actions = append(q.actions, action)
}

func (q *questions) take() []siihttp.Action {
	q.mu.Lock()
	defer q.mu.Unlock()
	actions := q.actions
	q.actions = nil
	return actions
}
