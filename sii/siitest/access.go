package siitest

import (
	"cmp"
	"crypto/x509"
	"maps"
	"slices"
	"sync"

	"github.com/ofitec/chile"
)

// access is who the SII knows, for whom they may act, and the sessions that they
// have open.
type access struct {
	random *sharedSource // makes the tokens

	mu       sync.Mutex
	holders  map[chile.RUT]bool
	owners   map[chile.RUT]map[chile.RUT]bool // for whom a holder may act
	names    map[chile.RUT]string             // of companies, as they are listed
	trusted  []*x509.Certificate
	sessions map[string]*session // by their token
}

func newAccess(random *sharedSource) *access {
	return &access{
		random: random, holders: map[chile.RUT]bool{}, owners: map[chile.RUT]map[chile.RUT]bool{}, names: map[chile.RUT]string{},
		sessions: map[string]*session{},
	}
}

// register has the SII know a holder.
func (a *access) register(holder chile.RUT) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.holders[holder] = true
}

// unregister takes from a holder the option Certificado Digital.
func (a *access) unregister(holder chile.RUT) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.holders, holder)
}

func (a *access) registered(holder chile.RUT) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.holders[holder]
}

// authorize lets a holder, who is registered with it, act for a company.
func (a *access) authorize(holder, owner chile.RUT) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.holders[holder] = true
	if a.owners[holder] == nil {
		a.owners[holder] = map[chile.RUT]bool{}
	}
	a.owners[holder][owner] = true
}

func (a *access) mayAct(holder, owner chile.RUT) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return holder == owner || a.owners[holder][owner]
}

// holdersOf returns who may act for a company.
func (a *access) holdersOf(owner chile.RUT) (holders []chile.RUT) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for holder, owners := range a.owners {
		if owners[owner] {
			holders = append(holders, holder)
		}
	}
	return holders
}

// companies returns for whom somebody may act, in order.
func (a *access) companies(holder chile.RUT) []chile.RUT {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.SortedFunc(maps.Keys(a.owners[holder]), func(a, b chile.RUT) int { return cmp.Compare(a.Number(), b.Number()) })
}

func (a *access) setName(company chile.RUT, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names[company] = name
}

func (a *access) name(company chile.RUT) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.names[company]
}

// trust has the SII accept a certificate of another issuer.
func (a *access) trust(cert *x509.Certificate) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.trusted = append(a.trusted, cert)
}

func (a *access) certificates() []*x509.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.trusted)
}
