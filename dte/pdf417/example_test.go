package pdf417_test

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"

	"github.com/ofitec/chile/dte/pdf417"
)

func ExampleFit() {
	ted := []byte(`<TED version="1.0"><DD><RE>76111111-6</RE>` + strings.Repeat("\xd1", 730) + `</DD></TED>`)
	frame := pdf417.OnPage()
	frame.MaxHeight = 30 // the room on this page
	symbol, size, err := pdf417.Fit(ted, frame, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d columns, %.1f × %.1f mm, modules of %.2f mm\n", symbol.Columns(), size.Width, size.Height, size.Module)

	const x, y = 20, 230 // mm, where the symbol goes
	for bar := range symbol.Bars() {
		fmt.Printf("%.2f %.2f %.2f %.2f re f\n", x+float64(bar.X)*size.Module, y+float64(bar.Row)*size.Row,
			float64(bar.Width)*size.Module, float64(bar.Rows)*size.Row)
		break // only the first here
	}
	// Output:
	// 18 columns, 90.0 × 28.8 mm, modules of 0.24 mm
	// 20.00 230.00 1.92 28.80 re f
}

func ExampleEncode() {
	symbol, err := pdf417.Encode([]byte("<TED>\xd1</TED>"), nil) // ISO-8859-1, as it was signed
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(symbol.Rows(), "rows of", symbol.Width(), "modules")

	var file bytes.Buffer
	err = png.Encode(&file, symbol.Image(3, 9, 60))
	fmt.Println(file.Len() > 0, err)
	// Output:
	// 6 rows of 307 modules
	// true <nil>
}
