package issue

import "fmt"

// linePath is the path of an element of the i-th line, from 0.
func linePath(i int, name string) string { return entry("Detalle", i, name) }

// entry is the path of an element of the i-th item of a list, from 0.
func entry(list string, i int, name string) string { return fmt.Sprintf("%s[%d]/%s", list, i+1, name) }
