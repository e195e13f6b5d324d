package main

import (
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

func TestRoles(t *testing.T) {
	t.Parallel()
	s := newService(t)
	october := chile.MustParsePeriod("2026-10")
	s.generated(october, october)
	const register = "/api/v1/sii/rcv/compras/resumen?periodo=2026-10&rut="
	for _, tt := range []struct {
		as     role
		path   string
		status int
	}{
		{"", "/api/health", 200},
		{"", "/integraciones/sii/", 401},
		{"", "/api/v1/sii/empresas", 401},
		{"", "/auditoria", 401},
		{"", "/entrar?clave=", 401},
		{"", "/entrar?clave=nothing", 401},
		{finanzas, "/integraciones/sii/", 200},
		{finanzas, register + "76192083-9", 200},
		{finanzas, register + "76111111-6", 403},
		{finanzas, "/auditoria", 403},
		{admin, register + "76111111-6", 200},
		{admin, "/auditoria", 200},
	} {
		status, _ := s.raw(tt.as, tt.path)
		assert.Equal(t, tt.status, status, "%q %s", tt.as, tt.path)
	}
	var list struct {
		Companies []struct{ RUT string } `json:"empresas"`
	}
	s.get(finanzas, "/api/v1/sii/empresas", &list)
	assert.Len(t, list.Companies, 2)
	s.get(admin, "/api/v1/sii/empresas", &list)
	assert.Len(t, list.Companies, 3)
}

// TestTheAuditSaysWhoDidWhat also of what was refused.
func TestTheAuditSaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.raw(finanzas, "/api/v1/sii/token?rut=76192083-9")
	s.raw(finanzas, "/api/v1/sii/pendientes?rut=76111111-6")
	_, body := s.raw(admin, "/auditoria")
	text := strings.Join(strings.Fields(string(body)), " ")
	assert.Regexp(t, `<td>Finanzas</td><td>token</td><td>76\.192\.083-9</td><td>200 </td>`, text)
	assert.Regexp(t, `<td>Finanzas</td><td>rcv\.leer</td><td>76\.111\.111-6</td><td>403 \w+</td>`, text)
	assert.NotContains(t, text, s.people.keys[finanzas])
}

// TestABrowserComesInWithItsKey gets a cookie that scripts do not see.
func TestABrowserComesInWithItsKey(t *testing.T) {
	t.Parallel()
	s := newService(t)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}
	response, err := client.Get(s.url + "/entrar?clave=" + s.people.keys[admin])
	require.NoError(t, err)
	response.Body.Close()
	assert.Equal(t, 200, response.StatusCode)
	assert.Equal(t, "/integraciones/sii/", response.Request.URL.Path)
	cookie := response.Request.Response.Cookies()[0]
	assert.True(t, cookie.HttpOnly)
	assert.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
}
