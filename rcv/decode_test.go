package rcv_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

const ok = `"respEstado":{"codRespuesta":0,"msgeRespuesta":null,"codError":null}`

// row is a row of the facade with these members changed or added.
func row(change string) string {
	base := `"detTipoDoc":33,"detRutDoc":76192083,"detDvDoc":"9","detRznSoc":" Uno SpA ","detNroDoc":7,"detFchDoc":"05/10/2026","detMntTotal":1190`
	for member := range strings.SplitSeq(change, "|") {
		name, value, _ := strings.Cut(member, "=")
		start := strings.Index(base, `"`+name+`":`)
		if name == "" {
			continue
		}
		if start < 0 {
			base += fmt.Sprintf(`,%q:%s`, name, value)
			continue
		}
		end := strings.Index(base[start:], `,"`)
		if end < 0 {
			end = len(base) - start
		}
		base = base[:start] + fmt.Sprintf(`%q:%s`, name, value) + base[start+end:]
	}
	return "{" + base + "}"
}

func decode(t *testing.T, answer string, opts *rcv.DecodeOptions) ([]rcv.Document, []*rcv.RowError, error) {
	t.Helper()
	return read(t, rcv.DecodeDocuments(strings.NewReader(answer), opts))
}

func TestNamesComeInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"data":[` + row("") + `],` + ok + `}`,
		`{` + ok + `,"metaData":{"page":null,"deep":[[{"data":[1]}]]},"data":[` + row("") + `]}`,
		"\ufeff \n{\"esDocPapel\":false,\"data\" : [ " + row("") + " ] ," + ok + "}\n ",
	} {
		docs, bad, err := decode(t, answer, nil)
		require.NoError(t, err)
		assert.Empty(t, bad)
		require.Len(t, docs, 1)
		assert.Equal(t, "Uno SpA", docs[0].Name)
		assert.Equal(t, chile.CLP(1190), docs[0].Total)
	}
}

func TestAnswersWithoutRows(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"data":null,` + ok + `}`,
		`{"data":[],` + ok + `}`,
		`{` + ok + `}`,
		`{"data":null,"respEstado":{"codRespuesta":3,"msgeRespuesta":null,"codError":null}}`,
		`{"data":null,"respEstado":{"codRespuesta":"3"}}`,
		`{"data":null,"respEstado":{"codRespuesta":1,"msgeRespuesta":"aviso"}}`,
		`{"data":null,"respEstado":{"codRespuesta":99,"msgeRespuesta":null}}`,
		`{"data":null,"respEstado":{"codRespuesta":99,"msgeRespuesta":"No existen registros para la consulta"}}`,
		`{"data":null,"respEstado":{"codRespuesta":99,"msgeRespuesta":"Sin  movimientos en el período"}}`,
	} {
		docs, bad, err := decode(t, answer, nil)
		require.NoError(t, err, answer)
		assert.Empty(t, docs)
		assert.Empty(t, bad)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answer   string
		want     rcv.AnswerError
		deferred bool
	}{
		{answer: `{"errorMsg":"Acceso no autorizado!"}`, want: rcv.AnswerError{ErrorMsg: "Acceso no autorizado!"}},
		{
			answer: `{"data":null,"respEstado":{"codRespuesta":99,"msgeRespuesta":"Problema con el Token: NO Existen Datos","codError":null}}`,
			want:   rcv.AnswerError{Status: rcv.AnswerStatus{Code: 99, Message: "Problema con el Token: NO Existen Datos"}},
		},
		{
			answer: `{"data":null,"respEstado":{"codRespuesta":98,"msgeRespuesta":null,"codError":null}}`,
			want:   rcv.AnswerError{Status: rcv.AnswerStatus{Code: 98}},
		},
		{
			answer: `{"data":null,"respEstado":{"codRespuesta":2,"msgeRespuesta":"Error inesperado","codError":"cnsmtds.1.1.00"}}`,
			want:   rcv.AnswerError{Status: rcv.AnswerStatus{Code: 2, Message: "Error inesperado", ErrorCode: "cnsmtds.1.1.00"}},
		},
		{
			answer: `{"data":[],"respEstado":{"codRespuesta":99,"msgeRespuesta":"Debe utilizar la descarga Diferida"}}`,
			want:   rcv.AnswerError{Status: rcv.AnswerStatus{Code: 99, Message: "Debe utilizar la descarga Diferida"}}, deferred: true,
		},
		{
			answer: `{"data":null,"respEstado":{"codRespuesta":-1,"msgeRespuesta":"x","codError":12}}`,
			want:   rcv.AnswerError{Status: rcv.AnswerStatus{Code: -1, Message: "x", ErrorCode: "12"}},
		},
	} {
		_, _, err := decode(t, test.answer, nil)
		var refused *rcv.AnswerError
		require.ErrorAs(t, fmt.Errorf("outer: %w", err), &refused, test.answer)
		assert.Equal(t, test.want, *refused)
		assert.Equal(t, test.deferred, refused.Deferred())
	}
}

func TestRefusalAfterRowsEndsTheSequence(t *testing.T) {
	t.Parallel()
	docs, _, err := decode(t, `{"data":[`+row("")+`],"respEstado":{"codRespuesta":2,"msgeRespuesta":"Error"}}`, nil)
	var refused *rcv.AnswerError
	require.ErrorAs(t, err, &refused)
	assert.Len(t, docs, 1, "the rows came before the SII said that it failed")
}

func TestWhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300<<10)
	for _, body := range []string{
		"", "   ", "<html><body>Autenticación</body></html>", "[]", "null", `"data"`, "{", `{"data":[`, `{}`,
		`{"data":[]}`, `{"data":{},` + ok + `}`, `{"data":"",` + ok + `}`, `{"data":7,` + ok + `}`,
		`{"data":[` + row("") + `],` + ok, `{"data":[],` + ok + `} x`, `{"data":[],` + ok + `}{}`,
		`{"data":[],"data":[],` + ok + `}`, `{"data":[],"respEstado":null}`, `{"data":[],"respEstado":{}}`,
		`{"data":[],"respEstado":{"codRespuesta":"cero"}}`, `{"data":[{"detNroDoc":1`, `{"data":[{]}`,
		`{"data":[` + row(`detRznSoc="`+long+`"`) + `],` + ok + `}`, `{"` + long + `":1}`,
		`{"data":` + strings.Repeat("[", 20_000) + `,` + ok + `}`,
	} {
		_, _, err := decode(t, body, nil)
		require.ErrorIs(t, err, rcv.ErrNotAnswer, "%.60s", body)
	}
	_, _, err := decode(t, `{"data":[`, nil)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestErrorOfTheReaderIsNotOfTheAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"data":[`, `{"data":[` + row("") + `],` + ok + `}`} {
		r := io.MultiReader(strings.NewReader(body), iotest.ErrReader(context.Canceled))
		_, _, err := read(t, rcv.DecodeDocuments(r, nil))
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, rcv.ErrNotAnswer)
	}
}

func TestNumbersAreLenient(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value string
		want  chile.CLP
	}{
		{`1190`, 1190},
		{`"1190"`, 1190},
		{`" 1190 "`, 1190},
		{`-5`, -5},
		{`"-5"`, -5},
		{`0`, 0},
		{`1.19E3`, 1190},
		{`1190.0`, 1190},
		{`1.0E3`, 1000},
		{`119e1`, 1190},
		{`1190000E-3`, 1190},
		{`-1.5e1`, -15},
		{`0.0`, 0},
		{`0e5`, 0},
		{`1e17`, 100000000000000000},
		{`"00012"`, 12},
		{`999999999999999999`, 999999999999999999},
	} {
		docs, bad, err := decode(t, `{"data":[`+row("detMntTotal="+test.value)+`],`+ok+`}`, nil)
		require.NoError(t, err)
		require.Empty(t, bad, test.value)
		assert.Equal(t, test.want, docs[0].Total, test.value)
	}
}

func TestBadRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change, heading string
		want            error
	}{
		{`detDvDoc="8"`, "detRutDoc", chile.ErrCheckDigit},
		{`detDvDoc=null`, "detRutDoc", rcv.ErrMissing},
		{`detRutDoc=null`, "detRutDoc", rcv.ErrMissing},
		{`detRutDoc=0`, "detRutDoc", rcv.ErrMissing},
		{`detRutDoc=123456789012`, "detRutDoc", chile.ErrRange},
		{`detFchDoc="31/02/2026"`, "detFchDoc", chile.ErrRange},
		{`detFchDoc="5/10/2026"`, "detFchDoc", chile.ErrSyntax},
		{`detFchDoc=null`, "detFchDoc", rcv.ErrMissing},
		{`detFecRecepcion="05/10/2026 24:00:00"`, "detFecRecepcion", chile.ErrRange},
		{`detFecRecepcion="05/10/26"`, "detFecRecepcion", chile.ErrSyntax},
		{`detMntNeto="mil"`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto="1.000"`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto="1.0"`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto=1.5`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto=1e30`, "detMntNeto", chile.ErrRange},
		{`detMntNeto=1e-1`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto=1e99999999999`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto=1000000000000000000`, "detMntNeto", chile.ErrRange},
		{`detMntNeto=true`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto=[1]`, "detMntNeto", chile.ErrSyntax},
		{`detMntNeto={"a":1}`, "detMntNeto", chile.ErrSyntax},
		{`detMntTotal=""`, "detMntTotal", rcv.ErrMissing},
		{`detNroDoc=0`, "detNroDoc", rcv.ErrMissing},
		{`detNroDoc=-7`, "detNroDoc", chile.ErrSyntax},
		{`detTipoDoc=null`, "detTipoDoc", rcv.ErrMissing},
		{`detTipoDoc=12345`, "detTipoDoc", chile.ErrRange},
		{`detTasaImp="1e1"`, "detTasaImp", chile.ErrSyntax},
		{`detTasaImp="1.2.3"`, "detTasaImp", chile.ErrSyntax},
		{`detRznSoc="` + strings.Repeat("x", 1025) + `"`, "detRznSoc", rcv.ErrTooLong},
		{`detRznSoc="a\u0000b"`, "detRznSoc", chile.ErrSyntax},
		{`detLiqRutEmisor=76192083|detLiqDvEmisor="1"`, "detLiqRutEmisor", chile.ErrCheckDigit},
		{`detMntNeto=1|` + `detMntIVA=2,"detMntNeto":3`, "detMntNeto", rcv.ErrUnexpected},
	} {
		docs, bad, err := decode(t, `{"data":[`+row("detNroDoc=1")+`,`+row(test.change)+`,`+row("detNroDoc=3")+`],`+ok+`}`, nil)
		require.NoError(t, err)
		require.Len(t, bad, 1, test.change)
		assert.Equal(t, 2, bad[0].Line, test.change)
		assert.Equal(t, test.heading, bad[0].Heading, test.change)
		require.ErrorIs(t, bad[0], test.want, test.change)
		require.Len(t, docs, 2, "the rows around it come: %s", test.change)
		assert.Equal(t, chile.Folio(3), docs[1].Folio)
	}
	_, bad, err := decode(t, `{"data":[null,7,"x",[],`+row("")+`],`+ok+`}`, nil)
	require.NoError(t, err)
	require.Len(t, bad, 4)
	require.ErrorIs(t, bad[0], rcv.ErrNull)
	for _, row := range bad[1:] {
		require.NotErrorIs(t, row, rcv.ErrNull)
		require.ErrorIs(t, row, chile.ErrSyntax)
	}
}

// The SII leaves amounts null, the total among them: it is zero then, as in its
// sums. A row without a word of the total is none of the SII's.
func TestTotalThatIsNull(t *testing.T) {
	t.Parallel()
	docs, bad, err := decode(t, `{"data":[`+row("detMntTotal=null")+`],`+ok+`}`, nil)
	require.NoError(t, err)
	require.Empty(t, bad)
	require.Len(t, docs, 1)
	assert.Zero(t, docs[0].Total)
	answer := strings.Replace(`{"data":[`+row("")+`],`+ok+`}`, `"detMntTotal":`, `"detMntOtro":`, 1)
	_, bad, err = decode(t, answer, nil)
	require.NoError(t, err)
	require.Len(t, bad, 1)
	require.ErrorIs(t, bad[0], rcv.ErrMissing)
}

func TestMarksInUnknownFormDoNotSpoilARow(t *testing.T) {
	t.Parallel()
	docs, bad, err := decode(t, `{"data":[`+row(`emisorAgresivo="tal vez"|dhdrCodigo="x"|detPcarga=13|dcvCodigo=12`)+`],`+ok+`}`, nil)
	require.NoError(t, err)
	require.Empty(t, bad)
	assert.Equal(t, rcv.SIIData{RegisterID: 12}, docs[0].SIIData)
}

func TestTextsOfAnswers(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`"Peñaflor"`:              "Peñaflor",
		`"Pe\u00f1aflor"`:         "Peñaflor",
		"\"Pe\xf1aflor\"":         "Peñaflor", // ISO-8859-1 under the name of UTF-8
		"\"\\\"Pe\xf1aflor\\\"\"": `"Peñaflor"`,
		`"a\\b\/c"`:               `a\b/c`,
		`null`:                    "",
		`12`:                      "12",
	} {
		docs, bad, err := decode(t, `{"data":[`+row("detRznSoc="+value)+`],`+ok+`}`, nil)
		require.NoError(t, err)
		require.Empty(t, bad)
		assert.Equal(t, want, docs[0].Name, value)
	}
}

func TestDecodeOptions(t *testing.T) {
	t.Parallel()
	answer := `{"data":[` + row("detTipoDoc=null") + `,` + row("detTipoDoc=61|dcvEstadoContab=\"PENDIENTE\"") + `],` + ok + `}`
	docs, bad, err := decode(t, answer, &rcv.DecodeOptions{Type: 34})
	require.NoError(t, err)
	require.Empty(t, bad)
	assert.Equal(t, chile.DocType(34), docs[0].Type)
	assert.Equal(t, chile.DocType(61), docs[1].Type)
	assert.Equal(t, rcv.State(""), docs[0].State)
	assert.Equal(t, rcv.Pendiente, docs[1].State)

	docs, _, err = decode(t, answer, &rcv.DecodeOptions{Type: 34, State: rcv.Reclamado})
	require.NoError(t, err)
	assert.Equal(t, rcv.Reclamado, docs[1].State, "what was asked for")

	for sale, err := range rcv.DecodeSales(strings.NewReader(answer), &rcv.DecodeOptions{Type: 34}) {
		require.NoError(t, err)
		assert.Equal(t, rcv.Registro, sale.State)
		assert.Equal(t, "76192083-9", sale.Customer().String())
	}
	for purchase, err := range rcv.DecodePurchases(strings.NewReader(answer), &rcv.DecodeOptions{Type: 34}) {
		require.NoError(t, err)
		assert.Equal(t, "76192083-9", purchase.Supplier().String())
	}
}

func TestSequencesAreUsedOnce(t *testing.T) {
	t.Parallel()
	seq := rcv.DecodeDocuments(strings.NewReader(`{"data":[`+row("")+`,`+row("")+`],`+ok+`}`), nil)
	for _, err := range seq {
		require.NoError(t, err)
		break
	}
	_, _, err := read(t, seq)
	require.ErrorIs(t, err, rcv.ErrUsed)
}

func TestAnswerIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	r := strings.NewReader(`{"data":[` + row("") + `],` + ok + `}` + strings.Repeat(" ", 10_000))
	_, _, err := read(t, rcv.DecodeDocuments(r, nil))
	require.NoError(t, err)
	assert.Zero(t, r.Len())
}

// TestAnswerIsNotHeld decodes an answer much larger than the memory it may take.
func TestAnswerIsNotHeld(t *testing.T) {
	t.Parallel()
	const rows = 50_000
	n := 0
	body := io.MultiReader(strings.NewReader(`{"data":[`+row("")), readerFunc(func(p []byte) (int, error) {
		if n++; n == rows {
			return copy(p, `],`+ok+`}`), io.EOF
		}
		return copy(p, ","+row("")), nil
	}))
	count := 0
	for _, err := range rcv.DecodeDocuments(body, nil) {
		require.NoError(t, err)
		count++
		if count == rows/2 {
			assert.Less(t, n, rows/2+300, "no more than a buffer is read ahead")
		}
	}
	assert.Equal(t, rows, count)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestErrorsSurviveWrapping(t *testing.T) {
	t.Parallel()
	for _, sentinel := range []error{rcv.ErrMissing, rcv.ErrTooLong, rcv.ErrUnexpected, rcv.ErrOrphan, chile.ErrCheckDigit} {
		err := fmt.Errorf("b: %w", fmt.Errorf("a: %w", &rcv.RowError{Line: 3, Heading: "Folio", Value: "x", Err: sentinel}))
		require.ErrorIs(t, err, sentinel)
		var row *rcv.RowError
		require.True(t, errors.As(err, &row))
	}
}
