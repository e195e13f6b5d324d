package siitest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/wait"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

// hosts are the SII's hosts that the fake serves under.
var hosts = []string{
	"palena.sii.cl", "maullin.sii.cl", "www4.sii.cl", "www4c.sii.cl",
	"zeusr.sii.cl", certificateHost, "misiir.sii.cl", "www1.sii.cl", "loa.sii.cl", // the portal
	"api.sii.cl", "apicert.sii.cl", // the service of the boletas
}

// curves are the quickest: tests make many connections, and none has a secret.
var curves = []tls.CurveID{tls.CurveP256}

// certificateHost is the host that asks for a client certificate.
const certificateHost = "herculesr.sii.cl"

// Server is a fake SII. Its methods may be called from many goroutines at once,
// also while it serves.
type Server struct {
	listener  net.Listener
	http      *http.Server
	served    chan struct{} // closed when the listener is no longer served
	authority *authority
	dial      func(ctx context.Context) (net.Conn, error)

	now        func() time.Time
	sleep      func(ctx context.Context, d time.Duration) error
	latency    time.Duration
	bandwidth  int
	seedNumber uint64
	tokensMost int // per holder; 0 is no limit

	mu          sync.Mutex
	random      *source
	forms       []AnswerForm
	liveErrors  bool
	loginPage   LoginPage
	exportMax   int
	detailMax   int
	exportForm  LimitForm
	deferred    deferred
	recaptcha   func(action, token string) bool
	nullTypes   bool
	textNumbers bool
	seeds       map[string]seed
	tokens      map[string]*session
	holders     map[chile.RUT]bool
	users       map[chile.RUT]*user
	bhe         map[listKey][]Honorarium
	listed      map[listKey][]Listing
	trusted     []*x509.Certificate
	authorized  map[chile.RUT]map[chile.RUT]bool
	names       map[chile.RUT]string
	registers   registers
	boletas     map[boletas][]rcv.BoletaDay
	uploads     map[uploadKey][]Upload
	documents   map[chile.DocumentID]Document
	faults      []*scripted
	scripted    uint64 // how many there were
	counts      map[Op]int
	requests    []*Request
	secrets     []string
	violations  []Violation
	answers     int
	identities  int64
}

// seed is a seed that was given.
type seed struct {
	given  time.Time
	boleta bool // by the service of the boletas, for no other
}

// session is a token that was given.
type session struct {
	holder  chile.RUT
	lastUse time.Time

	boleta bool // of the service of the boletas, and of no other

	// Of sessions of the portal.
	portal  bool
	opened  time.Time
	company chile.RUT // that was chosen in MIPYME
}

// Option changes a Server.
type Option func(*Server)

// WithClock sets the clock. The default is time.Now.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.now = now } }

// WithSleep sets how time passes that an answer takes: by latency, bandwidth and
// faults. The function waits that long by the clock of WithClock, or until the
// context ends, which is its error. The default lets real time pass.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(s *Server) { s.sleep = sleep }
}

// WithLatency sets how long every answer takes.
func WithLatency(d time.Duration) Option { return func(s *Server) { s.latency = d } }

// WithBandwidth sets how many bytes a second an answer comes in. The default is
// no limit.
func WithBandwidth(bytes int) Option { return func(s *Server) { s.bandwidth = bytes } }

// WithoutNetwork has the connections of Client be in memory, in place of the
// loopback interface. Such a fake, with its client, works in a bubble of package
// testing/synctest in which both were made; not so in FIPS mode, in which Go finds
// no entropy in a bubble.
func WithoutNetwork() Option {
	return func(s *Server) {
		pipes := newPipes()
		s.listener, s.dial = pipes, pipes.dial
	}
}

// WithListener has the fake serve on a listener, with TLS, under the SII's host
// names and those of this machine. Clients other than Client trust CA, and find
// the names there by what their system says. Close closes it.
func WithListener(listener net.Listener) Option { return func(s *Server) { s.listenOn(listener) } }

// WithSeed sets what seeds and tokens are made of, and to which calls random
// faults happen. The default is 1: every server gives the same ones.
func WithSeed(seed uint64) Option {
	return func(s *Server) { s.random, s.seedNumber = newSource(seed), seed }
}

// WithSessionLimit has no more tokens given to a holder who has that many: the
// SII has at most ten open sessions of one user at once (its list of messages,
// code 27). Unverified: whether the tokens of its services count. The default is
// no limit.
func WithSessionLimit(tokens int) Option { return func(s *Server) { s.tokensMost = tokens } }

// WithLiveErrors has getToken answer 10, "Error Interno", for whatever is wrong
// with a signature or certificate, as the SII was seen to do in 2026. The
// default are the codes of its manual.
func WithLiveErrors() Option { return func(s *Server) { s.liveErrors = true } }

// LoginPage is how the RCV answers a request without a good token.
type LoginPage int

// The ways, of which clients report both.
const (
	LoginRedirect LoginPage = iota // status 302 to the login page
	LoginHTML                      // the login page, with status 200
)

// WithLoginPage sets how the RCV answers a request without a good token. The
// default is LoginRedirect.
func WithLoginPage(page LoginPage) Option { return func(s *Server) { s.loginPage = page } }

// WithExportLimit has exports of more documents refused, to be downloaded
// deferred. The default is no limit.
func WithExportLimit(documents int) Option { return func(s *Server) { s.exportMax = documents } }

// WithDetailLimit does the same with the rows of getDetalleCompra and
// getDetalleVenta.
func WithDetailLimit(documents int) Option { return func(s *Server) { s.detailMax = documents } }

// LimitForm is how the SII says that there are too many documents.
type LimitForm int

// The forms, of which clients report the first two.
const (
	LimitRefusal LimitForm = iota // codRespuesta 99, and words
	LimitEmpty                    // no rows, as if there were none
	LimitHeader                   // a header without rows; of rows in JSON, none
)

// WithLimitForm sets how the limits are told. The default is LimitRefusal.
func WithLimitForm(form LimitForm) Option { return func(s *Server) { s.exportForm = form } }

// WithNullTypes leaves out detTipoDoc in rows of purchases, as some answers do.
func WithNullTypes() Option { return func(s *Server) { s.nullTypes = true } }

// WithTextNumbers writes numbers of rows as text, as some answers do.
func WithTextNumbers() Option { return func(s *Server) { s.textNumbers = true } }

// NewServer starts a fake SII. It panics if it cannot listen on the loopback
// interface.
func NewServer(opts ...Option) *Server {
	s := &Server{
		authority: newAuthority(), served: make(chan struct{}),
		now:    time.Now, //nolint:forbidigo // the default of WithClock
		sleep:  wait.For,
		random: newSource(1), seedNumber: 1, forms: AnswerForms(),
		seeds: map[string]seed{}, tokens: map[string]*session{},
		holders: map[chile.RUT]bool{}, users: map[chile.RUT]*user{}, bhe: map[listKey][]Honorarium{}, listed: map[listKey][]Listing{},
		authorized: map[chile.RUT]map[chile.RUT]bool{}, names: map[chile.RUT]string{},
		boletas: map[boletas][]rcv.BoletaDay{}, deferred: deferred{looked: map[rcv.Key]bool{}},
		uploads:   map[uploadKey][]Upload{},
		documents: map[chile.DocumentID]Document{}, counts: map[Op]int{},
	}
	for _, opt := range opts {
		opt(s)
	}
	if s.listener == nil {
		s.listen()
	}
	s.http = &http.Server{Handler: s.hosted(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: discard}
	config := &tls.Config{Certificates: []tls.Certificate{s.authority.hosts}, MinVersion: tls.VersionTLS12, CurvePreferences: curves}
	asking := config.Clone()
	asking.ClientAuth = tls.RequestClientCert // whether it will do is said on a page
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if hello.ServerName == certificateHost {
			return asking, nil
		}
		return nil, nil //nolint:nilnil // the configuration as it is
	}
	go func() {
		defer close(s.served)
		if err := s.http.Serve(tls.NewListener(s.listener, config)); !errors.Is(err, http.ErrServerClosed) {
			panic(fmt.Sprintf("siitest: %v", err)) //nolint:forbidigo // as httptest does; said in the documentation
		}
	}()
	return s
}

func (s *Server) listen() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("siitest: %v", err)) //nolint:forbidigo // as httptest does; said in the documentation
	}
	s.listenOn(listener)
}

func (s *Server) listenOn(listener net.Listener) {
	address, dialer := listener.Addr(), &net.Dialer{Timeout: 10 * time.Second}
	s.listener = listener
	s.dial = func(ctx context.Context) (net.Conn, error) {
		return dialer.DialContext(ctx, address.Network(), address.String())
	}
}

// Close stops the server and breaks its connections.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.served
}

// Environment returns an environment with the hosts of production, which the
// server answers for, under the name fake: its tokens are not taken for real
// ones.
func (s *Server) Environment() sii.Environment {
	environment := sii.Production()
	environment.Name = "fake"
	return environment
}

// Client returns an HTTP client that finds the SII's hosts at the server and
// trusts its certificate. It reaches nothing else: whoever tries has done
// something wrong, since the SII's hosts have TLS at the usual port alone. Close
// its idle connections when done, or let Close break them.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, host string) (net.Conn, error) {
			name, port, err := net.SplitHostPort(host)
			if err != nil || port != "443" || !slices.Contains(hosts, name) {
				s.violate(OpOther, "host", host+" is no host of the SII")
				return nil, fmt.Errorf("siitest: %s is no host of the SII", host)
			}
			return s.dial(ctx)
		},
		TLSClientConfig:       &tls.Config{RootCAs: s.authority.roots, MinVersion: tls.VersionTLS12, CurvePreferences: curves},
		ForceAttemptHTTP2:     false,
		ResponseHeaderTimeout: time.Minute,
	}}
}

// Authorize lets the holder of a certificate act for a company at the SII. The
// holder is registered, if it is not yet.
func (s *Server) Authorize(holder, owner chile.RUT) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holders[holder] = true
	if s.authorized[holder] == nil {
		s.authorized[holder] = map[chile.RUT]bool{}
	}
	s.authorized[holder][owner] = true
}

// RevokeTokens makes every token that was given no longer good.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}
