package judge_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
	"github.com/ofitec/chile/internal/sharedtest"
)

// othersWorld is one in which an envelope's carátula is right, at the moment when
// it was signed, and nothing was sent before.
func othersWorld(tb testing.TB, b []byte) judge.World {
	tb.Helper()
	w := judge.World{
		Environment: chile.Certification,
		Thorough:    true,
		Folio:       func(chile.DocumentID) judge.Folio { return judge.FolioFree },
		Uploaded:    func([32]byte) (judge.Upload, bool) { return judge.Upload{}, false },
	}
	f, _ := dte.Parse(b)
	switch {
	case f == nil:
	case f.Envelope != nil:
		c := f.Envelope.Set.Cover
		w.Uploader, w.Now = c.Sender, c.SignedAt.Time()
		w.Company = func(r chile.RUT) (judge.Company, bool) {
			return judge.Company{
				Resolution: judge.Resolution{Date: c.ResolutionDate, Number: c.ResolutionNumber},
				Users:      map[chile.RUT]judge.Right{c.Sender: judge.MaySend},
			}, r == c.Issuer
		}
	case f.DTE != nil:
		w.Now = f.DTE.SignedAt().Time()
	}
	return w
}

// Documents of others: what is told of them here was found by xmllint, xmlsec1 and
// plain arithmetic before the judge was written.
func TestDocumentsOfOthers(t *testing.T) {
	t.Parallel()
	const (
		stamp, signature = "TED-2-510", "DTE-3-505"
		extra, missing   = "LSX-00204", "LSX-00213"
	)
	broken := []string{stamp, signature}
	type want struct {
		envelope  string
		documents [][]string
	}
	none := [][]string{nil}
	for file, want := range map[string]want{
		"envio/F000001T110.xml":                      {"", none},
		"envio/F000001T112.xml":                      {"", none},
		"envio/F000001T56.xml":                       {"", none},
		"envio/F000004T52.xml":                       {"", none},
		"envio/F000013T33.xml":                       {"RCT", none}, // addressed to a customer
		"envio/F000003T33.xml":                       {"ENV-3-0 LSX-00222 RCT", none},
		"envio/SII_F000001T46.xml":                   {"ENV-3-0 LSX-00333", [][]string{{"TED"}}},
		"envio/SII_F000010T52.xml":                   {"ENV-3-0 " + missing, none},
		"envio/EXPORTACION1_762352915.xml":           {"ENV-3-0 " + missing + " RCT", [][]string{{signature}, {signature}, {signature}}},
		"envio/FACTURAS_COMPRA_762352915.xml":        {"ENV-3-0 " + missing + " RCT", [][]string{{signature}, {signature}, {signature}}},
		"envio/GUIAS_762352915_resigned.xml":         {"CHR-00002 ENV-3-0 " + extra + " " + missing + " RCT RFR", [][]string{broken, broken, broken}},
		"envio/BASICO_refirmado.xml":                 {"CHR-00002 ENV-3-0 " + extra + " " + missing + " RFR", [][]string{broken, broken, broken, append(broken, "HED-2-210"), broken, broken, broken, broken}},
		"envio/F60T33-ejemplo-oficial-SII.xml":       {"RFR", [][]string{{signature}}}, // whose KeyValue is not the certificate's
		"envio/EnvioBOLETA-reformatted-39-18094.xml": {"ENV-3-6 RFR", [][]string{append([]string{"CAF"}, broken...)}},

		"synthetic/EnvioDTE-33-34-inner-with-xmlns.xml":     {"", [][]string{nil, nil}},
		"synthetic/EnvioDTE-33-34-inner-without-xmlns.xml":  {"", [][]string{{signature}, {signature}}},
		"synthetic/EnvioDTE-33-34-mod-changed-caratula.xml": {"RFR", [][]string{{signature}, {signature}}},
		"synthetic/EnvioBOLETA-39x2.xml":                    {"", [][]string{{signature}, {signature}}},
		"synthetic/EnvioBOLETA-39x2-mod-changed-amount.xml": {"RFR", [][]string{{"TED-3-640", signature, "HED-2-260"}, {signature}}},
		"synthetic/DTE-33-7-standalone.xml":                 {"", none},
		"synthetic/EnvioRecibos-33-7.xml":                   {"SCH-00001", nil},
		"synthetic/ConsumoFolios-39.xml":                    {"", nil},

		"dte/DTE--76399752-9--33--25568.xml":           {"", [][]string{{signature}}}, // without the namespace that was signed
		"dte/DTE--76399752-9--33--25568--cleaned.xml":  {"", none},
		"dte/DTE--96670340-7--61--110616.xml":          {"ENV-3-0 " + extra, none},    // elements behind the signature
		"dte/DTE--96670340-7--61--110616--cleaned.xml": {"", [][]string{{signature}}}, // with a namespace that was not
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(sharedtest.Path(t, filepath.FromSlash(file)))
			require.NoError(t, err)
			w := othersWorld(t, b)
			if strings.HasPrefix(file, "synthetic") {
				w.Keys = dte.Keys{100: publicKey(t, sharedtest.Path(t, "caf", "synthetic", "fake-sii-idk100-public.pem"))}
			}
			if strings.HasPrefix(file, "dte/") {
				w.Environment = chile.Production
			}
			a := judge.Envelope(b, w)
			var codes []string
			for _, f := range a.Findings {
				codes = append(codes, string(f.Code))
			}
			slices.Sort(codes)
			assert.Equal(t, want.envelope, strings.Join(slices.Compact(codes), " "), tell(a))
			require.Len(t, a.Documents, len(want.documents))
			for i := range a.Documents {
				var codes []string
				for _, f := range a.Documents[i].Findings {
					codes = append(codes, string(f.Code))
				}
				assert.Equal(t, want.documents[i], codes, tell(a))
			}
		})
	}
}

// The SII's own environments are told apart by their keys.
func TestEnvironments(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(sharedtest.Path(t, "envio", "F000001T110.xml"))
	require.NoError(t, err)
	for environment, want := range map[chile.Environment]bool{chile.Production: true, chile.OtherEnvironment: true, chile.Certification: false} {
		w := othersWorld(t, b)
		w.Environment = environment
		a := judge.Envelope(b, w)
		assert.Equal(t, want, a.Has(judge.CodeCAF), "%s: %s", environment, tell(a))
	}
	w := othersWorld(t, b)
	w.Environment = ""
	a := judge.Envelope(b, w)
	assert.False(t, a.Has(judge.CodeCAF))
	assert.Contains(t, a.Documents[0].Gaps, judge.Gap{Check: judge.CheckAuthorized, Why: judge.Untold})
}
