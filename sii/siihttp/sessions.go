package siihttp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
)

func newPortal(settings *Sessions) (*portal, error) {
	keeper, err := session.NewKeeper(settings.Store, settings.Sealer)
	if err != nil {
		return nil, err
	}
	p := &portal{Sessions: *settings, keeper: keeper, busy: make(map[int64]*turn)}
	// One guard for all: it never resends a rejected clave, and sends no third one
	// after two. If the store can, this holds across processes.
	var shared []session.GuardOption
	if store, ok := settings.Store.(session.GuardStore); ok {
		shared = append(shared, session.GuardShared(store))
	}
	p.options = append([]session.Option{session.WithGuard(session.NewGuard(shared...))}, settings.Options...)
	return p, nil
}

// clave is a text that is overwritten after use.
type clave []byte

// UnmarshalJSON reads a text. The only copies of it are in the given bytes and in
// the kept ones.
func (c *clave) UnmarshalJSON(data []byte) error {
	text, err := jsontext.AppendUnquote(make([]byte, 0, len(data)), data)
	if err != nil {
		return errors.New("not a text")
	}
	*c = text
	return nil
}

// startRequest is the body of POST /session/start.
type startRequest struct {
	Username string `json:"username"` // RUT of the person
	Password clave  `json:"password"`
	Checked  bool   `json:"clave_revisada"` // the person confirms it, after too many wrong ones
	RUT      string `json:"rut"`
}

// sessionStart answers POST /session/start.
func (h *Handler) sessionStart(c *call) error {
	var body startRequest
	data, wrong := c.body(&body)
	defer clear(data)
	defer func() { clear(body.Password) }()
	_, err := c.ownerOrNone(body.RUT)
	switch {
	case isRefusal(err):
		return err
	case wrong != nil:
		return wrong
	case err != nil:
		return err
	case h.portal == nil:
		return invalid(kindNotConfigured, "El servicio no abre sesiones en el SII.")
	}
	person, err := chile.ParseRUT(body.Username)
	if err != nil || len(body.Password) == 0 {
		return invalid(kindInvalidValue, "username debe ser un RUT, y password no puede faltar.")
	}
	s, err := session.New(h.portal.options...)
	if err != nil {
		return err
	}
	if body.Checked {
		if err := s.Guard().Forgive(c.r.Context(), person); err != nil {
			return storeError(err)
		}
	}
	if err := s.Login(c.r.Context(), person, body.Password); err != nil {
		return err
	}
	clear(body.Password)
	id, err := h.portal.keep(c.r.Context(), h.portal.UserID(c.r), s)
	if err != nil {
		_ = s.Logout(c.r.Context()) // nobody could use it
		return storeError(err)
	}
	return c.answer(http.StatusOK, struct {
		ID      string    `json:"session_id"`
		Expires instant   `json:"expires_at"`
		Holder  chile.RUT `json:"titular"`
	}{id, instant(s.Expires()), person})
}

// keep stores a session and returns the id for its user.
func (p *portal) keep(ctx context.Context, user int64, s *session.Session) (string, error) {
	number, _, err := p.keeper.Save(ctx, user, s)
	if err != nil {
		return "", err
	}
	id, err := p.seal(ctx, user, sessionID{number, s.Holder()})
	if err != nil {
		return "", errors.Join(err, p.keeper.Delete(context.WithoutCancel(ctx), user, number))
	}
	return id, nil
}

// sessionID is the content of a session's id. It is sealed, because a row number is
// easy to guess.
type sessionID struct {
	Number int64     `json:"n"`
	Holder chile.RUT `json:"h"`
}

// sealOwner binds an id to the user who opened the session.
func sealOwner(user int64) string { return "siihttp/sesion/" + strconv.FormatInt(user, 10) }

func (p *portal) seal(ctx context.Context, user int64, id sessionID) (string, error) {
	plain, err := json.Marshal(id)
	if err != nil {
		return "", err
	}
	return p.Sealer.Seal(ctx, plain, sealOwner(user))
}

const maxSessionID = 1024

func (p *portal) open(ctx context.Context, user int64, text string) (id sessionID, err error) {
	if text == "" || len(text) > maxSessionID {
		return id, invalid(kindNoSession, "")
	}
	plain, err := p.Sealer.Open(ctx, text, sealOwner(user))
	if err != nil || json.Unmarshal(plain, &id) != nil {
		return id, invalid(kindNoSession, "")
	}
	return id, nil
}

// with runs a function with a session, one call at a time.
func (p *portal) with(ctx context.Context, user int64, id sessionID, use func(*session.Session) error) error {
	leave, err := p.take(ctx, id.Number)
	if err != nil {
		return err
	}
	defer leave()
	s, err := session.New(p.options...)
	if err != nil {
		return err
	}
	err = p.keeper.Resume(ctx, user, id.Number, id.Holder, s)
	if err == nil {
		err = use(s)
	}
	switch {
	case isAbsent(err):
		return invalid(kindNoSession, "")
	case errors.Is(err, session.ErrLoggedOut):
		return errors.Join(err, p.keeper.Delete(context.WithoutCancel(ctx), user, id.Number))
	}
	return err
}

func (p *portal) take(ctx context.Context, number int64) (leave func(), err error) {
	p.mu.Lock()
	t := p.busy[number]
	if t == nil {
		t = &turn{taken: make(chan struct{}, 1)}
		p.busy[number] = t
	}
	t.waiting++
	p.mu.Unlock()
	gone := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if t.waiting--; t.waiting == 0 {
			delete(p.busy, number)
		}
	}
	select {
	case t.taken <- struct{}{}:
		return func() { <-t.taken; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, fmt.Errorf("siihttp: session: %w", context.Cause(ctx))
	}
}
