package session_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/echotest"
	"github.com/ofitec/chile/session"
)

// However malformed an answer repeats the clave, and in whatever encoding, no error
// shows it, or is as long as the answer.
func TestNoErrorShowsTheClave(t *testing.T) {
	t.Parallel()
	for shape, answer := range echotest.Shapes {
		for encoding, encode := range echotest.Encodings {
			t.Run(shape+"/"+encoding, func(t *testing.T) {
				t.Parallel()
				for _, clave := range []string{"a<b>c ñ\"'9x", "Clave Uno+2"} {
					s, err := session.New(session.WithHTTPClient(echotest.Client(answer(encode(clave)))))
					require.NoError(t, err)
					echotest.Check(t, clave, s.Login(t.Context(), person, []byte(clave)))
				}
			})
		}
	}
}

func TestNoErrorIsAsLongAsAnAnswer(t *testing.T) {
	t.Parallel()
	for shape, answer := range echotest.Endless {
		hc := echotest.Client(answer("Secreta1"))
		hc.Transport.(*http.Transport).MaxResponseHeaderBytes = 32 << 20
		s, err := session.New(session.WithHTTPClient(hc))
		require.NoError(t, err)
		err = s.Login(t.Context(), person, []byte("Secreta1"))
		require.Error(t, err, shape)
		echotest.Check(t, "Secreta1", err)
	}
}

// The same of the token of a session, which a page may repeat.
func TestNoErrorShowsTheToken(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	const token = "Qw7ErTy9UiOp3"
	for shape, answer := range echotest.Shapes {
		for encoding, encode := range echotest.Encodings {
			s, err := session.New(session.WithClock(p.clock.Now), session.WithHTTPClient(echotest.Client(answer(encode(token)))))
			require.NoError(t, err)
			err = s.Restore(t.Context(), &session.Snapshot{Cookies: []session.Cookie{{Name: "TOKEN", Value: token, Domain: "sii.cl", Path: "/"}}})
			require.Error(t, err, "%s %s", shape, encoding)
			echotest.Check(t, token, err)
			assert.False(t, t.Failed(), "%s %s", shape, encoding)
		}
	}
}
