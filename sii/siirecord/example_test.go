package siirecord_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siirecord"
	"github.com/ofitec/chile/sii/siitest"
)

// A recorded answer of the SII is replayed without the SII.
func Example() {
	fake := siitest.NewServer() // stands for the SII
	defer fake.Close()
	holder, owner, month := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9"), chile.MustParsePeriod("2026-10")
	fake.Authorize(holder, owner)
	fake.Load(owner, month, siitest.Generate(1, owner, month, 20))

	var cassette bytes.Buffer // or siirecord.Create, for a file
	recorder := siirecord.NewRecorder(&cassette, nil)
	ask := func(opts ...sii.Option) {
		client, err := sii.NewClient(fake.Environment(), append(opts, sii.WithIdentity(fake.NewIdentity(holder)))...)
		if err != nil {
			fmt.Println(err)
			return
		}
		summary, err := client.RCV.Summary(context.Background(), rcv.Key{Owner: owner, Period: month, Book: rcv.Sales}, rcv.Registro)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(summary.Lines), "lines")
	}
	ask(sii.WithHTTPClient(fake.Client()), sii.WithRoundTripper(recorder.Around))
	if err := recorder.Close(); err != nil {
		fmt.Println(err)
		return
	}

	read, err := siirecord.Read(&cassette)
	if err != nil {
		fmt.Println(err)
		return
	}
	replayer := read.Replayer()
	ask(sii.WithHTTPClient(&http.Client{Transport: replayer}))
	fmt.Println(len(read.Exchanges), "exchanges", replayer.Done())
	// Output:
	// 3 lines
	// 3 lines
	// 3 exchanges <nil>
}
