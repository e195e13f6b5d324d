package siihttp

import (
	"sync"

	"github.com/ofitec/chile/session"
)

// portal keeps the sessions of portal users.
type portal struct {
	Sessions
	keeper  *session.Keeper
	options []session.Option

	mu   sync.Mutex
	busy map[int64]*turn // sessions in use
}

// turn serialises the calls of one session.
type turn struct {
	taken   chan struct{}
	waiting int
}
