package sii_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/storage"
)

func TestAnswersAboutAnotherUpload(t *testing.T) {
	t.Parallel()
	for answered, same := range map[string]bool{"731": true, "0000000731": true, "": true, "732": false, "7310": false, "73": false, "x731": false} {
		srv := newFake(t)
		srv.SetUpload(owner, "0731", siitest.Upload{Estado: "EPR", Counts: []siitest.UploadCount{{Type: 33, Informed: 1, Accepted: 1}}})
		hc := srv.Client()
		inner := hc.Transport
		hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			if err == nil && strings.HasSuffix(r.URL.Path, "QueryEstUp.jws") {
				resp.Body = rewrite(t, resp.Body, "0731", answered)
				resp.ContentLength = -1
			}
			return resp, err
		})
		status, err := newClient(t, srv, sii.WithHTTPClient(hc)).DTE.UploadStatus(t.Context(), owner, "0731")
		if same {
			require.NoError(t, err, answered)
			assert.Equal(t, sii.VerdictAccepted, status.Verdict)
			continue
		}
		require.ErrorIs(t, err, sii.ErrProtocol, answered)
		assert.Nil(t, status)
	}
}

func TestCountsThatCannotBe(t *testing.T) {
	t.Parallel()
	whole := siitest.UploadCount{Type: 61, Informed: 3, Accepted: 3}
	for name, test := range map[string]struct {
		count siitest.UploadCount
		fine  bool
	}{
		"all of them":          {siitest.UploadCount{Type: 33, Informed: 6, Accepted: 3, Observed: 2, Rejected: 1}, true},
		"some without verdict": {siitest.UploadCount{Type: 33, Informed: 6, Accepted: 3}, true},
		"none":                 {siitest.UploadCount{Type: 33}, true},
		"accepted":             {siitest.UploadCount{Type: 33, Informed: 2, Accepted: 3}, false},
		"rejected":             {siitest.UploadCount{Type: 33, Informed: 2, Rejected: 3}, false},
		"observed":             {siitest.UploadCount{Type: 33, Informed: 2, Observed: 3}, false},
		"together":             {siitest.UploadCount{Type: 33, Informed: 2, Accepted: 1, Rejected: 1, Observed: 1}, false},
		"of none":              {siitest.UploadCount{Type: 33, Accepted: 1}, false},
		"less than none":       {siitest.UploadCount{Type: 33, Informed: 2, Accepted: 3, Rejected: -1}, false},
	} {
		srv := newFake(t)
		srv.SetUpload(owner, "1", siitest.Upload{Estado: "EPR", Counts: []siitest.UploadCount{whole, test.count}})
		status, err := newClient(t, srv).DTE.UploadStatus(t.Context(), owner, "1")
		if test.fine {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, sii.ErrProtocol, name)
		assert.Nil(t, status, name)
	}
}

func TestCountThatComesTwice(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"INFORMADOS", "ACEPTADOS", "RECHAZADOS", "REPAROS"} {
		srv := newFake(t)
		srv.SetUpload(owner, "1", siitest.Upload{Estado: "EPR", Counts: []siitest.UploadCount{{Type: 33, Informed: 9}}})
		hc := srv.Client()
		inner := hc.Transport
		hc.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := inner.RoundTrip(r)
			if err == nil && strings.HasSuffix(r.URL.Path, "QueryEstUp.jws") {
				end := "<REPAROS>0</REPAROS>"
				resp.Body = rewrite(t, resp.Body, end, end+"<"+name+">0</"+name+">")
				resp.ContentLength = -1
			}
			return resp, err
		})
		_, err := newClient(t, srv, sii.WithHTTPClient(hc)).DTE.UploadStatus(t.Context(), owner, "1")
		require.ErrorIs(t, err, sii.ErrProtocol, name)
	}
}

// What is wrong with a row has a name of its own.
func TestKindNamesOfRows(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"null_row":       &rcv.RowError{Line: 1, Err: rcv.ErrNull},
		"unreadable_row": &rcv.RowError{Line: 1, Err: rcv.ErrMissing},
		"duplicate_row":  &storage.DuplicateError{},
		"protocol":       &sii.Error{Kind: sii.ErrProtocol, Err: &rcv.RowError{Err: rcv.ErrNull}},
		"other":          io.EOF,
	} {
		assert.Equal(t, want, sii.KindName(fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", err))))
	}
}
