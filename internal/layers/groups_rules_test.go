package layers_test

// groupedPackage is a package whose files stand in groups: err.go and err_….go
// are the group err.
type groupedPackage struct {
	path string

	// floors are the groups from the ground. A group sees those on the floors below
	// it, and never its siblings on its own floor.
	floors []string
}

// What a package of many files may have at most.
const (
	maxCircle = 10 // files that all need each other
	maxUpward = 10 // per cent of the arrows between files that lead upward
)

// grouped are the packages of many files. A word with a plus is one group of two
// names, whose files see each other.
var grouped = []*groupedPackage{
	{path: "dte/issue", floors: []string{
		"finding+kind+path+amount+policy+twin+draft+text",
		"totals rules stamp+sign+signed+layout+envelope",
		"convert+boleta from parse",
		"document",
		"note+return doc",
	}},
	{path: "sii", floors: []string{
		"err+code",
		"trace",
		"token",
		"call",
		"signin",
		"rcv dte send boleta",
		"client doc",
	}},
	{path: "sii/siitest", floors: []string{
		"op random page pipe cert",
		"access fault journal caf",
		"call world",
		"soap facade",
		"signin register upload document portal generate",
		"boleta",
		"server doc",
	}},
	{path: "sii/siihttp", floors: []string{
		"problem+kinds+words+engine+action",
		"settings view",
		"localengine+localrun+jobrecord hub+wire",
		"call+query+audit+body+guard+inflight+csv",
		"sums",
		"changes companies diagnosis documents health importing jobs months openapi pending reconciliation sessions+pulls stream summary uploads",
		"handler+table doc",
	}},
	{path: "sii/siisync", floors: []string{
		"plan progress spool unit unreadable warnings worker",
		"outcome syncer",
		"pace status download+gone",
		"alert period",
		"notify fleet+crew+run",
		"follow doc",
	}},
}
