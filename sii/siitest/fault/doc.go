// Package fault has the known ways in which the SII does not answer as usual. Each
// is a siitest.Fault with a name; the comment of its function gives the source.
// Methods of a fault set when it happens:
//
//	srv.Fail(siitest.OpDetail, fault.Maintenance().Repeated(2))
//	srv.Fail(siitest.OpAny, fault.CutOff(500).Randomly(0.01))
//	srv.Fail(siitest.OpSummary, fault.TooManyRequests(time.Minute).Beyond(200, 5*time.Minute))
//
// Symptoms returns them all. The pages are texts for siitest.Fault.Body, without a
// fault of their own: the portal sometimes shows them first.
package fault
