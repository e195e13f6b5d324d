package siitest

import (
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// registerID is the SII's number of a register.
func registerID(key rcv.Key) int64 {
	return key.Owner.Number()*1000 + int64(key.Period.Year*12+int(key.Period.Month))%500*2 + int64(len(key.Book)%2)
}

func nilIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func dateTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(chile.Santiago()).Format("02/01/2006 15:04:05")
}

func date(d chile.Date) string {
	if d.IsZero() {
		return ""
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Format("02/01/2006")
}
