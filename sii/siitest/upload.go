package siitest

import (
	"fmt"
	"strconv"
	"strings"

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

// SetUpload scripts what the SII says of an upload: each query takes the next
// state, and the last one stays.
func (s *Server) SetUpload(issuer chile.RUT, trackID string, states ...Upload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads[uploadKey{issuer, trackID}.trimmed()] = states
}

// attention is the text of NUM_ATENCION.
func (s *Server) attention() field {
	s.mu.Lock()
	defer s.mu.Unlock()
	return field{"NUM_ATENCION", fmt.Sprintf("%d   ( %s)", 10_000+s.answers, s.now().In(chile.Santiago()).Format("2006/01/02 15:04:05"))}
}

var noToken = &answer{header: []field{{"ESTADO", "001"}, {"GLOSA", "TOKEN NO EXISTE"}}}

func (s *Server) uploadStatus(c *call, args map[string]string) *answer {
	holder, ok := s.use(args["Token"], c.now)
	if !ok {
		return noToken
	}
	issuer, err := s.rut(OpUpload, args, "RutCompania", "DvCompania")
	if err != nil {
		return &answer{header: []field{{"ESTADO", "-13"}, {"GLOSA", "RUT no válido"}}}
	}
	if !s.mayAct(holder, issuer) {
		return &answer{header: []field{{"ESTADO", "-6"}, {"GLOSA", "USUARIO NO AUTORIZADO"}}}
	}
	trackID := args["TrackId"]
	upload, ok := s.nextUpload(uploadKey{issuer, trackID}.trimmed())
	if !ok {
		return &answer{header: []field{
			{"TRACKID", trackID}, {"ESTADO", "-11"}, {"ERR_CODE", "1"}, {"SQL_CODE", ""}, {"SRV_CODE", ""}, s.attention(),
		}}
	}
	a := &answer{header: []field{{"TRACKID", trackID}, {"ESTADO", upload.Estado}, {"GLOSA", upload.Glosa}, s.attention()}}
	for _, c := range upload.Counts {
		a.body = append(a.body,
			field{"TIPO_DOCTO", strconv.Itoa(int(c.Type))},
			field{"INFORMADOS", strconv.Itoa(c.Informed)}, field{"ACEPTADOS", strconv.Itoa(c.Accepted)},
			field{"RECHAZADOS", strconv.Itoa(c.Rejected)}, field{"REPAROS", strconv.Itoa(c.Observed)})
	}
	return a
}

func (s *Server) nextUpload(key uploadKey) (Upload, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := s.uploads[key]
	if len(states) == 0 {
		return Upload{}, false
	}
	if len(states) > 1 {
		s.uploads[key] = states[1:]
	}
	return states[0], true
}

func (s *Server) mayAct(holder, owner chile.RUT) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return holder == owner || s.authorized[holder][owner]
}

// rut reads a RUT in two arguments, as the services want it: digits alone and
// an upper-case check digit.
func (s *Server) rut(op Op, args map[string]string, number, dv string) (chile.RUT, error) {
	n, d := args[number], args[dv]
	if strings.Trim(n, "0123456789") != "" || d == "k" {
		s.violate(op, number, "a RUT is digits, and a check digit in upper case")
	}
	return chile.ParseRUT(n + "-" + d)
}
