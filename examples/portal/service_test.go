package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/sqlite"
)

// The company of most tests.
var owner = chile.MustParseRUT("76192083-9")

// service is a portal with a fake SII, which may be stopped and started again at the
// same address.
type service struct {
	t      *testing.T
	fake   *siitest.Server
	site   *site
	people *people
	store  *cli.Store
	url    string

	mu       sync.Mutex
	asked    []string // addresses, in order
	portal   *portal
	server   *http.Server
	listener net.Listener
}

// newService starts a portal for owner and two more companies.
func newService(t *testing.T, options ...siitest.Option) *service {
	t.Helper()
	fake := siitest.NewServer(options...)
	t.Cleanup(fake.Close)
	for _, company := range companies {
		fake.Authorize(cli.FakeHolder, company.RUT)
	}
	db, err := sqlite.Open(t.Context(), "sqlite", filepath.Join(t.TempDir(), "portal.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	s := &service{
		t: t, fake: fake, store: &cli.Store{Storage: db, Close: db.Close}, people: newPeople(companies[:2]),
		site: &site{
			Site: &cli.Site{
				Environment: fake.Environment(), Identity: fake.NewIdentity(cli.FakeHolder), Credential: cli.FakeHolder.String(),
				Transport: fake.Client().Transport,
			},
			interval: time.Millisecond, companies: companies, finance: companies[:2], close: func() {},
		},
	}
	s.listener, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.url = "http://" + s.listener.Addr().String()
	s.start()
	t.Cleanup(s.stop)
	return s
}

// start serves, at the address of before.
func (s *service) start() {
	s.t.Helper()
	var err error
	if s.listener == nil {
		s.listener, err = net.Listen("tcp", strings.TrimPrefix(s.url, "http://"))
		require.NoError(s.t, err)
	}
	s.portal, err = newPortal(s.site, s.people, s.store, func(string) string { return "" })
	require.NoError(s.t, err)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.mu.Unlock()
		s.portal.ServeHTTP(w, r)
	})
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go s.server.Serve(s.listener)
}

// stop ends as a process that is told to: imports under way are given up.
func (s *service) stop() {
	if s.listener == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.portal.close(ctx)
	_ = s.server.Close()
	s.listener = nil
}

// calls returns how many addresses were asked for that hold the text.
func (s *service) calls(text string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, address := range s.asked {
		if strings.Contains(address, text) {
			n++
		}
	}
	return n
}

// get asks the interface, as another program would, and reads its JSON.
func (s *service) get(as role, path string, into any) (status int) {
	s.t.Helper()
	status, body := s.raw(as, path)
	if into != nil {
		require.NoError(s.t, json.Unmarshal(body, into), "%s", body)
	}
	return status
}

func (s *service) raw(as role, path string) (status int, body []byte) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, http.NoBody)
	require.NoError(s.t, err)
	if as != "" {
		request.Header.Set("Authorization", "Bearer "+s.people.keys[as])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(s.t, err)
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, body
}

// importMonths has months imported and waits for the end, without the page.
func (s *service) importMonths(from, to chile.Period) {
	s.t.Helper()
	client, err := sii.NewClient(s.site.Environment, sii.WithIdentity(s.site.Identity), sii.WithHTTPClient(s.fake.Client()))
	require.NoError(s.t, err)
	engine, err := siihttp.NewLocalEngine(siihttp.LocalEngineSettings{Store: s.store, Clients: siihttp.OneClient(client)})
	require.NoError(s.t, err)
	defer engine.Close(s.t.Context())
	ended := make(chan siihttp.Job, 1)
	defer engine.Watch(func(u siihttp.JobUpdate) {
		if u.Job.State.Ended() {
			ended <- u.Job
		}
	})()
	_, err = engine.Start(s.t.Context(), siihttp.Order{Owner: owner, From: from, To: to})
	require.NoError(s.t, err)
	require.Equal(s.t, siihttp.JobDone, (<-ended).State)
}

// generated loads generated registers of owner.
func (s *service) generated(from, to chile.Period) {
	for period := range from.Through(to) {
		s.fake.Load(owner, period, siitest.Generate(uint64(period.Month), owner, period, 80))
	}
}

// purchases is the register of owner's purchases of a month.
func purchasesOf(period chile.Period) rcv.Key {
	return rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) //nolint:errchkjson // a text
	return string(quoted)
}
