package siitest

import "github.com/ofitec/chile"

// AddUser lets somebody log in to the portal. The companies for which they may
// act are those of Authorize.
func (s *Server) AddUser(rut chile.RUT, u User) { s.portal.addUser(rut, u) }

// Sessions returns how many sessions of the portal somebody has open.
func (s *Server) Sessions(rut chile.RUT) int {
	return s.desk.access.portalSessions(rut, s.desk.now())
}

// AddHonoraria adds boletas de honorarios that somebody issued or received.
func (s *Server) AddHonoraria(owner chile.RUT, period chile.Period, side Side, boletas ...Honorarium) {
	s.portal.addHonoraria(listKey{owner, period, side}, boletas)
}

// AddListed adds documents that a company issued or received to its lists: that of
// the month, and that of MIPYME, which has all months.
func (s *Server) AddListed(company chile.RUT, period chile.Period, side Side, documents ...Listing) {
	s.portal.addListed(listKey{company, period, side}, documents)
}
