package siitest

import (
	"slices"
	"strings"

	"github.com/ofitec/chile"
)

// Honorarium is a boleta de honorarios. Amounts are whole pesos.
type Honorarium struct {
	Folio                             int64
	Counterparty                      chile.RUT
	Name                              string
	Issued                            chile.Date
	Gross, Withheld, OwnWithheld, Net int64
	Annulled                          string // date; empty if it is in force
}

// Listing is a document in the lists of MIPYME and of electronic documents.
type Listing struct {
	Type         chile.DocType
	TypeName     string // in the list of MIPYME
	Counterparty chile.RUT
	Name         string
	Folio        int64
	Issued       chile.Date
	Net, VAT     int64
	Exempt       int64
	Total        int64
	Section      string // of the list of electronic documents; S1 if empty
}

// Side says whether documents were issued or received.
type Side int

// The sides.
const (
	Issued   Side = iota // the owner issued it
	Received             // the owner received it
)

// sideOf returns the side of a page, by the end of its path.
func sideOf(path, received string) Side {
	if strings.HasSuffix(path, received) {
		return Received
	}
	return Issued
}

// listKey identifies a list: of one month or, in MIPYME, of all months.
type listKey struct {
	owner  chile.RUT
	period chile.Period
	side   Side
}

func (p *portal) addHonoraria(key listKey, boletas []Honorarium) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bhe[key] = append(p.bhe[key], boletas...)
}

// addListed adds documents to the month's list, and to MIPYME's list of all months.
func (p *portal) addListed(key listKey, documents []Listing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range []listKey{key, {owner: key.owner, side: key.side}} {
		p.listed[key] = append(p.listed[key], documents...)
	}
}

func (p *portal) honorariaOf(key listKey) []Honorarium {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.bhe[key])
}

func (p *portal) listedOf(key listKey) []Listing {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.listed[key])
}

// listPageRows is the number of rows in a page of a list.
const listPageRows = 100

// hundred returns the rows of a page, counted from 0.
func hundred[T any](list []T, n int) []T {
	from := min(n*listPageRows, len(list))
	return list[from:min(from+listPageRows, len(list))]
}
