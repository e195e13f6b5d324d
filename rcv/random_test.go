package rcv

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile"
)

// setSomething puts a value that is not zero into a field.
func setSomething(t *testing.T, v reflect.Value) { setRandom(t, v, rand.New(rand.NewPCG(1, 1))) }

// setRandom puts a random value that is not zero, and that a file can hold, into
// a field.
func setRandom(t *testing.T, v reflect.Value, rnd *rand.Rand) {
	t.Helper()
	switch p := v.Addr().Interface().(type) {
	case *State:
		*p = Registro
	case *Rate:
		*p = Rate(strconv.Itoa(1+rnd.IntN(90)) + "." + strconv.Itoa(rnd.IntN(1000)))
	case *chile.RUT:
		rut, err := chile.NewRUT(1 + rnd.Int64N(99_999_999))
		require.NoError(t, err)
		*p = rut
	case *chile.Date:
		*p = chile.DateOf(randomTime(rnd))
	case *time.Time:
		*p = randomTime(rnd)
	case *chile.Period:
		*p = chile.PeriodOf(randomTime(rnd))
	case *chile.DocType:
		*p = chile.DocType(1 + rnd.IntN(999))
	case *chile.CLP:
		*p = chile.CLP(1 + rnd.Int64N(1_000_000_000_000))
		if rnd.IntN(8) == 0 {
			*p = -*p
		}
	case *chile.Folio:
		*p = chile.Folio(1 + rnd.Int64N(99_999_999_999))
	case *string:
		*p = randomText(rnd)
	case *int:
		*p = 1 + rnd.IntN(99)
	case *int64:
		*p = 1 + rnd.Int64N(1_000_000_000_000)
	case *bool:
		*p = true
	default:
		require.Fail(t, "no value for", "%T", p)
	}
}

// randomTime is never in the hour that comes twice, which a file cannot tell.
func randomTime(rnd *rand.Rand) time.Time {
	for {
		at := time.Unix(1_500_000_000+rnd.Int64N(300_000_000), 0).In(chile.Santiago())
		wall := at.Format("2006-01-02 15:04:05")
		if at.Add(time.Hour).Format("2006-01-02 15:04:05") != wall && at.Add(-time.Hour).Format("2006-01-02 15:04:05") != wall {
			return at
		}
	}
}

func randomText(rnd *rand.Rand) string {
	letters := []rune(`abc XYZ 123 "'&áéíóúñÑü.,-/%€`)
	text := make([]rune, 1+rnd.IntN(40))
	for i := range text {
		text[i] = letters[rnd.IntN(len(letters))]
	}
	return "x" + strings.TrimSpace(string(text)) + "z"
}

// randomDocument fills the fields that pick chooses.
func randomDocument(t *testing.T, rnd *rand.Rand, pick func(i int, f *field) bool) Document {
	t.Helper()
	var doc Document
	for i := range fields {
		if f := &fields[i]; pick(i, f) {
			setRandom(t, fieldTagged(t, reflect.ValueOf(&doc).Elem(), f.name), rnd)
		}
	}
	return doc
}
