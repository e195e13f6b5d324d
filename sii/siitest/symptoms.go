package siitest

import "time"

// Symptoms returns every fault with a name, as its function makes it with usual
// arguments, for tests that go through all of them. ShownBy says which
// operations show it.
func Symptoms() []Fault {
	list := []Fault{
		Maintenance(), Overloaded(), ErrorPage(), Error500(), Status(500), Status(502), Status(504), SOAPFault("Error interno"),
		CutOff(120), Slow(200), Dropped(), ResetConnection(), Silent(20 * time.Second), AnswerLost(), EmptyAnswer(),
		WrongCharset(), DamagedText(), GzipBomb(1 << 30), Oversized(1 << 30), UnknownXML(), UnknownJSON(),
		Redirected("https://www.example.com/"), Redirected("http://www4.sii.cl/"),
		TooManyRequests(0), TooManyRequests(30 * time.Second), RecurrentPage(), RecurrentMessage(),
		TokensRevoked(), LoginRedirected(), LoginShown(), NotAuthenticated(), NoSessionData(), TokenProblem(), Status(401), Status(403),
		SessionLimit(), SessionOver(), ClockAhead(3 * time.Minute), ClockAhead(2 * time.Hour), UnexpectedError(), RecaptchaWanted(),
	}
	list = append(list, TokenRefusals()...)
	list = append(list, SeedErrors()...)
	list = append(list, ExchangeErrors()...)
	return append(list, QueryErrors()...)
}

// What shows a symptom.

func soap(op Op) bool {
	for _, service := range soapServices() {
		for _, operation := range service.operations {
			if operation.op == op {
				return true
			}
		}
	}
	return op == OpWSDL
}

func boletaREST(op Op) bool { return op == OpBoletaSeed || op == OpBoletaToken }

// xmls are the operations whose answers are XML.
func xmls(op Op) bool { return soap(op) || boletaREST(op) }

func facade(op Op) bool { return !xmls(op) }

// verdicts are the operations whose answers have codRespuesta.
func verdicts(op Op) bool {
	for _, page := range pages() {
		for _, method := range page.methods {
			if op == method.op {
				return true
			}
		}
	}
	return op == OpDefer
}

// queries are the operations of SOAP whose answers to a token have an ESTADO.
func queries(op Op) bool {
	return soap(op) && op != OpSeed && op != OpToken && op != OpService && op != OpWSDL
}

func withToken(op Op) bool { return !seeds(op) && !exchanges(op) }

func seeds(op Op) bool { return op == OpSeed || op == OpBoletaSeed }

func exchanges(op Op) bool { return op == OpToken || op == OpBoletaToken }

func only(of Op) func(Op) bool { return func(op Op) bool { return op == of } }
