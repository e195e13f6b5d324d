package fault

import (
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
