package fault

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// UploadPage is a page with status 200 instead of the answer to an upload: the
// session was lost, or the upload is unreadable (live in two clients). Another
// client got one after a refused envelope, so it does not prove that nothing was
// taken: see Taken.
func UploadPage() siitest.Fault {
	return siitest.Fault{
		Name: "page of the upload", ContentType: page.Type, Shows: uploads, Body: page.Message("Error 501", "HA OCURRIDO UN ERROR EN EL UPLOAD"),
	}
}

// UploadLate takes an upload and answers that much later. A client that has left by
// then does not know the outcome.
func UploadLate(by time.Duration) siitest.Fault {
	return siitest.Fault{Name: "late answer", Late: by, Shows: uploads}
}

// UploadStatus is a STATUS of DTEUpload whose reason is not in the upload (manual
// OI2003_UPDTE 1.5; 106 in one client). STATUS 9 is a locked system.
func UploadStatus(status int) siitest.Fault {
	return siitest.Fault{Name: "STATUS " + strconv.Itoa(status), Estado: strconv.Itoa(status), Shows: only(siitest.OpSend)}
}

// BoletaError is a refusal of the boleta service: a status and a text that is not
// JSON (its OpenAPI: 400, 401, 404, 405, 500). Unverified: the words, except those
// of 400 and 401 (live in two clients).
func BoletaError(status int) siitest.Fault {
	text, ok := boletaErrors[status]
	if !ok {
		text = "Error"
	}
	return siitest.Fault{Name: "boletas " + strconv.Itoa(status), HTTPStatus: status, Body: text, ContentType: "text/plain", Shows: boletas}
}

var boletaErrors = map[int]string{
	http.StatusBadRequest: "No trae TOKEN", http.StatusUnauthorized: "NO ESTA AUTENTICADO", http.StatusNotFound: "No encontrado", http.StatusInternalServerError: "Error interno",
}

// BoletaText is a text with the content type of JSON and status 200 (live in one
// client, for a query for a boleta).
func BoletaText(text string) siitest.Fault {
	return siitest.Fault{Name: "text for JSON", Body: text, ContentType: "application/json", Shows: boletas}
}
