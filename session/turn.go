package session

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Turn is the session while nobody else uses it. What the portal keeps per
// session, such as the company that was chosen, stays as it was set until the
// turn ends. It is for one goroutine.
type Turn struct {
	session *Session
	cookies *jar
}

// Do runs the function while no other call of the session is made. A page that
// tells that the session has ended is ErrLoggedOut. An error of the function is
// returned; should it repeat a cookie of the session, without it.
func (s *Session) Do(ctx context.Context, work func(*Turn) error) error {
	if err := s.take(ctx); err != nil {
		return err
	}
	defer s.give()
	if _, _, err := s.Token(ctx); err != nil {
		return err
	}
	turn := &Turn{session: s, cookies: s.cookies()}
	return turn.blank(work(turn))
}

// blank keeps the secrets of the session out of what somebody says of its pages.
func (t *Turn) blank(err error) error {
	if err == nil {
		return nil
	}
	secrets := t.cookies.secrets()
	defer secrets.Clear()
	var e *Error
	if errors.As(err, &e) {
		e.Code, e.Glosa, e.Err = secrets.Short(e.Code), secrets.Short(e.Glosa), secrets.OwnError(e.Err)
	}
	return secrets.OwnError(err)
}

// Get fetches a page of the SII. The errors are those of the package: a page that
// is a failure, a login or a challenge is not returned as if it were the one that
// was asked for.
func (t *Turn) Get(ctx context.Context, op, address string) (*Page, error) {
	return t.fetch(ctx, op, http.MethodGet, address, nil)
}

// Post sends a form. Whether what it does may be repeated is for the caller to
// know; it is sent once.
func (t *Turn) Post(ctx context.Context, op, address string, form url.Values) (*Page, error) {
	return t.fetch(ctx, op, http.MethodPost, address, []byte(form.Encode()))
}

func (t *Turn) fetch(ctx context.Context, op, method, address string, form []byte) (*Page, error) {
	return t.send(ctx, &call{op: op, method: method, address: address, body: form, referer: homeURL})
}

// Facade calls a method of one of the applications at www4.sii.cl, which share
// their envelope: path is that of its services, such as
// /consemitidosinternetui/services/data/facadeService, namespace the name of the
// service in Java. The answer is JSON; what its respEstado means is the
// application's own.
func (t *Turn) Facade(ctx context.Context, op, path, namespace, method string, data any) (*Page, error) {
	type metaData struct {
		Namespace    string `json:"namespace"`
		Conversation string `json:"conversationId"`
		Transaction  string `json:"transactionId"`
		Page         *int   `json:"page"`
	}
	token := t.cookies.value(tokenCookie)
	body, err := json.Marshal(struct {
		MetaData metaData `json:"metaData"`
		Data     any      `json:"data"`
	}{metaData{namespace + "/" + method, token, "0", nil}, data})
	if err != nil {
		return nil, &Error{Op: op, Kind: ErrRefused, Err: err}
	}
	page, err := t.send(ctx, &call{
		op: op, method: http.MethodPost, address: facadeURL + path + "/" + method, body: body, contentType: "application/json;charset=UTF-8",
		accept:  "application/json, text/plain, */*", // application/json alone is refused with status 500
		referer: facadeURL + path[:strings.IndexByte(path[1:], '/')+2], origin: facadeURL,
	})
	if err != nil {
		return nil, err
	}
	if page.isHTML() {
		return nil, &Error{Op: op, HTTPStatus: page.Status, Kind: ErrLoggedOut} // so does the facade say that a session is lost
	}
	return page, nil
}

// send makes a call and judges its answer.
func (t *Turn) send(ctx context.Context, c *call) (*Page, error) {
	op := c.op
	c.cookies = t.cookies
	u, err := url.Parse(c.address)
	if err != nil || !known(u) {
		return nil, &Error{Op: op, Kind: ErrRefused, Err: errForeign}
	}
	s := t.session
	page, err := s.exchange(ctx, s.clientWith(s.http.Transport, t.cookies), c)
	if err != nil {
		return nil, err
	}
	if atLogin(page.URL) {
		return nil, &Error{Op: op, HTTPStatus: page.Status, Kind: ErrLoggedOut}
	}
	secrets := t.cookies.secrets()
	defer secrets.Clear()
	if err := page.judge(op, secrets); err != nil {
		return nil, err
	}
	return page, nil
}

// inTurn fetches a page in a turn of its own.
func (s *Session) inTurn(ctx context.Context, op, address string) (page *Page, err error) {
	err = s.Do(ctx, func(t *Turn) (err error) {
		page, err = t.Get(ctx, op, address)
		return err
	})
	return page, err
}
