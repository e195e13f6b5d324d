package sii

import (
	"context"
	"errors"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// The calls here are made once: nothing is repeated, and no token is renewed.

func (d *doctor) checkSeed(ctx context.Context) finding {
	if d.seeds == nil {
		return found("seed_not_used")
	}
	seed, err := d.seeds.requestSemilla(ctx)
	if err != nil {
		return failedCall(lookSeed, err)
	}
	d.seed, d.secrets = seed, append(d.secrets, seed)
	return found("seed_given")
}

func (d *doctor) checkToken(ctx context.Context) (f finding) {
	var err error
	if d.seeds != nil {
		d.token, err = d.seeds.requestToken(ctx, d.seed)
	} else {
		d.token, err = d.core.source.Token(ctx)
	}
	switch {
	case err != nil:
		return failedCall(lookToken, err)
	case d.token == nil || d.token.Value == "":
		return failedCall(lookToken, &Error{Op: opToken, Kind: ErrProtocol, Err: errors.New("the source gave no token")})
	}
	d.secrets = append(d.secrets, d.token.Value)
	return found("token_given")
}

// lookRCV asks for the summary of this month's purchases.
func (d *doctor) checkRCV(ctx context.Context) finding {
	if d.core.env.RCV == "" {
		return found("rcv_none")
	}
	owner := d.options.Owner
	if owner.IsZero() {
		owner = d.core.holder
	}
	if owner.IsZero() {
		return found("rcv_no_owner")
	}
	key := rcv.Key{Owner: owner, Period: chile.DateOf(d.core.now()).Period(), Book: rcv.Purchases}
	data := newFacadeData(key, rcv.Registro)
	initial := true
	data.InitialSearch = &initial
	service := &RCVService{d.core}
	resp, err := service.post(ctx, registerPage, opSummary, "getResumen", d.token.Value, data)
	if err != nil {
		return failedCall(lookRCV, err)
	}
	defer resp.close() //nolint:errcheck // nothing is left to read
	if _, err := rcv.DecodeSummary(resp.body, rcv.Registro); err != nil {
		return failedCall(lookRCV, service.readError(ctx, opSummary, err))
	}
	return found("rcv_answered", owner, key.Period)
}
