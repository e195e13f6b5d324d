package sii_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// judge returns what the client makes of an answer to a summary and to a list.
func judge(t *testing.T, body string) map[string]error {
	t.Helper()
	client := at(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	_, summary := client.RCV.Summary(t.Context(), bought, rcv.Registro)
	_, companies := client.RCV.Companies(t.Context())
	return map[string]error{"summary": summary, "companies": companies}
}

// Every code and text that notes on the facade have, and some that nobody has
// seen.
func TestCodesAndTexts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code    int
		message string // "null" is null
		kind    error  // nil is no refusal: there is nothing
	}{
		{0, "null", nil},
		{1, "Existe una solicitud anterior", nil},
		{3, "null", nil},
		{99, "null", nil},
		{99, "", nil},
		{99, "No existen documentos para el período", nil},
		{99, "No se encontraron registros", nil},
		{99, "Periodo consultado no válido, debe ser mayor igual a 201705", sii.ErrInvalidRequest},
		{99, "PERIODO CONSULTADO NO VÁLIDO", sii.ErrInvalidRequest},
		{99, "La cantidad de documentos supera el máximo, la descarga debe ser diferida", sii.ErrDeferred},
		{99, "Usuario no autorizado", sii.ErrForbidden},
		{99, "Algo que nadie ha visto", sii.ErrRejected},
		{2, "null", sii.ErrUnavailable},
		{2, "Error inesperado", sii.ErrUnavailable},
		{2, "Problema con el Token: NO Existen Datos", sii.ErrUnauthorized},
		{2, "Solicitud inválida. Formato incorrecto...", sii.ErrInvalidRequest},
		{2, "Por favor, inténtelo más tarde", sii.ErrUnavailable},
		{4, "Usuario no autorizado", sii.ErrForbidden},
		{5, "El usuario no tiene autorización para la empresa", sii.ErrForbidden},
		{2, "Su sesión ha expirado", sii.ErrUnauthorized},
		{2, "NO ESTA AUTENTICADO", sii.ErrUnauthorized},
		{2, "Se han detectado consultas recurrentes", sii.ErrThrottled},
		{98, "null", sii.ErrRecaptcha},
		{98, "Algo que nadie ha visto", sii.ErrRecaptcha},
		{98, "Se han detectado consultas recurrentes", sii.ErrThrottled},
		{98, "Problema con el Token: NO Existen Datos", sii.ErrUnauthorized},
		{7, "Debe validar reCAPTCHA", sii.ErrRecaptcha},
		{7, "Token de reCAPTCHA inválido", sii.ErrRecaptcha},
		{100, "Se ha realizado con alerta", sii.ErrRejected},
		{-1, "null", sii.ErrRejected},
		{7, "Algo que nadie ha visto", sii.ErrRejected},
	} {
		t.Run(fmt.Sprint(test.code, " ", test.message), func(t *testing.T) {
			t.Parallel()
			message, err := json.Marshal(test.message)
			require.NoError(t, err)
			if test.message == "null" {
				message = []byte("null")
			}
			for way, err := range judge(t, fmt.Sprintf(`{"data":null,"respEstado":{"codRespuesta":%d,"msgeRespuesta":%s,"codError":"x.1.2"}}`, test.code, message)) {
				if test.kind == nil {
					require.NoError(t, err, way)
					continue
				}
				require.ErrorIs(t, err, test.kind, way)
				var e *sii.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, fmt.Sprintf("%d x.1.2", test.code), e.Estado)
				if test.message != "null" {
					assert.Equal(t, test.message, e.Glosa, "verbatim")
				}
			}
		})
	}
	for text, kind := range map[string]error{
		"Acceso no autorizado!":                     sii.ErrUnauthorized,
		"Solicitud inválida. Formato incorrecto...": sii.ErrInvalidRequest,
		"Algo que nadie ha visto":                   sii.ErrRejected,
	} {
		for way, err := range judge(t, `{"errorMsg":"`+text+`"}`) {
			require.ErrorIs(t, err, kind, way)
			assert.ErrorContains(t, err, text)
		}
	}
}

// A summary that counts documents without a line for them is not a month without
// movements.
func TestSummaryThatContradictsItself(t *testing.T) {
	t.Parallel()
	err := judge(t, `{"data":null,"totDocRes":7,"respEstado":{"codRespuesta":0}}`)["summary"]
	require.ErrorIs(t, err, sii.ErrProtocol)
}

func TestRecaptchaIsAFunctionOfTheAction(t *testing.T) {
	t.Parallel()
	srv := newFake(t)
	srv.AddPurchases(owner, october, purchase(1, rcv.Registro))
	srv.WantRecaptcha(func(action, token string) bool { return token == "token de "+action })

	_, errs := read(t, newClient(t, srv), bought, nil)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrRecaptcha)

	docs, errs := read(t, newClient(t, srv, sii.WithWire(sii.Wire{Recaptcha: func(_ context.Context, action string) (string, error) {
		return "token de " + action, nil
	}})), bought, nil)
	require.Empty(t, errs)
	assert.Len(t, docs, 1)

	docs, errs = read(t, newClient(t, srv, sii.WithWire(sii.Wire{Recaptcha: func(context.Context, string) (string, error) { return "token de RCV_DETC", nil }})), bought, nil)
	require.Empty(t, errs)
	assert.Len(t, docs, 1)

	broken := errors.New("the browser is closed")
	_, errs = read(t, newClient(t, srv, sii.WithWire(sii.Wire{Recaptcha: func(context.Context, string) (string, error) { return "", broken }})), bought, nil)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], sii.ErrRecaptcha)
	require.ErrorIs(t, errs[0], broken)
}

// A real token is made for one action, by whatever makes them.
func ExampleWithWire() {
	fake := siitest.NewServer()
	defer fake.Close()
	fake.WantRecaptcha(func(action, token string) bool { return token == "made for "+action })
	holder, owner, october := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake.Authorize(holder, owner)
	fake.Load(owner, october, siitest.Generate(1, owner, october, 20))
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()),
		sii.WithWire(sii.Wire{Recaptcha: func(_ context.Context, action string) (string, error) { return "made for " + action, nil }}))
	if err != nil {
		fmt.Println(err)
		return
	}
	purchases := 0
	for _, err := range client.RCV.Purchases(context.Background(), rcv.Key{Owner: owner, Period: october}, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		purchases++
	}
	fmt.Println(purchases, "purchases")
	// Output: 15 purchases
}
