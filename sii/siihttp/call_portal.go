package siihttp

import (
	"sync"

	"github.com/ofitec/chile/session"
)

// portal keeps the sessions of people.
type portal struct {
	Sessions
	keeper  *session.Keeper
	options []session.Option

	mu   sync.Mutex
	busy map[int64]*turn // sessions in use
}

// turn is whose turn it is with a session.
type turn struct {
	taken   chan struct{}
	waiting int
}
