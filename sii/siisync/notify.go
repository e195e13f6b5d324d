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
)

// LogNotifier writes alerts to a log.
type LogNotifier struct{ Logger *slog.Logger }

// Name returns "log".
func (n LogNotifier) Name() string { return "log" }

// Notify writes a warning.
func (n LogNotifier) Notify(ctx context.Context, alert Alert) error {
	n.Logger.WarnContext(ctx, alert.Text, "tipo", string(alert.Kind), "registro", alert.Register.String(), "documento", alert.Document.String(), "plazo", alert.Deadline.String())
	return nil
}

// WebhookNotifier posts alerts to a webhook as Slack understands it. Its address
// is a secret, and stands in no error.
type WebhookNotifier struct {
	client  *http.Client
	address string
}

// ErrWebhook says that a webhook did not take an alert.
var ErrWebhook = errors.New("siisync: webhook")

// NewWebhookNotifier returns a notifier for the address of a webhook, which must
// be of HTTPS but for loopback. The client is required; its timeout bounds each
// call.
func NewWebhookNotifier(client *http.Client, address string) (*WebhookNotifier, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return nil, fmt.Errorf("%w: not an HTTPS address", ErrWebhook)
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &WebhookNotifier{client: &own, address: address}, nil
}

func isLoopback(host string) bool { return host == "127.0.0.1" || host == "::1" || host == "localhost" }

// Name returns "webhook".
func (n *WebhookNotifier) Name() string { return "webhook" }

// String hides the address.
func (n *WebhookNotifier) String() string { return "webhook" }

// GoString hides the address.
func (n *WebhookNotifier) GoString() string { return "webhook" }

// LogValue hides the address.
func (n *WebhookNotifier) LogValue() slog.Value { return slog.StringValue("webhook") }

// Notify posts the text of the alert.
func (n *WebhookNotifier) Notify(ctx context.Context, alert Alert) error {
	body, err := json.Marshal(map[string]string{"text": alert.Text})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: request", ErrWebhook)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := n.client.Do(request)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err // the error tells the address, which is a secret
		}
		return fmt.Errorf("%w: %w", ErrWebhook, err)
	}
	defer response.Body.Close()
	const maxAnswer = 64 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer)) // so that the connection can be used again
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%w: status %d", ErrWebhook, response.StatusCode)
	}
	return nil
}
