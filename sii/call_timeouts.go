package sii

import (
	"cmp"
	"time"
)

// Timeouts are how long the client waits for the network. Only its context bounds
// a whole call: a register may be large, and its reader slow. Zero fields mean
// the defaults.
type Timeouts struct {
	Connect time.Duration // to a host, and the same again for TLS; 10 s by default
	Answer  time.Duration // from the request to the first byte; 1 min by default
	Still   time.Duration // in which not one byte comes while the answer is read, or goes while a file is sent; 1 min by default
}

func (t Timeouts) orDefaults() Timeouts {
	t.Connect = cmp.Or(t.Connect, 10*time.Second)
	t.Answer = cmp.Or(t.Answer, time.Minute)
	t.Still = cmp.Or(t.Still, time.Minute)
	return t
}
