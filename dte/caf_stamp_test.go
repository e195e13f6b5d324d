package dte_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// authorization reads the CAF of a stamp, with something changed before it was signed.
func authorization(tb testing.TB, change func(s *stampOf)) *dte.Authorization {
	tb.Helper()
	s := goodStamp()
	if change != nil {
		change(&s)
	}
	key := &fakeSII().PublicKey
	a, err := dte.ParseCAF([]byte(cafFileOf(tb, s)), dte.Keys{100: key, 300: key, 666: key})
	require.NoError(tb, err)
	return a
}

func day(tb testing.TB, s string) chile.Date {
	tb.Helper()
	d, err := chile.ParseDate(s)
	require.NoError(tb, err)
	return d
}

func TestCheckFor(t *testing.T) {
	t.Parallel()
	owner, other := chile.MustParseRUT("76192083-9"), chile.MustParseRUT("77222222-K")
	keyless, err := dte.ParseCAF([]byte(strings.Split(cafFile(t), "<RSASK>")[0]+"</AUTORIZACION>"), fakeKey())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		caf    *dte.Authorization
		issuer chile.RUT
		env    chile.Environment
		day    string
		want   []error
	}{
		"right":              {authorization(t, nil), owner, chile.Certification, "2026-10-01", nil},
		"on its last day":    {authorization(t, nil), owner, chile.Certification, "2027-04-01", nil},
		"a day later":        {authorization(t, nil), owner, chile.Certification, "2027-04-02", []error{dte.ErrCAFExpired}},
		"years later":        {authorization(t, func(s *stampOf) { s.cafType = "34" }), owner, chile.Certification, "2030-04-02", nil},
		"a day before":       {authorization(t, nil), owner, chile.Certification, "2026-09-30", []error{dte.ErrCAFEarly}},
		"of somebody else":   {authorization(t, nil), other, chile.Certification, "2026-10-01", []error{dte.ErrCAFIssuer}},
		"for nobody":         {authorization(t, nil), chile.RUT{}, chile.Certification, "2026-10-01", []error{dte.ErrCAFIssuer}},
		"in production":      {authorization(t, nil), owner, chile.Production, "2026-10-01", []error{dte.ErrCAFEnvironment}},
		"in no environment":  {authorization(t, nil), owner, "", "2026-10-01", []error{dte.ErrCAFEnvironment}},
		"of production":      {authorization(t, func(s *stampOf) { s.keyID = "300" }), owner, chile.Production, "2026-10-01", nil},
		"of production, not": {authorization(t, func(s *stampOf) { s.keyID = "300" }), owner, chile.Certification, "2026-10-01", []error{dte.ErrCAFEnvironment}},
		"of a fake":          {authorization(t, func(s *stampOf) { s.keyID = "666" }), owner, chile.Certification, "2026-10-01", nil},
		"without its key":    {keyless, owner, chile.Certification, "2026-10-01", []error{dte.ErrCAFKey}},
		"the zero value":     {&dte.Authorization{}, owner, chile.Certification, "2026-10-01", []error{dte.ErrCAFIssuer, dte.ErrCAFType, dte.ErrCAFKey}},
		"for nobody at all":  {&dte.Authorization{}, chile.RUT{}, "", "2026-10-01", []error{dte.ErrCAFIssuer, dte.ErrCAFType, dte.ErrCAFKey}},
		"everything at once": {authorization(t, nil), other, chile.Production, "2027-04-02", []error{dte.ErrCAFIssuer, dte.ErrCAFEnvironment, dte.ErrCAFExpired}},
	} {
		err := c.caf.CheckFor(c.issuer, c.env, day(t, c.day))
		if c.want == nil {
			assert.NoError(t, err, name)
			continue
		}
		for _, want := range c.want {
			assert.ErrorIs(t, err, want, name)
		}
		var joined interface{ Unwrap() []error }
		require.ErrorAs(t, err, &joined)
		assert.Len(t, joined.Unwrap(), len(c.want), name)
	}
}

// TestReasonsOfACAF are all that the CAF does not hold, for who asks no more.
func TestReasonsOfACAF(t *testing.T) {
	t.Parallel()
	for _, reason := range []error{
		dte.ErrCAFSignature, dte.ErrCAFIssuer, dte.ErrCAFType, dte.ErrCAFRange, dte.ErrCAFFolio, dte.ErrCAFEarly, dte.ErrCAFEnvironment,
	} {
		assert.ErrorIs(t, fmt.Errorf("twice: %w", fmt.Errorf("wrapped: %w", reason)), dte.ErrCAF)
		assert.NotErrorIs(t, reason, dte.ErrCAFExpired)
	}
}

// TestStampKeepsTheCAF writes the CAF into the stamp as the SII signed it, however
// its file is laid out and encoded.
func TestStampKeepsTheCAF(t *testing.T) {
	t.Parallel()
	signed := `<CAF version="1.0"><DA><RE>76192083-9</RE><RS>PANADERÍA &quot;ÑANDÚ&quot; &#38; CÍA</RS><TD>33</TD><RNG><D>001</D><H>50</H></RNG><FA>2026-10-01</FA>`
	file := withName(t, "PANADERÍA &quot;ÑANDÚ&quot; &#38; CÍA", "001")
	for name, src := range map[string][]byte{
		"in UTF-8":      []byte(file),
		"in ISO-8859-1": latin1(file),
		"indented":      latin1(strings.ReplaceAll(file, "><", ">\r\n\t<")),
		"declared":      latin1(strings.Replace(file, "<AUTORIZACION>", `<AUTORIZACION xmlns="http://www.sii.cl/SiiDte">`, 1)),
	} {
		a, err := dte.ParseCAF(src, fakeKey())
		require.NoError(t, err, name)
		assert.Equal(t, `PANADERÍA "ÑANDÚ" & CÍA`, a.CAF().Data.IssuerName)
		ted, err := a.Stamp(dte.StampData{
			Issuer: a.Issuer(), Type: 33, Folio: 7, IssueDate: day(t, "2026-10-15"), Receiver: chile.MustParseRUT("77222222-K"),
			ReceiverName: "Ñandú & Cía", Total: decimal(t, "1190"), FirstItem: `"Pan" <1>`,
		})
		require.NoError(t, err, name)
		written, err := (&dte.File{DTE: &dte.DTE{Document: &dte.Document{Stamp: *ted}}}).Encode(dte.ISO8859)
		require.NoError(t, err, name)
		assert.Contains(t, string(written), string(latin1(signed)), name)
		report, err := dte.Verify(written, fakeKeys())
		require.NoError(t, err, name)
		v := &report.Documents[0]
		assert.Empty(t, v.Stamp.Findings, name)
		assert.Empty(t, v.CAF.Findings, name)
		assert.Equal(t, dte.FormSII, v.Stamp.Form, name)
		assert.Equal(t, dte.FormSII, v.CAF.Form, name)
		copied := a.CAF()
		assert.Equal(t, fakeKey(), copied.Keys())
		assert.Nil(t, v.DTE.Stamp().Data.CAF.Keys(), "nobody proved it yet")
		assert.Equal(t, chile.Certification, copied.Data.Environment())
	}
}

// withName is a CAF file with a name and a first folio as they are to be written.
func withName(tb testing.TB, name, from string) string {
	tb.Helper()
	s := goodStamp()
	s.from = from
	file := cafFileOf(tb, s)
	da := file[strings.Index(file, "<DA>") : strings.Index(file, "</DA>")+len("</DA>")]
	renamed := strings.Replace(da, "<RS>EMPRESA<", "<RS>"+name+"<", 1)
	frma := file[strings.Index(file, "SHA1withRSA")+len(`SHA1withRSA">`) : strings.Index(file, "</FRMA>")]
	return strings.NewReplacer(da, renamed, frma, seal(tb, fakeSII(), string(latin1(renamed)))).Replace(file)
}
