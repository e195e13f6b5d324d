package siihttp

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// given records its input.
type given []byte

func (g *given) UnmarshalJSON(data []byte) error {
	*g = data
	return nil
}

// The clave of a request is only in the overwritten bytes, not in a copy of the
// JSON reader.
func TestBodiesAreReadWithoutACopy(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"username":"1-9", "password": "secreta"}`))
	c := &call{h: &Handler{limits: Limits{}.withDefaults()}, w: httptest.NewRecorder(), r: r}
	var body struct {
		Username string `json:"username"`
		Password given  `json:"password"`
	}
	data, err := c.body(&body)
	require.NoError(t, err)
	assert.Equal(t, `"secreta"`, string(body.Password))
	clear(data)
	assert.Equal(t, make([]byte, len(`"secreta"`)), []byte(body.Password))
}

func TestBodiesThatAreWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"year":"x"}`:              "El campo year no es del tipo",
		`{"hasta":{"month":true}}`:  "El campo hasta/month no es del tipo",
		`{"clave":"secreta"}`:       "El contenido no es",
		`{"secreta":1}`:             "El contenido no es",
		`{"year":2026,"year":2027}`: "El contenido no es",
		`{"year":2026} {}`:          "El contenido no es",
		`{"year":2026`:              "El contenido no es",
		`[]`:                        "El contenido no es",
		``:                          "El contenido no es",
		"{\"rut\":\"\xff\"}":        "",
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
		c := &call{h: &Handler{limits: Limits{}.withDefaults()}, w: httptest.NewRecorder(), r: r}
		_, err := c.body(&importRequest{})
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want, text)
		assert.NotContains(t, err.Error(), "secreta")
	}
}
