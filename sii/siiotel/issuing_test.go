package siiotel_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siiotel"
)

func TestObserveIssuing(t *testing.T) {
	t.Parallel()
	reader := metric.NewManualReader()
	provider := siiotel.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	noon := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	i, failure := &siiotel.Issuing{
		Pending: 3, Sending: 1, Unknown: 2, Oldest: noon.Add(-time.Minute), Unsent: 4, Held: 5, Stock: map[chile.DocType]int64{33: 120},
	}, error(nil)
	registration, err := siiotel.ObserveIssuing("tienda", func(context.Context) (*siiotel.Issuing, error) { return i, failure }, func() time.Time { return noon }, provider)
	require.NoError(t, err)
	collect := func() map[string]string {
		var all metricdata.ResourceMetrics
		if err := reader.Collect(t.Context(), &all); err != nil {
			return nil
		}
		got := map[string]string{}
		for _, scope := range all.ScopeMetrics {
			for _, m := range scope.Metrics {
				switch data := m.Data.(type) {
				case metricdata.Gauge[int64]:
					for _, p := range data.DataPoints {
						got[m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())] = fmt.Sprint(p.Value)
					}
				case metricdata.Gauge[float64]:
					for _, p := range data.DataPoints {
						got[m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())] = fmt.Sprint(p.Value)
					}
				}
			}
		}
		return got
	}
	assert.Equal(t, map[string]string{
		"sii.issuing.envelopes sii.company=tienda,sii.state=pending": "3",
		"sii.issuing.envelopes sii.company=tienda,sii.state=sending": "1",
		"sii.issuing.envelopes sii.company=tienda,sii.state=unknown": "2",
		"sii.issuing.documents sii.company=tienda,sii.state=unsent":  "4",
		"sii.issuing.documents sii.company=tienda,sii.state=held":    "5",
		"sii.issuing.stock sii.company=tienda,sii.document.type=33":  "120",
		"sii.issuing.oldest sii.company=tienda":                      "60",
	}, collect())
	i.Oldest = time.Time{}
	assert.Equal(t, "0", collect()["sii.issuing.oldest sii.company=tienda"])
	failure = errors.New("the store is down")
	assert.Nil(t, collect(), "what cannot be read is no zero")
	require.NoError(t, registration.Unregister())

	_, err = siiotel.ObserveIssuing("", func(context.Context) (*siiotel.Issuing, error) { return i, nil }, nil)
	require.ErrorContains(t, err, "ObserveIssuing")
	_, err = siiotel.ObserveIssuing("tienda", nil, nil)
	require.ErrorContains(t, err, "ObserveIssuing")
	_, err = siiotel.ObserveIssuing("tienda", func(context.Context) (*siiotel.Issuing, error) { return i, nil }, nil, siiotel.WithMeterProvider(nil))
	require.ErrorContains(t, err, "WithMeterProvider")
}
