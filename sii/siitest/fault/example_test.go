package fault_test

import (
	"fmt"
	"time"

	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

func Example() {
	srv := siitest.NewServer()
	defer srv.Close()
	srv.Fail(siitest.OpDetail, fault.Maintenance().Repeated(2))
	srv.Fail(siitest.OpAny, fault.CutOff(500).Randomly(0.01))
	srv.Fail(siitest.OpSummary, fault.TooManyRequests(time.Minute).Beyond(200, 5*time.Minute))
}

// A test goes through all faults that an operation shows.
func ExampleSymptoms() {
	for _, symptom := range fault.Symptoms() {
		if symptom.ShownBy(siitest.OpBoletaSeed) && symptom.Estado != "" {
			fmt.Println(symptom.Name)
		}
	}
	// Output:
	// getSeed -1
	// getSeed -2
}
