package pull

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/session"
)

const (
	bheURL    = "https://loa.sii.cl/cgi_IMT/TMBCOC_InformeMensualBhe.cgi"
	bheRecURL = "https://loa.sii.cl/cgi_IMT/TMBCOC_InformeMensualBheRec.cgi"

	mipymeIssuedURL   = "https://www1.sii.cl/cgi-bin/Portal001/mipeAdminDocsEmi.cgi"
	mipymeReceivedURL = "https://www1.sii.cl/cgi-bin/Portal001/mipeAdminDocsRcp.cgi"
)

// maxPages bounds a paged list; a page has a hundred rows.
const maxPages = 10_000

// BHE downloads the boletas de honorarios of the holder in a month, all pages of
// the report. It covers only the logged-in holder: for a company's, log in as the
// company. Fewer boletas than the report says, or a repeated page, are
// ErrIncomplete. Unverified: no report of more than one page was seen; three
// clients count pages from 0.
func BHE(ctx context.Context, s *session.Session, period chile.Period, side Side) (*Listing, error) {
	address := bheURL
	if side == Received {
		address = bheRecURL
	}
	number, dv, _ := strings.Cut(s.Holder().String(), "-")
	var listing Listing
	err := s.Do(ctx, func(t *session.Turn) error {
		for n := 0; ; n++ {
			page, err := t.Post(ctx, "list boletas", address, url.Values{
				"rut_arrastre": {number}, "dv_arrastre": {dv}, "pagina_solicitada": {strconv.Itoa(n)},
				"cbmesinformemensual": {fmt.Sprintf("%02d", int(period.Month))}, "cbanoinformemensual": {strconv.Itoa(period.Year)},
			})
			if err != nil {
				return err
			}
			f, err := listed(page, KindBHE, &Options{Received: side == Received})
			if err != nil {
				return err
			}
			listing.Parts = append(listing.Parts, f)
			if n+1 >= f.Pages || n >= maxPages {
				return nil
			}
		}
	})
	if err == nil {
		err = checkOnce(listing.BHE(), func(b *session.BHE) identity { return identity{b.Counterparty, "boleta", b.Folio} })
	}
	if last := len(listing.Parts) - 1; err == nil && listing.rows() != listing.Parts[last].total {
		err = fmt.Errorf("%w: %d boletas where the report says %d", ErrIncomplete, listing.rows(), listing.Parts[last].total)
	}
	if err != nil {
		return nil, err
	}
	return &listing, nil
}

// MIPYMEQuery selects documents of the free invoicing system. The zero value
// selects all.
type MIPYMEQuery struct {
	From, To chile.Date // of the document's date, both included; a zero end is open
	Type     chile.DocType
}

// MIPYME downloads the documents that a company has issued or received with the
// SII's free invoicing system. The company is chosen first, for the duration of
// the download. A repeated or missing page is ErrIncomplete.
func MIPYME(ctx context.Context, s *session.Session, company chile.RUT, side Side, query MIPYMEQuery) (*Listing, error) {
	address, party := mipymeIssuedURL, "RUT_RECP"
	if side == Received {
		address, party = mipymeReceivedURL, "RUT_EMI"
	}
	var listing Listing
	err := s.Do(ctx, func(t *session.Turn) error {
		if err := t.ChooseCompany(ctx, company); err != nil {
			return err
		}
		for n := 1; ; n++ {
			form := url.Values{
				party: {""}, "FOLIO": {""}, "RZN_SOC": {""}, "FEC_DESDE": {dateText(query.From)}, "FEC_HASTA": {dateText(query.To)},
				"TPO_DOC": {""}, "ESTADO": {""}, "ORDEN": {""}, "NUM_PAG": {strconv.Itoa(n)},
			}
			if query.Type != 0 {
				form.Set("TPO_DOC", strconv.Itoa(int(query.Type)))
			}
			page, err := t.Get(ctx, "list MIPYME", address+"?"+form.Encode())
			if err != nil {
				return err
			}
			f, err := listed(page, KindMIPYME, &Options{Received: side == Received})
			if err != nil {
				return err
			}
			listing.Parts = append(listing.Parts, f)
			switch {
			case f.Pages > maxPages || f.Pages > 0 && f.Page != n:
				return fmt.Errorf("%w: page %d of %d arrived instead of page %d", ErrIncomplete, f.Page, f.Pages, n)
			case f.Pages == 0 && len(f.MIPYME)+len(f.Unread) >= bhePage:
				return fmt.Errorf("%w: a full page that does not say how many there are", ErrIncomplete)
			case n >= f.Pages:
				return nil
			}
		}
	})
	if err == nil {
		err = checkOnce(listing.MIPYME(), func(d *session.MIPYMEDocument) identity {
			return identity{d.Counterparty, d.TypeName + " " + d.Code, d.Folio}
		})
	}
	if err != nil {
		return nil, err
	}
	return &listing, nil
}

func dateText(d chile.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// listed reads a page that must be a list of that kind.
func listed(page *session.Page, kind Kind, o *Options) (*File, error) {
	f, err := normalize(newFile("", page.URL.String(), page.Body), o)
	if err != nil {
		return nil, err
	}
	if f.Kind != kind {
		return nil, layoutError(f.Format, nil, fmt.Errorf("a list of %s instead of one of %s", f.Kind, kind))
	}
	return f, nil
}
