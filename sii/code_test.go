package sii_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/sii"
)

// noted is what notes on the SII's services say of each code: by table, the kind
// of the failure or the verdict, whether to repeat it, and the codes. It is written
// apart from the catalogue.
var noted = map[string]string{
	"seed": `fine - 00 0
unavailable soon -1 -2`,
	"token": `fine - 00 0
invalid_request never 01 02 04 05 06 11 21
unavailable soon 07 09
unavailable once 03 08
rejected never 10
forbidden never 12 -3 -07 -7`,
	"dte.document": `accepted - DOK TMD TMC MMD MMC AND ANC
fine - DNK
sent - FAU
rejected - FNA FAN EMP
unauthorized token 001 002 003
unavailable soon -1 -2 -3 -4`,
	"dte.server": `fine - 0
invalid_request never 1
unavailable soon 2`,
	"dte.upload": `sent - REC SOK SDK CRT FOK PDR PRD
fine - EPR -11
rejected - RSC RFR RCT RCH VOF RPT
observed - RPR RLV
unauthorized token 001 002 003
unavailable soon -1 -2 -4 -5 -7 -8 -9 -12 -14
forbidden never -3 -6 -10
invalid_request never -13`,
	"dte.upload.err": `fine - 0
sent - 1
unavailable soon 2`,
	"dte.signature": `fine - 0
unauthorized token 1 2 001 002 003
unavailable soon 3 4 6 7 8 10 11 12 13 14 -1 -2 -3 -4
invalid_request never 5
forbidden never 9`,
	"dte.mail": `fine - 0
invalid_request never 101 102
unavailable soon 103 107 108 110 111 112 113
unauthorized token 104
invalid_request later 105
forbidden never 106
sent - 114`,
	"dte.validation": `rejected - CAF-3-517 DTE-3-100 DTE-3-101 DTE-3-505 DTE-3-601 HED-3-305 HED-3-861 HED-3-211 REF-3-415 REF-3-750 REF-3-758 CRT-3-19 ENV-3-6 ENV-3-0
rejected - SCH-00001 CHR-00002 LPX LSX HED-3-100
observed - TED-2-510 TED-1-646 DTE-1-650 HED-2-804 HED-1-803 HED-2-300 HED-2-302 HED-2-220 DET-2-200 REF-2-780 REF-2-781
fine - TED-3-640 HED-3-834`,
	"dte.book": `sent - LSO
accepted - LOK
rejected - LRH LRS LRC LRF LNC
fine - LTC`,
	"dte.set": `accepted - SOK
rejected - SRH`,
	"dte.send": `fine - 0
forbidden never 1 6 106
invalid_request never 2
unavailable later 3 9 otro
unauthorized token 5
rejected never 7 8
sent - 99`,
	"boleta": `fine - 200
invalid_request never 400 405
unauthorized token 401
invalid_request later 404
unavailable soon 500`,
	"boleta.state": `sent - REC SOK SDK CRT FOK PDR PRD
fine - EPR RCO
rejected - RSC RFR RCT RCH VOF RPT
observed - RPR RLV
accepted - DOK`,
	"boleta.section": `fine - ENV CRT TED CAF DTE HED DET REF DRG`,
	"claim": `fine - 0 7 15 16 19 21 22 23 24 25
invalid_request never 1 2 3 4 9
rejected never 5 6 8 10 11 12 13 20 26 27
rejected later 18
forbidden never 14 17
unavailable later -1`,
	"cession.send": `fine - 0
forbidden never 1 6
invalid_request never 2 4
unauthorized token 5
unavailable later 9 10`,
	"cession": `fine - 0
invalid_request never 1
invalid_request later 2
unauthorized token 3 4 5
unavailable soon 6 7 8
forbidden once 9
forbidden never 10 -15`,
	"cession.state": `sent - UPL RCP SOK FSO COK VDC VCS
accepted - EOK
rejected - RSC RFS RCR RDC RCS EAN`,
	"rcv": `fine - 0 1 3 100
unavailable soon 2
recaptcha never 98
rejected never 99 otro`,
	"portal": `unavailable once 1 2 4 5 11 13 14 23 26 30 34 52
unavailable later 3 7 12
invalid_request never 6
rejected later 9 19 49
rejected never 15 20 21 25 41 47 48 51 53 55 60 63 17 33 35 36 37 39 56 57 72 73 74 75 58 59 79 80 86 87 88 90 91 92 93 94 95 otro
throttled later 27
unauthorized token 28 29 71 76 77 78 82 83 84 85
rejected once 38
forbidden never 70 81`,
	"http": `fine - 200
protocol never 3xx
invalid_request never 400 4xx
unauthorized token 401 403
portal_changed never 404 405
throttled soon 429
unavailable soon 408 500 502 503 504 5xx`,
}

// words are those of entries that are known by their words, and what they mean.
var words = map[string]map[string]string{
	"boleta": {
		"no trae token": "unauthorized token", "acceso denegado": "invalid_request never", "falta ": "invalid_request never",
		"chr-00002": "invalid_request never", "lpx-00007": "invalid_request never", "lsx-": "rejected never",
	},
	"claim": {"token invalido": "unauthorized token"},
	"page": {
		"consultas recurrentes": "throttled soon", "maximo de sesiones": "throttled later", "error 500": "unavailable soon",
		"no esta autenticado": "unauthorized token", "support id": "throttled later", "queue-it": "unavailable later",
		"mantencion": "unavailable soon", "mantenimiento": "unavailable soon", "maintenance": "unavailable soon",
		"no se puede responder": "unavailable soon", "temporarily unavailable": "unavailable soon", "mas tarde": "unavailable soon",
		"fuera de servicio": "unavailable soon", "no disponible": "unavailable soon",
		"error en el upload": "unauthorized token", "error 501": "unauthorized token",
	},
	"rcv.message": {
		"diferid": "deferred never", "resteasy": "invalid_request never", "java.": "invalid_request never",
		"consultas recurrentes": "throttled soon", "captcha": "recaptcha never", "acceso no autorizado": "unauthorized token",
		"token": "unauthorized token", "autentic": "unauthorized token", "sesion": "unauthorized token",
		"usuario no autorizado": "forbidden never", "no autorizad": "forbidden never", "no tiene autorizacion": "forbidden never",
		"no valid": "invalid_request never", "invalid": "invalid_request never", "formato incorrecto": "invalid_request never",
		"intentelo": "unavailable soon", "intente": "unavailable soon",
	},
}

// own are the entries of tables that the notes have no codes for: symptoms.
var own = []string{"network", "page"}

// class is what an entry says, as noted has it.
func class(c sii.Code) string {
	switch {
	case c.Kind != nil:
		return sii.KindName(c.Kind) + " " + string(c.Retry)
	case c.Verdict != sii.VerdictUnknown:
		return string(c.Verdict) + " -"
	default:
		return "fine -"
	}
}

func TestCatalogueSaysWhatIsNoted(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for table := range sii.Catalogue() {
		seen[table.Name] = true
		want := map[string]string{}
		for line := range strings.Lines(noted[table.Name]) {
			fields := strings.Fields(line)
			for _, code := range fields[2:] {
				require.Empty(t, want[code], "noted twice")
				want[code] = fields[0] + " " + fields[1]
			}
		}
		got, gotWords := map[string]string{}, map[string]string{}
		for _, c := range table.Codes {
			if c.Words != "" {
				gotWords[c.Words] = class(c)
				continue
			}
			require.Empty(t, got[c.Code], "%s %s is there twice", table.Name, c.Code)
			got[c.Code] = class(c)
			found, ok := sii.FindCode(table.Name, c.Code)
			assert.True(t, ok)
			assert.Equal(t, c, found)
		}
		if !slices.Contains(own, table.Name) {
			assert.Equal(t, want, got, table.Name)
		}
		wantWords := words[table.Name]
		if wantWords == nil {
			wantWords = map[string]string{}
		}
		assert.Equal(t, wantWords, gotWords, table.Name)
	}
	for name := range noted {
		assert.True(t, seen[name], name)
	}
	_, ok := sii.FindCode("token", "0000")
	assert.False(t, ok)
	_, ok = sii.FindCode("no such table", "00")
	assert.False(t, ok)
}

// Each entry is whole: a meaning in both languages, and advice wherever asking
// again does not help.
func TestEntriesAreWhole(t *testing.T) {
	t.Parallel()
	verdicts := []sii.Verdict{sii.VerdictUnknown, sii.VerdictSent, sii.VerdictAccepted, sii.VerdictObserved, sii.VerdictRejected}
	for table := range sii.Catalogue() {
		assert.NotEmpty(t, table.Title.ES)
		assert.NotEmpty(t, table.Title.EN)
		assert.NotEmpty(t, table.Source)
		for _, c := range table.Codes {
			name := fmt.Sprint(table.Name, " ", c.Code, " ", c.Words)
			assert.Equal(t, table.Name, c.Table, name)
			for _, text := range []string{c.Meaning.ES, c.Meaning.EN} {
				assert.True(t, strings.HasSuffix(text, ".") || strings.HasSuffix(text, ")."), "%s: %q is no sentence", name, text)
			}
			assert.Equal(t, c.Advice.ES == "", c.Advice.EN == "", name)
			assert.Equal(t, c.Kind == nil, c.Retry == "", name)
			assert.Contains(t, verdicts, c.Verdict, name)
			if c.Kind == nil {
				assert.Zero(t, c.Wait, name)
				continue
			}
			assert.NotEqual(t, "other", sii.KindName(c.Kind), name)
			assert.Equal(t, sii.VerdictUnknown, c.Verdict, name)
			if table.Name != "claim" { // that says why, and nothing is to be done
				assert.NotEmpty(t, c.Advice.EN, name)
			}
		}
	}
}

// A caller that changes what it was shown changes nothing.
func TestCatalogueIsACopy(t *testing.T) {
	t.Parallel()
	for table := range sii.Catalogue() {
		table.Codes[0].Code = "changed"
		_, ok := sii.FindCode(table.Name, "changed")
		assert.False(t, ok)
		break
	}
}

// Codes are found as they stand in the SII's texts: in brackets, with the number
// of a line, and with a text behind.
func TestFindCodeOfAValidation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"DTE-3-101":                        "DTE-3-101",
		"(DTE-3-101) Folio ya recibido":    "DTE-3-101",
		"REF L[5] -3-758":                  "REF-3-758",
		"(DET L[12] -2-200) Valor de ítem": "DET-2-200",
		"LSX-00265: atributo":              "LSX",
		"LPX-00210":                        "LPX",
		"CHR-00002":                        "CHR-00002",
	} {
		code, ok := sii.FindCode("dte.validation", text)
		assert.True(t, ok, text)
		assert.Equal(t, want, code.Code, text)
	}
	for _, text := range []string{"", "(", "DTE", "REF L[", "REF L[5] -3-999", "LSXX-1", "Folio (DTE-3-101)"} {
		_, ok := sii.FindCode("dte.validation", text)
		assert.False(t, ok, text)
	}
}
