package siisync

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/ofitec/chile/internal/redact"
)

// LogNotifier writes alerts to a log.
type LogNotifier struct{ Logger *slog.Logger }

// Name returns "log".
func (n LogNotifier) Name() string { return "log" }

// Notify writes a warning.
func (n LogNotifier) Notify(ctx context.Context, alert Alert) error {
	attributes := []any{"tipo", string(alert.Kind), "empresa", alert.Owner.String()}
	if alert.Register.Valid() {
		attributes = append(attributes, "registro", alert.Register.String())
	}
	if !alert.Document.IsZero() {
		attributes = append(attributes, "documento", alert.Document.String())
	}
	if !alert.Deadline.IsZero() {
		attributes = append(attributes, "plazo", alert.Deadline.String())
	}
	n.Logger.WarnContext(ctx, alert.Text, attributes...)
	return nil
}

// WebhookNotifier posts alerts to a webhook as Slack understands it. Its address
// is a secret; errors never show it.
type WebhookNotifier struct {
	client  *http.Client
	address string
	name    string
}

// ErrWebhook says that a webhook did not take an alert.
var ErrWebhook = errors.New("siisync: webhook")

// NewWebhookNotifier returns a notifier for the address of a webhook, which must
// be HTTPS, except on loopback. The client is required.
func NewWebhookNotifier(client *http.Client, address string) (*WebhookNotifier, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return nil, fmt.Errorf("%w: not an HTTPS address", ErrWebhook)
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &WebhookNotifier{client: &own, address: address, name: "webhook"}, nil
}

func isLoopback(host string) bool { return host == "127.0.0.1" || host == "::1" || host == "localhost" }

// Named returns the notifier with a name other than "webhook", for programs
// with several.
func (n *WebhookNotifier) Named(name string) *WebhookNotifier {
	named := *n
	named.name = name
	return &named
}

// Name returns "webhook", or the name that Named gave.
func (n *WebhookNotifier) Name() string { return n.name }

// String hides the address.
func (n *WebhookNotifier) String() string { return "webhook" }

// GoString hides the address.
func (n *WebhookNotifier) GoString() string { return "webhook" }

// LogValue hides the address.
func (n *WebhookNotifier) LogValue() slog.Value { return slog.StringValue("webhook") }

// slackText escapes the special characters of Slack messages: links, mentions
// and commands begin with <, and no other character can begin one (Slack,
// "Formatting text for app surfaces", escaping text).
var slackText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Notify posts the text of the alert, without markup.
func (n *WebhookNotifier) Notify(ctx context.Context, alert Alert) error {
	body, err := json.Marshal(struct {
		Text     string `json:"text"`
		Markdown bool   `json:"mrkdwn"`       // no bold, no code
		Links    bool   `json:"unfurl_links"` // no previews of text from others
		Media    bool   `json:"unfurl_media"`
	}{Text: slackText.Replace(alert.Owner.Format() + ": " + alert.Text)})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.address, bytes.NewReader(body)) //nolint:gosec // whose address it is, is the caller's choice
	if err != nil {
		return fmt.Errorf("%w: request", ErrWebhook)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := n.client.Do(request) //nolint:gosec // as above
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err // the error shows the address, which is a secret
		}
		return fmt.Errorf("%w: %w", ErrWebhook, redact.New(path.Base(n.address), n.address).Error(err))
	}
	defer response.Body.Close()
	const maxAnswer = 64 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer)) // so the connection can be reused
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%w: status %d", ErrWebhook, response.StatusCode)
	}
	return nil
}
