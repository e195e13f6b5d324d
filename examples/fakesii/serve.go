package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
)

// ready is what the program says once it serves.
type ready struct {
	Event  string       `json:"event"`
	URL    string       `json:"url"`
	Owner  chile.RUT    `json:"owner"`
	Period chile.Period `json:"period"`
	Holder chile.RUT    `json:"holder"`
	P12    string       `json:"p12,omitempty"`
	CA     string       `json:"ca,omitempty"`
}

// server is the fake at a listener, which with TLS is its own.
type server struct {
	fake     *siitest.Server
	listener net.Listener
}

// listen makes the fake. Programs made from a WSDL can read its answers.
func listen(opts *options) (*server, error) {
	listener, err := net.Listen("tcp", opts.address)
	if err != nil {
		return nil, err
	}
	forms := siitest.WithAnswerForms(siitest.WSDLForms()...)
	if opts.tls {
		return &server{siitest.NewServer(forms, siitest.WithListener(listener)), listener}, nil
	}
	return &server{siitest.NewServer(forms), listener}, nil
}

func (s *server) close() {
	s.fake.Close()
	_ = s.listener.Close()
}

// serve serves until the context ends.
func (s *server) serve(ctx context.Context, opts *options, stdout io.Writer) error {
	out := cli.NewOutput(stdout, opts.json)
	plain := &http.Server{Handler: s.fake.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	if !opts.tls {
		go func() { stopped <- plain.Serve(s.listener) }()
	}
	s.tell(opts, out)
	var err error
	select {
	case <-ctx.Done():
		err = plain.Close()
		if !opts.tls {
			<-stopped //nolint:errcheck // that it was closed is known
		}
	case err = <-stopped:
	}
	for _, v := range s.fake.Violations() {
		out.Event(map[string]any{"event": "violation", "op": v.Op, "rule": v.Rule, "detail": v.Detail})
		out.Text("violation: %s", v)
	}
	return errors.Join(err, tellUploaded(s.fake, out, opts.issuing.documents), out.Err())
}

// tell says where the fake is, and how to try it.
func (s *server) tell(opts *options, out *cli.Output) {
	address := s.listener.Addr().String()
	url := map[bool]string{false: "http://", true: "https://"}[opts.tls] + address
	out.Event(ready{"ready", url, opts.owner, opts.period, opts.holder, opts.p12, opts.ca})
	out.Text("Fake SII at %s: company %s, period %s, holder %s", url, opts.owner, opts.period, opts.holder)
	if len(opts.users.list) == 0 {
		out.Text("Portal: RUT %s, clave %s", opts.holder, cli.FakeClave)
	}
	if opts.tls {
		out.Text("Try: curl --cacert %s --connect-to ::%s 'https://palena.sii.cl/DTEWS/CrSeed.jws?WSDL'", quote(absolute(opts.ca)), address)
	}
	if opts.p12 == "" {
		return
	}
	trust, password := "", ""
	if opts.tls {
		trust = "SSL_CERT_FILE=" + quote(absolute(opts.ca)) + " "
	}
	if opts.pass != "" {
		password = " -pass " + quote(opts.pass)
	}
	out.Text("Try: %sgo run github.com/ofitec/chile/examples/fullflow -sii %s -p12 %s%s -rut %s -period %s",
		trust, url, quote(absolute(opts.p12)), password, opts.owner, opts.period)
}

// absolute is a path that is good in every folder.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// quote writes a word for a shell.
func quote(word string) string {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == "" && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
