package siihttp

import (
	"net/http"
	"time"

	"github.com/ofitec/chile/session"
	"github.com/ofitec/chile/sii"
)

//go:generate go test . -run TestDocumentsOfTheProblems -update

// kind is a kind of problem: those of the SDK (sii.KindName) and of the interface.
type kind struct {
	name   string
	status int
	title  string
	advice string        // what to do, where the catalogue of the SII's codes says nothing
	retry  time.Duration // after which to ask again, where the SII says nothing
}

// The kinds of the interface itself.
const (
	kindInvalid         = "bad_request"
	kindInvalidValue    = "invalid_value"
	kindWhichCompany    = "which_company"
	kindNoCompany       = "no_company"
	kindNotFound        = "not_found"
	kindMethod          = "method_not_allowed"
	kindMediaType       = "media_type"
	kindTooLarge        = "too_large"
	kindUnauthenticated = "unauthenticated"
	kindDenied          = "denied"
	kindCrossSite       = "cross_site"
	kindBusy            = "busy"
	kindClosing         = "closing"
	kindInterrupted     = "interrupted"
	kindNotConfigured   = "not_configured"
	kindEnvironment     = "environment"
	kindUnread          = "unread_row"
	kindStore           = "store"
	kindGone            = "gone"
	kindUnreadable      = "unreadable_row"
	kindInternal        = "other"

	kindChallenge   = "challenge"
	kindWaitingRoom = "waiting_room"
	kindFirewall    = "firewall"
	kindNoSession   = "no_session"
)

// kinds are all kinds of problem. docs/problems.es.md shows them.
var kinds = []kind{
	{kindInvalid, http.StatusBadRequest, "La consulta está mal formada", "Corregir la consulta; repetirla igual no sirve.", 0},
	{kindUnauthenticated, http.StatusUnauthorized, "Hay que iniciar sesión", "Iniciar sesión en el portal de la empresa.", 0},
	{kindDenied, http.StatusForbidden, "Sin permiso", "Pedir a quien administra el portal el permiso para esta operación y empresa.", 0},
	{kindCrossSite, http.StatusForbidden, "Consulta desde otro sitio", "Abrir la página en el sitio de la empresa, o agregar su origen a la configuración.", 0},
	{kindNotFound, http.StatusNotFound, "No existe", "Revisar la dirección o el identificador.", 0},
	{kindNoCompany, http.StatusNotFound, "La empresa no está entre las configuradas", "Revisar el RUT, o agregar la empresa a la configuración.", 0},
	{kindMethod, http.StatusMethodNotAllowed, "Método no permitido", "", 0},
	{kindTooLarge, http.StatusRequestEntityTooLarge, "La consulta es demasiado grande", "", 0},
	{kindMediaType, http.StatusUnsupportedMediaType, "El contenido debe ser JSON", "Enviar Content-Type: application/json.", 0},
	{kindInvalidValue, http.StatusUnprocessableEntity, "Un valor no es válido", "Corregir los datos de la consulta; repetirla igual no sirve.", 0},
	{kindWhichCompany, http.StatusUnprocessableEntity, "Falta decir de qué empresa", "Indicar el RUT de la empresa (rut).", 0},
	{kindBusy, http.StatusTooManyRequests, "Hay demasiado en curso", "Esperar a que termine lo que está en curso.", 15 * time.Second},
	{kindNotConfigured, http.StatusNotImplemented, "No está configurado", "Quien instala el servicio debe configurarlo.", 0},
	{kindStore, http.StatusServiceUnavailable, "La base de datos falla", "Avisar a quien administra el servicio; lo que no se completó no se guardó.", 30 * time.Second},
	{kindEnvironment, http.StatusConflict, "La base de datos es de otro ambiente del SII", "Nada se guardó. Usar otra base de datos, o el ambiente del SII del que es esta.", 0},
	{kindGone, http.StatusConflict, "El SII ya no muestra documentos que están guardados", "Nada se guardó. Comparar con el registro en el sitio del SII; si es correcto, quien administra el servicio puede importarlo igual.", 0},
	{kindUnread, http.StatusConflict, "Una fila que escribió otro programa no se puede leer", "Importar el mes: la importación la reemplaza. O corregirla en la base de datos.", 0},
	{kindUnreadable, http.StatusBadGateway, "Hay filas del registro que no se pueden leer", "Nada se guardó. Informarlo con el detalle: la fila y el campo.", 0},
	{kindClosing, http.StatusServiceUnavailable, "El servicio se está reiniciando", "Consultar de nuevo en unos segundos.", 5 * time.Second},
	{kindInterrupted, http.StatusServiceUnavailable, "El servicio se reinició antes de terminar", "Importar de nuevo; lo que no se completó no se guardó.", 0},
	{kindInternal, http.StatusInternalServerError, "Falla del servicio", "Avisar a quien administra el servicio.", 0},

	{sii.KindName(sii.ErrUnauthorized), http.StatusBadGateway, "El SII no acepta el token", "Revisar que el certificado sirva para este servicio del SII.", 0},
	{sii.KindName(sii.ErrForbidden), http.StatusBadGateway, "El SII no autoriza a actuar por la empresa", "La empresa debe autorizar en el sitio del SII al titular del certificado.", 0},
	{sii.KindName(sii.ErrInvalidRequest), http.StatusUnprocessableEntity, "El SII no puede responder esa consulta", "Corregir los datos de la consulta; repetirla igual no sirve.", 0},
	{sii.KindName(sii.ErrRejected), http.StatusBadGateway, "El SII rechaza la consulta", "Ver las palabras del SII.", 0},
	{sii.KindName(sii.ErrUnavailable), http.StatusServiceUnavailable, "El SII no está disponible", "Consultar de nuevo más tarde.", 30 * time.Second},
	{sii.KindName(sii.ErrThrottled), http.StatusTooManyRequests, "El SII recibió demasiadas consultas", "Esperar, y consultar menos seguido.", time.Minute},
	{sii.KindName(sii.ErrRecaptcha), http.StatusBadGateway, "El SII quiere comprobar que consulta una persona", "Consultar en el sitio del SII, o configurar el recaptcha.", 0},
	{sii.KindName(sii.ErrDeferred), http.StatusServiceUnavailable, "El SII prepara el archivo", "Consultar de nuevo en algunos minutos.", time.Minute},
	{sii.KindName(sii.ErrIncomplete), http.StatusServiceUnavailable, "El registro no cuadra con el resumen del SII", "Nada se guardó. Consultar de nuevo en algunos minutos: el registro pudo moverse durante la descarga.", time.Minute},
	{sii.KindName(sii.ErrPortalChanged), http.StatusBadGateway, "El SII responde en una forma desconocida", "Informarlo: el SII cambió.", 0},
	{sii.KindName(sii.ErrProtocol), http.StatusBadGateway, "La respuesta no se entiende", "Revisar red, proxy y reloj del servicio.", 0},
	{sii.KindName(sii.ErrNoRCV), http.StatusNotImplemented, "El ambiente no tiene Registro de Compras y Ventas", "Usar el ambiente de producción.", 0},
	{"deadline", http.StatusGatewayTimeout, "El SII no respondió a tiempo", "Consultar de nuevo más tarde.", 0},
	{"canceled", http.StatusServiceUnavailable, "La consulta se interrumpió", "Consultar de nuevo.", 0},

	{kindChallenge, http.StatusConflict, "El SII quiere que entre una persona", "Entrar con un navegador en el sitio del SII, resolver lo que pide, y conectar de nuevo.", 0},
	{kindWaitingRoom, http.StatusServiceUnavailable, "El SII tiene una fila de espera", "Esperar unos minutos y conectar de nuevo.", 5 * time.Minute},
	{kindFirewall, http.StatusBadGateway, "El cortafuegos del SII rechazó la consulta", "Esperar; si persiste, dar el código a la mesa de ayuda del SII.", 0},
	{kindNoSession, http.StatusNotFound, "La sesión no existe o terminó", "Conectar de nuevo.", 0},
	{"wrong_clave", http.StatusUnprocessableEntity, "El SII no reconoce la clave", "Revisar RUT y clave. No repetir a ciegas: varias claves equivocadas la bloquean.", 0},
	{"already_rejected", http.StatusConflict, "Esa clave ya fue rechazada", "No se envió de nuevo. Usar otra clave, o cambiarla en el sitio del SII.", 0},
	{"too_many_wrong", http.StatusConflict, "Demasiadas claves equivocadas", "No se envió ninguna más, para que el SII no bloquee a la persona. Revisar la clave en el sitio del SII; luego conectar con clave_revisada.", 0},
	{"blocked", http.StatusConflict, "La clave está bloqueada", "Esperar una hora, o recuperarla en el sitio del SII.", time.Hour},
	{"too_many_sessions", http.StatusConflict, "Hay diez sesiones abiertas en el SII", "Cerrar una sesión, o esperar una hora.", 0},
	{"use_certificate", http.StatusUnprocessableEntity, "El SII exige entrar con certificado", "Entrar con certificado: así lo eligió la persona en el SII.", 0},
	{"use_clave", http.StatusUnprocessableEntity, "El SII exige entrar con clave", "Entrar con clave: así lo eligió la persona en el SII.", 0},
	{"provisional_code", http.StatusConflict, "El SII pide el código provisorio", "Entrar con un navegador en el sitio del SII con el código que envió.", 0},
	{"certificate", http.StatusBadGateway, "El SII no acepta el certificado", "Revisar vigencia y emisor del certificado.", 0},
	{"not_authorized", http.StatusBadGateway, "El titular no autorizó a quien entró", "El titular debe autorizarlo en el sitio del SII.", 0},
	{"holder", http.StatusConflict, "Datos del titular en el SII", "Ver las palabras del SII; aclararlo en el SII.", 0},
	{"logged_out", http.StatusNotFound, "La sesión terminó", "Conectar de nuevo.", 0},
	{"try_again", http.StatusServiceUnavailable, "El SII pide empezar de nuevo", "Conectar de nuevo.", 5 * time.Second},
	{"refused", http.StatusBadGateway, "El SII no permite entrar", "Ver las palabras del SII.", 0},
	{"wrong_holder", http.StatusConflict, "La sesión es de otra persona", "Conectar de nuevo.", 0},
}

var kindsByName = func() map[string]kind {
	byName := make(map[string]kind, len(kinds))
	for _, k := range kinds {
		byName[k.name] = k
	}
	return byName
}()

// portalKinds are the kinds of the portal's refusals.
var portalKinds = []struct {
	is   error
	name string
}{
	{session.ErrWrongClave, "wrong_clave"},
	{session.ErrAlreadyRejected, "already_rejected"},
	{session.ErrTooManyWrong, "too_many_wrong"},
	{session.ErrBlocked, "blocked"},
	{session.ErrTooManySessions, "too_many_sessions"},
	{session.ErrUseCertificate, "use_certificate"},
	{session.ErrUseClave, "use_clave"},
	{session.ErrProvisionalCode, "provisional_code"},
	{session.ErrCertificate, "certificate"},
	{session.ErrNotAuthorized, "not_authorized"},
	{session.ErrHolder, "holder"},
	{session.ErrLoggedOut, "logged_out"},
	{session.ErrNoCompany, "not_authorized"},
	{session.ErrTryAgain, "try_again"},
	{session.ErrUnavailable, sii.KindName(sii.ErrUnavailable)},
	{session.ErrRefused, "refused"},
	{session.ErrPortalChanged, sii.KindName(sii.ErrPortalChanged)},
	{session.ErrChallenge, kindChallenge},
	{session.ErrWrongHolder, "wrong_holder"},
}
