package dte_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte"
)

// everything waives what can be waived, and trusts everybody.
func everything() dte.Policy {
	return dte.Policy{AnySigner: true, Waive: dte.Codes()}
}

// No zero value says that something is good, whatever the policy.
func TestZeroValuesAreNotGood(t *testing.T) {
	t.Parallel()
	assert.False(t, (&dte.Grade{}).OK())
	assert.False(t, (&dte.SignatureGrade{}).OK())
	assert.False(t, (&dte.StampGrade{}).OK())
	assert.False(t, (&dte.CAFGrade{}).OK())
	assert.False(t, (&dte.Verdict{}).OK(everything()))
	assert.False(t, (&dte.Report{}).OK(everything()))
	assert.NotEmpty(t, (&dte.SignatureGrade{}).Refusals(everything()))
	require.ErrorIs(t, (&dte.Authorization{}).CheckKey(), dte.ErrCAFKey)
	assert.False(t, (&dte.Authorization{}).Contains(0))
	made := dte.Grade{Made: true}
	assert.True(t, made.OK())

	text, err := json.Marshal(dte.Verdict{})
	require.NoError(t, err)
	var fields map[string]struct{ Made *bool }
	require.NoError(t, json.Unmarshal(text, &fields))
	for name, f := range fields {
		require.NotNil(t, f.Made, name)
		assert.False(t, *f.Made, name)
	}
	for _, f := range (&dte.Verdict{}).Refusals(everything()) {
		require.ErrorIs(t, f, dte.ErrUngraded)
	}
	assert.Len(t, (&dte.Verdict{}).Refusals(everything()), reflect.TypeFor[dte.Verdict]().NumField()-1, "all but the DTE")
}

// gradesIn returns the names in JSON of the fields that are grades, or hold one.
func gradesIn(v any) map[string]*dte.Grade {
	found := map[string]*dte.Grade{}
	s := reflect.ValueOf(v).Elem()
	for i := range s.NumField() {
		field := s.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		f := s.Field(i)
		if f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[dte.Grade]() {
			f = f.FieldByName("Grade")
		}
		if f.IsValid() && f.Type() == reflect.TypeFor[dte.Grade]() {
			g, _ := f.Addr().Interface().(*dte.Grade)
			found[name] = g
		}
	}
	return found
}

// A grade that is added to a verdict cannot be forgotten by those who range.
func TestGradesAreAll(t *testing.T) {
	t.Parallel()
	var v dte.Verdict
	got := map[string]*dte.Grade{}
	for name, g := range v.Grades() {
		got[string(name)] = g
	}
	want := gradesIn(&v)
	require.Len(t, got, len(want))
	for name, g := range want {
		assert.Same(t, g, got[name], name)
	}

	r := dte.Report{File: &dte.File{Envelope: &dte.Envelope{}}}
	got = map[string]*dte.Grade{}
	for name, g := range r.Grades() {
		got[string(name)] = g
	}
	want = gradesIn(&r)
	require.Len(t, got, len(want))
	for name, g := range want {
		assert.Same(t, g, got[name], name)
	}

	for range v.Grades() {
		break // a sequence may be left
	}
}

// Every grade of what can be read is made.
func TestGradesAreMade(t *testing.T) {
	t.Parallel()
	r := verifyOK(t, testEnvelope(t, testDTE(t, 1)))
	for name, g := range r.Grades() {
		assert.True(t, g.Made, name)
	}
	for name, g := range r.Documents[0].Grades() {
		assert.True(t, g.Made, name)
	}
	single := verifyOK(t, testDTE(t, 1))
	for name, g := range single.Grades() {
		assert.True(t, g.Made, name)
		assert.NotEqual(t, dte.AspectCover, name, "it carries nothing")
	}
}

// An element outside the signed part, which makes two documents of one, leaves no
// grade that reads as good.
func TestVerifyOfTwoDocumentsInOne(t *testing.T) {
	t.Parallel()
	good := string(testDTE(t, 1))
	cut := strings.Index(good, "</DTE>")
	for name, src := range map[string]string{
		"behind":       good[:cut] + "<Exportaciones/>" + good[cut:],
		"before":       strings.Replace(good, "<Documento ", "<Liquidacion/><Documento ", 1),
		"none":         strings.NewReplacer("<Documento ", "<Documenta ", "</Documento>", "</Documenta>").Replace(good),
		"nothing else": `<DTE xmlns="http://www.sii.cl/SiiDte" version="1.0"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verifyOK(t, []byte(src)).Documents[0]
			assert.True(t, v.Values.Has(dte.CodeValuesKind))
			for aspect, g := range v.Grades() {
				if aspect != dte.AspectSignature {
					assert.False(t, g.OK(), aspect)
				}
			}
			policy := everything()
			assert.False(t, v.OK(policy), "nothing of it was checked")
		})
	}
}

// What is wrong with one document, or stands between them, hides nothing of the
// next.
func TestSchemaOfEachDocument(t *testing.T) {
	t.Parallel()
	second := testDTE(t, 2, "<Acteco>410010", "<Acteco>x")
	line := "<Detalle><NroLinDet>x</NroLinDet><NmbItem></NmbItem><QtyItem>x</QtyItem><PrcItem>x</PrcItem><MontoItem>x</MontoItem></Detalle>"
	bad := testDTE(t, 1, "</Detalle>\n", "</Detalle>"+strings.Repeat(line, 50))
	for name, src := range map[string][]byte{
		"many before":     testEnvelope(t, bad, second),
		"another between": testEnvelope(t, []byte("<Otro/>"), second),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := verifyOK(t, src)
			last := &r.Documents[len(r.Documents)-1]
			assert.True(t, last.Schema.Has(dte.CodeSchemaType), "%v", last.Schema.Findings)
		})
	}
}

// The SII rejects documents of a CAF that has ended or had not begun, and so does
// the policy that trusts who signed.
func TestPolicyOfCAFDates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes []string
		want    dte.Code
		err     error
	}{
		"expired": {[]string{"<TSTED>2026-11-20", "<TSTED>2027-04-02"}, dte.CodeCAFExpired, dte.ErrCAFExpired},
		"early":   {[]string{"<FE>2026-11-20", "<FE>2026-09-30", "<FchEmis>2026-11-20", "<FchEmis>2026-09-30"}, dte.CodeCAFEarlyIssue, dte.ErrCAF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := anaPolicy(t)
			policy.Waive = []dte.Code{dte.CodeStampSignature}
			v := verifyOK(t, testDTE(t, 1, c.changes...)).Documents[0]
			assert.False(t, v.CAF.OK())
			refusals := v.Refusals(policy)
			require.Len(t, refusals, 1)
			assert.Equal(t, c.want, refusals[0].Code)
			require.ErrorIs(t, refusals[0], c.err)
		})
	}
}

// What cannot be read is told of the document in which it stands, and once.
func TestValuesOfEachDocument(t *testing.T) {
	t.Parallel()
	r := verifyOK(t, testEnvelope(t, testDTE(t, 1), testDTE(t, 2, "<Acteco>410010", "<Acteco>x")))
	assert.True(t, r.Documents[0].Values.OK())
	assert.True(t, r.Documents[1].Values.Has(dte.CodeValuesUnreadable))
	assert.True(t, r.Values.OK(), "%v", r.Values.Findings)
}
