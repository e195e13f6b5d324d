package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/ofitec/chile/sii/siisync"
)

// bar is a line at the foot of a terminal that shows how far a run is. A nil bar
// shows nothing. It may be used from many goroutines at once.
type bar struct {
	w     io.Writer
	width func() int
	now   func() time.Time

	mu      sync.Mutex
	run     siisync.RunProgress
	doing   string
	started time.Time
	drawn   time.Time
}

// redraw is how often the line is drawn at most.
const redraw = 100 * time.Millisecond

// newBar returns a bar on a terminal, and nil for any other writer.
func newBar(w io.Writer) *bar {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	width := func() int {
		columns, _, err := term.GetSize(int(file.Fd()))
		if err != nil {
			return 80
		}
		return columns
	}
	return &bar{w: w, width: width, now: time.Now, started: time.Now()}
}

// show draws the bar of a run.
func (b *bar) show(p *siisync.RunProgress) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run = *p
	b.draw()
}

// activity tells what the run is doing.
func (b *bar) activity(text string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doing = text
	b.draw()
}

// clear takes the line away, so that another may be printed in its place.
func (b *bar) clear() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drawn = time.Time{}
	_, _ = io.WriteString(b.w, "\r\x1b[K")
}

func (b *bar) draw() {
	now := b.now()
	if now.Sub(b.drawn) < redraw {
		return
	}
	b.drawn = now
	text := []rune(line(&b.run, b.doing, now.Sub(b.started)))
	if most := b.width() - 1; len(text) > most { // the last column would wrap
		text = text[:max(most, 0)]
	}
	_, _ = io.WriteString(b.w, "\r"+string(text)+"\x1b[K")
}

// line is what the bar says.
func line(p *siisync.RunProgress, doing string, elapsed time.Duration) string {
	const width = 30
	done, total := p.Done(), max(p.Total, 1)
	full := width * done / total
	text := fmt.Sprintf("[%s%s] %d/%d %d%%", strings.Repeat("#", full), strings.Repeat("-", width-full), done, p.Total, 100*done/total)
	if p.Failed+p.NotTried > 0 {
		text += fmt.Sprintf(" %d failed", p.Failed+p.NotTried)
	}
	if left := remaining(p, elapsed); left > 0 {
		text += " " + left.Round(time.Second).String() + " left"
	}
	return text + " " + doing
}

// remaining is how long the rest takes if it goes on as it did; what was not due
// took no time.
func remaining(p *siisync.RunProgress, elapsed time.Duration) time.Duration {
	worked := p.Done() - p.NotDue
	if worked == 0 {
		return 0
	}
	return time.Duration(float64(elapsed) / float64(worked) * float64(p.Total-p.Done()))
}
