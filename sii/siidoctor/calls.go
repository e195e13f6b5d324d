package siidoctor

import (
	"context"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// The calls here run once: no retries, no token renewal.

func (d *doctor) checkSeed(ctx context.Context) finding {
	if d.signIn.HasSource() {
		return found("seed_not_used")
	}
	seed, err := d.signIn.Seed(ctx)
	if err != nil {
		return failedCall(lookSeed, err)
	}
	d.seed, d.secrets = seed, append(d.secrets, seed)
	return found("seed_given")
}

func (d *doctor) checkToken(ctx context.Context) (f finding) {
	var err error
	if !d.signIn.HasSource() {
		d.token, err = d.signIn.Exchange(ctx, d.seed)
	} else {
		d.token, err = d.signIn.Token(ctx)
	}
	if err != nil {
		return failedCall(lookToken, err)
	}
	d.secrets = append(d.secrets, d.token.Value)
	return found("token_given")
}

// checkRCV requests the summary of this month's purchases.
func (d *doctor) checkRCV(ctx context.Context) finding {
	if d.env.RCV == "" {
		return found("rcv_none")
	}
	owner := d.options.Owner
	if owner.IsZero() {
		owner = d.signIn.Holder()
	}
	if owner.IsZero() {
		return found("rcv_no_owner")
	}
	period := chile.DateOf(d.signIn.Now()).Period()
	if _, err := d.signIn.Client(d.token).RCV.Summary(ctx, rcv.Key{Owner: owner, Period: period, Book: rcv.Purchases}, rcv.Registro); err != nil {
		return failedCall(lookRCV, err)
	}
	return found("rcv_answered", owner, period)
}
