package sii

import (
	"context"

	"github.com/ofitec/chile/rcv"
)

// Types returns the types of document in the registers, with the SII's names
// (getDatosInicio).
func (s *RCVService) Types(ctx context.Context) ([]rcv.TypeInfo, error) {
	return ask(ctx, s.facade, opTypes, Subject{}, registerPage, "getDatosInicio", noData{}, rcv.DecodeTypes)
}

// Companies returns the companies for which the logged-in person may act
// (getDcvEmpresasAutorizadas), including the person. The SII seldom gives their
// names.
func (s *RCVService) Companies(ctx context.Context) ([]rcv.Company, error) {
	return ask(ctx, s.facade, opCompanies, Subject{}, registerPage, "getDcvEmpresasAutorizadas", noData{}, rcv.DecodeCompanies)
}

// EventKinds returns the kinds of event that a receiver may record for a
// document in the portal (getEventosDoc).
func (s *RCVService) EventKinds(ctx context.Context) ([]rcv.EventKind, error) {
	return ask(ctx, s.facade, opEvents, Subject{}, registerPage, "getEventosDoc", noData{}, rcv.DecodeEventKinds)
}
