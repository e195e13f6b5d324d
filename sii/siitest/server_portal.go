package siitest

import "github.com/ofitec/chile"

// AddUser registers a user of the portal. The user may act for the companies of
// Authorize.
func (s *Server) AddUser(rut chile.RUT, u User) { s.portal.addUser(rut, u) }

// Sessions returns how many portal sessions a user has open.
func (s *Server) Sessions(rut chile.RUT) int {
	return s.desk.access.portalSessions(rut, s.desk.now())
}

// AddHonoraria adds boletas de honorarios that a person issued or received.
func (s *Server) AddHonoraria(owner chile.RUT, period chile.Period, side Side, boletas ...Honorarium) {
	s.portal.addHonoraria(listKey{owner, period, side}, boletas)
}

// AddListed adds documents that a company issued or received to its lists: the
// month's list, and MIPYME's list of all months.
func (s *Server) AddListed(company chile.RUT, period chile.Period, side Side, documents ...Listing) {
	s.portal.addListed(listKey{company, period, side}, documents)
}
