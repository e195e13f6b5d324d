// Package siimail sends the alerts of siisync by e-mail.
//
//	mail, err := siimail.New(siimail.Settings{Host: "mail.example.cl", From: "sii@example.cl", To: people})
//	alerts, err := siisync.NewAlerts(store, siisync.AlertSettings{}, mail)
package siimail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/ofitec/chile/sii/siisync"
)

// ErrMail says that a message was not accepted.
var ErrMail = errors.New("siimail: message was not taken")

// Settings are the settings of a Notifier. Host, From and To are required.
type Settings struct {
	Host string
	Port int // 587 by default, which starts TLS with STARTTLS; 465 uses TLS from the start

	// Name identifies a notifier if there are several: "mail" by default.
	Name string

	// Roots are the trusted authorities for the server's certificate: those of the
	// system by default.
	Roots *x509.CertPool

	// User and Password are for authentication; if User is empty, there is none.
	// They are sent only over TLS.
	User, Password string

	From string
	To   []string

	// Insecure allows a server without TLS, for example on this machine; it
	// excludes authentication.
	Insecure bool
}

// Notifier sends alerts by e-mail. It is safe for concurrent use.
type Notifier struct {
	client *mail.Client
	name   string
	from   string
	domain string // sender's domain
	to     []string
}

var _ siisync.Notifier = (*Notifier)(nil)

// submissions is the port with TLS from the start (RFC 8314, 3.3).
const submissions = 465

// New returns a notifier. The error is ErrMail and never shows the password.
func New(s Settings) (*Notifier, error) {
	if s.Host == "" || s.From == "" || len(s.To) == 0 {
		return nil, fmt.Errorf("%w: host, sender and receivers are required", ErrMail)
	}
	if s.Insecure && s.User != "" {
		return nil, fmt.Errorf("%w: a password is not sent without TLS", ErrMail)
	}
	opts := []mail.Option{mail.WithTLSPortPolicy(mail.TLSMandatory)}
	if s.Insecure {
		opts = []mail.Option{mail.WithTLSPortPolicy(mail.NoTLS)}
	}
	if s.Port != 0 {
		opts = append(opts, mail.WithPort(s.Port))
	}
	if s.Port == submissions && !s.Insecure {
		opts = append(opts, mail.WithSSL())
	}
	if s.Roots != nil {
		opts = append(opts, mail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}))
	}
	if s.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	client, err := mail.NewClient(s.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMail, err)
	}
	if err := mail.NewMsg().From(s.From); err != nil {
		return nil, fmt.Errorf("%w: sender: %w", ErrMail, err)
	}
	sender, err := netmail.ParseAddress(s.From)
	if err != nil {
		return nil, fmt.Errorf("%w: sender: %w", ErrMail, err)
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	if err := mail.NewMsg().To(s.To...); err != nil {
		return nil, fmt.Errorf("%w: receivers: %w", ErrMail, err)
	}
	return &Notifier{client: client, name: cmp.Or(s.Name, "mail"), from: s.From, domain: domain, to: slices.Clone(s.To)}, nil
}

// Name returns the name in the settings, "mail" by default.
func (n *Notifier) Name() string { return n.name }

// String shows nothing of the account.
func (n *Notifier) String() string { return "mail" }

// Format writes what String returns for every verb.
func (n *Notifier) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, n.String()) }

// LogValue logs what String returns.
func (n *Notifier) LogValue() slog.Value { return slog.StringValue(n.String()) }

// Notify sends a message with the text of the alert. The subject has only fixed
// words, the company and the kind; text from others is only in the body. The same
// alert has the same Message-ID, so a mail program can recognise a duplicate.
func (n *Notifier) Notify(ctx context.Context, alert siisync.Alert) error {
	message := mail.NewMsg()
	if err := errors.Join(message.From(n.from), message.To(n.to...)); err != nil {
		return fmt.Errorf("%w: %w", ErrMail, err)
	}
	sum := sha256.Sum256([]byte(n.name + "|" + alert.Key))
	message.SetMessageIDWithValue(hex.EncodeToString(sum[:16]) + "@" + n.domain)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, 5: no automatic replies
	message.Subject(fmt.Sprintf("SII %s: %s", alert.Owner, alert.Kind.Title()))
	text := alert.Text + "\n\nEmpresa: " + alert.Owner.Format() + "\n"
	if alert.Register.Valid() {
		text += "Registro: " + alert.Register.String() + "\n"
	}
	if !alert.Document.IsZero() {
		text += "Documento: " + alert.Document.String() + "\n"
	}
	if !alert.Deadline.IsZero() {
		text += "Plazo: " + alert.Deadline.String() + "\n"
	}
	message.SetBodyString(mail.TypeTextPlain, text)
	err := n.client.DialAndSendWithContext(ctx, message)
	if err != nil && !message.IsDelivered() { // a failure after that must not cause a second message
		return fmt.Errorf("%w: %w", ErrMail, err)
	}
	return nil
}
