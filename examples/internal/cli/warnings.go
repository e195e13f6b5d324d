package cli

import "github.com/ofitec/chile/sii/siisync"

// TellWarnings prints the warnings about an imported register.
func TellWarnings(out *Output, result *siisync.BookResult) {
	for _, text := range result.Warnings.Texts() {
		out.Text("Warning: %s: %s", result.Key, text)
	}
	if !result.Warnings.Empty() {
		out.Event(map[string]any{"event": "warnings", "register": result.Key.String(), "warnings": &result.Warnings})
	}
}
