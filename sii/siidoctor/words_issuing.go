package siidoctor

import "github.com/ofitec/chile/sii"

var issuingWordings = map[string]wording{
	"sender_known": {
		CheckOK,
		text("El SII deja consultar envíos de %s.", "The SII lets uploads of %s be asked for."),
		sii.Text{},
	},
	"sender_refused": {
		CheckFail,
		text("El titular del certificado no está autorizado en %s.", "The holder of the certificate is not authorised in %s."),
		text("El administrador de la empresa debe darle en el SII el permiso «Enviar Doctos».", "The company's administrator must give the right \"Enviar Doctos\" at the SII."),
	},
	"resolution_none": {
		CheckFail,
		text("No se indicó la resolución de la empresa.", "The company's resolution was not given."),
		text("Indicar fecha y número; están en el sitio del SII.", "Give its date and number; they are on the SII's site."),
	},
	"resolution_future": {
		CheckFail,
		text("La resolución es del %s, después de hoy.", "The resolution is of %s, after today."),
		text("Corregir la fecha de la resolución.", "Correct the date of the resolution."),
	},
	"resolution_of_production": {
		CheckFail,
		text("En certificación el número de la resolución es 0, no %d.", "In certification the number of the resolution is 0, not %d."),
		text("Usar 0 y la fecha de la postulación.", "Use 0 and the date of the application."),
	},
	"resolution_of_certification": {
		CheckFail,
		text("La resolución 0 es de certificación.", "Resolution 0 is of certification."),
		text("Usar el número y la fecha de la resolución de producción.", "Use number and date of the resolution of production."),
	},
	"resolution_possible": {
		CheckOK,
		text("Resolución %d del %s: si es la de la empresa, lo dice el SII al recibir un envío (CRT-3-19).", "Resolution %d of %s: whether it is the company's, the SII says of an upload (CRT-3-19)."),
		sii.Text{},
	},
	"folios_none": {
		CheckFail,
		text("No hay folios que usar hoy.", "There are no folios to use today."),
		text("Pedir folios (CAF) al SII y agregarlos.", "Ask the SII for folios (CAF) and add them."),
	},
	"folios_of_another": {
		CheckFail,
		text("Los folios del tipo %d son de otro ambiente (IDK %d).", "The folios of type %d are of another environment (IDK %d)."),
		text("Usar los CAF de este ambiente.", "Use the CAFs of this environment."),
	},
	"folios_held": {
		CheckFail,
		text("No se usan los folios del tipo %d: %s.", "The folios of type %d are not used: %s."),
		text("Recuperar la base de datos (Recover).", "Recover the database (Recover)."),
	},
	"folios_usable": {
		CheckOK,
		text("CAF con folios para hoy: %d.", "CAFs with folios for today: %d."),
		sii.Text{},
	},
	"stock_low": {
		CheckWarn,
		text("Del tipo %d quedan %d folios: no alcanzan para diez días.", "Of type %d there are %d folios left: not enough for ten days."),
		text("Pedir folios (CAF) al SII.", "Ask the SII for folios (CAF)."),
	},
	"stock_expires": {
		CheckWarn,
		text("%d folios del tipo %d vencen el %s.", "%d folios of type %d expire on %s."),
		text("Pedir folios nuevos y anular en el SII los que venzan.", "Ask for new folios, and annul at the SII those that expire."),
	},
	"stock_enough": {
		CheckOK,
		text("Quedan folios para diez días o más.", "There are folios for ten days or more."),
		sii.Text{},
	},
}
