package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/rcv"
	"github.com/ofitec/chile/sii/siitest"
)

// What a fake SII has unless flags say otherwise.
var (
	FakeOwner  = chile.MustParseRUT("76192083-9")
	FakeHolder = chile.MustParseRUT("11111111-1")
	FakePeriod = chile.MustParsePeriod("2026-10")
)

// fakeSeed and FakeDocuments make the generated data: the same at every run.
const (
	fakeSeed      = 1
	FakeDocuments = 120
)

// FillFake gives a fake SII the registers of CSV files, or generated ones if
// there are none.
func FillFake(fake *siitest.Server, owner chile.RUT, period chile.Period, purchases, sales Files) error {
	if len(purchases)+len(sales) == 0 {
		fake.Load(owner, period, siitest.Generate(fakeSeed, owner, period, FakeDocuments))
		return nil
	}
	for book, paths := range map[rcv.Book]Files{rcv.Purchases: purchases, rcv.Sales: sales} {
		for _, path := range paths {
			if err := loadCSV(fake, rcv.Key{Owner: owner, Period: period, Book: book}, path); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	return nil
}

func loadCSV(fake *siitest.Server, key rcv.Key, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return fake.LoadCSV(key, filepath.Base(path), file)
}
