package storage_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/storage"
)

// Of every query each number is looked at, also those that it gets later.
func TestNegativeNumbersOfQueries(t *testing.T) {
	t.Parallel()
	owner := chile.MustParseRUT("76192083-9")
	for _, query := range []interface{ Check() error }{
		&storage.DocumentQuery{Owner: owner}, &storage.CounterpartyQuery{Owner: owner, Book: rcv.Purchases}, &storage.ImportQuery{},
		&storage.ChangeQuery{}, &storage.EventQuery{}, &storage.SubmissionQuery{Issuer: owner}, &storage.CAFQuery{}, &storage.FolioQuery{Issuer: owner},
		&storage.OrphanQuery{Issuer: owner}, &storage.IssuedQuery{Issuer: owner}, &storage.EnvelopeQuery{},
	} {
		require.NoError(t, query.Check())
		numbers := 0
		value := reflect.ValueOf(query).Elem()
		for i := range value.NumField() {
			field := value.Field(i)
			if kind := field.Type(); kind != reflect.TypeFor[int]() && kind != reflect.TypeFor[int64]() {
				continue
			}
			numbers++
			field.SetInt(-1)
			require.ErrorIs(t, query.Check(), storage.ErrInvalid, "%T.%s", query, value.Type().Field(i).Name)
			field.SetInt(0)
		}
		require.Positive(t, numbers, "%T", query)
	}
	for _, query := range []interface{ Check() error }{
		&storage.DocumentQuery{}, &storage.CounterpartyQuery{}, &storage.CounterpartyQuery{Owner: owner}, &storage.CounterpartyQuery{Book: rcv.Sales},
		&storage.SubmissionQuery{}, &storage.FolioQuery{}, &storage.OrphanQuery{}, &storage.IssuedQuery{},
	} {
		require.ErrorIs(t, query.Check(), storage.ErrInvalid, "%T", query)
	}
}
