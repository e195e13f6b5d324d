package sii

import (
	"testing"
	"unicode/utf8"
)

// FuzzParseSOAP: whatever an answer is, it is read or refused, and what is read
// of it can be shown.
func FuzzParseSOAP(f *testing.F) {
	const begin = `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><getEstUpResponse><getEstUpReturn>`
	const end = `</getEstUpReturn></getEstUpResponse></e:Body></e:Envelope>`
	for _, document := range []string{
		`&lt;S:RESPUESTA xmlns:S="x"&gt;&lt;S:RESP_HDR&gt;&lt;ESTADO&gt;EPR&lt;/ESTADO&gt;&lt;/S:RESP_HDR&gt;&lt;S:RESP_BODY&gt;&lt;TIPO_DOCTO&gt;33&lt;/TIPO_DOCTO&gt;&lt;INFORMADOS&gt;1&lt;/INFORMADOS&gt;&lt;/S:RESP_BODY&gt;&lt;/S:RESPUESTA&gt;`,
		`<![CDATA[<RESPUESTA><RESP_HDR><ESTADO>-11</ESTADO><ERR_CODE>1</ERR_CODE></RESP_HDR></RESPUESTA>]]>`,
		`<RESPUESTA><RESP_BODY/><RESP_HDR><ESTADO>ANC</ESTADO><GLOSA_ERR>a &amp; b &#xd; &#x1;</GLOSA_ERR></RESP_HDR></RESPUESTA>`,
		"<RESPUESTA><RESP_HDR><ESTADO>001</ESTADO><GLOSA>se\xf1al</GLOSA></RESP_HDR></RESPUESTA>",
	} {
		f.Add([]byte(begin + document + end))
	}
	f.Add([]byte(begin + "<Fault><faultstring>x</faultstring></Fault>" + end))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer, err := parseSOAP(body, "getEstUp")
		if err != nil {
			return
		}
		if !utf8.ValidString(answer.estado() + answer.glosa()) {
			t.Fatal("text that is not UTF-8")
		}
		if status, err := interpretUpload("1", answer); err == nil {
			if status.Verdict == VerdictAccepted && (!status.Processed || status.Accepted != status.Informed || status.Rejected > 0) {
				t.Fatalf("accepted, though %+v", status)
			}
		}
		if status, err := interpretDocument(answer); err == nil && status.Verdict != VerdictUnknown && !status.Known {
			t.Fatalf("a verdict on an unknown code: %+v", status)
		}
	})
}
