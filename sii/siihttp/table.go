package siihttp

import (
	"net/http"
)

// routes are all calls of the interface.
var routes = []*route{
	{http.MethodGet, "/empresas", OpCompanies, nil, (*Handler).companies},
	{http.MethodGet, "/token", OpToken, []string{"rut"}, (*Handler).token},
	{http.MethodPost, "/rcv/import", OpImport, nil, (*Handler).importRegisters},
	{http.MethodGet, "/rcv/meses", OpDocuments, []string{"rut", "desde", "hasta"}, (*Handler).months},
	{http.MethodGet, "/rcv/{libro}", OpDocuments, documentParameters, (*Handler).documents},
	{http.MethodGet, "/rcv/{libro}/resumen", OpDocuments, []string{"rut", "periodo"}, (*Handler).summary},
	{http.MethodGet, "/jobs", OpJobs, []string{"rut", "limite"}, (*Handler).jobs},
	{http.MethodGet, "/jobs/{id}", OpJobs, nil, (*Handler).job},
	{http.MethodGet, "/events", OpEvents, []string{"rut", "last_event_id"}, (*Handler).events},
	{http.MethodGet, "/cambios", OpChanges, changeParameters, (*Handler).changes},
	{http.MethodGet, "/pendientes", OpDocuments, []string{"rut"}, (*Handler).pending},
	{http.MethodGet, "/conciliacion", OpReconcile, []string{"rut", "libro", "periodo", "todos"}, (*Handler).reconcile},
	{http.MethodGet, "/diagnostico", OpDiagnose, []string{"rut"}, (*Handler).diagnose},
	{http.MethodGet, "/dte/estado/{track_id}", OpUploadStatus, []string{"rut"}, (*Handler).uploadStatus},
	{http.MethodPost, "/session/start", OpSessionStart, nil, (*Handler).sessionStart},
	{http.MethodPost, "/session/pull", OpSessionPull, nil, (*Handler).sessionPull},
	{http.MethodGet, "/openapi.json", OpDescription, nil, (*Handler).description},
}

// mount registers the routes.
func (h *Handler) mount() {
	h.routes, h.byRoute = http.NewServeMux(), make(map[string]*route, len(routes))
	for _, route := range routes {
		h.byRoute[route.pattern()] = route
		h.routes.HandleFunc(route.pattern(), func(w http.ResponseWriter, r *http.Request) { h.serve(w, r, route) })
	}
}

// noRoute answers a request without a route. found is the mux's own answer: the mux
// knows the methods of a path.
func (h *Handler) noRoute(w http.ResponseWriter, r *http.Request, found http.Handler) {
	answer := &discarded{header: http.Header{}}
	found.ServeHTTP(answer, r)
	if answer.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", answer.header.Get("Allow"))
		writeProblem(w, r, newProblem(kindMethod, ""))
		return
	}
	writeProblem(w, r, newProblem(kindNotFound, ""))
}

// discarded is an answer whose body is dropped.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) WriteHeader(status int)      { d.status = status }
func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }
