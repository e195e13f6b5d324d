package siiotel_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/sii/siiotel"
	"github.com/ofitec/chile/sii/siitest"
	"github.com/ofitec/chile/sii/siitest/fault"
)

var (
	owner   = chile.MustParseRUT("76192083-9")
	holder  = chile.MustParseRUT("11111111-1")
	october = chile.MustParsePeriod("2026-10")
)

// telemetry is a client of a fake SII whose spans and metrics are kept in memory.
type telemetry struct {
	srv      *siitest.Server
	client   *sii.Client
	spans    *tracetest.InMemoryExporter
	reader   *metric.ManualReader
	provider *sdktrace.TracerProvider
}

func newTelemetry(t *testing.T, options []siiotel.Option, opts ...sii.Option) *telemetry {
	t.Helper()
	tel := &telemetry{srv: siitest.NewServer(), spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	t.Cleanup(tel.srv.Close)
	tel.srv.Authorize(holder, owner)
	tel.srv.Load(owner, october, siitest.Generate(3, owner, october, 40))
	tel.provider = sdktrace.NewTracerProvider(sdktrace.WithSyncer(tel.spans))
	observer, err := siiotel.New(append([]siiotel.Option{
		siiotel.WithTracerProvider(tel.provider), siiotel.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(tel.reader))),
	}, options...)...)
	require.NoError(t, err)
	tel.client, err = sii.NewClient(tel.srv.Environment(), append([]sii.Option{
		sii.WithIdentity(tel.srv.NewIdentity(holder)), sii.WithHTTPClient(tel.srv.Client()), sii.WithObserver(observer),
	}, opts...)...)
	require.NoError(t, err)
	return tel
}

// tree tells the spans by their names, each behind that of its parent.
func (tel *telemetry) tree() (paths []string) {
	spans := tel.spans.GetSpans()
	names := map[trace.SpanID]tracetest.SpanStub{}
	for _, s := range spans {
		names[s.SpanContext.SpanID()] = s
	}
	for _, s := range spans {
		path := s.Name
		for parent, ok := names[s.Parent.SpanID()]; ok; parent, ok = names[parent.Parent.SpanID()] {
			path = parent.Name + " / " + path
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// span returns the only span of that name.
func (tel *telemetry) span(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range tel.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

// points are the values of a metric, by their labels: the sum of a counter or gauge,
// the count of a histogram.
func (tel *telemetry) points(t *testing.T, name string) map[string]int64 {
	t.Helper()
	var data metricdata.ResourceMetrics
	require.NoError(t, tel.reader.Collect(context.Background(), &data))
	points := map[string]int64{}
	for _, scope := range data.ScopeMetrics {
		assert.Equal(t, "github.com/ofitec/chile/sii/siiotel", scope.Scope.Name)
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range d.DataPoints {
					points[labels(p.Attributes)] = p.Value
				}
			case metricdata.Gauge[int64]:
				for _, p := range d.DataPoints {
					points[labels(p.Attributes)] = p.Value
				}
			case metricdata.Histogram[int64]:
				for _, p := range d.DataPoints {
					points[labels(p.Attributes)] = int64(p.Count)
				}
			case metricdata.Histogram[float64]:
				for _, p := range d.DataPoints {
					points[labels(p.Attributes)] = int64(p.Count)
				}
			default:
				require.Failf(t, "unknown metric", "%s %T", name, m.Data)
			}
		}
	}
	return points
}

func labels(set attribute.Set) string {
	var words []string
	for _, kv := range set.ToSlice() {
		words = append(words, string(kv.Key)+"="+kv.Value.String())
	}
	return strings.Join(words, " ")
}

func attr(s tracetest.SpanStub, key string) string {
	for _, kv := range s.Attributes {
		if string(kv.Key) == key {
			return kv.Value.String()
		}
	}
	return ""
}

func TestSpansNest(t *testing.T) {
	t.Parallel()
	tel := newTelemetry(t, nil)
	ctx, outer := tel.provider.Tracer("test").Start(t.Context(), "sync")
	_, err := tel.client.RCV.Summary(ctx, rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, rcv.Registro)
	require.NoError(t, err)
	outer.End()
	assert.Equal(t, []string{
		"sync",
		"sync / rcv.summary",
		"sync / rcv.summary / rcv.summary attempt",
		"sync / rcv.summary / token.renew",
		"sync / rcv.summary / token.renew / seed",
		"sync / rcv.summary / token.renew / seed / seed attempt",
		"sync / rcv.summary / token.renew / token",
		"sync / rcv.summary / token.renew / token / token attempt",
	}, tel.tree())
	call, attempt := tel.span(t, "rcv.summary"), tel.span(t, "rcv.summary attempt")
	for key, want := range map[string]string{
		"sii.operation": "rcv.summary", "sii.service": "rcv", "sii.environment": "fake", "sii.period": "2026-10", "sii.book": "COMPRA",
		"sii.state": "REGISTRO", "sii.attempts": "1", "sii.owner": "", "error.type": "",
	} {
		assert.Equal(t, want, attr(call, key), key)
	}
	assert.Equal(t, trace.SpanKindInternal, call.SpanKind)
	assert.Equal(t, trace.SpanKindClient, attempt.SpanKind)
	assert.Equal(t, "www4.sii.cl", attr(attempt, "server.address"))
	assert.Equal(t, "200", attr(attempt, "http.response.status_code"))
	assert.Empty(t, attr(attempt, "http.request.resend_count"))
	assert.NotEqual(t, "0", attr(attempt, "http.response.body.size"))
	assert.Equal(t, codes.Unset, call.Status.Code)
	assert.Equal(t, "exchange", attr(tel.span(t, "token.renew"), "sii.token.origin"))
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	for subjects, options := range map[bool][]siiotel.Option{false: nil, true: {siiotel.WithSubjects()}} {
		tel := newTelemetry(t, options)
		tel.srv.SetUpload(owner, "0260001234", siitest.Upload{Estado: "EPR"})
		_, err := tel.client.DTE.UploadStatus(t.Context(), owner, "0260001234")
		require.NoError(t, err)
		var call tracetest.SpanStub
		for _, s := range tel.spans.GetSpans() {
			if attr(s, "sii.attempts") != "" && !strings.Contains(s.Name, "seed") && !strings.Contains(s.Name, "token") {
				call = s
			}
		}
		assert.Equal(t, subjects, attr(call, "sii.owner") == owner.String())
		assert.Equal(t, subjects, attr(call, "sii.track_id") == "0260001234")
	}
}

// What fails says so in span and metrics, and each attempt is told.
func TestFailures(t *testing.T) {
	t.Parallel()
	tel := newTelemetry(t, nil, sii.WithRetry(sii.RetrySettings{Attempts: 2, Base: time.Millisecond}))
	tel.srv.Fail(siitest.OpSummary, fault.Maintenance())
	_, err := tel.client.RCV.Summary(t.Context(), rcv.Key{Owner: owner, Period: october, Book: rcv.Purchases}, rcv.Registro)
	require.ErrorIs(t, err, sii.ErrUnavailable)
	call := tel.span(t, "rcv.summary")
	assert.Equal(t, codes.Error, call.Status.Code)
	assert.Equal(t, "unavailable", call.Status.Description)
	assert.Equal(t, "unavailable", attr(call, "error.type"))
	assert.Equal(t, "2", attr(call, "sii.attempts"))
	events := map[string]int{}
	for _, e := range call.Events {
		events[e.Name]++
	}
	assert.Equal(t, map[string]int{"sii.wait": 1, "exception": 1}, events)

	const of = "sii.operation=rcv.summary sii.service=rcv"
	assert.Equal(t, int64(1), tel.points(t, "sii.client.call.duration")["error.type=unavailable sii.environment=fake "+of])
	assert.Equal(t, int64(2), tel.points(t, "sii.client.attempt.duration")["error.type=unavailable http.response.status_code=503 server.address=www4.sii.cl "+of])
	assert.Equal(t, int64(1), tel.points(t, "sii.client.wait.duration")["sii.operation=rcv.summary sii.wait.reason=retry"])
	assert.Equal(t, int64(1), tel.points(t, "sii.client.renewal.duration")["sii.token.origin=exchange"])
	for _, active := range tel.points(t, "sii.client.calls.active") {
		assert.Zero(t, active)
	}
	resent := 0
	for _, s := range tel.spans.GetSpans() {
		if attr(s, "http.request.resend_count") == "1" {
			resent++
		}
	}
	assert.Equal(t, 1, resent)
}

func TestRowsAreCounted(t *testing.T) {
	t.Parallel()
	tel := newTelemetry(t, nil)
	rows := 0
	for _, err := range tel.client.RCV.Purchases(t.Context(), rcv.Key{Owner: owner, Period: october}, nil) {
		require.NoError(t, err)
		rows++
	}
	var counted int64
	for labels, n := range tel.points(t, "sii.client.rows") {
		assert.Contains(t, labels, "sii.book=COMPRA")
		if strings.Contains(labels, "sii.operation=rcv.detail") { // and not of what is read beside
			counted += n
		}
	}
	assert.EqualValues(t, rows, counted)
	assert.Empty(t, tel.points(t, "sii.client.rows.unreadable"))
	assert.NotEmpty(t, tel.points(t, "sii.client.answer.size"))
}

// A service that is given up shows in the gauge, until it is taken up again.
func TestCircuit(t *testing.T) {
	t.Parallel()
	tel := &telemetry{reader: metric.NewManualReader()}
	observer, err := siiotel.New(siiotel.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(tel.reader))))
	require.NoError(t, err)
	for state, want := range map[sii.CircuitState]int64{sii.CircuitOpen: 2, sii.CircuitHalfOpen: 1, sii.CircuitClosed: 0} {
		observer.Circuit(t.Context(), sii.CircuitChange{Service: "rcv", To: state})
		assert.Equal(t, map[string]int64{"sii.service=rcv": want}, tel.points(t, "sii.client.circuit.state"))
	}
}

// Labels have few values, whatever the client is asked, and nothing has a secret or
// a RUT.
func TestLowCardinalityAndNoSecret(t *testing.T) {
	t.Parallel()
	const planted = "hunter2secreto"
	tel := newTelemetry(t, nil, sii.WithRetry(sii.RetrySettings{Attempts: 1}),
		sii.WithRoundTripper(func(base http.RoundTripper) http.RoundTripper { return leaky{base, planted} }))
	ask := func(month int) {
		period := chile.Period{Year: 2026, Month: time.Month(month)}
		_, _ = tel.client.RCV.Summary(t.Context(), rcv.Key{Owner: chile.MustParseRUT("77222222-K"), Period: period, Book: rcv.Sales}, rcv.Registro)
		for _, err := range tel.client.RCV.Purchases(t.Context(), rcv.Key{Owner: owner, Period: period}, nil) {
			_ = err
		}
	}
	series := func() (n int) {
		for _, name := range []string{
			"sii.client.call.duration", "sii.client.attempt.duration", "sii.client.answer.size", "sii.client.renewal.duration",
			"sii.client.wait.duration", "sii.client.rows", "sii.client.calls.active",
		} {
			n += len(tel.points(t, name))
		}
		return n
	}
	ask(10)
	ask(11)
	few := series()
	for month := 1; month <= 12; month++ {
		ask(month)
	}
	assert.Equal(t, few, series(), "no label depends on what is asked for")
	assert.Less(t, few, 60)

	allowed := []string{
		"sii.operation", "sii.service", "sii.environment", "sii.period", "sii.book", "sii.state", "sii.type", "sii.attempts",
		"server.address", "http.response.status_code", "http.response.body.size", "sii.token.origin", "error.type", "sii.estado",
	}
	secrets := append(tel.srv.Secrets(), planted, owner.String(), holder.String(), "76192083", "11111111")
	for _, s := range tel.spans.GetSpans() {
		for _, kv := range s.Attributes {
			assert.Contains(t, allowed, string(kv.Key))
		}
		text := fmt.Sprintf("%s %v %v %v", s.Name, s.Attributes, s.Events, s.Status)
		for _, secret := range secrets {
			assert.False(t, strings.Contains(text, secret), "%s in %s", secret, s.Name)
		}
	}
	assert.Greater(t, len(secrets), 6)
}

// leaky is a transport of somebody else, with secrets in its errors.
type leaky struct {
	base   http.RoundTripper
	secret string
}

func (l leaky) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "getDetalleCompra") {
		return nil, errors.New("proxy http://user:" + l.secret + "@10.0.0.1 refuses the clave=" + l.secret + " of " + owner.String())
	}
	return l.base.RoundTrip(req)
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, opt := range []siiotel.Option{nil, siiotel.WithTracerProvider(nil), siiotel.WithMeterProvider(nil)} {
		_, err := siiotel.New(opt)
		require.Error(t, err)
	}
	_, err := siiotel.New() // the global providers, which do nothing unless they are set
	require.NoError(t, err)
}

// BenchmarkCall tells what observing a call with one attempt costs, without the
// network.
func BenchmarkCall(b *testing.B) {
	observer, err := siiotel.New(siiotel.WithTracerProvider(sdktrace.NewTracerProvider()), siiotel.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(metric.NewManualReader()))))
	require.NoError(b, err)
	nothing, err := siiotel.New(siiotel.WithMeterProvider(noop.NewMeterProvider()))
	require.NoError(b, err)
	for name, o := range map[string]sii.Observer{"sdk": observer, "noop": nothing} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call := sii.Call{Op: "rcv.summary", Service: "rcv", Environment: "prod"}
				ctx := o.CallStart(b.Context(), call)
				inner := o.AttemptStart(ctx, sii.Attempt{Op: "rcv.summary", Service: "rcv", Number: 1})
				o.AttemptEnd(inner, sii.Attempt{Op: "rcv.summary", Service: "rcv", Number: 1}, sii.AttemptEnd{Host: "www4.sii.cl", HTTPStatus: 200})
				o.CallEnd(ctx, call, sii.CallEnd{Attempts: 1})
			}
		})
	}
}
