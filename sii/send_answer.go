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

// The values of STATUS that are not looked up alone.
const (
	sendTaken     = "0"
	sendDuplicate = "99"
)

// receiptTag is the root of an answer, also of one that says no.
const receiptTag = "RECEPCIONDTE"

// sendRefusal tells what came in place of an answer. The words of an answer are not
// looked through as those of a page are, whatever it is announced as.
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
// Without a STATUS that says so, and a track id, nothing was received.
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

// refusal is the error of a STATUS other than 0.
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

// earlier returns the track id under which the SII has the same bytes: the first one
// in its texts, or else the one of the answer.
func (u *UploadReceipt) earlier() string {
	for _, text := range u.Details {
		if id := trackIDIn(text); id != "" {
			return id
		}
	}
	return u.TrackID
}

// otherIn returns an error if the answer names another sender or company than those
// of the file. It need not name any.
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

// statusOf returns a STATUS, which is a number, without zeros in front; "" if it is
// none.
func statusOf(said string) string {
	n, err := strconv.ParseUint(said, 10, 32)
	if err != nil {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// detailsOf returns the texts of DETAIL. It stands in RECEPCIONDTE; one client looks
// for it beside.
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
	// Debe esperar 900 segundos antes de reintentar". No other number may be taken for
	// one.
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

// waitOf returns for how long the SII wants the same bytes not to come again: 15
// minutes if it does not say.
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
