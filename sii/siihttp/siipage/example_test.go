package siipage_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/ofitec/chile/sii/siihttp/siipage"
)

// The page and its interface, both below the paths of the portal.
func ExampleNew() {
	page, err := siipage.New(siipage.Settings{API: "/api/v1/sii"})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/integraciones/sii/", http.StripPrefix("/integraciones/sii", page))

	server := httptest.NewServer(mux)
	defer server.Close()
	response, err := server.Client().Get(server.URL + "/integraciones/sii") // the mux adds the slash
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	fmt.Println(response.Status, response.Header.Get("Content-Type"))
	// Output: 200 OK text/html; charset=utf-8
}
