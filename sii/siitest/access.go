package siitest

import (
	"cmp"
	"crypto/x509"
	"maps"
	"slices"
	"sync"

	"github.com/ofitec/chile"
)

// access holds the holders that the SII knows, the companies they may act for,
// and their open sessions.
type access struct {
	random *sharedSource // makes the tokens

	mu       sync.Mutex
	holders  map[chile.RUT]bool
	owners   map[chile.RUT]map[chile.RUT]bool // the companies that a holder may act for
	names    map[chile.RUT]string             // of companies, as listed
	trusted  []*x509.Certificate
	sessions map[string]*session // by their token
}

func newAccess(random *sharedSource) *access {
	return &access{
		random: random, holders: map[chile.RUT]bool{}, owners: map[chile.RUT]map[chile.RUT]bool{}, names: map[chile.RUT]string{},
		sessions: map[string]*session{},
	}
}

// register makes a holder known to the SII.
func (a *access) register(holder chile.RUT) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.holders[holder] = true
}

// unregister removes the option Certificado Digital from a holder.
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

// authorize allows a holder to act for a company, and registers the holder.
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

// holdersOf returns the holders that may act for a company.
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

// companies returns the companies that a holder may act for, in order.
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

// trust makes the SII accept a certificate of another issuer.
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
