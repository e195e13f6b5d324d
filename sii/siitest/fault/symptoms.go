package fault

import (
	"time"

	"github.com/ofitec/chile/sii/siitest"
)

// Symptoms returns every named fault, made by its function with usual arguments,
// for tests that go through all of them. ShownBy says which operations show a
// fault.
func Symptoms() []siitest.Fault {
	list := []siitest.Fault{
		Maintenance(), Overloaded(), ErrorPage(), Error500(), Status(500), Status(502), Status(504), SOAPFault("Error interno"),
		CutOff(120), Slow(200), Dropped(), ResetConnection(), Silent(20 * time.Second), AnswerLost(), EmptyAnswer(),
		WrongCharset(), DamagedText(), GzipBomb(1 << 30), Oversized(1 << 30), UnknownXML(), UnknownJSON(),
		Redirected("https://www.example.com/"), Redirected("http://www4.sii.cl/"),
		TooManyRequests(0), TooManyRequests(30 * time.Second), RecurrentPage(), RecurrentMessage(),
		TokensRevoked(), LoginRedirected(), LoginShown(), NotAuthenticated(), NoSessionData(), TokenProblem(), Status(401), Status(403),
		UploadPage(), UploadPage().Taken(), UploadLate(20 * time.Second), UploadStatus(9), UploadStatus(106),
		BoletaError(400), BoletaError(401), BoletaError(404), BoletaError(500), BoletaText("falta monto"),
		SessionLimit(), SessionOver(), ClockAhead(3 * time.Minute), ClockAhead(2 * time.Hour), UnexpectedError(), RecaptchaWanted(),
	}
	list = append(list, TokenRefusals()...)
	list = append(list, SeedErrors()...)
	list = append(list, ExchangeErrors()...)
	return append(list, QueryErrors()...)
}
