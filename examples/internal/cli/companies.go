package cli

import (
	"bufio"
	"os"
	"strings"

	"github.com/ofitec/chile"
)

// ReadCompanies reads a RUT from the start of each line of a file. The rest of the line
// is for people, as are lines that begin with #. A file without RUTs is an error of
// usage, like every other error here.
func ReadCompanies(path string) ([]chile.RUT, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, Usagef("-companies: %w", err)
	}
	defer file.Close()
	var list []chile.RUT
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		rut, err := chile.ParseRUT(fields[0])
		if err != nil {
			return nil, Usagef("-companies: %s: line %d: %w", path, n, err)
		}
		list = append(list, rut)
	}
	if err := lines.Err(); err != nil {
		return nil, Usagef("-companies: %s: %w", path, err)
	}
	if len(list) == 0 {
		return nil, Usagef("-companies: no RUT in %s", path)
	}
	return list, nil
}
