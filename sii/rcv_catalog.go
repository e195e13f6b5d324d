package sii

import (
	"context"

	"github.com/ofitec/chile/rcv"
)

// Types returns the types of document that the registers know, with the SII's
// names (getDatosInicio).
func (s *RCVService) Types(ctx context.Context) ([]rcv.TypeInfo, error) {
	return ask(ctx, s.facade, opTypes, Subject{}, registerPage, "getDatosInicio", noData{}, rcv.DecodeTypes)
}

// Companies returns the companies for which who signed in may act
// (getDcvEmpresasAutorizadas), among them who signed in. The SII seldom gives
// their names.
func (s *RCVService) Companies(ctx context.Context) ([]rcv.Company, error) {
	return ask(ctx, s.facade, opCompanies, Subject{}, registerPage, "getDcvEmpresasAutorizadas", noData{}, rcv.DecodeCompanies)
}

// EventKinds returns the kinds of event that a receiver may enter about a
// document in the portal (getEventosDoc).
func (s *RCVService) EventKinds(ctx context.Context) ([]rcv.EventKind, error) {
	return ask(ctx, s.facade, opEvents, Subject{}, registerPage, "getEventosDoc", noData{}, rcv.DecodeEventKinds)
}
