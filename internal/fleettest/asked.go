package fleettest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// askedRegisters notes which registers are asked for.
type askedRegisters struct {
	next http.Handler
	mu   sync.Mutex
	keys map[rcv.Key]bool
}

// take returns what was asked for since the last time.
func (a *askedRegisters) take() map[rcv.Key]bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	keys := a.keys
	a.keys = map[rcv.Key]bool{}
	return keys
}

// ServeHTTP implements http.Handler.
func (a *askedRegisters) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return // the caller was killed
	}
	if strings.Contains(r.URL.Path, "/facadeService/") {
		a.note(body)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.next.ServeHTTP(w, r)
}

func (a *askedRegisters) note(body []byte) {
	var request struct {
		Data struct {
			Number string `json:"rutEmisor"`
			DV     string `json:"dvEmisor"`
			Period string `json:"ptributario"`
			Book   string `json:"operacion"`
		} `json:"data"`
	}
	if json.Unmarshal(body, &request) != nil {
		return
	}
	key := rcv.Key{Book: rcv.Book(request.Data.Book)}
	key.Owner, _ = chile.ParseRUT(request.Data.Number + "-" + request.Data.DV)
	key.Period, _ = chile.ParsePeriod(request.Data.Period)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys[key] = true
}
