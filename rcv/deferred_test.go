package rcv_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

func TestDecodeDeferred(t *testing.T) {
	t.Parallel()
	exports, err := rcv.DecodeDeferred(strings.NewReader(`{"data":[
		{"caProceso":"CONSDCV_C_RG","caRutEmisor":76192083,"caDvEmisor":"9","caPeriodo":202610,"caTipoDoc":33,"caId":123456,"caIdBLOB":"SIN-BLOB",
		 "caEstado":"CREADO","caTmstCreado":"15/10/2026 10:00:00","caTmstEnProceso":null,"caTmstTerminado":null,"caFileSize":null,"caNumLineas":null,"caDescError":null},
		{"compraOVenta":"V","caId":"7","caIdBlob":"B-7","caEstado":" TERMINADO ","caTipoDoc":null,"CAPERIODO":"202610","caNumLineas":"12","caFileSize":3456,
		 "caTmstTerminado":"15/10/2026 10:00:09"},
		{"caProceso":"CONSDCV_V_XX","caId":8,"caIdBLOB":"SIN-BLOB","caEstado":"TERMINADO","caTmstCreado":"hoy"},
		{"caId":9,"caIdBLOB":"B-9","caEstado":"TERMINADO","caDescError":"Error al generar archivo"}],
		"respEstado":{"codRespuesta":1,"msgeRespuesta":"Existe una solicitud anterior"}}`))
	require.NoError(t, err)
	require.Len(t, exports, 4)
	first := exports[0]
	assert.Equal(t, rcv.DeferredExport{
		ID: 123456, Owner: chile.MustParseRUT("76192083-9"), Period: chile.MustParsePeriod("2026-10"), Type: 33, Process: "CONSDCV_C_RG",
		Book: rcv.Purchases, State: rcv.Registro, Progress: rcv.DeferredCreated, Created: first.Created, Documents: -1,
	}, first)
	assert.Equal(t, "2026-10-15T10:00:00-03:00", first.Created.Format("2006-01-02T15:04:05Z07:00"))
	assert.False(t, first.Ready())
	assert.False(t, first.Failed())

	second := exports[1]
	assert.Equal(t, []any{rcv.Sales, rcv.State(""), "B-7", int64(12), int64(3456), true, false},
		[]any{second.Book, second.State, second.BlobID, second.Documents, second.Bytes, second.Ready(), second.Failed()})
	assert.Equal(t, chile.MustParsePeriod("2026-10"), second.Period)

	assert.Equal(t, []any{rcv.Sales, true, false}, []any{exports[2].Book, exports[2].Failed(), exports[2].Ready()}, "done without a file")
	assert.True(t, exports[2].Created.IsZero())
	assert.Equal(t, []any{true, false}, []any{exports[3].Failed(), exports[3].Ready()}, "the SII says why")

	for body, want := range map[string]error{
		`{"data":[{"caEstado":"CREADO"}]`:                              rcv.ErrMissing,
		`{"data":[{"caId":1}]`:                                         rcv.ErrMissing,
		`{"data":[{"caId":"x","caEstado":"CREADO"}]`:                   chile.ErrSyntax,
		`{"data":[{"caId":1,"caEstado":"CREADO","caRutEmisor":1.5}]`:   rcv.ErrMissing,
		`{"data":[{"caId":1,"caEstado":"CREADO","caPeriodo":"enero"}]`: chile.ErrSyntax,
	} {
		_, err := rcv.DecodeDeferred(strings.NewReader(body + answered))
		require.ErrorIs(t, err, want, body)
	}
}
