package siisync

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Unit is a piece of work: bring one register up to date from its last import.
// Equal units are the same work, however often it is started. Once it is done the
// register has a later import, and the next work is another unit.
type Unit struct {
	rcv.Key
	After int64 // the id of the register's last import; 0 if it has none
}

// String returns the unit as rcv/76192083-9/2026-10/COMPRA/41, its key in a job
// engine. It has fewer than 50 characters.
func (u Unit) String() string {
	return strings.Join([]string{unitPrefix, u.Owner.String(), u.Period.String(), string(u.Book), strconv.FormatInt(u.After, 10)}, "/")
}

const unitPrefix = "rcv"

// ParseUnit reads what String writes. The error is storage.ErrInvalid.
func ParseUnit(s string) (Unit, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 5 || parts[0] != unitPrefix {
		return Unit{}, fmt.Errorf("siisync: %w: unit %q", storage.ErrInvalid, s)
	}
	var u Unit
	var err error
	if u.Owner, err = chile.ParseRUT(parts[1]); err == nil {
		u.Period, err = chile.ParsePeriod(parts[2])
	}
	if err == nil {
		u.Book = rcv.Book(parts[3])
		u.After, err = strconv.ParseInt(parts[4], 10, 64)
	}
	if err != nil || u.String() != s || !u.Valid() || u.After < 0 {
		return Unit{}, fmt.Errorf("siisync: %w: unit %q", storage.ErrInvalid, s)
	}
	return u, nil
}
