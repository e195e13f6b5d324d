package foliotest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/storage"
)

// KillTest kills processes that issue documents, at random moments.
type KillTest struct {
	Open   Open
	Store  string // for Open
	Victim string // name of the test that calls Victim
	Kills  int
	Seed   uint64

	// KillServer kills the server of the database and starts it again. It is nil if
	// there is no server.
	KillServer func()
}

// Run lets processes, two at once, issue the same orders until they are killed. What
// was acknowledged is there after each kill: each key has the folio and the instant
// that it had, each document its bytes. No folio is used twice or lost, and what was
// written together is there together.
func (k KillTest) Run(t *testing.T) {
	t.Helper()
	store, done, err := k.Open(t.Context(), k.Store)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.PutCAF(t.Context(), CAF(1, 10_000_000)); err != nil {
		t.Fatal(err)
	}
	if err := done(); err != nil {
		t.Fatal(err)
	}
	r := &reckoning{taken: map[string]step{}, signed: map[string]bool{}, moved: map[int64]string{}}
	random := rand.New(rand.NewPCG(k.Seed, 7)) //nolint:gosec // a test repeats it
	for kill := range k.Kills {
		// Orders that those before have begun, and new ones.
		first := max(0, len(r.taken)-random.IntN(20))
		o := orders{Store: k.Store, Process: kill, Goroutines: 1 + random.IntN(4), First: first}
		k.killed(t, o, time.Duration(random.IntN(60))*time.Millisecond, k.KillServer != nil && kill%4 == 3, r)
		r.check(t, k)
	}
	if len(r.taken) < k.Kills || len(r.moved) == 0 {
		t.Fatalf("%d folios and %d envelopes in %d kills: nothing was tested", len(r.taken), len(r.moved), k.Kills)
	}
	t.Logf("%d kills: %d folios taken, %d documents signed, %d envelopes moved", k.Kills, len(r.taken), len(r.signed), len(r.moved))
}

// killed starts two victims. A while after both have begun, it kills them or the
// server.
func (k KillTest) killed(t *testing.T, o orders, after time.Duration, server bool, r *reckoning) {
	t.Helper()
	var victims []*Process
	for n := range 2 {
		o.Process = 2*o.Process + n
		victims = append(victims, start(t, k.Victim, o))
	}
	for _, v := range victims {
		v.wait(t, "ready", r)
	}
	victims[0].wait(t, "taken", r)
	timer := time.NewTimer(after)
	<-timer.C
	if server {
		k.KillServer()
	}
	for _, v := range victims {
		_ = v.cmd.Process.Kill()
	}
	for _, v := range victims {
		for s := range v.steps {
			r.note(t, s)
		}
		_ = v.cmd.Wait()
	}
}

// Process is a victim.
type Process struct {
	cmd   *exec.Cmd
	steps chan step
}

func start(t *testing.T, victim string, o orders) *Process {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^"+victim+"$", "-test.count=1") //nolint:gosec // the test itself
	cmd.Env = append(os.Environ(), ordersEnv+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	p := &Process{cmd: cmd, steps: make(chan step, 1<<16)}
	go func() {
		defer close(p.steps)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var s step
			if json.Unmarshal(lines.Bytes(), &s) == nil { // what is cut, or of the test program itself, is none
				p.steps <- s
			}
		}
	}()
	return p
}

// wait reads lines until the expected one.
func (p *Process) wait(t *testing.T, what string, r *reckoning) {
	t.Helper()
	for s := range p.steps {
		r.note(t, s)
		if s.What == what {
			return
		}
	}
	t.Fatalf("a process has ended before %q", what)
}

// reckoning is what was acknowledged.
type reckoning struct {
	taken  map[string]step  // by key
	signed map[string]bool  // by key
	moved  map[int64]string // the last state, by envelope
}

func (r *reckoning) note(t *testing.T, s step) {
	t.Helper()
	switch s.What {
	case "taken":
		if before, ok := r.taken[s.Key]; ok && (before.Folio != s.Folio || !before.Instant.Equal(s.Instant)) {
			t.Errorf("%s had folio %d and %v, and now %d and %v", s.Key, before.Folio, before.Instant, s.Folio, s.Instant)
		}
		r.taken[s.Key] = s
	case "signed":
		r.signed[s.Key] = true
	case "sending", "sent":
		if s.What == "sent" || r.moved[s.ID] == "" {
			r.moved[s.ID] = s.What
		}
	}
}

// check compares what is stored with what was acknowledged.
func (r *reckoning) check(t *testing.T, k KillTest) {
	t.Helper()
	ctx := t.Context()
	store, done, err := k.Open(ctx, k.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	keys, states := r.checkFolios(t, store)
	signed := map[string]bool{}
	for d, err := range store.IssuedDocuments(ctx, storage.IssuedQuery{Issuer: Issuer, WithXML: true}) {
		if err != nil {
			t.Fatal(err)
		}
		signed[d.Key] = true
		if want := string(Signed(keys[d.Key]).XML); string(d.XML) != want {
			t.Errorf("%s: %s, want %s", d.Key, d.XML, want)
		}
	}
	for key := range r.signed {
		if !signed[key] {
			t.Errorf("the document of %s is lost", key)
		}
	}
	for key, state := range states {
		if (state != storage.FolioReserved) != signed[key] {
			t.Errorf("%s is %s, with a document: %t", key, state, signed[key])
		}
	}
	r.checkEnvelopes(t, store)
}

func (r *reckoning) checkFolios(t *testing.T, store Store) (keys map[string]*storage.TakenFolio, states map[string]storage.FolioState) {
	t.Helper()
	keys, states = map[string]*storage.TakenFolio{}, map[string]storage.FolioState{}
	folios := map[chile.Folio]bool{}
	for f, err := range store.TakenFolios(t.Context(), storage.FolioQuery{Issuer: Issuer}) {
		if err != nil {
			t.Fatal(err)
		}
		if keys[f.Key] != nil || folios[f.Document.Folio] {
			t.Errorf("%s, folio %d, is there twice", f.Key, f.Document.Folio)
		}
		keys[f.Key], states[f.Key], folios[f.Document.Folio] = &f, f.State, true
	}
	for key, s := range r.taken {
		f := keys[key]
		if f == nil || f.Document.Folio != s.Folio || !f.Instant.Equal(s.Instant) {
			t.Errorf("%s had folio %d and %v, and now %+v", key, s.Folio, s.Instant, f)
		}
	}
	for caf, err := range store.CAFs(t.Context(), storage.CAFQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if int(caf.Next)-1 != len(folios) {
			t.Errorf("%d folios are gone, of which %d are known", caf.Next-1, len(folios))
		}
	}
	return keys, states
}

func (r *reckoning) checkEnvelopes(t *testing.T, store Store) {
	t.Helper()
	ctx := t.Context()
	sent, found := 0, map[int64]storage.EnvelopeState{}
	for e, err := range store.Envelopes(ctx, storage.EnvelopeQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		found[e.ID] = e.State
		full, err := store.Envelope(ctx, e.ID)
		if err != nil || len(full.Folios) != perEnvelope {
			t.Fatalf("envelope %d: %v, %+v", e.ID, err, full)
		}
		submission, err := store.Submission(ctx, Issuer, TrackID(e.ID))
		if isSent := e.State == storage.EnvelopeSent; isSent != (err == nil) || isSent && submission.Hash != e.SHA256 {
			t.Errorf("envelope %d is %s, its submission %+v, %v", e.ID, e.State, submission, err)
		}
		if e.State == storage.EnvelopeSent {
			sent++
		}
		for d, err := range store.IssuedDocuments(ctx, storage.IssuedQuery{Issuer: Issuer, Envelope: e.ID}) {
			if err != nil || (d.State == storage.FolioSent) != (e.State == storage.EnvelopeSent) {
				t.Errorf("envelope %d is %s, document %s is %s, %v", e.ID, e.State, d.Key, d.State, err)
			}
		}
	}
	for id, state := range r.moved {
		if now := found[id]; string(now) != state && now != storage.EnvelopeSent {
			t.Errorf("envelope %d was %s, and is %q", id, state, now)
		}
	}
	submissions := 0
	for _, err := range store.Submissions(ctx, storage.SubmissionQuery{Issuer: Issuer}) {
		if err != nil {
			t.Fatal(err)
		}
		submissions++
	}
	if submissions != sent {
		t.Errorf("%d submissions of %d sent envelopes", submissions, sent)
	}
}

// ProcessTest makes processes take folios at the same time.
type ProcessTest struct {
	Open                          Open
	Store                         string // for Open
	Victim                        string // name of the test that calls Victim
	Processes, Goroutines, Orders int    // orders of each process
}

// Run checks that each order of each process has a folio of its own, and that all
// processes have the same for the orders that they share, which are half of them.
func (p ProcessTest) Run(t *testing.T) {
	t.Helper()
	store, done, err := p.Open(t.Context(), p.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = done() }()
	for first := chile.Folio(1); first < 100_000; first += 100 { // which end while others take of them
		if _, err := store.PutCAF(t.Context(), CAF(first, first+99)); err != nil {
			t.Fatal(err)
		}
		if int(first) > p.Processes*p.Orders {
			break
		}
	}
	var all []*Process
	for n := range p.Processes {
		all = append(all, start(t, p.Victim, orders{
			Store: p.Store, Process: n, Goroutines: p.Goroutines, First: n * p.Orders / 2, Orders: p.Orders, FoliosOnly: true,
		}))
	}
	r := &reckoning{taken: map[string]step{}, signed: map[string]bool{}, moved: map[int64]string{}}
	for _, process := range all {
		ended := false
		for s := range process.steps {
			r.note(t, s)
			ended = ended || s.What == "end"
		}
		if err := process.cmd.Wait(); err != nil || !ended {
			t.Errorf("a process failed: %v", err)
		}
	}
	want := (p.Processes + 1) * p.Orders / 2
	folios := map[chile.Folio]string{}
	for key, s := range r.taken {
		if other, twice := folios[s.Folio]; twice {
			t.Errorf("%s and %s have folio %d", key, other, s.Folio)
		}
		folios[s.Folio] = key
	}
	if len(r.taken) != want {
		t.Errorf("%d keys, want %d", len(r.taken), want)
	}
	for folio := range want {
		if folios[chile.Folio(folio+1)] == "" {
			t.Fatal(fmt.Sprint("nobody has folio ", folio+1))
		}
	}
}
