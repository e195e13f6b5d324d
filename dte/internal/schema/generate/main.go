// Generate writes the tables of package schema from a folder of the SII's
// schemas.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	from := flag.String("from", "", "folder of the schemas; the newer ones are in its folders dte-newer and boleta-newer")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(*from, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1) //nolint:forbidigo // a program
	}
}

// sources are the files with roots, and their set: 0 for both, 1 for the newer,
// 2 for the older.
var sources = []struct {
	file string
	set  int
}{
	{"dte-newer/DTE_v10.xsd", 1},
	{"dte-newer/EnvioDTE_v10.xsd", 1},
	{"DTE_v10.xsd", 2},
	{"EnvioDTE_v10.xsd", 2},
	{"boleta-newer/EnvioBOLETA_v11.xsd", 1},
	{"EnvioBOLETA_v11.xsd", 2},
	{"AEC_v10.xsd", 0},
	{"ConsumoFolio_v10.xsd", 0},
	{"EnvioRecibos_v10.xsd", 0},
	{"RespuestaEnvioDTE_v10.xsd", 0},
	{"RespSII_v10.xsd", 0},
	{"LibroCV_v10.xsd", 0},
	{"LibroGuia_v10.xsd", 0},
	{"LibroBOLETA_v10.xsd", 0},
}

func run(from, out string) error {
	if from == "" || out == "" {
		return errors.New("-from and -out are needed")
	}
	t := newTables()
	for _, s := range sources {
		f := newFile(t)
		if strings.HasPrefix(s.file, "dte-newer/") {
			f.added = format25
		}
		if err := f.load(from, s.file); err != nil {
			return fmt.Errorf("%s: %w", s.file, err)
		}
		if err := f.roots(s.file, s.set); err != nil {
			return fmt.Errorf("%s: %w", s.file, err)
		}
	}
	text, err := t.source()
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644) //nolint:gosec // source code
}
