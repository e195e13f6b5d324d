package siisync

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Unit is a piece of work that is done or not, however often it is begun: to
// bring one register up to date from the import that was its last. Two units that
// are equal are the same work. Once it is done the register has a later import,
// and what is due then is another unit.
type Unit struct {
	rcv.Key
	After int64 // the id of the register's last import; 0 if it has none
}

// String returns the unit as rcv/76192083-9/2026-10/COMPRA/41: the key under
// which a job engine tells it from others. It has fewer than 50 characters.
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
