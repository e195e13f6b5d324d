package sii_test

import (
	"strings"

	"github.com/ofitec/chile/sii/siitest"
)

// outcomes are what becomes of an operation if a fault happens to one call of it,
// and if it happens to all.
type outcomes struct{ once, lasting string }

func (o outcomes) String() string { return o.once + "/" + o.lasting }

var (
	harmless  = outcomes{"ok", "ok"}
	passes    = outcomes{"ok", "unavailable"}  // it is repeated, for a while
	throttles = outcomes{"ok", "throttled"}    // it is repeated, more slowly
	renews    = outcomes{"ok", "unauthorized"} // it is repeated once, with a new token
)

// final is a failure that is not repeated.
func final(kind string) outcomes { return outcomes{kind, kind} }

// matrixOutcomes says what becomes of every operation that shows a symptom.
var matrixOutcomes = map[string]outcomes{
	"maintenance": passes, "overloaded": passes, "error page": passes, "Error 500": passes, "SOAP fault": passes,
	"status 500": passes, "status 502": passes, "status 504": passes,
	"cut off": passes, "cut off after a row": harmless, "dropped": passes, "reset": passes, "silent": passes, "answer lost": passes,
	"empty": {"ok", "protocol"},
	"slow":  harmless, "wrong charset": harmless, "damaged text": harmless,
	"gzip bomb": final("protocol"), "oversized": final("protocol"),
	"unknown XML": final("portal_changed"), "unknown JSON": final("portal_changed"),
	"redirected to another host": final("protocol"), "redirected to plain http": final("protocol"),

	"status 429": throttles, "status 429, Retry-After": throttles, "consultas recurrentes, page": throttles, "consultas recurrentes": throttles,

	"tokens revoked": renews, "redirected to the login": renews, "login shown": renews, "NO ESTA AUTENTICADO": renews, "session over": renews,
	"Acceso no autorizado": renews, "Problema con el Token": renews, "status 401": renews, "status 403": renews,
	"query 001": renews, "query 002": renews, "query 003": renews,
	"session limit":       final("throttled"), // it lasts an hour
	"clock ahead by 3m0s": harmless, "clock ahead by 2h0m0s": renews,

	"RCV 2": passes, "RCV 98": final("recaptcha"),
	"query -1": passes, "query -2": passes, "query -4": passes, "query -9": passes,

	"getSeed -1": passes, "getSeed -2": passes,
	"getToken 01": final("invalid_request"), "getToken 02": final("invalid_request"), "getToken 03": passes, "getToken 04": final("invalid_request"),
	"getToken 05": final("invalid_request"), "getToken 06": final("invalid_request"), "getToken 07": passes, "getToken 08": passes, "getToken 09": passes,
	"getToken 10": final("rejected"), "getToken 11": final("invalid_request"), "getToken 12": final("forbidden"), "getToken 21": final("invalid_request"),
	"getToken -3": final("forbidden"), "getToken -07": final("forbidden"),
}

// matrixExceptions are the operations that are not like the others.
var matrixExceptions = map[[2]string]outcomes{
	// Rows that were yielded cannot be taken back, so the call is not repeated; who
	// downloads a month begins again the next time.
	{"cut off after a row", "detail"}:         final("unavailable"),
	{"cut off after a row", "Period: detail"}: final("unavailable"),

	// The export was asked for, as the list tells.
	{"cut off", "deferred: ask"}:     harmless,
	{"answer lost", "deferred: ask"}: harmless,

	// A renewal has no time for so long a wait.
	{"status 429, Retry-After", "seed"}:         final("throttled"),
	{"status 429, Retry-After", "token"}:        final("throttled"),
	{"status 429, Retry-After", "boleta seed"}:  final("throttled"),
	{"status 429, Retry-After", "boleta token"}: final("throttled"),

	// The seed is too old for the other machine.
	{"clock ahead by 3m0s", "token"}:          passes,
	{"clock ahead by 2h0m0s", "token"}:        passes,
	{"clock ahead by 3m0s", "boleta token"}:   passes,
	{"clock ahead by 2h0m0s", "boleta token"}: passes,
}

// asked are the exceptions of asking for an export, which is never repeated: after
// a failure the SII's list is looked at, and tells whether it was asked for.
func asked(o outcomes) outcomes {
	switch o {
	case passes, throttles:
		return final(o.lasting)
	case outcomes{"ok", "protocol"}:
		return final("protocol")
	default:
		return o
	}
}

func expected(fault siitest.Fault, operation matrixOperation) outcomes {
	if o, ok := matrixExceptions[[2]string{fault.Name, operation.name}]; ok {
		return o
	}
	o, ok := matrixOutcomes[fault.Name]
	switch {
	case ok && operation.op == siitest.OpDefer:
		return asked(o)
	case ok:
		return o
	}
	return final("no outcome is stated for " + strings.ToUpper(fault.Name))
}
