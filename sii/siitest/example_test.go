package siitest_test

import (
	"context"
	"fmt"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
)

// A fault is scripted, the client meets it, and the fake has noted how often.
func ExampleServer() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	fake.Fail(siitest.OpSummary, siitest.Fault{Times: 1, HTTPStatus: 503})

	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	period := chile.MustParsePeriod("2026-10")
	for range 2 {
		summary, err := client.RCV.Summary(context.Background(), owner, period, rcv.Sales, rcv.Registro)
		fmt.Println(summary != nil, err)
	}
	fmt.Println(fake.Count(siitest.OpSummary), fake.Violations())
	// Output:
	// false sii: rcv.summary: unavailable: HTTP 503
	// true <nil>
	// 2 []
}
