package sii

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/rcv"
)

// page is a page of the portal: the location of its backend's methods. The RCV
// has no published service. This is the backend of the portal's own page, reached
// with the token of a session or of a certificate (seen in more than ten clients,
// in four of them live in 2026).
type page struct {
	path      string // of the page itself
	methods   string // of its methods, behind path
	namespace string
	rows      *pageRows // paging in its requests
}

// pageRows says which part of a list is requested.
type pageRows struct {
	Size  int `json:"pageSize"`
	Index int `json:"pageIndex"` // from 1
}

// facade calls the methods of pages of the portal.
type facade struct {
	*caller
	facadeSettings
}

// facadeSettings are the settings of calls of the facade.
type facadeSettings struct {
	holder    chile.RUT // who is logged in; zero if unknown
	deferral  DeferredSettings
	newID     func() string
	recaptcha func(ctx context.Context, action string) (string, error)
	browser   string // User-Agent
	maxBody   int64
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
	Issuer        string `json:"rutEmisor"` // owner of the register, even for purchases
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

// noData is for methods without parameters.
type noData struct{}

// prove adds what methods with rows require: the recaptcha of an action.
func (d *facadeData) prove(ctx context.Context, f *facade, op operation, action string) error {
	token, err := f.recaptcha(ctx, action)
	if err != nil {
		if ctx.Err() != nil {
			return &Error{Op: op.name, Err: context.Cause(ctx)}
		}
		return &Error{Op: op.name, Kind: ErrRecaptcha, Err: err}
	}
	d.Action, d.Recaptcha = action, token
	return nil
}

// post calls a method of a page, and returns an answer that is not a page of the
// portal.
func (f *facade) post(ctx context.Context, on page, op operation, method, token string, data any) (*response, error) {
	if f.env.RCV == "" {
		return nil, &Error{Op: op.name, Kind: ErrNoRCV, Err: errors.New("the RCV is known to exist only in production; see Environment.WithRCV")}
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
	}{metaData{on.namespace + method, token, f.newID(), on.rows}, data})
	if err != nil {
		return nil, &Error{Op: op.name, Kind: ErrInvalidRequest, Err: err}
	}
	header := f.header(on, token)
	header.Set("Content-Type", "application/json;charset=UTF-8")
	resp, err := f.transport.post(ctx, op.name, f.env.RCV+on.path+on.methods+method, header, body, f.maxBody)
	if err != nil {
		return nil, err
	}
	if err := resp.checkFacade(op.name); err != nil {
		_ = resp.close()
		return nil, err
	}
	return resp, nil
}

// header returns the headers that the portal expects from a browser.
func (f *facade) header(on page, token string) http.Header {
	return http.Header{
		"Accept":     {"application/json, text/plain, */*"}, // application/json alone is refused with status 500
		"Origin":     {f.env.RCV},
		"Referer":    {f.env.RCV + on.path},
		"User-Agent": {f.browser},
		"Cookie":     {"TOKEN=" + token + "; CSESSIONID=" + token},
	}
}

// ask calls a method and decodes its answer, which is small.
func ask[T any](ctx context.Context, f *facade, op operation, subject Subject, on page, method string, data any, decode func(io.Reader) (T, error)) (T, error) {
	var got T
	err := f.authorized(ctx, op, subject, func(ctx context.Context, token string) (bool, error) {
		resp, err := f.post(ctx, on, op, method, token, data)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // nothing is left to read
		got, err = decode(resp.body)
		var row *rcv.RowError
		if errors.As(err, &row) { // in a list that is valid only as a whole
			err = &Error{Op: op.name, Kind: ErrProtocol, Err: err}
		}
		return false, f.readError(ctx, op, err)
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return got, nil
}

// checkFacade distinguishes the facade's answers from what the portal sends
// instead.
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

// answerError sets the kind of an error of package rcv.
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

// The operations.
var (
	opSummary       = operation{name: "rcv.summary", service: serviceRCV, query: true}
	opDetail        = operation{name: "rcv.detail", service: serviceRCV, query: true}
	opExport        = operation{name: "rcv.export", service: serviceRCV, query: true}
	opSummaryExport = operation{name: "rcv.summary-export", service: serviceRCV, query: true}
	opDefer         = operation{name: "rcv.defer", service: serviceRCV}                  // requests a deferred export
	opDeferred      = operation{name: "rcv.deferred", service: serviceRCV, query: true}  // queries its progress
	opFile          = operation{name: "rcv.file", service: serviceRCV, query: true}      // downloads it
	opDocuments     = operation{name: "rcv.documents", service: serviceRCV, query: true} // summaries and details
	opTypes         = operation{name: "rcv.types", service: serviceRCV, query: true}
	opCompanies     = operation{name: "rcv.companies", service: serviceRCV, query: true}
	opEvents        = operation{name: "rcv.events", service: serviceRCV, query: true}
	opBoletas       = operation{name: "rcv.boletas", service: serviceRCV, query: true}
)

// readError returns the error of reading an answer.
func (f *facade) readError(ctx context.Context, op operation, err error) error {
	var e *Error
	var row *rcv.RowError
	var tooLarge *sizeError
	switch {
	case err == nil, errors.As(err, &e), errors.As(err, &row):
		return err
	case ctx.Err() != nil:
		return &Error{Op: op.name, Err: context.Cause(ctx)}
	case errors.As(err, &tooLarge): // whatever its reader made of it
		return f.transport.failure(ctx, op.name, err)
	}
	if kinded := answerError(op.name, err); errors.As(kinded, &e) {
		return kinded
	}
	return f.transport.failure(ctx, op.name, err)
}

func subjectOf(key rcv.Key, state rcv.State, typ chile.DocType) Subject {
	return Subject{Owner: key.Owner, Period: key.Period, Book: key.Book, State: state, Type: typ}
}

// checkKey refuses keys and states that the SII does not have.
func checkKey(op operation, key rcv.Key, states ...rcv.State) error {
	if !key.Valid() {
		return &Error{Op: op.name, Kind: ErrInvalidRequest, Err: errors.New("a register needs an owner, a period and a book, not " + strconv.Quote(key.String()))}
	}
	for _, state := range states {
		if !state.Valid() || key.Book == rcv.Sales && state != rcv.Registro {
			return &Error{Op: op.name, Kind: ErrInvalidRequest, Err: errors.New("the book " + string(key.Book) + " has no state " + strconv.Quote(string(state)))}
		}
	}
	return nil
}

// inBook returns the key with that book; the book in the key may be empty.
func inBook(op operation, key rcv.Key, book rcv.Book) (rcv.Key, error) {
	if key.Book != "" && key.Book != book {
		return key, &Error{Op: op.name, Kind: ErrInvalidRequest, Err: errors.New("the key is of the book " + string(key.Book))}
	}
	key.Book = book
	return key, nil
}
