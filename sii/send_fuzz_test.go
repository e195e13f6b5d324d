package sii

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ofitec/chile/internal/redact"
)

// answerOf is an answer that begins so, of status 200.
func answerOf(body []byte) *response {
	return &response{status: http.StatusOK, header: http.Header{}, first: body[:min(len(body), headBytes)], whole: len(body) <= headBytes}
}

// FuzzReadReceipt: whatever an answer to an upload is, a track id is one that stands
// in it, nothing is received without STATUS 0, and no outcome is better than known.
func FuzzReadReceipt(f *testing.F) {
	f.Add([]byte("<?xml version=\"1.0\"?><RECEPCIONDTE><RUTSENDER>11111111-1</RUTSENDER><STATUS>0</STATUS><TRACKID>0260001234</TRACKID></RECEPCIONDTE>"))
	f.Add([]byte("<RECEPCIONDTE><STATUS>99</STATUS><DETAIL><ERROR>enviado 2 veces con Trackid 251550580. Debe esperar 900 segundos</ERROR></DETAIL></RECEPCIONDTE>"))
	f.Add([]byte("<RECEPCIONDTE><TIMESTAMP>2026-03-05 10:30:00</TIMESTAMP><STATUS>7</STATUS><DETAIL>LSX-00213: \xf1<ERROR/></DETAIL></RECEPCIONDTE>"))
	f.Add([]byte("<html><body>RECEPCIONDTE</body></html>"))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><RECEPCIONDTE>&b;</RECEPCIONDTE>`))
	sent := &file{sender: goldenSender, company: goldenCompany}
	f.Fuzz(func(t *testing.T, body []byte) {
		receipt, err := readReceipt(answerOf(body), body, sent, redact.New("XAuSbYXiNh9Ik"))
		var failed *UploadError
		errors.As(uploadFailure(err, true), &failed)
		text := toUTF8(body)
		switch {
		case err == nil:
			if strings.Trim(receipt.Status, "0") != "" || receipt.Status == "" || !strings.Contains(text, receipt.TrackID) || asTrackID(receipt.TrackID) == "" {
				t.Fatalf("received: %+v", receipt)
			}
		case failed.Outcome == OutcomeNotSent:
			t.Fatalf("not sent, though it was: %v", err)
		case failed.TrackID != "" && (failed.Outcome != OutcomeDuplicate || asTrackID(failed.TrackID) == "" || !strings.Contains(text, failed.TrackID)):
			t.Fatalf("%+v", failed)
		case failed.Outcome != OutcomeUnknown && !strings.Contains(text, "STATUS"):
			t.Fatalf("an outcome without a STATUS: %+v", failed)
		case len(failed.Details) > maxDetails || !utf8.ValidString(err.Error()):
			t.Fatalf("%+v", failed)
		}
	})
}

// FuzzReadBoleta: whatever the service of the boletas answers, no verdict is better
// than its counts, and a track id is one that stands in the answer.
func FuzzReadBoleta(f *testing.F) {
	f.Add([]byte(`{"rut_emisor":"76192083-9","trackid":123456789012345,"fecha_recepcion":"2026-03-05 20:30:10","estado":"REC"}`))
	f.Add([]byte(`{"trackid":1,"estado":"EPR","estadistica":[{"tipo":39,"informados":3,"aceptados":2,"rechazados":1,"reparos":0}],` +
		`"detalle_rep_rech":[{"tipo":39,"folio":null,"estado":"RCH","error":[{"seccion":"HED","linea":222,"nivel":3,"codigo":100}]}]}`))
	f.Add([]byte("{\"codigo\":\"DNK\",\"descripcion\":\"\xf1\"}"))
	f.Add([]byte(`falta rut_receptor`))
	sent := &file{sender: goldenSender, company: goldenCompany}
	f.Fuzz(func(t *testing.T, body []byte) {
		if receipt, err := readBoletaReceipt(body, sent, redact.New("XAuSbYXiNh9Ik")); err == nil {
			if asTrackID(receipt.TrackID) == "" || !receipt.Known && receipt.Verdict != VerdictUnknown {
				t.Fatalf("%+v", receipt)
			}
		}
		if status, err := readBoletaUpload(body, goldenCompany, "1"); err == nil {
			good := status.Verdict == VerdictAccepted
			if good && (!status.Processed || status.Accepted != status.Informed || status.Rejected+status.Observed > 0) || !status.Known && status.Verdict != VerdictUnknown {
				t.Fatalf("%+v", status)
			}
			for _, d := range status.Details {
				if good && (d.Verdict == VerdictRejected || d.Verdict == VerdictObserved) {
					t.Fatalf("accepted, though %+v", d)
				}
			}
		}
		if status, err := readBoletaStatus(body); err == nil && status.Verdict != VerdictUnknown && !status.Known {
			t.Fatalf("a verdict on an unknown code: %+v", status)
		}
		if e := boletaRefusal(answerOf(body), "boleta.send", Production()); e != nil && (e.Kind == nil || !utf8.ValidString(e.Error())) {
			t.Fatalf("%+v", e)
		}
	})
}

// FuzzInterpretSigned: whatever QueryEstDteAv answers, what it says of receiving does
// not contradict the verdict.
func FuzzInterpretSigned(f *testing.F) {
	const form = `<RESPUESTA><RESP_HDR><ESTADO>%H</ESTADO></RESP_HDR><RESP_BODY>%B</RESP_BODY></RESPUESTA>`
	for _, body := range []string{
		"<RECIBIDO>SI</RECIBIDO><ESTADO>DOK</ESTADO><TRACKID>260001234</TRACKID>", "<RECIBIDO>NO</RECIBIDO>", "<RECIBIDO>NO</RECIBIDO><ESTADO>DNK</ESTADO>", "<ESTADO>FAU</ESTADO>", "",
	} {
		f.Add([]byte(strings.NewReplacer("%H", "0", "%B", body).Replace(form)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer, err := parseSOAP(body, "getEstDteAv")
		if err != nil {
			return
		}
		if status, err := interpretSigned(answer); err == nil {
			accepted := status.Verdict == VerdictAccepted || status.Mismatch
			if accepted && status.Received == ReceivedNo || status.Verdict == VerdictSent && status.Received == ReceivedYes || status.TrackID != "" && asTrackID(status.TrackID) == "" {
				t.Fatalf("%+v", status)
			}
		}
		if request, err := interpretMail(answer); err == nil && request.Coming && request.Pending {
			t.Fatalf("%+v", request)
		}
	})
}
