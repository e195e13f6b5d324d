package main

import (
	"strings"

	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// faultsAt are the calls to which faults may happen.
var faultsAt = map[string][]siitest.Op{"all": {siitest.OpAny}, "uploads": {siitest.OpSend, siitest.OpBoletaSend}}

// misbehave makes the fake show symptoms of the SII at random, by their names.
func misbehave(fake *siitest.Server, names, at string, chance float64) error {
	if names == "" {
		return nil
	}
	if chance <= 0 || chance > 1 {
		return cli.Usagef("-chance %v is no probability", chance)
	}
	ops := faultsAt[at]
	if ops == nil {
		return cli.Usagef("-faults-at: want all or uploads")
	}
	known := map[string]siitest.Fault{}
	var list []string
	for _, symptom := range fault.Symptoms() {
		// Some names have a comma, which separates them here.
		name := strings.ReplaceAll(symptom.Name, ",", "")
		known[name] = symptom
		list = append(list, name)
	}
	for name := range strings.SplitSeq(names, ",") {
		symptom, ok := known[strings.TrimSpace(name)]
		if !ok {
			return cli.Usagef("-faults: no symptom %q; there are: %s", name, strings.Join(list, ", "))
		}
		for _, op := range ops {
			fake.Fail(op, symptom.Randomly(chance))
		}
	}
	return nil
}
