// Package schema checks documents against the SII's schemas, with the same
// result as xmllint.
//
// The schemas themselves belong to the SII and are not included. The program in
// generate makes table.go from a folder of them:
//
//	SII_SCHEMAS=FOLDER go generate ./dte/internal/schema
package schema

//go:generate go run ./generate -from ${SII_SCHEMAS} -out table.go
