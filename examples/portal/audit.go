package main

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/storage"
)

// shown is how many calls of the trail are shown.
const shown = 200

var auditPage = template.Must(template.New("").Parse(`<!doctype html>
<html lang="es-CL">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Auditoría</title>
<h1>Auditoría</h1>
<p>Las últimas llamadas a la interfaz, la más reciente primero. <a href="/integraciones/sii/">Volver</a></p>
<table>
<thead><tr><th scope="col">Cuándo</th><th scope="col">Quién</th><th scope="col">Qué</th><th scope="col">Empresa</th><th scope="col">Respuesta</th></tr></thead>
<tbody>{{range .}}<tr><td>{{.Time}}</td><td>{{.Who}}</td><td>{{.What}}</td><td>{{.Owner}}</td><td>{{.Status}} {{.Problem}}</td></tr>
{{end}}</tbody>
</table>
`))

// auditLine is a call as it is shown.
type auditLine struct {
	Time, Owner string
	Who         string `json:"quien"`
	What        string `json:"operacion"`
	Status      int    `json:"estado"`
	Problem     string `json:"problema"`
}

// audit shows who did what.
func audit(events storage.Events) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var lines []auditLine
		for event, err := range events.Events(r.Context(), storage.EventQuery{Kind: siihttp.EventAccess, Newest: true, Limit: shown}) {
			line := auditLine{Time: event.CreatedAt.In(chile.Santiago()).Format(time.DateTime), Owner: event.Owner.Format()}
			if err == nil {
				err = json.Unmarshal([]byte(event.Detail), &line)
			}
			if err != nil {
				http.Error(w, "No se pudo leer la auditoría.", http.StatusInternalServerError)
				return
			}
			lines = append(lines, line)
		}
		var body bytes.Buffer
		if err := auditPage.Execute(&body, lines); err != nil {
			http.Error(w, "No se pudo mostrar la auditoría.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = body.WriteTo(w)
	})
}
