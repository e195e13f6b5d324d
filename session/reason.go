package session

import (
	"strconv"
	"strings"
)

// reasonKinds are the reasons of the portal's messages: the last group of their
// code (the SII's page "Códigos de mensajes de error", 2020-02-07). Other codes
// are unknown.
var reasonKinds = map[int]error{
	1: ErrTryAgain, 2: ErrTryAgain, 4: ErrTryAgain, 5: ErrTryAgain, 11: ErrTryAgain, 13: ErrTryAgain, 14: ErrTryAgain,
	6: ErrTryAgain, 23: ErrTryAgain, 26: ErrTryAgain, 30: ErrTryAgain, 52: ErrTryAgain,
	3: ErrUnavailable, 7: ErrUnavailable, 12: ErrUnavailable,
	20: ErrWrongClave,
	55: ErrWrongClave, // three attempts are left before the block
	9:  ErrBlocked, 19: ErrBlocked, 49: ErrBlocked,
	27: ErrTooManySessions,
	28: ErrLoggedOut, 29: ErrLoggedOut, 71: ErrLoggedOut, 76: ErrLoggedOut, 77: ErrLoggedOut, 78: ErrLoggedOut,
	82: ErrLoggedOut, 83: ErrLoggedOut, 84: ErrLoggedOut, 85: ErrLoggedOut,
	25: ErrProvisionalCode, 47: ErrProvisionalCode, 48: ErrProvisionalCode, 51: ErrProvisionalCode, 53: ErrProvisionalCode,
	33: ErrUseClave, 39: ErrUseCertificate,
	34: ErrCertificate, 35: ErrCertificate, 36: ErrCertificate, 37: ErrCertificate, 38: ErrCertificate,
	70: ErrNotAuthorized, 81: ErrNotAuthorized,
	15: ErrHolder, 17: ErrHolder, 21: ErrHolder, 41: ErrHolder, 58: ErrHolder, 59: ErrHolder, 60: ErrHolder, 63: ErrHolder,
	56: ErrRefused, 57: ErrRefused, 72: ErrRefused, 73: ErrRefused, 74: ErrRefused, 75: ErrRefused,
	79: ErrRefused, 80: ErrRefused, 86: ErrRefused, 87: ErrRefused, 88: ErrRefused,
	90: ErrRefused, 91: ErrRefused, 92: ErrRefused, 93: ErrRefused, 94: ErrRefused, 95: ErrRefused,
}

// authenticationPrefix begins the codes of messages about authentication, which
// the table covers. Other applications number their reasons themselves: the
// page of an overload has 04.77.113.29.408.51, that of MIPYME without a company
// 02.35.209.-1.148.10.
const authenticationPrefix = "01.01."

// reasonOf returns the kind of a message by its code.
func reasonOf(code string) (reason int, kind error) {
	last := code[strings.LastIndexByte(code, '.')+1:]
	reason, err := strconv.Atoi(last)
	if err != nil || !strings.HasPrefix(code, authenticationPrefix) {
		return 0, nil
	}
	if kind = reasonKinds[reason]; kind == nil {
		kind = ErrRefused
	}
	return reason, kind
}

// phrases are words of the portal's messages, simplified by plain, for pages
// whose code is missing or not about authentication. The first match counts.
var phrases = []struct {
	words string
	kind  error
}{
	{"clave tributaria ingresada no es correcta", ErrWrongClave},
	{"maximo de sesiones autenticadas", ErrTooManySessions},
	{"clave ha sido bloqueada", ErrBlocked}, // Unverified: no source shows the page of a blocked clave
	{"clave se encuentra bloqueada", ErrBlocked},
	{"no ha seleccionado una empresa", ErrNoCompany},
	{"no esta autenticado", ErrLoggedOut},
	{"por el momento no se puede responder a sus requerimientos", ErrUnavailable},
	{"consultas recurrentes", ErrUnavailable},
	{"en mantencion", ErrUnavailable},
	{"service temporarily unavailable", ErrUnavailable},
}

func phraseKind(text string) error {
	for _, p := range phrases {
		if strings.Contains(text, p.words) {
			return p.kind
		}
	}
	return nil
}
