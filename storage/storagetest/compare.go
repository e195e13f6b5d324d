package storagetest

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"time"

	"github.com/ofitec/chile"
)

// equal reports every field in which two values differ. Times are compared as
// instants; a nil slice equals an empty one.
func (c *check) equal(what string, got, want any) {
	c.Helper()
	for _, difference := range differences(what, reflect.ValueOf(got), reflect.ValueOf(want)) {
		c.Error(difference)
	}
}

func differences(path string, got, want reflect.Value) []string {
	if got.IsValid() != want.IsValid() || got.IsValid() && got.Type() != want.Type() {
		return []string{fmt.Sprintf("%s: got %v, want %v", path, got, want)}
	}
	if !got.IsValid() {
		return nil
	}
	switch got.Interface().(type) {
	case time.Time, chile.RUT, chile.Date, chile.Period:
		return leafDifference(path, got, want)
	}
	var all []string
	switch got.Kind() {
	case reflect.Struct:
		for i := range got.NumField() {
			name := path + "." + got.Type().Field(i).Name
			all = append(all, differences(name, got.Field(i), want.Field(i))...)
		}
	case reflect.Slice:
		if got.Len() != want.Len() {
			return []string{fmt.Sprintf("%s: got %d elements %v, want %d %v", path, got.Len(), got, want.Len(), want)}
		}
		for i := range got.Len() {
			all = append(all, differences(fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i))...)
		}
	case reflect.Pointer:
		if got.IsNil() != want.IsNil() {
			return []string{fmt.Sprintf("%s: got %v, want %v", path, got, want)}
		}
		return differences(path, got.Elem(), want.Elem())
	default:
		return leafDifference(path, got, want)
	}
	return all
}

func leafDifference(path string, got, want reflect.Value) []string {
	g, w := got.Interface(), want.Interface()
	same := reflect.DeepEqual(g, w)
	if instant, ok := g.(time.Time); ok {
		other, _ := w.(time.Time) // of the same type, as differences has seen
		same = instant.Equal(other)
	}
	if same {
		return nil
	}
	return []string{fmt.Sprintf("%s: got %#v (%v), want %#v (%v)", path, g, g, w, w)}
}

// ok ends the test if there is an error.
func (c *check) ok(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// fails checks that the error is, or wraps, the wanted one.
func (c *check) fails(what string, err, want error) {
	c.Helper()
	if !errors.Is(err, want) {
		c.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// absent checks that the error reports absence.
func (c *check) absent(what string, err error) {
	c.Helper()
	c.fails(what, err, fs.ErrNotExist)
}
