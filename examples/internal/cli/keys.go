package cli

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/ofitec/chile/dte"
)

// AddKey reads N=FILE: a public key that proves CAFs, by its number (IDK).
func AddKey(keys dte.Keys, text string) error {
	number, file, ok := strings.Cut(text, "=")
	id, err := strconv.Atoi(number)
	if !ok || err != nil {
		return errors.New("not N=FILE")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	key, err := dte.ParseKey(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	keys[id] = key
	return nil
}
