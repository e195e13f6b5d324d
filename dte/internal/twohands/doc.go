// Package twohands has tests alone. It lets those who know nothing of each other
// judge the same documents: dte/issue, which makes them, dte/judge, which says what
// the SII would say, dte.Verify, and xmllint with the SII's schemas.
package twohands
