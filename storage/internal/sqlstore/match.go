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

// storedRow is a row of the register beside the document of the snapshot.
type storedRow struct {
	id    int64
	entry *entry
}

// What is to be known of a stored row, as bits.
const (
	rowGone   = 1 // it has the mark
	rowLegacy = 2 // an older program wrote it
)

// match finds for every stored row the document of the snapshot. Rows with the
// same hash are done with, unless the SII's numbers of a row, which do not count in
// a hash, may be new; of all others only the ids are held.
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
	entry *entry // the document that it can be read as, if the snapshot has it
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

// adopt takes rows of older programs for the documents that they are, where that
// is plain: a row that is written as the SII writes it, or the only one that can
// be read as the document. Where the store has a row of its own they are left
// over, as where the snapshot does not have them; they keep their writing.
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

// parseKey reads a key as this store writes it. ok is false of any other
// writing.
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

// parseNumber reads a number without zeros before it.
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

// lookKnown finds out what is known of the register. At its first import every
// document is new, or was written by another program. At the first after one of an
// export, the SII's numbers of rows may be new.
func (m *merge) lookKnown(ctx context.Context) error {
	err := m.session.queryRow(ctx, "SELECT coalesce(de_archivo, 1 = 1) FROM sii_rcv_importaciones WHERE libro = ? AND rut_empresa = ? AND periodo = ? ORDER BY id DESC LIMIT 1",
		append([]any{string(m.key.Book)}, m.keyArgs()...)...).Scan(&m.numberless)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	m.known = true
	return err
}
