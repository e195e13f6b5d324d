package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browserNames are those under which a Chromium may be installed.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// patience is how long a busy machine may take for a step.
const patience = 2 * time.Minute

var errNoBrowser = errors.New("no Chromium is installed")

// theBrowser is one for all tests of the process, started by the first.
var theBrowser = sync.OnceValues(func() (context.Context, error) {
	var path string
	for _, name := range browserNames {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, errNoBrowser
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WSURLReadTimeout(patience), chromedp.Flag("lang", "es-CL"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // it refuses to run as root with one
	}
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	return ctx, chromedp.Do(ctx)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if ctx, err := theBrowser(); err == nil {
		_ = chromedp.Cancel(ctx)
	}
	os.Exit(code)
}

// watcher notes, within the page, what the policy of the page refused and what the
// progress of an import said.
const watcher = `
globalThis.refused = [];
globalThis.said = [];
addEventListener('securitypolicyviolation', (e) => refused.push(e.violatedDirective + ' ' + e.blockedURI));
addEventListener('DOMContentLoaded', () => {
  const progress = document.getElementById('avance');
  if (progress) new MutationObserver(() => {
    const words = [...progress.querySelectorAll('.badge')].map((badge) => badge.textContent);
    said.push({ text: document.getElementById('avance-texto').textContent, done: document.getElementById('avance-total').value, running: words.filter((word) => word === 'Descargando').length });
  }).observe(progress, { subtree: true, childList: true, characterData: true, attributes: true });
});`

// tab is a tab of the browser with cookies of its own.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	messages []string
	expected []string
}

// openTab opens a tab as wide as that. What the page writes to its console, and what
// its policy refuses, fails the test, unless it was expected.
func openTab(t *testing.T, width, height int64, scheme string) *tab {
	t.Helper()
	browser, err := theBrowser()
	if errors.Is(err, errNoBrowser) && os.Getenv("CI") != "true" {
		t.Skip("no Chromium is installed: apt-get install chromium")
	}
	require.NoError(t, err)
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx}
	messages := chromedp.Console(ctx)
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, height)))
	var reader sync.WaitGroup
	reader.Go(func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.messages = append(b.messages, message.String()+" "+message.URL)
			b.mu.Unlock()
		}
	})
	t.Cleanup(func() {
		b.quiet()
		cancel()
		reader.Wait()
	})
	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watcher})
	require.NoError(t, err)
	return b
}

// expect lets the console have messages with that text.
func (b *tab) expect(text string) { b.expected = append(b.expected, text) }

// quiet checks that the console has no message that was not expected.
func (b *tab) quiet() {
	assert.Empty(b.t, valueOf[[]string](b, `globalThis.refused ?? []`), "the policy of the page refused something")
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, message := range b.messages {
		known := false
		for _, text := range b.expected {
			known = known || strings.Contains(message, text)
		}
		assert.True(b.t, known, "console: %s", message)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...))
}

// enter opens the page as somebody of that role.
func (b *tab) enter(s *service, as role, query string) {
	b.t.Helper()
	b.do(chromedp.Navigate(s.url + "/entrar?clave=" + s.people.keys[as]))
	b.open(s.url + "/integraciones/sii/?" + query)
}

// open opens the page and waits until it has shown what there is.
func (b *tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
	b.wait(`document.querySelectorAll('#empresa option').length > 0 && !document.querySelector('[aria-busy="true"]')`)
}

// valueOf returns the value of an expression in the page, or that which it promises.
func valueOf[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, expression)
	return value
}

// wait waits until an expression is true in the page.
func (b *tab) wait(expression string) {
	b.t.Helper()
	ticker := time.NewTicker(25 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for {
		if valueOf[bool](b, "Boolean("+expression+")") {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			b.shoot("failed-" + strings.ReplaceAll(b.t.Name(), "/", "-"))
			require.Fail(b.t, "not so in time", "%s\n%s", expression, b.text("body"))
		}
	}
}

// text returns what a person reads in an element.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return valueOf[string](b, `document.querySelector(`+quote(selector)+`).innerText`)
}

// click clicks as a mouse does.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// press clicks the button with that text within an element.
func (b *tab) press(selector, text string) {
	b.t.Helper()
	valueOf[bool](b, `(() => { const button = [...document.querySelectorAll(`+quote(selector+" button")+`)].find((one) => one.textContent === `+quote(text)+`); button.focus(); button.click(); return true; })()`)
}

// choose chooses an option of a select.
func (b *tab) choose(id, value string) {
	b.t.Helper()
	valueOf[bool](b, `(() => { const s = document.getElementById(`+quote(id)+`); s.value = `+quote(value)+`; s.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`)
}

// shoot keeps a picture of the whole page in the folder CHILE_SCREENSHOTS, if there
// is one.
func (b *tab) shoot(name string) {
	b.t.Helper()
	folder := os.Getenv("CHILE_SCREENSHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	require.NoError(b.t, os.MkdirAll(folder, 0o700))
	require.NoError(b.t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}
