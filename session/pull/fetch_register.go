package pull

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/session"
)

const (
	registerPath      = "/consdcvinternetui/services/data/facadeService"
	registerNamespace = "cl.sii.sdi.lob.diii.consdcv.data.api.interfaces.FacadeService"

	// recaptcha is the token that the portal's own page sends (seen in its code
	// and in nine clients).
	recaptcha = "t-o-k-e-n-web"
)

// Register downloads the export of a register in one state, like the button of
// the portal. It is not compared with the summary. For a completeness check, use
// sii.RCVService with the session as its token source. A month without movements
// has no rows.
func Register(ctx context.Context, s *session.Session, key rcv.Key, state rcv.State) (*Listing, error) {
	if !key.Valid() || !state.Valid() {
		return nil, fmt.Errorf("pull: a register needs an owner, a period, a book and a state, not %q %q", key, state)
	}
	method, action := "getDetalleCompraExport", "RCV_DDETC"
	if key.Book == rcv.Sales {
		method, action = "getDetalleVentaExport", "RCV_DDETV"
	}
	number, dv, _ := strings.Cut(key.Owner.String(), "-")
	var listing Listing
	err := s.Do(ctx, func(t *session.Turn) error {
		page, err := t.Facade(ctx, "export register", registerPath, registerNamespace, method, map[string]any{
			"rutEmisor": number, "dvEmisor": dv, "ptributario": key.Period.Compact(), "codTipoDoc": "0", "operacion": string(key.Book),
			"estadoContab": string(state), "accionRecaptcha": action, "tokenRecaptcha": recaptcha,
		})
		if err != nil {
			return err
		}
		f := newFile("", page.URL.String(), page.Body)
		f.Format, f.Kind, f.Book, f.State = FormatJSON, KindRegister, key.Book, state
		listing.Parts = append(listing.Parts, f)
		csv, name, err := readExport(page.Body)
		if err != nil {
			return fmt.Errorf("pull: %w", err)
		}
		f.Name = name
		if len(csv) == 0 {
			return nil
		}
		return f.readCSV(csv, &Options{State: state})
	})
	if err != nil {
		return nil, err
	}
	return &listing, nil
}

const (
	listPath      = "/consemitidosinternetui/services/data/facadeService"
	listNamespace = "cl.sii.sdi.lob.diii.consemitidos.data.api.interfaces.FacadeService"
)

// listSummary is the answer of getResumen for the list of documents.
type listSummary struct {
	Data *struct {
		Rows []struct {
			Type      chile.DocType `json:"tipoDoc"`
			Section   string        `json:"seccion"`
			Documents int           `json:"totalDoc"`
			Ref       int           `json:"refNCD"`
		} `json:"resumenDte"`
	} `json:"data"`
	listedAnswer
}

// Documents downloads the SII's list of electronic documents that a company has
// issued or received in a month. One type may be in several sections of the
// list (S1, S2, S4, S5); each section is a part. A part whose number of
// documents differs from the summary is ErrIncomplete. The sums that the list
// itself declares are not used, since they were seen to differ from its own
// rows.
func Documents(ctx context.Context, s *session.Session, company chile.RUT, period chile.Period, side Side) (*Listing, error) {
	number, dv, _ := strings.Cut(company.String(), "-")
	operation, method := 1, "getDetalle"
	if side == Received {
		operation, method = 2, "getDetalleRecibidos"
	}
	const op = "list documents"
	var listing Listing
	err := s.Do(ctx, func(t *session.Turn) error {
		page, err := t.Facade(ctx, op, listPath, listNamespace, "getResumen", map[string]any{
			"periodo": period.String(), "rutContribuyente": number, "dvContribuyente": dv, "operacion": operation,
		})
		if err != nil {
			return err
		}
		var summary listSummary
		if err := decodeJSON(page.Body, &summary); err != nil {
			return err
		}
		if err := statusError(summary.Status != nil, summary.listedAnswer); err != nil {
			return err
		}
		if summary.Data == nil || len(summary.Data.Rows) == 0 { // without documents the summary is the whole list
			f := newFile("", page.URL.String(), page.Body)
			f.Format, f.Kind = FormatJSON, KindDTE
			listing.Parts = append(listing.Parts, f)
			return nil
		}
		for _, row := range summary.Data.Rows {
			page, err := t.Facade(ctx, op, listPath, listNamespace, method, map[string]any{
				"tipoDoc": int(row.Type), "rut": number, "dv": dv, "periodo": period.String(), "operacion": operation,
				"derrCodigo": strconv.Itoa(int(row.Type)), "refNCD": row.Ref,
			})
			if err != nil {
				return err
			}
			f := newFile("", page.URL.String(), page.Body)
			f.Format = FormatJSON
			if err := f.readListed(&Options{Type: row.Type, Received: side == Received}); err != nil {
				return err
			}
			if got := len(f.Listed) + len(f.Unread); got != row.Documents {
				return fmt.Errorf("%w: type %d, section %s: %d documents where the summary says %d", ErrIncomplete, int(row.Type), row.Section, got, row.Documents)
			}
			listing.Parts = append(listing.Parts, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	listing.none = len(listing.Parts) == 0
	return &listing, nil
}
