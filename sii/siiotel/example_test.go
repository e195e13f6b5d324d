package siiotel_test

import (
	"context"
	"fmt"
	"log"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiotel"
	"github.com/ofitec/chile/sii/siitest"
)

func ExampleNew() {
	spans := tracetest.NewSpanRecorder()
	observer, err := siiotel.New(siiotel.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))))
	if err != nil {
		log.Fatal(err)
	}
	fake := siitest.NewServer()
	defer fake.Close()
	client, err := sii.NewClient(fake.Environment(), sii.WithHTTPClient(fake.Client()),
		sii.WithIdentity(fake.NewIdentity(chile.MustParseRUT("11111111-1"))), sii.WithObserver(observer))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Token(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(spans.Ended()) > 0)
	// Output: true
}
