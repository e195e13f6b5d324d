package siimail_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siisync"
	"github.com/ofitec/chile/sii/siisync/siimail"
)

// post is a real SMTP server on this machine.
type post struct {
	mu       sync.Mutex
	messages []string
	to       []string
	refuse   bool
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p}, nil }

type session struct{ post *post }

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	if s.post.refuse {
		return errors.New("nobody of that name")
	}
	s.post.to = append(s.post.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.messages = append(s.post.messages, string(text))
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func serve(t *testing.T) (*post, siimail.Settings) {
	t.Helper()
	p := &post{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := smtp.NewServer(p)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		<-ended
	})
	address, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	return p, siimail.Settings{Host: "127.0.0.1", Port: address.Port, From: "sii@example.com", To: []string{"ana@example.com", "beto@example.com"}, Insecure: true}
}

func alert() siisync.Alert {
	return siisync.Alert{
		Key: "k", Kind: siisync.AlertClaimed, Text: "Factura folio 1 de Ñandú SpA\r\nSubject: otra cosa\r\n.\r\nfue reclamada",
		Register: rcv.Key{Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Book: rcv.Purchases},
		Document: chile.DocumentID{Issuer: chile.MustParseRUT("77222222-K"), Type: 33, Folio: 1},
	}
}

func TestNotify(t *testing.T) {
	t.Parallel()
	p, settings := serve(t)
	n, err := siimail.New(settings)
	require.NoError(t, err)
	require.Equal(t, "mail", n.Name())
	require.NoError(t, n.Notify(t.Context(), alert()))
	require.Len(t, p.messages, 1)
	require.Equal(t, settings.To, p.to)
	head, body, _ := strings.Cut(p.messages[0], "\r\n\r\n")
	require.Contains(t, head, "Subject: SII 76192083-9: reclamado")
	require.NotContains(t, head, "otra cosa", "what others wrote is no header")
	require.Contains(t, body, "reclamada")

	p.mu.Lock()
	p.refuse = true
	p.mu.Unlock()
	require.ErrorIs(t, n.Notify(t.Context(), alert()), siimail.ErrMail)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := siimail.Settings{Host: "127.0.0.1", From: "a@example.com", To: []string{"b@example.com"}}
	for name, change := range map[string]func(*siimail.Settings){
		"no host":              func(s *siimail.Settings) { s.Host = "" },
		"no receivers":         func(s *siimail.Settings) { s.To = nil },
		"sender":               func(s *siimail.Settings) { s.From = "a\r\nBcc: c@example.com" },
		"receiver":             func(s *siimail.Settings) { s.To = []string{"nobody"} },
		"password without TLS": func(s *siimail.Settings) { s.User, s.Password, s.Insecure = "ana", "planted-password", true },
	} {
		s := good
		change(&s)
		_, err := siimail.New(s)
		require.ErrorIs(t, err, siimail.ErrMail, name)
		require.NotContains(t, err.Error(), "planted-password")
	}
}

// A server without TLS gets neither message nor password, and the password stands
// nowhere.
func TestTLSIsDemanded(t *testing.T) {
	t.Parallel()
	p, settings := serve(t)
	settings.Insecure, settings.User, settings.Password = false, "ana", "planted-password"
	n, err := siimail.New(settings)
	require.NoError(t, err)
	err = n.Notify(t.Context(), alert())
	require.ErrorIs(t, err, siimail.ErrMail)
	require.Empty(t, p.messages)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "n", n)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", n, n, n, n)+log.String()+err.Error(), "planted-password")
}

func ExampleNew() {
	n, err := siimail.New(siimail.Settings{
		Host: "smtp.example.com", User: "sii@example.com", Password: "secret",
		From: "sii@example.com", To: []string{"contabilidad@example.com"},
	})
	fmt.Println(n, err)
	// Output: mail <nil>
}
