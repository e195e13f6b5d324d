package siitest

import "github.com/ofitec/chile/rcv"

// Month holds both books of a month.
type Month struct {
	Purchases []rcv.Purchase
	Sales     []rcv.Sale

	// Lines are summary lines of sales without detail, such as the month's total
	// of boletas. All others are computed from the documents.
	Lines []rcv.SummaryLine

	// Boletas are the days of lines of boletas electrónicas (39) among them.
	Boletas []rcv.BoletaDay
}
