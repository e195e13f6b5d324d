package sii

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// boletaPage is the page where a company completes its registers. Seen in three
// clients, which request 1, 10 and 100 rows of the first page; one of them gets
// all days with 1.
var boletaPage = page{
	path:      "/complementoscvui/",
	methods:   "services/data/facadeServiceBoletasDiarias/",
	namespace: "cl.sii.sdi.lob.diii.dcv.data.impl.boletasdiarias.FacadeSettingApplicationService/",
	rows:      &pageRows{Size: 100, Index: 1},
}

// boletaData are the parameters of its method.
type boletaData struct {
	RUT    string `json:"rut"`
	DV     string `json:"dv"`
	Period string `json:"periodo"`
	Type   string `json:"tipoDocumento"`
}

// Boletas returns the SII's boletas (type 39) or payment vouchers (type 48) of a
// company and month, day by day (obtieneListaBoletasMes). The register has only
// their total. The key's book may be left empty; that of purchases is
// ErrInvalidRequest.
//
// The days are counted and summed and compared with that total, and with the
// SII's own total of the days. If they differ, the month is returned with an
// *IncompleteError.
//
// Unverified: the shape of the answer is known from one client. An answer in
// another shape is ErrProtocol or a *rcv.RowError, never a wrong amount.
func (s *RCVService) Boletas(ctx context.Context, key rcv.Key, typ chile.DocType) (*rcv.BoletaMonth, error) {
	key, err := inBook(opBoletas, key, rcv.Sales)
	if err != nil {
		return nil, err
	}
	if err := checkKey(opBoletas, key, rcv.Registro); err != nil {
		return nil, err
	}
	if typ != chile.BoletaElectronica && typ != chile.ComprobantePagoElectronico {
		return nil, &Error{Op: opBoletas.name, Kind: ErrInvalidRequest, Err: errors.New("the SII has days only for the types 39 and 48")}
	}
	summary, err := s.facade.summary(ctx, key, rcv.Registro)
	if err != nil {
		return nil, err
	}
	number, dv, _ := strings.Cut(key.Owner.String(), "-")
	data := boletaData{RUT: number, DV: dv, Period: key.Period.Compact(), Type: fmt.Sprint(int(typ))}
	month, err := ask(ctx, s.facade, opBoletas, subjectOf(key, rcv.Registro, typ), boletaPage, "obtieneListaBoletasMes", data, func(r io.Reader) (*rcv.BoletaMonth, error) {
		return rcv.DecodeBoletas(r, key.Period, typ)
	})
	if err != nil {
		return nil, err
	}
	mismatches, err := month.Compare(summary.Lines...)
	if err != nil {
		return nil, err
	}
	if len(mismatches) > 0 {
		return month, &IncompleteError{Key: key, Mismatches: mismatches}
	}
	return month, nil
}
