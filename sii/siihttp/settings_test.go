package siihttp_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siihttp"
	"github.com/ofitec/chile/sii/siisync"
)

func TestSettingsThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	pacer, err := siisync.NewPacer(siisync.PacerSettings{})
	require.NoError(t, err)
	for name, change := range map[string]func(c *siihttp.Settings){
		"body":      func(c *siihttp.Settings) { c.Limits.Body = -1 },
		"bodies":    func(c *siihttp.Settings) { c.Limits.Bodies = -1 },
		"read":      func(c *siihttp.Settings) { c.Limits.Read = -1 },
		"streams":   func(c *siihttp.Settings) { c.Limits.Streams = -1 },
		"queue":     func(c *siihttp.Settings) { c.Limits.Queue = -1 },
		"workers":   func(c *siihttp.Settings) { c.Limits.Workers = -1 },
		"waiting":   func(c *siihttp.Settings) { c.Limits.Waiting = -1 },
		"months":    func(c *siihttp.Settings) { c.Limits.Months = -1 },
		"wait":      func(c *siihttp.Settings) { c.Limits.Wait = -1 },
		"write":     func(c *siihttp.Settings) { c.Limits.Write = -1 },
		"heartbeat": func(c *siihttp.Settings) { c.Limits.Heartbeat = -1 },
		"feed":      func(c *siihttp.Settings) { c.Limits.Feed = -1 },
		"syncer":    func(c *siihttp.Settings) { c.Engine = engine{}; c.Syncer = []siisync.Option{siisync.WithRawAnswers()} },
		"pacer":     func(c *siihttp.Settings) { c.Engine = engine{}; c.Pacer = pacer },
		"option":    func(c *siihttp.Settings) { c.Syncer = []siisync.Option{siisync.WithMaxGone(7)} },
		"both":      func(c *siihttp.Settings) { c.Engine = engine{}; c.Limits.Workers = 1 },
		"queue of":  func(c *siihttp.Settings) { c.Engine = engine{}; c.Limits.Waiting = 1 },
	} {
		config := siihttp.Settings{Authorize: authorize, Store: s.store, Clients: siihttp.OneClient(s.client()), Companies: siihttp.FixedCompanies()}
		change(&config)
		_, err := siihttp.New(config)
		require.Error(t, err, name)
	}
}

func TestEnginesThatCannotWork(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for says, change := range map[string]func(c *siihttp.LocalEngineSettings){
		"Store is required":   func(c *siihttp.LocalEngineSettings) { c.Store = nil },
		"Clients is required": func(c *siihttp.LocalEngineSettings) { c.Clients = nil },
		"-1 is negative":      func(c *siihttp.LocalEngineSettings) { c.Workers = -1 },
		"-2 is negative":      func(c *siihttp.LocalEngineSettings) { c.Waiting = -2 },
		"WithMaxGone":         func(c *siihttp.LocalEngineSettings) { c.Syncer = []siisync.Option{siisync.WithMaxGone(7)} },
		"nil option":          func(c *siihttp.LocalEngineSettings) { c.Syncer = []siisync.Option{nil} },
	} {
		settings := siihttp.LocalEngineSettings{Store: s.store, Clients: siihttp.OneClient(s.client())}
		change(&settings)
		engine, err := siihttp.NewLocalEngine(settings)
		require.ErrorContains(t, err, says)
		require.Nil(t, engine, says)
	}
}

// engine is not called.
type engine struct{ siihttp.Engine }

// Zero means the default of each limit; a negative one does not.
func TestNegativeLimits(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	fields := reflect.TypeFor[siihttp.Limits]().NumField()
	require.Greater(t, fields, 10)
	for i := range fields {
		config := siihttp.Settings{Authorize: authorize, Store: s.store, Clients: siihttp.OneClient(s.client()), Companies: siihttp.FixedCompanies()}
		field := reflect.ValueOf(&config.Limits).Elem().Field(i)
		field.SetInt(-1)
		_, err := siihttp.New(config)
		require.ErrorIs(t, err, chile.ErrRange, reflect.TypeFor[siihttp.Limits]().Field(i).Name)
	}
}
