package main

import (
	"context"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siisync"
)

// printer prints alerts.
type printer struct {
	out    *cli.Output
	alerts int
}

func (p *printer) Name() string { return "print" }

// end prints how many alerts there were.
func (p *printer) end(companies int, err error) {
	p.out.Event(map[string]any{"event": "done", "companies": companies, "alerts": p.alerts, "ok": err == nil})
	p.out.Text("Done: %d companies, %d alerts", companies, p.alerts)
}

func (p *printer) Notify(_ context.Context, alert siisync.Alert) error {
	p.alerts++
	p.out.Event(alert)
	p.out.Text("%s: %s", alert.Kind.Title(), alert.Text)
	return p.out.Err()
}
