package siitest

// Requests returns the calls of known operations, in order of arrival: about
// the last hundred thousand.
func (s *Server) Requests() []Request { return s.desk.journal.list() }

// ForgetRequests empties what Requests returns. Counts stay.
func (s *Server) ForgetRequests() { s.desk.journal.forget() }

// Count returns how often an operation was called; for OpAny, the sum over all.
func (s *Server) Count(op Op) int { return s.desk.journal.count(op) }

// Secrets returns the issued seeds and tokens, in order, for tests that search
// for them where they must not be.
func (s *Server) Secrets() []string { return s.desk.journal.given() }

// Violations returns what clients did wrong, in order.
func (s *Server) Violations() []Violation { return s.desk.journal.violated() }
