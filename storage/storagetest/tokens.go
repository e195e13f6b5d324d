package storagetest

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/ofitec/chile/storage"
)

func tokens() []sentence {
	return []sentence{
		{text: "a token that was never stored is absent", test: tokenAbsent},
		{text: "a stored token comes back with its expiry", test: tokenStored},
		{text: "a token takes the place of any other of its key", test: tokenReplaced},
		{text: "keys are apart", test: keysApart},
		{text: "an empty key or value is ErrInvalid", test: tokenInvalid},
		{text: "a deleted token is absent", test: tokenDeleted},
		{text: "a token of another value is not deleted", test: tokenKept},
		{text: "to delete what is not there is no error", test: tokenDeletedTwice},
		{text: "a token has expired from the instant of its expiry on", test: tokenExpires, needs: aClock},
		{text: "a token that has expired takes the place of one that has not", test: tokenStoredExpired, needs: aClock},
		{text: "tokens may be stored, read and deleted at once", test: tokensAtOnce},
	}
}

const tokenKey = "cert/soap/1f0e2d3c4b5a"

func (c *check) hasToken(key, want string, expiry time.Time) {
	c.Helper()
	value, until, err := c.store.Token(c.ctx, key)
	c.ok(err)
	c.equal("token", value, want)
	c.equal("expiry", until, expiry)
}

func (c *check) hasNoToken(key string) {
	c.Helper()
	value, expiry, err := c.store.Token(c.ctx, key)
	c.absent("token "+key, err)
	if value != "" || !expiry.IsZero() {
		c.Errorf("an absent token comes with value %q, expiry %v", value, expiry)
	}
}

func tokenAbsent(c *check) {
	c.hasNoToken(tokenKey)
	c.hasNoToken("")
}

func tokenStored(c *check) {
	for _, value := range []string{"YZD0II2ClYKaO", strings.Repeat("x", 4096), "' ñ \" \\"} {
		expiry := farFuture.Add(1_999).In(time.FixedZone("", 5*60*60))
		c.ok(c.store.PutToken(c.ctx, tokenKey, value, expiry))
		c.hasToken(tokenKey, value, farFuture.Add(time.Microsecond))
	}
}

func tokenReplaced(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.ok(c.store.PutToken(c.ctx, tokenKey, "second", farFuture.Add(-time.Hour)))
	c.hasToken(tokenKey, "second", farFuture.Add(-time.Hour))
	c.ok(c.store.PutToken(c.ctx, tokenKey, "second", farFuture)) // the same, with a later expiry
	c.hasToken(tokenKey, "second", farFuture)
}

// alikeKeys differ in only one part, or in what SQL may take for a pattern.
var alikeKeys = []string{
	"cert/soap/0a", "prod/soap/0a", "cert/boleta/0a", "cert/soap/0b", "cert/soap/0A", "cert/soap/%", "cert/soap/__",
}

func keysApart(c *check) {
	for i, key := range alikeKeys {
		c.ok(c.store.PutToken(c.ctx, key, fmt.Sprint("token ", i), farFuture))
	}
	c.ok(c.store.DeleteToken(c.ctx, alikeKeys[0], "token 0"))
	c.ok(c.store.DeleteToken(c.ctx, alikeKeys[1], "token 2")) // of another key
	c.hasNoToken(alikeKeys[0])
	for i, key := range alikeKeys[1:] {
		c.hasToken(key, fmt.Sprint("token ", i+1), farFuture)
	}
}

func tokenInvalid(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.fails("empty key", c.store.PutToken(c.ctx, "", "second", farFuture), storage.ErrInvalid)
	c.fails("empty value", c.store.PutToken(c.ctx, tokenKey, "", farFuture), storage.ErrInvalid)
	c.hasToken(tokenKey, "first", farFuture)
}

func tokenDeleted(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.ok(c.store.DeleteToken(c.ctx, tokenKey, "first"))
	c.hasNoToken(tokenKey)
	c.ok(c.store.PutToken(c.ctx, tokenKey, "second", farFuture))
	c.hasToken(tokenKey, "second", farFuture)
}

func tokenKept(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "newer", farFuture))
	for _, value := range []string{"older", "NEWER", "newe", "newer ", ""} {
		c.ok(c.store.DeleteToken(c.ctx, tokenKey, value))
	}
	c.hasToken(tokenKey, "newer", farFuture)
}

func tokenDeletedTwice(c *check) {
	c.ok(c.store.DeleteToken(c.ctx, tokenKey, "first"))
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", farFuture))
	c.ok(c.store.DeleteToken(c.ctx, tokenKey, "first"))
	c.ok(c.store.DeleteToken(c.ctx, tokenKey, "first"))
}

func tokenExpires(c *check) {
	expiry := noon.Add(time.Hour)
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", expiry))
	c.clock.Advance(time.Hour - time.Microsecond)
	c.hasToken(tokenKey, "first", expiry)
	c.clock.Advance(time.Microsecond)
	c.hasNoToken(tokenKey)
	c.ok(c.store.DeleteToken(c.ctx, tokenKey, "first"))
	c.ok(c.store.PutToken(c.ctx, tokenKey, "second", expiry.Add(time.Hour)))
	c.hasToken(tokenKey, "second", expiry.Add(time.Hour))
}

func tokenStoredExpired(c *check) {
	c.ok(c.store.PutToken(c.ctx, tokenKey, "first", noon.Add(time.Hour)))
	c.ok(c.store.PutToken(c.ctx, tokenKey, "second", noon.Add(-time.Hour)))
	c.hasNoToken(tokenKey)
}

// tokensAtOnce stores, reads and deletes tokens of few keys from many
// goroutines. Each value names its key and has its own expiry: what is read
// must be consistent.
func tokensAtOnce(c *check) {
	keys := alikeKeys[:2]
	parallel(8, func(w int) {
		key := keys[w%2]
		for i := range 20 {
			n := w*20 + i
			value := fmt.Sprint(key, " ", n)
			if err := c.store.PutToken(c.ctx, key, value, farFuture.Add(time.Duration(n)*time.Second)); err != nil {
				c.Error(err)
				return
			}
			got, expiry, err := c.store.Token(c.ctx, key)
			if errors.Is(err, fs.ErrNotExist) {
				continue // another one deleted it
			}
			if err != nil {
				c.Error(err)
				return
			}
			got, mine := strings.CutPrefix(got, key+" ")
			if !mine || got != fmt.Sprint(int(expiry.Sub(farFuture)/time.Second)) {
				c.Errorf("key %q has value %q with expiry %v", key, got, expiry)
			}
			if err := c.store.DeleteToken(c.ctx, key, value); err != nil {
				c.Error(err)
				return
			}
		}
	})
	// Every goroutine deleted what it had stored, if it was still there.
	for _, key := range keys {
		c.hasNoToken(key)
	}
}
