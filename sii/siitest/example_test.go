package siitest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// A scripted fault happens to the client, and the fake counts it.
func ExampleServer() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	fake.Fail(siitest.OpSummary, siitest.Fault{Times: 1, HTTPStatus: 503})

	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()),
		sii.WithRetry(sii.RetrySettings{Attempts: 1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	period := chile.MustParsePeriod("2026-10")
	for range 2 {
		summary, err := client.RCV.Summary(context.Background(), rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}, rcv.Registro)
		fmt.Println(summary != nil, err)
	}
	fmt.Println(fake.Count(siitest.OpSummary), fake.Violations())
	// Output:
	// false sii: rcv.summary: unavailable: HTTP 503: Service not available: maintenance or too much load
	// true <nil>
	// 2 []
}

// A client that sends too many requests must wait. Measure counts its requests.
func ExampleServer_Fail() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	fake.Fail(siitest.OpUpload, fault.TooManyRequests(30*time.Second).Beyond(2, time.Minute))

	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()),
		sii.WithRetry(sii.RetrySettings{Attempts: 1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for err == nil {
		_, err = client.DTE.UploadStatus(context.Background(), owner, "1")
	}
	fmt.Println(errors.Is(err, sii.ErrThrottled))
	usage := siitest.Measure(fake.Requests(), time.Minute)[siitest.Credential{Holder: holder, Host: "palena.sii.cl"}]
	fmt.Println(usage.Calls, "calls,", usage.Tokens, "token,", usage.Faults, "fault")
	// Output:
	// true
	// 4 calls, 1 token, 1 fault
}

// A CAF for stamps. Only the fake's key verifies it, no key of the SII does.
func ExampleNewCAF() {
	file, err := siitest.NewCAF(chile.MustParseRUT("76192083-9"), chile.FacturaElectronica, 1, 100, siitest.WithCAFName("Panadería Ñandú SpA"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = dte.ParseCAF(file, nil)
	fmt.Println(errors.Is(err, dte.ErrUnknownCAFKey))
	authorization, err := dte.ParseCAF(file, siitest.CAFKeys())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(authorization.Issuer(), authorization.Type(), authorization.Contains(100), authorization.CheckKey())
	// Output:
	// true
	// 76192083-9 Factura electrónica true <nil>
}
