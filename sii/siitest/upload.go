package siitest

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/rcv"
)

// Upload is the state of an upload at the SII.
type Upload struct {
	Estado string // REC, SOK, EPR …
	Glosa  string
	Counts []UploadCount // of EPR
}

// UploadCount counts one type of document in a processed upload.
type UploadCount struct {
	Type                                   chile.DocType
	Informed, Accepted, Rejected, Observed int
}

type uploadKey struct {
	issuer  chile.RUT
	trackID string
}

// trimmed returns the key without leading zeros in the track id, for comparison.
func (k uploadKey) trimmed() uploadKey {
	k.trackID = strings.TrimLeft(k.trackID, "0")
	return k
}

// uploads are the received and the scripted uploads of the fake.
type uploads struct {
	desk  *desk
	soap  *soapHandler
	world *world

	// registered finds a document in a register.
	registered func(id chile.DocumentID) (judge.Known, bool)

	// enter puts a document into a register from a time on.
	enter func(key rcv.Key, doc rcv.Document, from time.Time)

	bench   sync.Mutex // one upload is judged at a time
	tracked int        // issued track ids; guarded by bench

	mailing sync.Mutex // one mail is sent at a time

	mu       sync.Mutex
	settings UploadSettings
	states   map[uploadKey][]Upload // scripted states, in order; the last one stays
	tracks   map[uploadKey]*track
	sums     map[[sha256.Size]byte]*sentBytes
	came     []*TakenUpload
	due      []*track // with unsent mails, in order
}

func newUploads(d *desk, soap *soapHandler, w *world) *uploads {
	return &uploads{
		desk: d, soap: soap, world: w,
		states: map[uploadKey][]Upload{}, tracks: map[uploadKey]*track{}, sums: map[[sha256.Size]byte]*sentBytes{},
	}
}

func (u *uploads) change(settings UploadSettings) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.settings = settings.clone()
}

// current returns the settings. They must not be changed.
func (u *uploads) current() UploadSettings {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.settings
}

// services are the SOAP services, by path.
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
	u.mailDue(c.now)
	upload, ok := u.next(uploadKey{issuer, trackID}.trimmed(), c.now)
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

// next returns the state of an upload at a time, and advances a scripted one.
func (u *uploads) next(key uploadKey, now time.Time) (Upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if states := u.states[key]; len(states) > 0 {
		if len(states) > 1 {
			u.states[key] = states[1:]
		}
		return states[0], true
	}
	t := u.tracks[key]
	if t == nil || t.Boleta || now.Sub(t.At) < t.unseen {
		return Upload{}, false
	}
	upload := Upload{Estado: t.at(now)}
	upload.Glosa = uploadGlosas[upload.Estado]
	if upload.Estado == string(judge.EPR) {
		for _, count := range t.counts {
			if !slices.Contains(u.settings.Uncounted, count.Type) {
				upload.Counts = append(upload.Counts, count)
			}
		}
	}
	return upload, true
}
