// Package siimail brings the alerts of siisync to people by e-mail.
package siimail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/wneessen/go-mail"

	"github.com/ofitec/chile/sii/siisync"
)

// ErrMail says that a message was not taken.
var ErrMail = errors.New("siimail: message was not taken")

// Settings say how messages are sent. Host, From and To are required.
type Settings struct {
	Host string
	Port int // 587 by default

	// User and Password sign in, if there is a user. They are sent over TLS alone.
	User, Password string

	From string
	To   []string

	// Insecure allows a server without TLS, as on this machine; then nobody signs
	// in.
	Insecure bool
}

// Notifier sends alerts by e-mail. It is safe for concurrent use.
type Notifier struct {
	client *mail.Client
	from   string
	to     []string
}

var _ siisync.Notifier = (*Notifier)(nil)

// New returns a notifier. The error is ErrMail, and never tells the password.
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
	if err := mail.NewMsg().To(s.To...); err != nil {
		return nil, fmt.Errorf("%w: receivers: %w", ErrMail, err)
	}
	return &Notifier{client: client, from: s.From, to: s.To}, nil
}

// Name returns "mail".
func (n *Notifier) Name() string { return "mail" }

// String tells nothing of the account.
func (n *Notifier) String() string { return "mail" }

// Format writes what String returns for every verb.
func (n *Notifier) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, n.String()) }

// LogValue logs what String returns.
func (n *Notifier) LogValue() slog.Value { return slog.StringValue(n.String()) }

// Notify sends a message with the text of the alert. The subject is fixed but for
// the company and the kind: what others write into a register stands in the body
// alone.
func (n *Notifier) Notify(ctx context.Context, alert siisync.Alert) error {
	message := mail.NewMsg()
	if err := errors.Join(message.From(n.from), message.To(n.to...)); err != nil {
		return fmt.Errorf("%w: %w", ErrMail, err)
	}
	message.Subject(fmt.Sprintf("SII %s: %s", alert.Register.Owner, alert.Kind))
	text := alert.Text + "\n\nRegistro: " + alert.Register.String() + "\n"
	if !alert.Document.IsZero() {
		text += "Documento: " + alert.Document.String() + "\n"
	}
	if !alert.Deadline.IsZero() {
		text += "Plazo: " + alert.Deadline.String() + "\n"
	}
	message.SetBodyString(mail.TypeTextPlain, text)
	if err := n.client.DialAndSendWithContext(ctx, message); err != nil {
		return fmt.Errorf("%w: %w", ErrMail, err)
	}
	return nil
}
