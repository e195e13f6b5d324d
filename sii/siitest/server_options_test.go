package siitest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ofitec/chile/sii/siitest"
)

// A fake with an invalid option does not start.
func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	for want, option := range map[string]siitest.Option{
		"nil option":                                     nil,
		"WithClock: nil clock":                           siitest.WithClock(nil),
		"WithSleep: nil function":                        siitest.WithSleep(nil),
		"WithListener: nil listener":                     siitest.WithListener(nil),
		"WithLoginPage: 2 is not a page":                 siitest.WithLoginPage(siitest.LoginHTML + 1),
		"WithLoginPage: -1 is not a page":                siitest.WithLoginPage(-1),
		"WithLimitForm: 3 is not a form":                 siitest.WithLimitForm(siitest.LimitHeader + 1),
		"WithLimitForm: -1 is not a form":                siitest.WithLimitForm(-1),
		"WithLatency: out of range: -1s is negative":     siitest.WithLatency(-time.Second),
		"WithBandwidth: out of range: -1 is negative":    siitest.WithBandwidth(-1),
		"WithSessionLimit: out of range: -2 is negative": siitest.WithSessionLimit(-2),
		"WithExportLimit: out of range: -3 is negative":  siitest.WithExportLimit(-3),
		"WithDetailLimit: out of range: -4 is negative":  siitest.WithDetailLimit(-4),
	} {
		assert.PanicsWithValue(t, "siitest: "+want, func() { siitest.NewServer(siitest.WithoutNetwork(), option) }, want)
	}
}

// Zero has its documented meaning: no time, and no limit.
func TestOptionsOfZero(t *testing.T) {
	t.Parallel()
	r := newRaw(t, siitest.WithLatency(0), siitest.WithBandwidth(0), siitest.WithSessionLimit(0), siitest.WithExportLimit(0), siitest.WithDetailLimit(0))
	for range 12 { // more than the SII's ten sessions
		assert.NotEmpty(t, r.token())
	}
}
