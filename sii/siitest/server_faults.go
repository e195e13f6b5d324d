package siitest

// Fail scripts a fault of an operation or, with OpAny, of all operations that show
// it. Several may be scripted; if several match a call, the oldest happens.
func (s *Server) Fail(op Op, fault Fault) { s.desk.script.add(op, fault) }

// ClearFaults removes all scripted faults.
func (s *Server) ClearFaults() { s.desk.script.clear() }
