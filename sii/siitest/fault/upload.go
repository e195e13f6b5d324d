package fault

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// UploadPage is a page in the place of the answer to an upload, with status 200:
// of a session that is lost, or of an upload that cannot be read (live in two
// clients). Another tells of one after an envelope that was refused, so that it is
// no proof that nothing was taken: see Taken.
func UploadPage() siitest.Fault {
	return siitest.Fault{
		Name: "page of the upload", ContentType: page.Type, Shows: uploads, Body: page.Message("Error 501", "HA OCURRIDO UN ERROR EN EL UPLOAD"),
	}
}

// UploadLate takes an upload, and answers it so much later: a client that has left
// by then does not know.
func UploadLate(by time.Duration) siitest.Fault {
	return siitest.Fault{Name: "late answer", Late: by, Shows: uploads}
}

// UploadStatus is a STATUS of DTEUpload that nothing about the upload is the reason
// of (manual OI2003_UPDTE 1.5; 106 in one client): 9 is a system that is locked.
func UploadStatus(status int) siitest.Fault {
	return siitest.Fault{Name: "STATUS " + strconv.Itoa(status), Estado: strconv.Itoa(status), Shows: only(siitest.OpSend)}
}

// BoletaError is how the service of the boletas refuses: a status and a text, which
// is no JSON (its OpenAPI: 400, 401, 404, 405, 500). Unverified: the words, but for
// those of 400 and 401, live in two clients.
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

// BoletaText is a text under the content type of JSON, with status 200 (live in one
// client, of a query for a boleta).
func BoletaText(text string) siitest.Fault {
	return siitest.Fault{Name: "text for JSON", Body: text, ContentType: "application/json", Shows: boletas}
}
