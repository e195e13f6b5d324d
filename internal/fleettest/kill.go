package fleettest

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// FullEnv makes long tests as long as CONTRIBUTING.md says.
const FullEnv = "CHILE_FULL_TESTS"

// Full returns the full number if that is asked for, and else the short one.
func Full(short, full int) int {
	if os.Getenv(FullEnv) != "" {
		return full
	}
	return short
}

// KillTest kills a run at random moments.
type KillTest struct {
	Open   Open
	Store  string // for Open
	Victim string // name of the test that calls Victim
	Kills  int
	Seed   uint64
}

// Run lets days pass in a world. It kills each day's run at random moments until the
// run is done. After each kill, every register must be whole, as of the day before or
// of today, with its changes and its event. Finished registers are not asked for
// again. Nothing is lost or doubled.
func (k KillTest) Run(t *testing.T) {
	t.Helper()
	w := NewWorld(t, k.Seed, Size{Companies: 6, Holders: 3, Months: 3, Documents: 24})
	asked := &askedRegisters{next: w.Fake.Handler()}
	server := httptest.NewServer(asked)
	defer server.Close()
	certificates := map[chile.RUT]string{}
	for _, holder := range w.Holders {
		file, err := w.Fake.NewPKCS12(holder, password)
		if err != nil {
			t.Fatal(err)
		}
		certificates[holder] = filepath.Join(t.TempDir(), "holder.p12")
		if err := os.WriteFile(certificates[holder], file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := &orders{Store: k.Store, SII: server.URL, Certificates: certificates, Plan: w.Plan, Holders: map[chile.RUT]chile.RUT{}, Workers: 3}
	for _, owner := range w.Plan.Owners {
		o.Holders[owner] = w.Holder(owner)
	}
	g := &grinder{KillTest: k, t: t, w: w, orders: o, asked: asked, yesterday: NewModel(), random: rand.New(rand.NewPCG(k.Seed, 13))} //nolint:gosec // a test repeats it
	for day := 0; g.kills < k.Kills; day++ {
		if day > 0 {
			w.NextDay()
		}
		o.Day = w.day
		g.grind()
	}
	if v := w.Fake.Violations(); len(v) > 0 {
		t.Errorf("the SII minds: %v", v)
	}
	t.Logf("%d kills in %d days, a run without takes %s; %d registers were done between kills, %d downloads were cut", g.kills, w.day+1, g.length.Round(time.Millisecond), g.between, g.cut)
}

// grinder is a KillTest under way.
type grinder struct {
	KillTest
	t         *testing.T
	w         *World
	orders    *orders
	asked     *askedRegisters
	random    *rand.Rand
	yesterday *Model

	kills   int
	length  time.Duration // of a run that was not killed
	between int           // registers done by runs that were killed
	cut     int           // registers that a killed run had begun and not done
}

// grind kills the run of a day until it is done. It does not kill the first day's run:
// that one measures how long a run takes.
func (g *grinder) grind() {
	g.t.Helper()
	today := g.yesterday.clone()
	today.ImportAll(g.w)
	done := map[rcv.Key]bool{}
	for {
		g.asked.take()
		ended := g.runOnce()
		for key := range g.asked.take() {
			if done[key] {
				g.t.Fatalf("register %s is asked for again, though it was done", key)
			}
			g.cut++
		}
		before := len(done)
		g.inspect(today, done)
		g.cut -= len(done) - before
		if ended {
			break
		}
		g.between += len(done) - before
	}
	if len(done) != len(today.registers) {
		g.t.Fatalf("the run has ended with %d of %d registers done", len(done), len(today.registers))
	}
	g.yesterday = today
}

// runOnce runs a victim, and kills it at a random moment if there are kills left.
func (g *grinder) runOnce() (ended bool) {
	g.t.Helper()
	text, err := json.Marshal(g.orders)
	if err != nil {
		g.t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		g.t.Fatal(err)
	}
	cmd := exec.CommandContext(g.t.Context(), program, "-test.run=^"+g.Victim+"$") //nolint:gosec // this test itself
	cmd.Env = append(cmd.Environ(), ordersEnv+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var said []string
	var start time.Time
	killed := make(chan bool, 1)
	killed <- false
	for lines.Scan() {
		said = append(said, lines.Text())
		switch lines.Text() {
		case "ready":
			start = time.Now()
			if g.length > 0 && g.kills < g.Kills {
				moment := time.Duration(g.random.Int64N(int64(g.length)))
				<-killed
				time.AfterFunc(moment, func() { killed <- cmd.Process.Kill() == nil })
			}
		case "end":
			ended = true
			g.length = max(g.length, time.Since(start))
		}
	}
	err = cmd.Wait()
	switch wasKilled := <-killed; {
	case ended:
	case wasKilled:
		g.kills++
	default:
		g.t.Fatalf("the run has failed: %v: %q", err, said)
	}
	return ended
}

// inspect looks at the store after a run, and notes which registers are done.
func (g *grinder) inspect(today *Model, done map[rcv.Key]bool) {
	g.t.Helper()
	store, err := g.Open(g.t.Context(), g.Store, g.w.Now)
	if err != nil {
		g.t.Fatal(err)
	}
	defer store.Close()
	mixed := NewModel()
	for key := range today.registers {
		of := g.yesterday
		if last, err := store.LastImport(g.t.Context(), key); err == nil && last.TakenAt.Equal(g.w.Now()) {
			of = today
			done[key] = true
		}
		if r := of.registers[key]; r != nil {
			mixed.registers[key] = r
		}
	}
	if err := mixed.Check(g.t.Context(), store); err != nil {
		g.t.Fatal(err)
	}
}
