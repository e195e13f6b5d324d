package chile_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siihttp/siipage"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage/memory"
)

// embed is the code that the READMEs show.
func embed(mux *http.ServeMux, store siihttp.Store, client *sii.Client, companies []siihttp.Company, authorize func(*http.Request, siihttp.Action) error) (*siihttp.Handler, error) {
	api, err := siihttp.New(siihttp.Settings{
		Authorize: authorize, // who may do what for which company; nobody, unless it says so
		Store:     store,
		Clients:   siihttp.OneClient(client),
		Companies: siihttp.FixedCompanies(companies...),
	})
	if err != nil {
		return nil, err
	}
	page, err := siipage.New(siipage.Settings{})
	if err != nil {
		return nil, err
	}
	mux.Handle("/api/v1/sii/", http.StripPrefix("/api/v1/sii", api))
	mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", page))
	return api, nil // to be closed when the server shuts down
}

// The interface and the page within a service, whose own login says who asks.
func Example_embed() {
	fake := siitest.NewServer()
	defer fake.Close()
	store := memory.New()
	client, err := sii.NewClient(fake.Environment(), sii.WithHTTPClient(fake.Client()),
		sii.WithIdentity(fake.NewIdentity(chile.MustParseRUT("11111111-1"))))
	if err != nil {
		log.Fatal(err)
	}
	authorize := func(r *http.Request, action siihttp.Action) error {
		if r.Header.Get("X-Rol") != "Finanzas" { // set by the service's login, which lets no caller set it
			return errors.New("not for this role")
		}
		return nil
	}
	mux := http.NewServeMux()
	companies := []siihttp.Company{{RUT: chile.MustParseRUT("76192083-9"), Name: "Constructora Uno SpA"}}
	api, err := embed(mux, store, client, companies, authorize)
	if err != nil {
		log.Fatal(err)
	}
	defer api.Close(context.Background())
	for _, path := range []string{"/integraciones/sii/", "/api/v1/sii/empresas"} {
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		fmt.Println(path, answer.Code)
	}
	// Output:
	// /integraciones/sii/ 200
	// /api/v1/sii/empresas 403
}
