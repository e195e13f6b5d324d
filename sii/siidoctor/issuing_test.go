package siidoctor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siidoctor"
	"github.com/ofitec/chile/sii/siitest"
)

func TestDiagnoseIssuing(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	today := chile.DateOf(time.Now())
	good := func() *siidoctor.Issuing {
		return &siidoctor.Issuing{
			Company: owner, ResolutionDate: today.AddDays(-100), ResolutionNumber: 80,
			Folios: []siidoctor.Folios{{Type: 33, Left: 100, Authorized: today.AddDays(-30), LastDay: today.AddDays(100), KeyID: 300, Recent: 30}, {Type: 52, Left: 5, Authorized: today}},
		}
	}
	for name, tt := range map[string]struct {
		change      func(i *siidoctor.Issuing)
		check, code string
		status      siidoctor.CheckStatus
	}{
		"sender":              {nil, "issuing.sender", "sender_known", siidoctor.CheckOK},
		"of another company":  {func(i *siidoctor.Issuing) { i.Company = chile.MustParseRUT("77222222-K") }, "issuing.sender", "sender_refused", siidoctor.CheckFail},
		"resolution":          {nil, "issuing.resolution", "resolution_possible", siidoctor.CheckOK},
		"no resolution":       {func(i *siidoctor.Issuing) { i.ResolutionDate = chile.Date{} }, "issuing.resolution", "resolution_none", siidoctor.CheckFail},
		"future resolution":   {func(i *siidoctor.Issuing) { i.ResolutionDate = today.AddDays(1) }, "issuing.resolution", "resolution_future", siidoctor.CheckFail},
		"folios":              {nil, "issuing.folios", "folios_usable", siidoctor.CheckOK},
		"no folios":           {func(i *siidoctor.Issuing) { i.Folios = nil }, "issuing.folios", "folios_none", siidoctor.CheckFail},
		"held folios":         {func(i *siidoctor.Issuing) { i.Folios[1].Held = "restored" }, "issuing.folios", "folios_held", siidoctor.CheckFail},
		"expired folios":      {func(i *siidoctor.Issuing) { i.Folios = i.Folios[:1]; i.Folios[0].LastDay = today.AddDays(-1) }, "issuing.folios", "folios_none", siidoctor.CheckFail},
		"folios of tomorrow":  {func(i *siidoctor.Issuing) { i.Folios = i.Folios[:1]; i.Folios[0].Authorized = today.AddDays(1) }, "issuing.folios", "folios_none", siidoctor.CheckFail},
		"stock":               {nil, "issuing.stock", "stock_enough", siidoctor.CheckOK},
		"stock that runs out": {func(i *siidoctor.Issuing) { i.Folios[0].Recent = 301 }, "issuing.stock", "stock_low", siidoctor.CheckWarn},
		"stock that expires":  {func(i *siidoctor.Issuing) { i.Folios[0].LastDay = today.AddDays(9) }, "issuing.stock", "stock_expires", siidoctor.CheckWarn},
		"last day of stock":   {func(i *siidoctor.Issuing) { i.Folios[0].LastDay = today.AddDays(10) }, "issuing.stock", "stock_enough", siidoctor.CheckOK},
	} {
		issuing := good()
		if tt.change != nil {
			tt.change(issuing)
		}
		options := &siidoctor.Options{Owner: owner, Issuing: issuing}
		d := siidoctor.Diagnose(t.Context(), srv.Environment(), options, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
		f := findingOf(t, d, tt.check)
		assert.Equal(t, tt.code, f.Code, "%s: %s", name, f.Detail)
		assert.Equal(t, tt.status, f.Status, name)
	}
	assert.Equal(t, 14, srv.Count(siitest.OpUpload), "one question each")
}

func findingOf(t *testing.T, d *siidoctor.Diagnosis, check string) siidoctor.Finding {
	t.Helper()
	for _, f := range d.Findings {
		if f.Check == check {
			return f
		}
	}
	require.Failf(t, "no finding", "%s", check)
	return siidoctor.Finding{}
}

// The SII accepts neither folios nor a resolution of the other environment.
func TestDiagnoseIssuingElsewhere(t *testing.T) {
	t.Parallel()
	today := chile.DateOf(time.Now())
	look := func(env sii.Environment, number, key int) (resolution, folios string) {
		i := &siidoctor.Issuing{
			Company: owner, ResolutionDate: today, ResolutionNumber: number,
			Folios: []siidoctor.Folios{{Type: 33, Left: 1, Authorized: today, KeyID: key}},
		}
		srv := newFake(t)
		d := siidoctor.Diagnose(t.Context(), env, &siidoctor.Options{Issuing: i}, sii.WithIdentity(srv.NewIdentity(holder)), sii.WithHTTPClient(srv.Client()))
		return findingOf(t, d, "issuing.resolution").Code, findingOf(t, d, "issuing.folios").Code
	}
	for _, tt := range []struct {
		env                sii.Environment
		number, key        int
		resolution, folios string
	}{
		{sii.Production(), 80, 300, "resolution_possible", "folios_usable"},
		{sii.Production(), 0, 100, "resolution_of_certification", "folios_of_another"},
		{sii.Certification(), 0, 100, "resolution_possible", "folios_usable"},
		{sii.Certification(), 80, 300, "resolution_of_production", "folios_of_another"},
		{sii.Certification(), 0, 999, "resolution_possible", "folios_of_another"},
	} {
		resolution, folios := look(tt.env, tt.number, tt.key)
		assert.Equal(t, [2]string{tt.resolution, tt.folios}, [2]string{resolution, folios}, "%s %d %d", tt.env.Name, tt.number, tt.key)
	}
}
