package pdf417_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/dte/pdf417"
)

// tool is the path of a program that these tests compare with. Without it they skip, but
// continuous integration installs ZXingReader, and a reader that nobody asked has read
// nothing.
func tool(tb testing.TB, name string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if name == "ZXingReader" && os.Getenv("CI") != "" {
			tb.Fatalf("%s is not installed", name)
		}
		tb.Skipf("%s is not installed", name)
	}
	return path
}

// requireRead requires that a decoder of other people reads each symbol back, byte by
// byte. Images are two pixels a module and lie in one folder.
func requireRead(t *testing.T, symbols []*pdf417.Symbol, data [][]byte) {
	t.Helper()
	reader := tool(t, "ZXingReader")
	dir := t.TempDir()
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	const atOnce = 50 // images of one call
	for from := 0; from < len(symbols); from += atOnce {
		to := min(from+atOnce, len(symbols))
		args := []string{"-bytes", "-norotate", "-noscale", "-format", "PDF417"}
		for i := from; i < to; i++ {
			name := filepath.Join(dir, fmt.Sprintf("%d.png", i))
			var file bytes.Buffer
			require.NoError(t, encoder.Encode(&file, symbols[i].Image(2, 6, 20)))
			require.NoError(t, os.WriteFile(name, file.Bytes(), 0o600))
			args = append(args, name)
		}
		read, _ := exec.Command(reader, args...).Output() // its status tells of the last image alone
		if bytes.Equal(read, bytes.Join(data[from:to], nil)) {
			continue
		}
		for i := from; i < to; i++ { // which of them
			requireReadImage(t, symbols[i].Image(2, 6, 20), data[i])
		}
		t.Fatal("the images of one call are not read in order")
	}
}

// requireReadImage requires the same of one image.
func requireReadImage(t *testing.T, img image.Image, data []byte) {
	t.Helper()
	reader := tool(t, "ZXingReader")
	name := filepath.Join(t.TempDir(), "image.png")
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, img))
	require.NoError(t, os.WriteFile(name, file.Bytes(), 0o600))
	read, err := exec.Command(reader, "-bytes", "-format", "PDF417", name).CombinedOutput()
	require.NoError(t, err, "%s", read)
	require.Equal(t, data, read)
}

// zint is the rows of the symbol that zint makes: modules as 0 and 1.
func zint(tb testing.TB, data []byte, columns, level int) []string {
	tb.Helper()
	program := tool(tb, "zint")
	name := filepath.Join(tb.TempDir(), "data")
	require.NoError(tb, os.WriteFile(name, data, 0o600))
	dump, err := exec.Command(program, "--barcode=PDF417", "--binary", "--dump",
		fmt.Sprint("--cols=", columns), fmt.Sprint("--secure=", level), "--input="+name).CombinedOutput()
	require.NoError(tb, err, "%s", dump)
	var rows []string
	for line := range strings.Lines(string(dump)) {
		digits := strings.ReplaceAll(strings.TrimSpace(line), " ", "")
		packed, err := hex.DecodeString(digits + strings.Repeat("0", len(digits)%2))
		require.NoError(tb, err, "%s", dump)
		rows = append(rows, modules(packed, 17*(columns+4)+1))
	}
	return rows
}

// modules writes the bits of a row as 0 and 1.
func modules(packed []byte, width int) string {
	var b strings.Builder
	for _, octet := range packed {
		fmt.Fprintf(&b, "%08b", octet)
	}
	return b.String()[:width]
}
