package sii

import (
	"bytes"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/plain"
	"github.com/ofitec/chile/internal/redact"
)

// The values of STATUS with special handling.
const (
	sendTaken     = "0"
	sendDuplicate = "99"
)

// receiptTag is the root of an answer, also of a refusal.
const receiptTag = "RECEPCIONDTE"

// sendRefusal returns the error for a page or text instead of an answer. The text of an
// answer is never searched like a page, whatever its content type.
func sendRefusal(r *response, op string, env Environment) *Error {
	if r.status == http.StatusOK && bytes.Contains(r.first, []byte(receiptTag)) {
		return nil
	}
	return r.refusal(op, env)
}

// readReceipt reads an answer of DTEUpload, which has no namespace:
//
//	<RECEPCIONDTE><RUTSENDER>…<RUTCOMPANY>…<FILE>…<TIMESTAMP>…<STATUS>0<TRACKID>…
//
// Only STATUS 0 with a track id means that the file was received.
func readReceipt(r *response, body []byte, f *file, known *redact.Redactor) (*UploadReceipt, error) {
	root, err := parseXML(toUTF8(body))
	answer := findElement(root, receiptTag)
	if err == nil && answer == nil {
		err = errors.New("the answer has no " + receiptTag)
	}
	if err != nil {
		return nil, r.noReceipt(opSend.name, err)
	}
	if r.status != http.StatusOK {
		if code, ok := httpCode(strconv.Itoa(r.status)); ok {
			return nil, code.failed(opSend.name)
		}
	}
	said := childText(answer, "STATUS")
	receipt := &UploadReceipt{
		TrackID: asTrackID(childText(answer, "TRACKID")), Status: known.Cut(said, maxEstado), Details: detailsOf(root, known),
	}
	receipt.Received, _ = time.ParseInLocation(time.DateTime, childText(answer, "TIMESTAMP"), chile.Santiago())
	status := statusOf(said)
	switch other := f.otherIn(answer); {
	case status == "":
		return nil, unknownForm(opSend.name, said, errors.New("the answer has no STATUS"))
	case other != nil && (status == sendTaken || status == sendDuplicate):
		return nil, unknownForm(opSend.name, said, other)
	case status != sendTaken:
		return nil, receipt.refusal(status)
	case receipt.TrackID == "":
		return nil, unknownForm(opSend.name, said, errors.New("received, but the answer has no track id"))
	}
	return receipt, nil
}

// refusal returns the error for a STATUS other than 0.
func (u *UploadReceipt) refusal(status string) error {
	code, ok := sendCodes.find(status)
	if !ok {
		code = codeSendOther
	}
	e := code.refused(opSend.name, u.Status, strings.Join(u.Details, " / "))
	failed := &UploadError{Details: u.Details, Err: e}
	switch {
	case status == sendDuplicate:
		failed.Outcome, failed.TrackID = OutcomeDuplicate, u.earlier()
		if failed.TrackID == "" {
			e.RetryAfter = waitOf(u.Details)
		}
	case code.refusesFile():
		failed.Outcome = OutcomeRefused
	}
	return failed
}

// earlier returns the track id of the earlier upload of the same bytes: the first one in
// the SII's texts, else that of the answer.
func (u *UploadReceipt) earlier() string {
	for _, text := range u.Details {
		if id := trackIDIn(text); id != "" {
			return id
		}
	}
	return u.TrackID
}

// otherIn returns an error if the answer names another sender or company than the file.
// It may name none.
func (f *file) otherIn(answer *etree.Element) error {
	for _, named := range []struct {
		element string
		sent    chile.RUT
	}{{"RUTSENDER", f.sender}, {"RUTCOMPANY", f.company}} {
		if rut, err := chile.ParseRUT(childText(answer, named.element)); err == nil && rut != named.sent {
			return errors.New("an answer about another upload, by its " + named.element)
		}
	}
	return nil
}

// statusOf returns a STATUS without leading zeros, or "" if it is not a number.
func statusOf(said string) string {
	n, err := strconv.ParseUint(said, 10, 32)
	if err != nil {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// detailsOf returns the texts of DETAIL. It is in RECEPCIONDTE; one client looks for it
// beside that element.
func detailsOf(root *etree.Element, known *redact.Redactor) (texts []string) {
	detail := findElement(root, "DETAIL")
	if detail == nil {
		return nil
	}
	all := []string{elementText(detail)}
	for _, child := range detail.ChildElements() {
		all = append(all, elementText(child))
	}
	for _, text := range all {
		if text = strings.Join(strings.Fields(printable(text)), " "); text != "" && len(texts) < maxDetails {
			texts = append(texts, known.Cut(text, maxGlosa))
		}
	}
	return texts
}

var (
	// inText finds a track id in "Archivo ya fue enviado 2 veces con Trackid 251550580.
	// Debe esperar 900 segundos antes de reintentar". It must match no other number.
	inText = regexp.MustCompile(`track[ _-]?id(?: (?:anterior|es|numero|nro\.?|n[o°º]?\.?))*[ :=#.,"'()\[\]]{0,4}([0-9]{1,20})(?:[^0-9a-z]|$)( ?(?:segundo|minuto|hora|dia|vece|vez))?`)

	waitInText = regexp.MustCompile(`esperar ([0-9]{1,6}) segundos`)
)

// trackIDIn returns the track id that a text names, or "".
func trackIDIn(text string) string {
	for _, found := range inText.FindAllStringSubmatch(plain.Text(text), -1) {
		if id := asTrackID(found[1]); id != "" && found[2] == "" {
			return id
		}
	}
	return ""
}

// waitOf returns how long to wait before the same bytes may be sent again: 15 minutes if
// the SII does not say.
func waitOf(texts []string) time.Duration {
	for _, text := range texts {
		if found := waitInText.FindStringSubmatch(plain.Text(text)); found != nil {
			if seconds, err := strconv.Atoi(found[1]); err == nil {
				return min(time.Duration(seconds)*time.Second, maxAway)
			}
		}
	}
	return duplicateWait
}

const duplicateWait = 15 * time.Minute
