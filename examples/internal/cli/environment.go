package cli

import (
	"fmt"

	"github.com/ofitec/chile/sii"
)

// Environment returns the SII at the URL or, if that is empty, the one with the
// name cert or prod.
func Environment(url, name string) (sii.Environment, error) {
	switch {
	case url != "":
		return sii.At(url), nil
	case name == "cert":
		return sii.Certification(), nil
	case name == "prod":
		return sii.Production(), nil
	default:
		return sii.Environment{}, fmt.Errorf("unknown environment %q: cert or prod", name)
	}
}
