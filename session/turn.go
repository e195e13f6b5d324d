package session

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Turn is exclusive use of the session. What the portal stores per session,
// such as the chosen company, stays unchanged until the turn ends. It is for
// one goroutine.
type Turn struct {
	session *Session
	cookies *jar
}

// Do runs the function while the session makes no other call. A page that says
// that the session has ended is ErrLoggedOut. It returns the function's error;
// if the text repeats a cookie of the session, the cookie is removed.
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

// blank removes the secrets of the session from an error about its pages.
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

// Get fetches a page of the SII. The errors are those of the package: a failure
// page, a login page or a challenge is an error and is not returned as the
// requested page.
func (t *Turn) Get(ctx context.Context, op, address string) (*Page, error) {
	return t.fetch(ctx, op, http.MethodGet, address, nil)
}

// Post sends a form. It is sent once; the caller must know whether it may be
// repeated.
func (t *Turn) Post(ctx context.Context, op, address string, form url.Values) (*Page, error) {
	return t.fetch(ctx, op, http.MethodPost, address, []byte(form.Encode()))
}

func (t *Turn) fetch(ctx context.Context, op, method, address string, form []byte) (*Page, error) {
	return t.send(ctx, &call{op: op, method: method, address: address, body: form, referer: homeURL})
}

// Facade calls a method of one of the applications at www4.sii.cl, which share
// an envelope. path is the path of its services, such as
// /consemitidosinternetui/services/data/facadeService; namespace is the name of
// the service in Java. The answer is JSON; each application defines its
// respEstado.
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
		return nil, &Error{Op: op, HTTPStatus: page.Status, Kind: ErrLoggedOut} // the facade reports a lost session in this way
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

// inTurn fetches a page in its own turn.
func (s *Session) inTurn(ctx context.Context, op, address string) (page *Page, err error) {
	err = s.Do(ctx, func(t *Turn) (err error) {
		page, err = t.Get(ctx, op, address)
		return err
	})
	return page, err
}
