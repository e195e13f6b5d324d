// Package fault has what the SII is known to do when it does not answer as usual:
// each as a siitest.Fault with a name, the source of which its function tells. They
// combine with when they happen:
//
//	srv.Fail(siitest.OpDetail, fault.Maintenance().Repeated(2))
//	srv.Fail(siitest.OpAny, fault.CutOff(500).Randomly(0.01))
//	srv.Fail(siitest.OpSummary, fault.TooManyRequests(time.Minute).Beyond(200, 5*time.Minute))
//
// Symptoms has them all. The pages, for siitest.Fault.Body, have no fault of their
// own: they stand in front of the portal.
package fault
