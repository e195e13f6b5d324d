package siitest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/sii/siitest/internal/page"
)

// MailFolder returns a function for UploadSettings.Mail that writes each mail to a
// file in that folder. The file is named by the track id; a later mail replaces it.
func MailFolder(dir string) func(ResultMail) error {
	return func(m ResultMail) error {
		return os.WriteFile(filepath.Join(dir, "RESULTADO_ENVIO_"+m.TrackID+".xml"), m.XML, 0o600)
	}
}

// mailDue sends the mails of uploads that are processed by a time.
func (u *uploads) mailDue(now time.Time) {
	u.mailing.Lock()
	defer u.mailing.Unlock()
	for {
		u.mu.Lock()
		var t *track
		if len(u.due) > 0 && u.due[0].isDone(now) {
			t, u.due = u.due[0], u.due[1:]
		}
		send := u.settings.Mail
		u.mu.Unlock()
		if t == nil {
			return
		}
		u.mail(t, send)
	}
}

// mail sends the mail of an upload.
func (u *uploads) mail(t *track, send func(ResultMail) error) {
	if send == nil {
		return
	}
	if err := send(ResultMail{Issuer: t.Issuer, TrackID: t.TrackID, XML: t.result()}); err != nil {
		u.desk.journal.violate(OpMail, "mail", err.Error())
	}
}

// reviewStates are the states of documents in the mail.
var reviewStates = map[judge.State]string{
	judge.RCH: "RCH - DTE Rechazado", judge.RPR: "RPR - DTE Aceptado con Reparos", judge.RLV: "RLV - DTE Aceptado con Reparos Leves",
}

// result is the file in the mail (RespSII_v10.xsd).
func (t *track) result() []byte {
	var b strings.Builder
	line := func(indent, name, text string) {
		b.WriteString(indent + "<" + name + ">" + page.Escape(text) + "</" + name + ">\n")
	}
	state := string(t.State)
	b.WriteString("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<RESULTADO_ENVIO>\n  <IDENTIFICACION>\n")
	line("    ", "RUTEMISOR", t.Issuer.String())
	line("    ", "RUTENVIA", t.Sender.String())
	line("    ", "TRACKID", strings.TrimLeft(t.TrackID, "0"))
	line("    ", "TMSTRECEPCION", t.At.In(chile.Santiago()).Format("02/01/2006 15:04:05"))
	line("    ", "ESTADO", state+" - "+uploadGlosas[state])
	b.WriteString("  </IDENTIFICACION>\n")
	if len(t.counts) > 0 {
		b.WriteString("  <ESTADISTICA>\n")
		for _, c := range t.counts {
			fmt.Fprintf(&b, "    <SUBTOTAL><TIPODOC>%d</TIPODOC><INFORMADO>%d</INFORMADO>", int(c.Type), c.Informed)
			for _, n := range []struct {
				name string
				n    int
			}{{"RECHAZO", c.Rejected}, {"REPARO", c.Observed}, {"ACEPTA", c.Accepted}} {
				if n.n > 0 {
					fmt.Fprintf(&b, "<%s>%d</%s>", n.name, n.n, n.name)
				}
			}
			b.WriteString("</SUBTOTAL>\n")
		}
		b.WriteString("  </ESTADISTICA>\n")
	}
	if len(t.said) > 0 {
		b.WriteString("  <ERRORENVIO>\n")
		for _, text := range texts(t.said) {
			line("    ", "DETERRENVIO", text)
		}
		b.WriteString("  </ERRORENVIO>\n")
	}
	if len(t.reviews) > 0 {
		b.WriteString("  <REVISIONENVIO>\n")
		for _, r := range t.reviews {
			fmt.Fprintf(&b, "    <REVISIONDTE>\n      <FOLIO>%d</FOLIO>\n      <TIPODTE>%d</TIPODTE>\n", int64(r.folio), int(r.of))
			line("      ", "ESTADO", reviewStates[r.state])
			for _, text := range texts(r.said) {
				line("      ", "DETALLE", text)
			}
			b.WriteString("    </REVISIONDTE>\n")
		}
		b.WriteString("  </REVISIONENVIO>\n")
	}
	b.WriteString("</RESULTADO_ENVIO>\n")
	return page.Latin1(b.String())
}
