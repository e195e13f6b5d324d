package storagetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// filler gives every field its own value. So a field that a store forgets or
// confuses is noticed, even one added years from now.
type filler struct {
	t *testing.T
	n int

	// Only one flag is set, because there are only two values.
	flags, flag int
}

func (f *filler) fill(path string, v reflect.Value) {
	f.n++
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = noon.Add(time.Duration(f.n) * 1_000_001 * time.Microsecond).In(chile.Santiago())
		return
	case *chile.RUT:
		*p = rut(int64(70_000_000 + f.n))
		return
	case *chile.Date:
		*p = october.First().AddDays(f.n)
		return
	case *chile.Period:
		*p = october.Add(f.n)
		return
	case *rcv.State:
		*p = rcv.Pendiente
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			f.fill(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("%d.5", f.n)) // valid as a name and as a rate
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1000 + f.n)) // valid where a type of document has four digits
	case reflect.Bool:
		v.SetBool(f.flags == f.flag)
		f.flags++
	default:
		f.t.Fatalf("storagetest: cannot fill %s, a %s: a new kind of field needs a case here", path, v.Type())
	}
}

// filledDocuments returns documents with every field filled: one without flags
// and one for each flag.
func filledDocuments(t *testing.T) []rcv.Document {
	var docs []rcv.Document
	f := filler{t: t, flag: -1}
	for {
		var doc rcv.Document
		f.flags = 0
		f.fill("Document", reflect.ValueOf(&doc).Elem())
		docs = append(docs, doc)
		if f.flag++; f.flag == f.flags {
			return docs
		}
	}
}

// filledLines does the same for lines of a summary.
func filledLines(t *testing.T) []rcv.SummaryLine {
	lines := make([]rcv.SummaryLine, 2)
	for i := range lines {
		f := filler{t: t, n: 1000 * i, flag: i - 1}
		f.fill("SummaryLine", reflect.ValueOf(&lines[i]).Elem())
	}
	return lines
}

// eachTime calls the function with every time in a struct.
func eachTime(v reflect.Value, f func(*time.Time)) {
	for i := range v.NumField() {
		switch p := v.Field(i).Addr().Interface().(type) {
		case *time.Time:
			f(p)
		case *chile.RUT, *chile.Date, *chile.Period:
		default:
			if v.Field(i).Kind() == reflect.Struct {
				eachTime(v.Field(i), f)
			}
		}
	}
}
