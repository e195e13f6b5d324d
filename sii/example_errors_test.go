package sii_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

// What failed tells what it means, what to do and whether it may pass by itself.
func ExampleError_Advice() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fake.Fail(siitest.OpUpload, siitest.Fault{Estado: "-6", Glosa: "USUARIO NO AUTORIZADO"})
	_, err = client.DTE.UploadStatus(context.Background(), owner, "260001234")
	fmt.Println(err)
	var e *sii.Error
	if errors.As(err, &e) {
		fmt.Println(errors.Is(e, sii.ErrForbidden), e.Retryable())
		fmt.Println(e.Code().Meaning.ES, e.Advice().ES)
	}
	// Output:
	// sii: dte.upload: not authorised: estado -6: "USUARIO NO AUTORIZADO"
	// true false
	// Usuario no autorizado. La empresa debe autorizar en el sitio del SII al titular del certificado.
}

func ExampleFindCode() {
	code, ok := sii.FindCode("dte.document", "FAN")
	fmt.Println(ok, code.Verdict, code.Meaning.EN)
	// Output:
	// true rejected The folio was annulled before it was sent.
}

// An observer is told of each wait, and a log of all that happens.
func ExampleWithObserver() {
	fake := siitest.NewServer()
	defer fake.Close()
	holder, owner := chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")
	fake.Authorize(holder, owner)
	fake.Fail(siitest.OpSummary, fault.Maintenance().Once())
	client, err := sii.NewClient(fake.Environment(), sii.WithIdentity(fake.NewIdentity(holder)), sii.WithHTTPClient(fake.Client()),
		sii.WithRetry(sii.RetrySettings{Random: func() float64 { return 0.001 }}),
		sii.WithObserver(sii.LogObserver(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))),
		sii.WithObserver(sii.Observer{
			Wait: func(_ context.Context, w sii.Wait) {
				fmt.Println(w.Op, "waits", w.Duration.Round(time.Millisecond), "for", w.Reason, "after:", w.Err)
			},
			CallEnd: func(_ context.Context, call sii.Call, end sii.CallEnd) {
				fmt.Println(call.Op, "ended after attempts:", end.Attempts)
			},
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.RCV.Summary(context.Background(), rcv.Key{Owner: owner, Period: chile.MustParsePeriod("2026-10"), Book: rcv.Sales}, rcv.Registro)
	fmt.Println(err)
	// Output:
	// seed ended after attempts: 1
	// token ended after attempts: 1
	// rcv.summary waits 1ms for retry after: sii: rcv.summary: unavailable: HTTP 503: The SII is down for maintenance
	// rcv.summary ended after attempts: 2
	// <nil>
}
