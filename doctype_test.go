package chile_test

import (
	"encoding/csv"
	"encoding/xml"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/internal/sharedtest"
)

var (
	// The DTEs: DTE_v10.xsd, DTEType and its kin; EnvioBOLETA_v11.xsd.
	electronic = []chile.DocType{33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112}

	// What is subtracted in the books and registers.
	credits = []chile.DocType{60, 61, 106, 112}

	// What the registers show as a total of the month alone.
	summaries = []chile.DocType{35, 38, 39, 41, 47, 48, 105, 918, 919, 920, 921, 922, 924}

	// What the registers know (getDatosInicio of the RCV).
	inRegisters = []chile.DocType{
		29, 30, 32, 33, 34, 35, 38, 39, 40, 41, 43, 45, 46, 47, 48, 55, 56, 60, 61, 101, 102, 103, 104, 105, 106, 108, 109,
		110, 111, 112, 901, 902, 903, 904, 905, 906, 907, 909, 910, 911, 914, 919, 920, 922, 924,
	}

	// What documents may refer to besides documents (DTE format 2.2, TpoDocRef).
	references = []chile.DocType{801, 802, 803, 804, 805, 806, 807, 808, 809, 810, 811, 812, 813, 814, 815, 820, 888}
)

func TestDocTypesOfTheSII(t *testing.T) {
	t.Parallel()
	for typ := chile.DocType(-1); typ < 10_000; typ++ {
		assert.Equal(t, slices.Contains(electronic, typ), typ.Electronic(), int(typ))
		assert.Equal(t, slices.Contains(credits, typ), typ.Credit(), int(typ))
		assert.Equal(t, slices.Contains(summaries, typ), typ.Summary(), int(typ))
		assert.Equal(t, typ == 45 || typ == 46, typ.ByBuyer(), int(typ))
	}
	names := map[string]chile.DocType{}
	for _, typ := range slices.Concat(electronic, inRegisters, references, []chile.DocType{50, 99}) {
		assert.True(t, typ.Known(), int(typ))
		assert.Equal(t, strings.TrimSpace(typ.String()), typ.String())
		if other, taken := names[typ.String()]; taken {
			assert.Equal(t, other, typ, "two codes have the name %q", typ)
		}
		names[typ.String()] = typ
	}
}

func TestUnknownDocTypesAreKept(t *testing.T) {
	t.Parallel()
	typ, err := chile.ParseDocType("777")
	require.NoError(t, err)
	assert.EqualValues(t, 777, typ)
	assert.False(t, typ.Known())
	assert.False(t, typ.Electronic() || typ.Credit() || typ.Summary() || typ.ByBuyer())
	assert.Equal(t, "tipo 777", typ.String())
	assert.Equal(t, "tipo 0", chile.DocType(0).String())
}

func TestParseDocType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]chile.DocType{"33": 33, "033": 33, "1": 1, "9999": 9999} {
		got, err := chile.ParseDocType(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for text, want := range map[string]error{
		"": chile.ErrSyntax, "-33": chile.ErrSyntax, "+33": chile.ErrSyntax, "33.0": chile.ErrSyntax, " 33": chile.ErrSyntax,
		"HES": chile.ErrSyntax, "３３": chile.ErrSyntax,
		"0": chile.ErrRange, "000": chile.ErrRange, "10000": chile.ErrRange, strings.Repeat("3", 30): chile.ErrRange,
	} {
		typ, err := chile.ParseDocType(text)
		require.ErrorIs(t, err, want, "%q", text)
		assert.Zero(t, typ)
	}
}

// TestDocTypesAgainstPublishedTable reads a table that other projects use.
func TestDocTypesAgainstPublishedTable(t *testing.T) {
	t.Parallel()
	file, err := os.Open(sharedtest.Path(t, "tables", "document_types.csv"))
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"code", "name", "electronic"}, rows[0][:3])
	require.Greater(t, len(rows), 20)
	for _, row := range rows[1:] {
		typ, err := chile.ParseDocType(row[0])
		require.NoError(t, err)
		assert.True(t, typ.Known(), "%s %s", row[0], row[1])
		assert.Equal(t, row[2] == "1", typ.Electronic(), "%s %s", row[0], row[1])
	}
}

// TestDocTypesAgainstSchemaOfBooks reads the codes that the SII accepts in the
// books, which came before the registers.
func TestDocTypesAgainstSchemaOfBooks(t *testing.T) {
	t.Parallel()
	file, err := os.Open(sharedtest.Path(t, "schemas", "LibroCV_v10.xsd"))
	require.NoError(t, err)
	defer file.Close()
	var schema struct {
		Types []struct {
			Name   string `xml:"name,attr"`
			Values []struct {
				Value string `xml:"value,attr"`
			} `xml:"restriction>enumeration"`
		} `xml:"simpleType"`
	}
	decoder := xml.NewDecoder(file)
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) {
		return charmap.ISO8859_1.NewDecoder().Reader(input), nil
	}
	require.NoError(t, decoder.Decode(&schema))
	codes := 0
	for _, typ := range schema.Types {
		if typ.Name != "DoctoType" {
			continue
		}
		for _, enumeration := range typ.Values {
			code, err := chile.ParseDocType(enumeration.Value)
			require.NoError(t, err)
			assert.True(t, code.Known(), enumeration.Value)
			codes++
		}
	}
	assert.Greater(t, codes, 50)
}
