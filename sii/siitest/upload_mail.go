package siitest

import (
	"slices"

	"github.com/ofitec/chile"
)

// mailAgain answers reenvioCorreo of wsDTECorreo, which has the mail with the
// verdicts of an upload sent once more (manual OIFE2005). No mail is sent.
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
	known, validated := u.validated(issuer, args["TrackId"])
	switch {
	case !known:
		return namespaced("105", "TRACKID NO EXISTE")
	case !validated:
		return namespaced("114", "LA VALIDACION DEL ENVIO NO HA TERMINADO")
	}
	return namespaced("0", "Requerimiento recibido OK")
}

// pendingEstados are the states of an upload that is still validated.
var pendingEstados = []string{"REC", "SOK", "CRT", "FOK", "PDR", "PRD"}

// validated reports whether an upload is known, and whether its next state is the
// last one.
func (u *uploads) validated(issuer chile.RUT, trackID string) (known, validated bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	states := u.states[uploadKey{issuer, trackID}.trimmed()]
	return len(states) > 0, len(states) == 1 && !slices.Contains(pendingEstados, states[0].Estado)
}
