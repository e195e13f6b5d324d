package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
)

// Why there is no folio.
var (
	errTaken   = errors.New("folio was used meanwhile")
	errNoCAF   = errors.New("no CAF of this type")
	errUsedUp  = errors.New("all folios of the CAFs are used")
	errCompany = errors.New("the CAFs are of another company")
)

func spanishFolios(err error) string {
	switch {
	case errors.Is(err, errNoCAF):
		return "no hay un CAF de este tipo"
	case errors.Is(err, errUsedUp):
		return "todos los folios de los CAF están usados"
	default:
		return "los CAF son de otra empresa"
	}
}

// folios hands out the folios of CAFs, in their order. Files of a
// directory remember the used ones: a file can be made only once, whatever other
// processes do.
type folios struct {
	company chile.RUT
	cafs    map[chile.DocType][]*dte.Authorization
	last    map[chile.DocType]chile.Folio // the last one that was seen to be used
	dir     string
}

// newFolios checks that the company may use the CAFs.
func newFolios(cafs []*dte.Authorization, company chile.RUT, environment chile.Environment, at time.Time, dir string) (*folios, error) {
	f := &folios{company: company, cafs: map[chile.DocType][]*dte.Authorization{}, last: map[chile.DocType]chile.Folio{}}
	for _, caf := range cafs {
		if err := caf.CheckFor(company, environment, chile.DateOf(at)); err != nil {
			return nil, fmt.Errorf("%s: %w", caf, err)
		}
		f.cafs[caf.Type()] = append(f.cafs[caf.Type()], caf)
	}
	for _, same := range f.cafs {
		slices.SortFunc(same, func(a, b *dte.Authorization) int { return cmp.Compare(a.Range().From, b.Range().From) })
		for i, caf := range same[1:] {
			if before := same[i]; before.Range().To >= caf.Range().From {
				return nil, fmt.Errorf("two CAFs have the same folios: %s and %s", before, caf)
			}
		}
	}
	f.dir = filepath.Join(dir, "folios")
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, err
	}
	return f, f.remember()
}

// remember finds the last folios that were used.
func (f *folios) remember() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		var body, folio int64
		var digit string
		var of int
		if n, _ := fmt.Sscanf(entry.Name(), "%d-%1s-%d-%d", &body, &digit, &of, &folio); n < 4 {
			continue
		}
		id := chile.DocumentID{Issuer: f.company, Type: chile.DocType(of), Folio: chile.Folio(folio)}
		if entry.Name() == mark(id) {
			f.last[id.Type] = max(f.last[id.Type], id.Folio)
		}
	}
	return nil
}

// mark is the name of the file that marks a folio as used.
func mark(id chile.DocumentID) string {
	return fmt.Sprintf("%s-%d-%d", id.Issuer, int(id.Type), int64(id.Folio))
}

// caf returns the CAF that has the next folio of a type.
func (f *folios) caf(of chile.DocType) *dte.Authorization {
	for _, caf := range f.cafs[of] {
		if caf.Range().To > f.last[of] {
			return caf
		}
	}
	return nil
}

// authorised returns the day of the CAF that has the next folio of a type, zero if
// none has.
func (f *folios) authorised(of chile.DocType) chile.Date {
	if caf := f.caf(of); caf != nil {
		return caf.CAF().Data.Date
	}
	return chile.Date{}
}

// next returns the next folio that is not known to be used.
func (f *folios) next(company chile.RUT, of chile.DocType) (*dte.Authorization, chile.Folio, error) {
	caf := f.caf(of)
	switch {
	case company != f.company:
		return nil, 0, fmt.Errorf("%w: %s, not %s", errCompany, f.company, company)
	case f.cafs[of] == nil:
		return nil, 0, fmt.Errorf("%w: %d", errNoCAF, int(of))
	case caf == nil:
		return nil, 0, fmt.Errorf("%w: %d", errUsedUp, int(of))
	}
	return caf, max(caf.Range().From, f.last[of]+1), nil
}

// use marks a folio as used, before its document leaves this process. The error is
// errTaken if it was.
func (f *folios) use(id chile.DocumentID) error {
	f.last[id.Type] = max(f.last[id.Type], id.Folio)
	err := create(filepath.Join(f.dir, mark(id)), nil)
	if errors.Is(err, fs.ErrExist) {
		return errTaken
	}
	return err
}
