package sii_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// Whatever goes wrong with an upload, what is said of it is true: a file that was
// not sent or was refused is not at the SII, none is there twice, and the same bytes
// again end in one upload.
func TestUploadFaults(t *testing.T) {
	t.Parallel()
	for _, symptom := range fault.Symptoms() {
		for _, way := range []struct {
			op   siitest.Op
			typ  chile.DocType
			send func(ctx context.Context, c *sii.Client, file []byte) error
		}{
			{siitest.OpSend, chile.FacturaElectronica, func(ctx context.Context, c *sii.Client, file []byte) error {
				_, err := c.DTE.Upload(ctx, holder, owner, "envio.xml", file)
				return err
			}},
			{siitest.OpBoletaSend, chile.BoletaElectronica, func(ctx context.Context, c *sii.Client, file []byte) error {
				_, err := c.Boleta.Upload(ctx, holder, owner, "envio.xml", file)
				return err
			}},
		} {
			if !symptom.ShownBy(way.op) {
				continue
			}
			t.Run(fmt.Sprint(symptom.Name, "/", way.op), func(t *testing.T) {
				t.Parallel()
				s := newShop(t)
				client := newClient(t, s.fake, sii.WithIdentity(s.id), sii.WithClock(s.clock.Now), sii.WithTimeouts(sii.Timeouts{Still: time.Second}))
				file := s.envelope(way.typ, 1)
				once := symptom
				once.Times = 1
				s.fake.Fail(way.op, once)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				first := way.send(ctx, client, file)
				taken := s.taken()
				switch {
				case first == nil:
					assert.Equal(t, 1, taken)
				case errors.Is(first, sii.ErrNotSent), errors.Is(first, sii.ErrRefused):
					assert.Zero(t, taken, "%v", first)
				default:
					require.ErrorIs(t, first, sii.ErrUnknownOutcome)
				}
				assert.LessOrEqual(t, taken, 1)
				second := way.send(t.Context(), client, file)
				if second != nil && taken == 1 && way.op == siitest.OpSend {
					require.ErrorIs(t, second, sii.ErrDuplicate)
				} else {
					require.NoError(t, second)
				}
				document, found := s.fake.UploadedDocument(chile.DocumentID{Issuer: owner, Type: way.typ, Folio: 1})
				assert.True(t, found)
				assert.Equal(t, 1, document.Versions)
				t.Log(first)
			})
		}
	}
}

// taken is how many uploads got a track id.
func (s *shop) taken() (n int) {
	for _, u := range s.fake.Uploads() {
		if u.TrackID != "" {
			n++
		}
	}
	return n
}
