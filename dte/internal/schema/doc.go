// Package schema checks documents against the SII's schemas, as xmllint does.
//
// The schemas themselves are the SII's and stay outside; table.go is made from a
// folder of them by the program in generate:
//
//	SII_SCHEMAS=FOLDER go generate ./dte/internal/schema
package schema

//go:generate go run ./generate -from ${SII_SCHEMAS} -out table.go
