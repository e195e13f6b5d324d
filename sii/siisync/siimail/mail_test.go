package siimail_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
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
	hangUp   bool   // after a message was taken
	password string // what the client signed in with
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{p, c}, nil }

type session struct {
	post *post
	conn *smtp.Conn
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.post.mu.Lock()
		defer s.post.mu.Unlock()
		s.post.password = user + ":" + password
		return nil
	}), nil
}

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

// Reset is called when the answer to Data was written.
func (s *session) Reset() {
	if s.post.hangUp && len(s.post.messages) > 0 {
		_ = s.conn.Conn().Close()
	}
}

func (s *session) Logout() error { return nil }

// serve starts a server without TLS.
func serve(t *testing.T) (*post, siimail.Settings) {
	t.Helper()
	p, settings := serveWith(t, nil)
	settings.Insecure = true
	return p, settings
}

// serveWith starts a server that offers STARTTLS, if it has a certificate.
func serveWith(t *testing.T, certificate *tls.Certificate) (*post, siimail.Settings) {
	t.Helper()
	p := &post{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := smtp.NewServer(p)
	if certificate != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		<-ended
	})
	address, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	return p, siimail.Settings{Host: "127.0.0.1", Port: address.Port, From: "sii@example.com", To: []string{"ana@example.com", "beto@example.com"}}
}

func alert() siisync.Alert {
	return siisync.Alert{
		Key: "k", Kind: siisync.AlertClaimed, Text: "Factura folio 1 de Ñandú SpA\r\nSubject: otra cosa\r\n.\r\nfue reclamada",
		Owner:    chile.MustParseRUT("76192083-9"),
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
	require.Contains(t, head, "Subject: SII 76192083-9: documento reclamado")
	require.NotContains(t, head, "otra cosa", "what others wrote is no header")
	require.Contains(t, body, "reclamada")
	require.Contains(t, head, "Auto-Submitted: auto-generated")
	require.NoError(t, n.Notify(t.Context(), alert()))
	require.Equal(t, header(t, p.messages[0], "Message-ID"), header(t, p.messages[1], "Message-ID"), "a mailbox can tell what came twice")
	require.True(t, strings.HasSuffix(header(t, p.messages[0], "Message-ID"), "@example.com>"))
	other := alert()
	other.Key = "k2"
	require.NoError(t, n.Notify(t.Context(), other))
	require.NotEqual(t, header(t, p.messages[0], "Message-ID"), header(t, p.messages[2], "Message-ID"))

	p.mu.Lock()
	p.refuse = true
	p.mu.Unlock()
	require.ErrorIs(t, n.Notify(t.Context(), alert()), siimail.ErrMail)
}

func header(t *testing.T, message, name string) string {
	t.Helper()
	parsed, err := netmail.ReadMessage(strings.NewReader(message))
	require.NoError(t, err)
	return parsed.Header.Get(name)
}

// Nothing that others wrote, wherever it stands in an alert, makes a header, a
// receiver or a second message.
func TestAlertsMakeNoHeaders(t *testing.T) {
	t.Parallel()
	p, settings := serve(t)
	n, err := siimail.New(settings)
	require.NoError(t, err)
	const evil = "x\r\nBcc: eva@example.com\r\n\r\n.\r\nMAIL FROM:<eva@example.com>\r\n"
	a := alert()
	a.Text, a.Kind, a.Key, a.TrackID = evil, siisync.AlertKind("claimed"+evil), evil, evil
	require.NoError(t, n.Notify(t.Context(), a))
	require.Len(t, p.messages, 1)
	require.Equal(t, settings.To, p.to)
	parsed, err := netmail.ReadMessage(strings.NewReader(p.messages[0]))
	require.NoError(t, err)
	require.Empty(t, parsed.Header.Get("Bcc"))
	require.True(t, strings.HasPrefix(parsed.Header.Get("To"), "<ana@example.com>"), parsed.Header.Get("To"))
}

// A server with TLS gets the password, if it can show who it is.
func TestTLS(t *testing.T) {
	t.Parallel()
	certificate, roots := selfSigned(t)
	p, settings := serveWith(t, certificate)
	settings.User, settings.Password, settings.Roots, settings.Name = "ana", "planted-password", roots, "correo"
	n, err := siimail.New(settings)
	require.NoError(t, err)
	require.Equal(t, "correo", n.Name())
	require.NoError(t, n.Notify(t.Context(), alert()))
	require.Len(t, p.messages, 1)
	require.Equal(t, "ana:planted-password", p.password)

	p, settings = serveWith(t, certificate) // of an authority that is not known
	settings.User, settings.Password = "ana", "planted-password"
	n, err = siimail.New(settings)
	require.NoError(t, err)
	err = n.Notify(t.Context(), alert())
	require.ErrorIs(t, err, siimail.ErrMail)
	require.NotContains(t, err.Error(), "planted-password")
	require.Empty(t, p.messages)
	require.Empty(t, p.password)
}

// selfSigned returns a certificate of 127.0.0.1 and who trusts it.
func selfSigned(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return &server.TLS.Certificates[0], roots
}

// A message that was taken is not sent again because the server hangs up after
// it.
func TestTakenIsTaken(t *testing.T) {
	t.Parallel()
	p, settings := serve(t)
	p.hangUp = true
	n, err := siimail.New(settings)
	require.NoError(t, err)
	for range 5 {
		require.NoError(t, n.Notify(t.Context(), alert()))
	}
	require.Len(t, p.messages, 5)
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
