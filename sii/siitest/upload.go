package siitest

import (
	"strconv"
	"strings"
	"sync"

	"github.com/ofitec/chile"
)

// Upload is the state of an upload at the SII.
type Upload struct {
	Estado string // REC, SOK, EPR …
	Glosa  string
	Counts []UploadCount // of EPR
}

// UploadCount counts one type of document in an upload that was processed.
type UploadCount struct {
	Type                                   chile.DocType
	Informed, Accepted, Rejected, Observed int
}

type uploadKey struct {
	issuer  chile.RUT
	trackID string
}

// trimmed is the track id as it is compared: without leading zeros.
func (k uploadKey) trimmed() uploadKey {
	k.trackID = strings.TrimLeft(k.trackID, "0")
	return k
}

// uploads are the uploads that the fake knows of.
type uploads struct {
	desk *desk
	soap *soapHandler

	mu     sync.Mutex
	states map[uploadKey][]Upload // those that come, in order; the last one stays
}

// services are the services of SOAP, by their path.
func (u *uploads) services() map[string]*soapService {
	return map[string]*soapService{
		"QueryEstUp.jws": newSOAPService("QueryEstUp", soapAbout(), soapOperation{
			name: "getEstUp", op: OpUpload, args: []string{"RutCompania", "DvCompania", "TrackId", "Token"}, answer: u.status,
		}),
		"services/wsDTECorreo": newSOAPService("wsDTECorreo", append([]soapOperation{about("getEnv", "PRUEBA")}, soapAbout()...), soapOperation{
			name: "reenvioCorreo", op: OpMail, args: []string{"Token", "RutEmpresa", "DvEmpresa", "TrackId"}, answer: u.mailAgain,
		}),
	}
}

func (u *uploads) set(key uploadKey, states []Upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.states[key.trimmed()] = states
}

// status answers getEstUp.
func (u *uploads) status(c *call, args soapArgs) *answer {
	holder, ok := u.desk.access.use(args["Token"], c.now)
	if !ok {
		return noToken
	}
	issuer, err := args.rut(c, "RutCompania", "DvCompania")
	if err != nil {
		return &answer{header: []field{{"ESTADO", "-13"}, {"GLOSA", "RUT no válido"}}}
	}
	if !u.desk.access.mayAct(holder, issuer) {
		return &answer{header: []field{{"ESTADO", "-6"}, {"GLOSA", "USUARIO NO AUTORIZADO"}}}
	}
	trackID := args["TrackId"]
	upload, ok := u.next(uploadKey{issuer, trackID}.trimmed())
	if !ok {
		return &answer{header: []field{
			{"TRACKID", trackID}, {"ESTADO", "-11"}, {"ERR_CODE", "1"}, {"SQL_CODE", ""}, {"SRV_CODE", ""}, u.soap.attention(),
		}}
	}
	a := &answer{header: []field{{"TRACKID", trackID}, {"ESTADO", upload.Estado}, {"GLOSA", upload.Glosa}, u.soap.attention()}}
	for _, c := range upload.Counts {
		a.body = append(a.body,
			field{"TIPO_DOCTO", strconv.Itoa(int(c.Type))},
			field{"INFORMADOS", strconv.Itoa(c.Informed)}, field{"ACEPTADOS", strconv.Itoa(c.Accepted)},
			field{"RECHAZADOS", strconv.Itoa(c.Rejected)}, field{"REPAROS", strconv.Itoa(c.Observed)})
	}
	return a
}

// next returns the state of an upload, and moves it to the next one.
func (u *uploads) next(key uploadKey) (Upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	states := u.states[key]
	if len(states) == 0 {
		return Upload{}, false
	}
	if len(states) > 1 {
		u.states[key] = states[1:]
	}
	return states[0], true
}
