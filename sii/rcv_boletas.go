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

// boletaPage is the page on which a company completes its registers. Seen in
// three clients, which ask for 1, 10 and 100 rows of the first page; one of them
// gets all days with 1.
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

// Boletas returns what the SII has of a company's boletas (type 39) or payment
// vouchers (type 48) of a month, day by day (obtieneListaBoletasMes). The
// register has but their total.
//
// The days are counted and summed and compared with that total, and with the
// SII's own sums beside the days. If they differ the month is returned with an
// *IncompleteError.
//
// Unverified: the shape of the answer is known from one client. An answer in
// another one is ErrProtocol or a *rcv.RowError, never a wrong amount.
func (s *RCVService) Boletas(ctx context.Context, owner chile.RUT, period chile.Period, typ chile.DocType) (*rcv.BoletaMonth, error) {
	key := rcv.Key{Owner: owner, Period: period, Book: rcv.Sales}
	if err := checkKey(opBoletas, key, rcv.Registro); err != nil {
		return nil, err
	}
	if typ != chile.BoletaElectronica && typ != chile.ComprobantePagoElectronico {
		return nil, &Error{Op: opBoletas.name, Kind: ErrInvalidRequest, Err: errors.New("the SII has days of the types 39 and 48 only")}
	}
	summary, err := s.Summary(ctx, owner, period, rcv.Sales, rcv.Registro)
	if err != nil {
		return nil, err
	}
	number, dv, _ := strings.Cut(owner.String(), "-")
	data := boletaData{RUT: number, DV: dv, Period: period.Compact(), Type: fmt.Sprint(int(typ))}
	month, err := ask(ctx, s.facade, opBoletas, subjectOf(key, rcv.Registro, typ), boletaPage, "obtieneListaBoletasMes", data, func(r io.Reader) (*rcv.BoletaMonth, error) {
		return rcv.DecodeBoletas(r, period, typ)
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
