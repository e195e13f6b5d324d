package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ofitec/chile"
)

// ReadCompanies reads a RUT from the start of each line of a file; what follows
// it is for people, and so are lines that begin with #.
func ReadCompanies(path string) ([]chile.RUT, error) {
	if path == "" {
		return nil, errors.New("-companies is required")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
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
			return nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		list = append(list, rut)
	}
	return list, lines.Err()
}
