package sii

// wording is what a code of a finding means. Its texts have verbs of package fmt.
type wording struct {
	status CheckStatus
	detail Text // of as many arguments as the finding has
	advice Text
}

// in returns the text in a language.
func (t Text) in(language Language) string {
	if language == Spanish {
		return t.ES
	}
	return t.EN
}

// wordings are the words of all codes but those of calls that fail, whose words
// the catalogue has.
var wordings = merged(generalWordings, certificateWordings, networkWordings, clockWordings, callWordings, databaseWordings)

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
		Text{"No se revisó sin %s.", "Not checked without %s."},
		Text{},
	},
	"canceled": {
		CheckSkipped,
		Text{"No se revisó: se puso fin al diagnóstico.", "Not checked: the diagnosis was ended."},
		Text{},
	},
	"settings_good": {
		CheckOK,
		Text{"Ambiente %s.", "Environment %s."},
		Text{},
	},
	"settings_wrong": {
		CheckFail,
		Text{"No se puede crear un cliente: %s.", "A client cannot be made: %s."},
		Text{"Corregir la configuración del programa.", "Correct the settings of the program."},
	},
}

var databaseWordings = map[string]wording{
	"database_none": {
		CheckSkipped,
		Text{"No se indicó base de datos.", "No database was given."},
		Text{},
	},
	"database_reached": {
		CheckOK,
		Text{"La base de datos responde.", "The database answers."},
		Text{},
	},
	"database_unreached": {
		CheckFail,
		Text{"La base de datos no responde: %s.", "The database does not answer: %s."},
		Text{"Revisar su dirección, que esté en marcha y los permisos de su usuario.", "Check its address, that it runs, and the rights of its user."},
	},
	"migrations_applied": {
		CheckOK,
		Text{"Todas las migraciones están aplicadas.", "All migrations are applied."},
		Text{},
	},
	"migrations_pending": {
		CheckFail,
		Text{"Hay migraciones sin aplicar: %s.", "Migrations are not applied: %s."},
		Text{"Aplicarlas: lo hace el programa al abrir la base, o su Migrate.", "Apply them: opening the store does, or its Migrate."},
	},
	"migrations_unknown": {
		CheckWarn,
		Text{"La base de datos tiene migraciones que este programa no conoce: %s.", "The database has migrations that this program does not know: %s."},
		Text{"El programa es más antiguo que la base de datos: actualizarlo.", "The program is older than the database: update it."},
	},
	"migrations_unread": {
		CheckFail,
		Text{"No se pueden leer las migraciones: %s.", "The migrations cannot be read: %s."},
		Text{"Revisar los permisos del usuario de la base de datos.", "Check the rights of the database's user."},
	},
}
