package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
)

// storedRow is a row of the register with the document of the snapshot.
type storedRow struct {
	id    int64
	entry *entry
}

// Facts about a stored row, as bits.
const (
	rowGone   = 1 // it is marked as gone
	rowLegacy = 2 // an older program wrote it
)

// match finds the document of the snapshot for every stored row. Rows with the same
// hash are finished, unless the SII's numbers of rows, which are not hashed, may be
// new. For all other rows only the ids are kept.
func (m *merge) match(ctx context.Context) error {
	rows, err := m.session.query(ctx, "SELECT p.id, p."+m.table.counterparty+`, p.tipo_dte, p.folio, p.xml_hash,
		CASE WHEN p.datos IS NULL THEN 2 ELSE 0 END + CASE WHEN p.ausente_desde IS NULL THEN 0 ELSE 1 END
		FROM `+m.table.name+" p WHERE p.rut_empresa = ? AND p.periodo = ?", m.keyArgs()...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var legacy []legacyRow
	for rows.Next() {
		var id int64
		var flags int
		var counterparty, typ, folio, hash sql.RawBytes
		if err := rows.Scan(&id, &counterparty, &typ, &folio, &hash, &flags); err != nil {
			return err
		}
		if flags&rowLegacy != 0 {
			legacy = append(legacy, m.readLegacy(id, string(counterparty), string(typ), string(folio), flags&rowGone != 0))
			continue
		}
		var e *entry
		if key, ok := parseKey(counterparty, typ, folio); ok {
			e = m.arrived.find(key)
		}
		gone := flags&rowGone != 0
		switch {
		case e == nil || e.stored:
			if !gone {
				m.missing = append(m.missing, id)
			}
			continue
		case gone:
			m.doubtful = append(m.doubtful, storedRow{id, e})
		default:
			if sum, ok := sumOf(hash); !ok || sum != e.sum || m.numberless && !e.file {
				m.doubtful = append(m.doubtful, storedRow{id, e})
			}
		}
		e.stored = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	m.adopt(legacy)
	return nil
}

// legacyRow is a row that an older program wrote.
type legacyRow struct {
	id    int64
	entry *entry // the document that it can be read as, if it is in the snapshot
	exact bool   // its key is written as the SII writes it
	gone  bool
}

func (m *merge) readLegacy(id int64, counterparty, typ, folio string, gone bool) legacyRow {
	row := legacyRow{id: id, gone: gone}
	key, exact := parseKey(sql.RawBytes(counterparty), sql.RawBytes(typ), sql.RawBytes(folio))
	if !exact {
		rut, err := chile.ParseHyphenatedRUT(counterparty)
		if err != nil {
			return row
		}
		d := rcv.Document{Counterparty: rut}
		d.Type, _ = chile.ParseDocType(strings.TrimSpace(typ))
		d.Folio, _ = chile.ParseFolio(strings.TrimSpace(folio))
		if d.Type == 0 || d.Folio == 0 {
			return row
		}
		key = keyOf(&d)
	}
	row.entry, row.exact = m.arrived.find(key), exact
	return row
}

// adopt assigns rows of older programs to documents where this is certain: the
// row is written as the SII writes it, or it is the only row that can be read as
// the document. If the store has its own row for the document, or the snapshot
// does not have the document, the row is left unchanged.
func (m *merge) adopt(legacy []legacyRow) {
	readings := map[*entry]int{}
	for _, r := range legacy {
		if r.entry != nil {
			readings[r.entry]++
		}
	}
	for _, exact := range []bool{true, false} {
		for _, r := range legacy {
			switch {
			case r.exact != exact:
			case r.entry != nil && !r.entry.stored && (exact || readings[r.entry] == 1):
				r.entry.stored = true
				m.doubtful = append(m.doubtful, storedRow{r.id, r.entry})
			case !r.gone:
				m.missing = append(m.missing, r.id)
			}
		}
	}
}

// parseKey reads a key as this store writes it. ok is false for any other form.
func parseKey(counterparty, typ, folio []byte) (key documentKey, ok bool) {
	if n := len(counterparty); n > 0 {
		number, ok := parseNumber(counterparty[:max(n-2, 0)])
		if !ok || counterparty[n-2] != '-' {
			return key, false
		}
		rut, err := chile.NewRUT(number)
		if err != nil || rut.DV() != counterparty[n-1] {
			return key, false
		}
		key.counterparty = rut
	}
	number, ok := parseNumber(typ)
	if !ok || number < 0 || number > math.MaxInt32 {
		return key, false
	}
	key.typ = int32(number)
	number, ok = parseNumber(folio)
	key.folio = chile.Folio(number)
	return key, ok
}

// parseNumber reads a number without leading zeros.
func parseNumber(text []byte) (n int64, ok bool) {
	negative := len(text) > 1 && text[0] == '-'
	digits := text
	if negative {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(text) > 1 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// lookKnown finds what is known about the register. At its first import every
// document is new, or was written by another program. At the first import after
// one from an export, the SII's numbers of rows may be new.
func (m *merge) lookKnown(ctx context.Context) error {
	err := m.session.queryRow(ctx, "SELECT coalesce(de_archivo, 1 = 1) FROM sii_rcv_importaciones WHERE libro = ? AND rut_empresa = ? AND periodo = ? ORDER BY id DESC LIMIT 1",
		append([]any{string(m.key.Book)}, m.keyArgs()...)...).Scan(&m.numberless)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	m.known = true
	return err
}
