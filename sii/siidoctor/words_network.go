package siidoctor

import "github.com/ofitec/chile/sii"

var adviceWay = text("Revisar la red, el cortafuegos y el proxy de esta máquina.", "Check network, firewall and proxy of this machine.")

var networkWordings = map[string]wording{
	"dns_found": {
		CheckOK,
		text("Encontrado, direcciones: %d.", "Found, addresses: %d."),
		sii.Text{},
	},
	"dns_not_looked_up": {
		CheckSkipped,
		text("No se buscó aquí: hay un proxy, una red propia del programa o una conexión ya abierta.", "Not looked up here: a proxy, a network of the program's own or an open connection."),
		sii.Text{},
	},
	"dns_not_found": {
		CheckFail,
		text("El nombre no existe.", "The name is not found."),
		text("Revisar el DNS de esta máquina, y el nombre en la configuración.", "Check the DNS of this machine, and the name in the settings."),
	},
	"dns_failed": {
		CheckFail,
		text("El DNS no responde.", "The DNS does not answer."),
		text("Revisar el DNS de esta máquina.", "Check the DNS of this machine."),
	},
	"tls_trusted": {
		CheckOK,
		text("%s, certificado de %q hasta el %s.", "%s, certificate of %q until %s."),
		sii.Text{},
	},
	"tls_not_used": {
		CheckOK,
		text("Responde, en esta máquina sin TLS.", "Answers, on this machine without TLS."),
		sii.Text{},
	},
	"tls_unverified": {
		CheckWarn,
		text("El cliente acepta cualquier certificado.", "The client accepts any certificate."),
		text("Quitar InsecureSkipVerify: quien esté en medio obtiene el token; agregar en cambio la raíz que falta.", "Remove InsecureSkipVerify: anyone in between gets the token; add the missing root instead."),
	},
	"tls_untrusted": {
		CheckFail,
		text("El certificado, del emisor %q, no llega a una raíz de confianza.", "The certificate, of issuer %q, does not chain to a trusted root."),
		text("Si el emisor es el proxy o antivirus de su empresa agregar su raíz; si no, actualizar las raíces de esta máquina o agregar el intermedio que el SII no envía.", "If the issuer is your company's proxy or antivirus add its root; else update this machine's roots, or add the intermediate that the SII does not send."),
	},
	"tls_wrong_host": {
		CheckFail,
		text("El certificado es de otro servidor.", "The certificate belongs to another host."),
		text("Algo responde en lugar del SII: revisar DNS, proxy y cortafuegos.", "Something answers instead of the SII: check DNS, proxy and firewall."),
	},
	"tls_expired": {
		CheckFail,
		text("El certificado del servidor no está vigente ahora.", "The host's certificate is not valid now."),
		text("Revisar el reloj de esta máquina; si está bien, esperar al SII.", "Check this machine's clock; if it is right, wait for the SII."),
	},
	"tls_not_spoken": {
		CheckFail,
		text("Lo que responde no habla TLS.", "What answers does not speak TLS."),
		text("Algo responde en lugar del SII: revisar proxy y cortafuegos.", "Something answers instead of the SII: check proxy and firewall."),
	},
	"tls_failed":      {CheckFail, text("No hay conexión cifrada: %s.", "No encrypted connection: %s."), adviceWay},
	"tls_timeout":     {CheckFail, text("Se llega, pero no hay conexión cifrada a tiempo.", "Reached, but no encrypted connection in time."), adviceWay},
	"connect_failed":  {CheckFail, text("No hay conexión: %s.", "No connection: %s."), adviceWay},
	"connect_timeout": {CheckFail, text("No hay conexión a tiempo.", "No connection in time."), adviceWay},
}

var adviceClock = text("Sincronizar el reloj de esta máquina (NTP).", "Synchronise this machine's clock (NTP).")

var clockWordings = map[string]wording{
	"zone_current": {
		CheckOK,
		text("Chile está en UTC%s.", "Chile is at UTC%s."),
		sii.Text{},
	},
	"zone_outdated": {
		CheckWarn,
		text("Esta máquina tiene a Chile en UTC%s, o con cambio en otro día; según la regla desde 2023 está en UTC%s.", "This machine has Chile at UTC%s, or changes on another day; by the rule since 2023 it is at UTC%s."),
		text("Actualizar la base de zonas horarias (tzdata), salvo que la regla haya cambiado.", "Update the time zone database (tzdata), unless the rule has changed since."),
	},
	"clock_unknown": {
		CheckSkipped,
		text("Ningún servidor dijo la hora.", "No host told the time."),
		sii.Text{},
	},
	"clock_right":        {CheckOK, text("A %s de la del SII.", "%s from the SII's."), sii.Text{}},
	"clock_off_ahead":    {CheckWarn, text("Adelantado en %s respecto del SII.", "%s ahead of the SII's."), adviceClock},
	"clock_off_behind":   {CheckWarn, text("Atrasado en %s respecto del SII.", "%s behind the SII's."), adviceClock},
	"clock_wrong_ahead":  {CheckFail, text("Adelantado en %s respecto del SII.", "%s ahead of the SII's."), adviceClock},
	"clock_wrong_behind": {CheckFail, text("Atrasado en %s respecto del SII.", "%s behind the SII's."), adviceClock},
	"clock_hosts_disagree": {
		CheckWarn,
		text("Bien según un servidor, pero %s difiere en %s.", "Right by one host, but %s is off by %s."),
		text("Ese servidor, o un proxy ante él, está mal: los tokens pueden parecer vencidos antes de tiempo.", "That host, or a proxy before it, is wrong: tokens may seem to end too early."),
	},
}
