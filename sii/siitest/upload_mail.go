package siitest

import (
	"slices"
	"time"
)

// mailAgain answers reenvioCorreo of wsDTECorreo: it sends the mail with an
// upload's verdicts once more (manual OIFE2005). A scripted upload has no mail.
func (u *uploads) mailAgain(c *call, args soapArgs) *answer {
	holder, ok := u.desk.access.use(args["Token"], c.now)
	if !ok {
		return namespaced("104", "TOKEN INACTIVO O NO EXISTE")
	}
	if args["RutEmpresa"] == "" || args["DvEmpresa"] == "" || args["TrackId"] == "" {
		return namespaced("102", "FALTAN DATOS DE ENTRADA")
	}
	issuer, err := args.rut(c, "RutEmpresa", "DvEmpresa")
	switch {
	case err != nil:
		return namespaced("101", "DIGITO VERIFICADOR DE LA EMPRESA ERRONEO")
	case !u.desk.access.mayAct(holder, issuer):
		return namespaced("106", "USUARIO SIN PERMISO SOBRE LA EMPRESA")
	}
	u.mailDue(c.now)
	t, known, validated := u.validated(uploadKey{issuer, args["TrackId"]}.trimmed(), c.now)
	switch {
	case !known:
		return namespaced("105", "TRACKID NO EXISTE")
	case !validated:
		return namespaced("114", "LA VALIDACION DEL ENVIO NO HA TERMINADO")
	}
	if t != nil {
		u.mailing.Lock()
		defer u.mailing.Unlock()
		u.mail(t, u.current().Mail)
	}
	return namespaced("0", "Requerimiento recibido OK")
}

// pendingEstados are the states of an upload under validation.
var pendingEstados = []string{"REC", "SOK", "CRT", "FOK", "PDR", "PRD"}

// validated reports whether an upload is known, and whether it is processed by a
// time. A scripted upload is processed if its next state is the last one.
func (u *uploads) validated(key uploadKey, now time.Time) (t *track, known, validated bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if states := u.states[key]; len(states) > 0 {
		return nil, true, len(states) == 1 && !slices.Contains(pendingEstados, states[0].Estado)
	}
	t = u.tracks[key]
	if t == nil || t.Boleta {
		return nil, false, false
	}
	return t, true, t.isDone(now)
}
