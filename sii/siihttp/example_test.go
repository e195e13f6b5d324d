package siihttp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
	"github.com/ofitec/chile/storage/memory"
)

// roles say who may see which company's books; a real service uses its own
// sessions.
var roles = map[string]string{"ana": "finanzas", "juan": "bodega"}

// finance lets people of finance do everything.
func finance(r *http.Request, _ siihttp.Action) error {
	user, _, ok := r.BasicAuth()
	switch {
	case !ok:
		return siihttp.ErrUnauthenticated
	case roles[user] != "finanzas":
		return errors.New("not of finance")
	}
	return nil
}

// serveExample starts a service with a month of purchases and sales behind it.
func serveExample(store storage.Storage) (server *httptest.Server, stop func()) {
	day := func() time.Time { return time.Date(2026, 10, 28, 12, 0, 0, 0, time.UTC) }
	person, company, period := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake := siitest.NewServer(siitest.WithClock(day))
	fake.Authorize(person, company)
	fake.Load(company, period, siitest.Generate(1, company, period, 20))
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(person)), sii.WithHTTPClient(fake.Client()), sii.WithClock(day))
	if err != nil {
		panic(err)
	}
	handler, err := siihttp.New(siihttp.Settings{
		Authorize: finance,
		Store:     store,
		Clients:   siihttp.OneClient(client),
		Companies: siihttp.FixedCompanies(siihttp.Company{RUT: company, Name: "Ofitec SpA"}),
		Who:       func(r *http.Request) string { user, _, _ := r.BasicAuth(); return user },
		Audit:     siihttp.AuditEvents(store),
		Now:       day,
	})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", handler))
	mux.Handle("/api/health", siihttp.Health(nil)) // of a store in memory; others have Ping
	server = httptest.NewServer(mux)
	return server, func() {
		_ = handler.Close(context.Background())
		server.Close()
		fake.Close()
	}
}

// ask makes a call as a user.
func ask(server *httptest.Server, user, method, path, body string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(context.Background(), method, server.URL+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.SetBasicAuth(user, "")
	r.Header.Set("Content-Type", "application/json")
	return server.Client().Do(r)
}

// A service mounts the interface; finance imports a month, the warehouse may not.
func ExampleNew() {
	server, stop := serveExample(memory.New())
	defer stop()
	for _, user := range []string{"ana", "juan"} {
		response, err := ask(server, user, http.MethodPost, "/api/v1/sii/rcv/import", `{"year": 2026, "month": 10}`)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		text, _, _ := strings.Cut(string(body), `,"job_id"`)
		fmt.Println(response.Status, text)
	}
	// Output:
	// 200 OK {"ok":true,"periodo":"2026-10","ventas":5,"compras":15,"cambios":0
	// 403 Forbidden {"type":"https://github.com/ofitec/chile/blob/main/docs/problems.es.md#denied","title":"Sin permiso","status":403,"kind":"denied","advice":"Pedir a quien administra el portal el permiso para esta operación y empresa.","instance":"/api/v1/sii/rcv/import"}
}

// A page follows events; each message has a type.
func ExampleHandler_events() {
	server, stop := serveExample(memory.New())
	defer stop()
	response, err := ask(server, "ana", http.MethodGet, "/api/v1/sii/events", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		if strings.Contains(data, `"ping"`) {
			fmt.Println(data)
			imported, err := ask(server, "ana", http.MethodPost, "/api/v1/sii/rcv/import", `{"year": 2026, "month": 10}`)
			if err != nil {
				fmt.Println(err)
				return
			}
			imported.Body.Close()
		}
		if strings.Contains(data, `"done"`) {
			fmt.Println(data[:13], data[strings.Index(data, `"resultado"`):])
			return
		}
	}
	// Output:
	// {"type":"ping","ts":"2026-10-28T09:00:00-03:00"}
	// {"type":"job" "resultado":{"ventas":5,"compras":15,"cambios":0}}
}

// Each call leaves an event: who, what, when, and with which outcome.
func ExampleAuditEvents() {
	store := memory.New()
	server, stop := serveExample(store)
	defer stop()
	for _, user := range []string{"ana", "juan"} {
		response, err := ask(server, user, http.MethodGet, "/api/v1/sii/cambios", "")
		if err != nil {
			fmt.Println(err)
			return
		}
		response.Body.Close()
	}
	for event, err := range store.Events(context.Background(), storage.EventQuery{Kind: siihttp.EventAccess}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Detail)
	}
	// Output:
	// {"quien":"ana","operacion":"cambios","metodo":"GET","fecha":"2026-10-28T09:00:00-03:00","estado":200}
	// {"quien":"juan","operacion":"cambios","metodo":"GET","fecha":"2026-10-28T09:00:00-03:00","estado":403,"problema":"denied"}
}

func ExampleHealth() {
	server, stop := serveExample(memory.New())
	defer stop()
	response, err := ask(server, "", http.MethodGet, "/api/health", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Print(response.Status, " ", string(body))
	// Output:
	// 200 OK {"estado":"ok"}
}
