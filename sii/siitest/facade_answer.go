package siitest

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// facadeRequest is the envelope of a request.
type facadeRequest struct {
	MetaData struct {
		Namespace    string  `json:"namespace"`
		Conversation *string `json:"conversationId"`
		Transaction  string  `json:"transactionId"`
		Page         *struct {
			Size  int `json:"pageSize"`
			Index int `json:"pageIndex"`
		} `json:"page"`
	} `json:"metaData"`
	Data json.RawMessage `json:"data"`
}

// facadeAnswer is an answer of the facade. Extra are siblings of data; rows are
// its elements if it has very many.
type facadeAnswer struct {
	data    any
	rows    json.RawMessage
	extra   map[string]any
	code    int
	message any // string or nil
}

// badRequest is the facade's answer to an unreadable request.
var badRequest = &facadeAnswer{code: 2, message: "Solicitud inválida. Formato incorrecto..."}

// readData reads the data of a request, and refuses unknown names.
func readData(data json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// reply writes an answer with the echo of the request's metaData.
func reply(c *call, request *facadeRequest, a *facadeAnswer) {
	out := map[string]any{
		"metaData": map[string]any{
			"conversationId": request.MetaData.Conversation, "transactionId": request.MetaData.Transaction,
			"namespace": request.MetaData.Namespace, "info": nil, "errors": nil, "page": request.MetaData.Page,
		},
		"respEstado": map[string]any{"codRespuesta": a.code, "msgeRespuesta": a.message, "codError": nil},
	}
	for name, value := range a.extra {
		out[name] = value
	}
	rows, err := a.rows, error(nil)
	if rows == nil {
		rows, err = json.Marshal(a.data)
	}
	rest, restErr := json.Marshal(out)
	if err != nil || restErr != nil {
		http.Error(c.w, "java.lang.IllegalStateException", http.StatusInternalServerError)
		return
	}
	c.send("application/json;charset=utf-8", []byte(`{"data":`), rows, []byte{','}, rest[1:])
}
