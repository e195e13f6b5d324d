package siirecord

import (
	"net/http"
	"time"
)

// Cassette is what a recorder has written.
type Cassette struct {
	Exchanges []Exchange // in the order of their numbers
}

// Exchange is a request and what came of it.
type Exchange struct {
	Number int // from 1, in the order in which requests were sent
	At     time.Time
	Took   time.Duration

	Method string
	URL    string

	// Operation names what is asked for: the operation of SOAP, the method of the
	// facade or the last part of the path, and its parameters in order, but for those
	// that are secret, name a person or company, or differ each time.
	Operation string

	Request  Message
	Status   int // 0 if no answer came
	Response Message
	Failure  *NetError // why no answer came; nil if one did
}

// Message is a request or an answer.
type Message struct {
	Header  http.Header
	Body    []byte    // without compression
	Missing string    // why the body, or the rest of it, is not here; empty if all of it is
	Broken  *NetError // how the body ended before its time; nil if it did not
}
