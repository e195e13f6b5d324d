package siiemit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siisync"
)

// A note waits for the document of this store that it names, until that is accepted.
func TestNoteWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.issue("1", 1000)
	note, err := w.Issue(t.Context(), "n", annulment(t, 33, 1, 1000), nil)
	require.NoError(t, err)
	assert.Equal(t, StateWaiting, note.State)
	assert.Equal(t, []chile.DocumentID{{Issuer: companyRUT, Type: 33, Folio: 1}}, note.WaitsFor)
	require.NoError(t, note.MayHandOut())
	w.resume()
	assert.Equal(t, 1, w.sii.uploads)
	assert.Empty(t, w.sii.asked[6:], "nobody is asked about a document of this store: those are the folios of two CAFs")
	assert.Equal(t, StateAccepted, w.wait(note).State, "who waits for the note has the invoice followed too")
	w.requireOnce("1", "n")
}

func TestNoteOnARejectedDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	w.sii.judge = some(map[chile.Folio]sii.Verdict{1: sii.VerdictRejected})
	doc := w.issue("1", 1000)
	note, err := w.Issue(t.Context(), "n", annulment(t, 33, 1, 1000), nil)
	require.NoError(t, err)
	w.wait(doc)
	_, err = w.Wait(t.Context(), note.ID)
	require.ErrorIs(t, err, ErrReference)
	_, err = w.Resume(t.Context())
	require.ErrorIs(t, err, ErrReference)
	assert.Equal(t, 1, w.sii.uploads)
	assert.Contains(t, w.inbox.kinds(), siisync.AlertUndecided)
	_, err = w.Issue(t.Context(), "m", annulment(t, 33, 1, 1000), nil)
	require.ErrorIs(t, err, ErrReference, "a new note is refused before it takes a folio")
	_, err = w.Void(t.Context(), "n", "its invoice was rejected")
	require.NoError(t, err)
	w.resume()

	_, err = w.Prepare(t.Context(), "2", invoice(t, 2000), nil)
	require.NoError(t, err)
	_, err = w.Void(t.Context(), "2", "not wanted")
	require.NoError(t, err)
	_, err = w.Issue(t.Context(), "m", annulment(t, 33, 2, 2000), nil)
	require.ErrorIs(t, err, ErrReference)
}

// For a document that another program issued the SII is asked: that it has one is enough.
func TestNoteOnADocumentOfAnotherProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{})
	note, err := w.Issue(t.Context(), "n", annulment(t, 33, 700, 1000), nil)
	require.NoError(t, err)
	assert.Equal(t, StateWaiting, note.State)
	asked := len(w.sii.asked)
	w.clock.Pass(59 * time.Minute)
	w.resume()
	assert.Len(t, w.sii.asked, asked, "it is asked once an hour")
	for range 23 {
		w.clock.Pass(time.Hour)
		w.resume()
	}
	assert.Len(t, w.sii.asked, asked+23)
	assert.Empty(t, w.inbox.kinds())
	w.clock.Pass(time.Hour)
	w.resume()
	assert.Equal(t, []siisync.AlertKind{siisync.AlertWaiting}, w.inbox.kinds(), "after a day somebody is told")
	w.sii.docs[chile.DocumentID{Issuer: companyRUT, Type: 33, Folio: 700}] = &recordOf{accepted: true, total: 5}
	w.clock.Pass(time.Hour)
	w.resume()
	assert.Equal(t, StateSent, w.state("n"))
}

func TestNotesThatWaitForNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Settings{NotesUnasked: true})
	note, err := w.Issue(t.Context(), "n", annulment(t, 33, 700, 1000), nil)
	require.NoError(t, err)
	assert.Equal(t, StateSent, note.State, "a setting sends without asking")

	w = newWorld(t, Settings{})
	for key, typ := range map[string]chile.DocType{"paper": 30, "boleta": 39} {
		note, err := w.Issue(t.Context(), key, annulment(t, typ, 9, 1000), nil)
		require.NoError(t, err)
		assert.Equal(t, StateSent, note.State, key)
	}
}
