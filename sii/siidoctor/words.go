package siidoctor

import "github.com/ofitec/chile/sii"

// wording is the text for a finding's code, with verbs of package fmt.
type wording struct {
	status CheckStatus
	detail sii.Text // takes the arguments of the finding
	advice sii.Text
}

// text is a text in Spanish and in English.
func text(es, en string) sii.Text { return sii.Text{ES: es, EN: en} }

// in returns the text in a language.
func in(t sii.Text, language Language) string {
	if language == Spanish {
		return t.ES
	}
	return t.EN
}

// wordings are the words of all codes, except those of failed calls, which are in
// the catalogue.
var wordings = merged(generalWordings, certificateWordings, networkWordings, clockWordings, callWordings, issuingWordings, databaseWordings)

func merged(parts ...map[string]wording) map[string]wording {
	all := map[string]wording{}
	for _, part := range parts {
		for code, w := range part {
			all[code] = w
		}
	}
	return all
}

var generalWordings = map[string]wording{
	"skipped": {
		CheckSkipped,
		text("No se revisó sin %s.", "Not checked without %s."),
		sii.Text{},
	},
	"canceled": {
		CheckSkipped,
		text("No se revisó: se puso fin al diagnóstico.", "Not checked: the diagnosis was ended."),
		sii.Text{},
	},
	"settings_good": {
		CheckOK,
		text("Ambiente %s.", "Environment %s."),
		sii.Text{},
	},
	"settings_wrong": {
		CheckFail,
		text("No se puede crear un cliente: %s.", "A client cannot be made: %s."),
		text("Corregir la configuración del programa.", "Correct the settings of the program."),
	},
}

var databaseWordings = map[string]wording{
	"database_none": {
		CheckSkipped,
		text("No se indicó base de datos.", "No database was given."),
		sii.Text{},
	},
	"database_reached": {
		CheckOK,
		text("La base de datos responde.", "The database answers."),
		sii.Text{},
	},
	"database_unreached": {
		CheckFail,
		text("La base de datos no responde: %s.", "The database does not answer: %s."),
		text("Revisar su dirección, que esté en marcha y los permisos de su usuario.", "Check its address, that it runs, and the rights of its user."),
	},
	"migrations_applied": {
		CheckOK,
		text("Todas las migraciones están aplicadas.", "All migrations are applied."),
		sii.Text{},
	},
	"migrations_pending": {
		CheckFail,
		text("Hay migraciones sin aplicar: %s.", "Migrations are not applied: %s."),
		text("Aplicarlas: lo hace el programa al abrir la base, o su Migrate.", "Apply them: opening the store does, or its Migrate."),
	},
	"migrations_unknown": {
		CheckWarn,
		text("La base de datos tiene migraciones que este programa no conoce: %s.", "The database has migrations that this program does not know: %s."),
		text("El programa es más antiguo que la base de datos: actualizarlo.", "The program is older than the database: update it."),
	},
	"migrations_unread": {
		CheckFail,
		text("No se pueden leer las migraciones: %s.", "The migrations cannot be read: %s."),
		text("Revisar los permisos del usuario de la base de datos.", "Check the rights of the database's user."),
	},
}
