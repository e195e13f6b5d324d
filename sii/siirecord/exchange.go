package siirecord

import (
	"net/http"
	"time"
)

// Cassette is the content of a recording.
type Cassette struct {
	Exchanges []Exchange // in the order of their numbers
}

// Exchange is a request and its result.
type Exchange struct {
	Number int // from 1, in the order in which requests were sent
	At     time.Time
	Took   time.Duration

	Method string
	URL    string

	// Operation names the request: the operation of SOAP, the method of the facade or
	// the last part of the path, and its parameters in order, except those that are
	// secret, name a person or company, or differ each time.
	Operation string

	Request  Message
	Status   int // 0 if there was no answer
	Response Message
	Failure  *NetError // why there was no answer; nil if there was one
}

// Message is a request or an answer.
type Message struct {
	Header  http.Header
	Body    []byte    // without compression
	Missing string    // why the body, or the rest of it, is missing; empty if it is complete
	Broken  *NetError // how the body ended early; nil if it did not
}
