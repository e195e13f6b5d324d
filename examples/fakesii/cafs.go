package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/sii/siitest"
)

// cafs is a flag that takes folio authorisations to write.
type cafs []caf

type caf struct {
	of       chile.DocType
	from, to chile.Folio
	path     string
}

var errCAF = errors.New("want TYPE:FROM-TO=FILE, as 33:1-100=caf33.xml")

// String implements flag.Value.
func (c *cafs) String() string {
	var list []string
	for _, caf := range *c {
		list = append(list, caf.path)
	}
	return strings.Join(list, " ")
}

// Set implements flag.Value.
func (c *cafs) Set(text string) error {
	what, path, _ := strings.Cut(text, "=")
	added, ok := parseFolios(what)
	if !ok || path == "" {
		return errCAF
	}
	added.path = path
	*c = append(*c, added)
	return nil
}

// parseFolios reads a type and a range of folios.
func parseFolios(text string) (folios caf, ok bool) {
	of, span, _ := strings.Cut(text, ":")
	from, to, _ := strings.Cut(span, "-")
	var errs [3]error
	folios.of, errs[0] = chile.ParseDocType(of)
	folios.from, errs[1] = chile.ParseFolio(from)
	folios.to, errs[2] = chile.ParseFolio(to)
	return folios, errors.Join(errs[:]...) == nil
}

// writeCAFs writes the folio authorisations of the company, and the key that proves
// them. Only the owner can read the authorisations, because they have the key that
// stamps.
func writeCAFs(fake *siitest.Server, opts *options) error {
	for _, caf := range opts.cafs {
		file, err := siitest.NewCAF(opts.owner, caf.of, caf.from, caf.to, siitest.WithCAFKeyID(opts.cafKeyID))
		if err == nil {
			err = fake.AddCAF(file)
		}
		if err != nil {
			return fmt.Errorf("-caf %s: %w", caf.path, err)
		}
		if err := os.WriteFile(caf.path, file, 0o600); err != nil {
			return err
		}
	}
	if opts.cafKey == "" {
		return nil
	}
	return os.WriteFile(opts.cafKey, siitest.CAFKey(), 0o644) //nolint:gosec // a public key is for everybody
}
