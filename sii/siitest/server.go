package siitest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
)

// discard drops the messages of net/http about connections.
var discard = log.New(io.Discard, "", 0)

// curves are the fastest: tests make many connections, and none is secret.
var curves = []tls.CurveID{tls.CurveP256}

// Server is a fake SII. It is safe for concurrent use, even while it serves.
type Server struct {
	listener  net.Listener
	http      *http.Server
	served    chan struct{} // closed when the listener is no longer served
	authority *authority
	dial      func(ctx context.Context) (net.Conn, error)

	// The parts. Each has its own lock.
	desk      *desk
	signIn    *signIn
	soap      *soapHandler
	facade    *facadeHandler
	registers *registers
	exports   *deferredExports
	portal    *portal
	world     *world
	cafs      *cafSource
	uploads   *uploads
	documents *documents
	boletas   *boletaService
}

// NewServer starts a fake SII. It panics if it cannot listen on the loopback
// interface, and for an invalid option: a nil function, or a negative number.
func NewServer(opts ...Option) *Server {
	c := newConfig(opts)
	s := &Server{listener: c.listener, dial: c.dial, served: make(chan struct{}), authority: newAuthority(hosts[0])}
	s.assemble(c)
	s.start()
	return s
}

// assemble makes the parts, dependencies first.
func (s *Server) assemble(c *config) {
	random := &sharedSource{source: newSource(c.seed)}
	s.desk = &desk{now: c.now, sleep: c.sleep, latency: c.latency, bandwidth: c.bandwidth, access: newAccess(random)}
	s.desk.script.seed = c.seed
	s.signIn = &signIn{
		desk: s.desk, authority: s.authority, random: random, liveErrors: c.liveErrors, tokensMost: c.tokensMost, seeds: map[string]seed{},
	}
	s.soap = newSOAPHandler(s.desk, c.forms)
	s.world = newWorld()
	s.cafs = newCAFSource(c.seed)
	s.registers = newRegisters(s.desk, c.registers)
	s.uploads = newUploads(s.desk, s.soap, s.world)
	s.uploads.registered, s.uploads.enter = s.known, s.registers.enter
	s.documents = &documents{
		desk: s.desk, soap: s.soap, registered: s.registered, uploaded: s.uploaded, absent: s.absent, scripted: map[chile.DocumentID]Document{},
	}
	s.boletas = &boletaService{desk: s.desk, uploads: s.uploads, documents: s.documents, forms: c.boletaForms}
	s.soap.add(s.signIn.services())
	s.soap.add(s.uploads.services())
	s.soap.add(s.documents.services())
	s.facade = &facadeHandler{desk: s.desk, loginPage: c.loginPage}
	s.exports = &deferredExports{registers: s.registers, facade: s.facade, looked: map[rcv.Key]bool{}}
	s.facade.pages = registerPages(s.registers, s.exports)
	s.portal = newPortal(s.desk, s.authority, random)
}

// registered finds a document in a register.
func (s *Server) registered(id chile.DocumentID, receiver chile.RUT) (Document, bool) {
	doc, of, ok := s.registers.find(id, receiver)
	return Document{Receiver: of, Issued: doc.Issued, Total: doc.Total}, ok
}

// known is registered for the judge of uploads.
func (s *Server) known(id chile.DocumentID) (judge.Known, bool) {
	doc, ok := s.registered(id, chile.RUT{})
	if !ok {
		return judge.Known{}, false
	}
	total, _ := dte.DecimalOf(doc.Total) // register amounts always fit
	return judge.Known{Date: doc.Issued, Receiver: doc.Receiver, Total: total}, true
}

// uploaded finds an uploaded document that was accepted by that time.
func (s *Server) uploaded(id chile.DocumentID, now time.Time) (Document, bool) {
	known, ok := s.world.document(id, now)
	if !ok {
		return Document{}, false
	}
	total, _ := known.Total.CLP() // an export with cents has no total in the query
	return Document{
		Receiver: known.Receiver, Issued: known.Issued, Total: total, TrackID: strings.TrimLeft(known.TrackID, "0"),
		sum: &known.signature, altered: known.altered,
	}, true
}

// absent returns the state of a document that the SII does not have.
func (s *Server) absent(id chile.DocumentID) string {
	return s.world.state(id, s.uploads.current().AnyCAF)
}

// start serves the listener.
func (s *Server) start() {
	s.http = &http.Server{Handler: s.hosted(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: discard}
	config := &tls.Config{Certificates: []tls.Certificate{s.authority.hosts}, MinVersion: tls.VersionTLS12, CurvePreferences: curves}
	asking := config.Clone()
	asking.ClientAuth = tls.RequestClientCert // a page reports whether it is accepted
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
}

// Close stops the server and breaks its connections.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.served
}

// Environment returns an environment with the production hosts, which the server
// serves. Its name is fake, so its tokens do not count as real ones.
func (s *Server) Environment() sii.Environment {
	environment := sii.Production()
	environment.Name = "fake"
	return environment
}

// Client returns an HTTP client that connects to the server for the SII's hosts
// and trusts its certificate. It reaches nothing else, so a call to another host
// fails: the SII's hosts use TLS and the usual port only. Close its idle
// connections when done, or let Close break them.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, host string) (net.Conn, error) {
			name, port, err := net.SplitHostPort(host)
			if err != nil || port != "443" || !slices.Contains(hosts, name) {
				s.desk.journal.violate(OpOther, "host", host+" is no host of the SII")
				return nil, fmt.Errorf("siitest: %s is no host of the SII", host)
			}
			return s.dial(ctx)
		},
		TLSClientConfig:       &tls.Config{RootCAs: s.authority.roots, MinVersion: tls.VersionTLS12, CurvePreferences: curves},
		ForceAttemptHTTP2:     false,
		ResponseHeaderTimeout: time.Minute,
	}}
}
