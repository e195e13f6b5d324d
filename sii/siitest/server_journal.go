package siitest

// Requests returns the calls of known operations, in the order in which they
// came: the last hundred thousand or so.
func (s *Server) Requests() []Request { return s.desk.journal.list() }

// ForgetRequests empties what Requests returns. Counts stay.
func (s *Server) ForgetRequests() { s.desk.journal.forget() }

// Count returns how often an operation was called; of OpAny, how often any was.
func (s *Server) Count(op Op) int { return s.desk.journal.count(op) }

// Secrets returns the seeds and tokens that the fake gave, in order, for a test
// that looks for them where they must not be.
func (s *Server) Secrets() []string { return s.desk.journal.given() }

// Violations returns what clients did wrong, in order.
func (s *Server) Violations() []Violation { return s.desk.journal.violated() }
