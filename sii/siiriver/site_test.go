package siiriver_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/internal/fleettest"
	"github.com/ofitec/chile/storage"
)

// site is an SII that notes who calls when.
type site struct {
	next http.Handler

	mu     sync.Mutex
	starts map[string][]time.Time // by credential
	now    map[string]int         // calls under way
	atOnce int                    // the most of one credential

	refused string // who is told once to stay away
	after   int    // calls
	away    time.Duration
	until   time.Time
}

func newSite(next http.Handler) *site {
	return &site{next: next, starts: map[string][]time.Time{}, now: map[string]int{}}
}

// refuseOnce has a credential told to stay away, after so many calls.
func (s *site) refuseOnce(credential string, after int, away time.Duration) {
	s.refused, s.after, s.away = credential, after, away
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	who := r.Header.Get(credentialHeader)
	s.mu.Lock()
	at := time.Now()
	s.starts[who] = append(s.starts[who], at)
	s.now[who]++
	s.atOnce = max(s.atOnce, s.now[who])
	refuse := who == s.refused && len(s.starts[who]) == s.after
	if refuse {
		s.until = at.Add(s.away)
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now[who]--
		s.mu.Unlock()
	}()
	if refuse {
		w.Header().Set("Retry-After", strconv.Itoa(int(s.away.Seconds())))
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	s.next.ServeHTTP(w, r)
}

// siteReport is what a site has seen.
type siteReport struct {
	calls, atOnce int
	eleven        time.Duration // the least in which one credential made eleven calls
}

// check sees that nobody called more often than the interval allows, or while it
// was to stay away. Of calls that follow each other the first may have arrived
// late, and the others not: k+1 of them take k-1 intervals at least.
func (s *site) check(t *testing.T, interval time.Duration) siteReport {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	report := siteReport{atOnce: s.atOnce, eleven: time.Hour}
	require.NotContains(t, s.starts, "", "somebody has no name")
	require.Equal(t, 1, s.atOnce, "calls at once")
	for who, starts := range s.starts {
		report.calls += len(starts)
		for _, k := range []int{2, 3, 10, 50} {
			for i := k; i < len(starts); i++ {
				took := starts[i].Sub(starts[i-k])
				if least := time.Duration(k-1) * interval; took < least-time.Millisecond {
					require.Fail(t, "too often", "%s made %d calls in %s, which is less than %s", who, k+1, took, least)
				}
				if k == 10 {
					report.eleven = min(report.eleven, took)
				}
			}
		}
	}
	require.False(t, s.until.IsZero(), "nobody was refused")
	for i, start := range s.starts[s.refused] {
		if i >= s.after {
			assert.False(t, start.Before(s.until), "call %d came %s before the time that the SII gave", i, s.until.Sub(start))
		}
	}
	return report
}

// sameStores compares what two stores have of each register: the last import and
// all documents, with those that are gone.
func sameStores(t *testing.T, w *fleettest.World, a, b storage.Storage) {
	t.Helper()
	for _, key := range w.Keys() {
		one, err := a.LastImport(t.Context(), key)
		require.NoError(t, err)
		other, err := b.LastImport(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, one.Counts, other.Counts)
		require.Equal(t, one.Size, other.Size)
		require.True(t, one.TakenAt.Equal(other.TakenAt))
		require.Equal(t, documents(t, a, key.String(), storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period, IncludeGone: true}),
			documents(t, b, key.String(), storage.DocumentQuery{Owner: key.Owner, Book: key.Book, From: key.Period, To: key.Period, IncludeGone: true}))
	}
}

func documents(t *testing.T, store storage.Storage, name string, query storage.DocumentQuery) (list []string) {
	t.Helper()
	for d, err := range store.Documents(t.Context(), query) {
		require.NoError(t, err, name)
		list = append(list, d.Hash+" "+string(d.State)+" "+d.GoneAt.String())
	}
	return list
}
