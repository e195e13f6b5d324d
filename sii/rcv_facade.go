package sii

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
)

// page is a page of the portal: where its backend has its methods. The RCV has
// no published service. This is the backend of the portal's own page, reached
// with the token of a session or of a certificate (seen in more than ten clients,
// in four of them live in 2026).
type page struct {
	path      string // of the page itself
	methods   string // of its methods, behind path
	namespace string
	rows      *pageRows // what its requests say of paging
}

// pageRows says which part of a list is wanted.
type pageRows struct {
	Size  int `json:"pageSize"`
	Index int `json:"pageIndex"` // from 1
}

// registerPage is the page of the registers.
var registerPage = page{
	path:      "/consdcvinternetui/",
	methods:   "services/data/facadeService/",
	namespace: "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService/",
}

// facadeData are the parameters of a method. The facade refuses any other
// field.
type facadeData struct {
	Issuer        string `json:"rutEmisor"` // whose register is asked for, also of purchases
	IssuerDV      string `json:"dvEmisor"`
	Period        string `json:"ptributario"`
	State         string `json:"estadoContab"`
	Book          string `json:"operacion"`
	InitialSearch *bool  `json:"busquedaInicial,omitempty"` // getResumen
	Type          string `json:"codTipoDoc,omitempty"`      // detail and export
	Action        string `json:"accionRecaptcha,omitempty"`
	Recaptcha     string `json:"tokenRecaptcha,omitempty"`
}

func newFacadeData(key rcv.Key, state rcv.State) facadeData {
	number, dv, _ := strings.Cut(key.Owner.String(), "-")
	return facadeData{
		Issuer: number, IssuerDV: dv, Period: key.Period.Compact(), State: string(state), Book: string(key.Book),
	}
}

// noData are the parameters of a method that has none.
type noData struct{}

// prove adds what the methods want that give rows: the recaptcha of an action.
func (d *facadeData) prove(ctx context.Context, c *core, op, action string) error {
	token, err := c.recaptcha(ctx, action)
	if err != nil {
		if ctx.Err() != nil {
			return &Error{Op: op, Err: context.Cause(ctx)}
		}
		return &Error{Op: op, Kind: ErrRecaptcha, Err: err}
	}
	d.Action, d.Recaptcha = action, token
	return nil
}

// post sends a method of a page, and returns an answer that is not a page of the
// portal.
func (s *RCVService) post(ctx context.Context, on page, op, method, token string, data any) (*response, error) {
	c := s.core
	if c.env.RCV == "" {
		return nil, &Error{Op: op, Kind: ErrNoRCV, Err: errors.New("the RCV is known to exist in production only; see Environment.WithRCV")}
	}
	type metaData struct {
		Namespace    string    `json:"namespace"`
		Conversation string    `json:"conversationId"`
		Transaction  string    `json:"transactionId"`
		Page         *pageRows `json:"page"`
	}
	body, err := json.Marshal(struct {
		MetaData metaData `json:"metaData"`
		Data     any      `json:"data"`
	}{metaData{on.namespace + method, token, c.newID(), on.rows}, data})
	if err != nil {
		return nil, &Error{Op: op, Kind: ErrInvalidRequest, Err: err}
	}
	header := s.header(on, token)
	header.Set("Content-Type", "application/json;charset=UTF-8")
	resp, err := c.transport.post(ctx, op, c.env.RCV+on.path+on.methods+method, header, body, c.maxBody)
	if err != nil {
		return nil, err
	}
	if err := resp.checkFacade(op); err != nil {
		_ = resp.close()
		return nil, err
	}
	return resp, nil
}

// header is what the portal wants of a browser.
func (s *RCVService) header(on page, token string) http.Header {
	c := s.core
	return http.Header{
		"Accept":     {"application/json, text/plain, */*"}, // application/json alone is refused with status 500
		"Origin":     {c.env.RCV},
		"Referer":    {c.env.RCV + on.path},
		"User-Agent": {c.browser},
		"Cookie":     {"TOKEN=" + token + "; CSESSIONID=" + token},
	}
}

// ask sends a method and decodes its answer, which is small.
func ask[T any](ctx context.Context, s *RCVService, op string, subject Subject, on page, method string, data any, decode func(io.Reader) (T, error)) (T, error) {
	var got T
	err := s.core.authorized(ctx, op, subject, func(ctx context.Context, token string) (bool, error) {
		resp, err := s.post(ctx, on, op, method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // nothing is left to read
		got, err = decode(resp.body)
		var row *rcv.RowError
		if errors.As(err, &row) { // of a list that is good only whole
			err = &Error{Op: op, Kind: ErrProtocol, Err: err}
		}
		return false, s.readError(ctx, op, err)
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return got, nil
}

// checkFacade tells the facade's answers from what the portal says in its place.
func (r *response) checkFacade(op string) error {
	if strings.HasPrefix(r.start(), "<") && r.status < http.StatusInternalServerError {
		if r.isHTML() {
			return pageLost.failed(op)
		}
		return pageXML.failed(op)
	}
	if r.status < http.StatusBadRequest {
		return nil
	}
	text := headText(r.first)
	code, ok := rcvMessages.findWords(plain.Text(text))
	if !ok || r.isHTML() {
		code, _ = httpCode(strconv.Itoa(r.status))
	}
	if r.isHTML() {
		text = ""
	}
	return code.refused(op, "", text)
}

// answerError gives an error of package rcv its kind.
func answerError(op string, err error) error {
	var refusal *rcv.AnswerError
	var header *rcv.HeaderError
	switch {
	case errors.As(err, &refusal):
		return refusalError(op, refusal)
	case errors.Is(err, rcv.ErrNotAnswer), errors.As(err, &header):
		return notUnderstood(op, err)
	default:
		return err
	}
}
