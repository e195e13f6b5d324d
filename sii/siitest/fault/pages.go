package fault

import "github.com/ofitec/chile/sii/siitest/internal/page"

// ReasonPage returns a page of the portal with a message and its code, for
// siitest.Fault.Body.
func ReasonPage(reason int, words string) string { return page.Reason(reason, words) }

// Pages that the portal sometimes shows first, for siitest.Fault.Body.
const (
	// CaptchaPage asks a person to solve a puzzle. Unverified: no source shows one
	// at the login.
	CaptchaPage = `<html><head><title>Verificaci&oacute;n</title><script src="https://www.google.com/recaptcha/api.js"></script></head>` +
		`<body><form><div class="g-recaptcha" data-sitekey="x"></div><button>Continuar</button></form></body></html>`

	// WaitingRoomPage is the queue at peak times (Queue-it).
	WaitingRoomPage = `<html><head><title>Sala de espera</title><script src="https://static.queue-it.net/script/queueclient.min.js"></script></head>` +
		`<body><h1>Usted est&aacute; en la fila</h1></body></html>`

	// FirewallPage is the firewall's answer to a blocked request (F5).
	FirewallPage = `<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>` +
		`Your support ID is: 1234567890123456789<br><br><a href='javascript:history.back();'>[Go Back]</a></body></html>`

	// OverloadPage is the portal's page when it cannot answer.
	OverloadPage = `<html><head><title>Error al contribuyente</title></head><body><script language='JavaScript'>` +
		`alert('Por el momento no se puede responder a sus requerimientos. Por favor, int&eacute;ntelo m&aacute;s tarde.\n\n` +
		`informando el siguiente c&oacute;digo.\n\nCODIGO:   04.77.113.29.408.51');</script></body></html>`

	// NoCompanyPage is the page of MIPYME if no company was chosen.
	NoCompanyPage = page.NoCompany
)
