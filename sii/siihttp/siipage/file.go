package siipage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
)

// file is one file of the page, ready to be served.
type file struct {
	contentType string
	etag        string
	body        []byte
}

// contentTypes are fixed here, because those of machines differ.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

func newFile(name string, body []byte) file {
	sum := sha256.Sum256(body)
	return file{contentType: contentTypes[path.Ext(name)], etag: `"` + hex.EncodeToString(sum[:16]) + `"`, body: body}
}

// load reads all embedded files except the page itself, which is a template.
func load() (map[string]file, error) {
	entries, err := static.ReadDir("static")
	if err != nil {
		return nil, fmt.Errorf("siipage: %w", err)
	}
	files := map[string]file{}
	for _, entry := range entries {
		if entry.Name() == "index.html" {
			continue
		}
		body, err := fs.ReadFile(static, "static/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("siipage: %w", err)
		}
		files[entry.Name()] = newFile(entry.Name(), body)
	}
	return files, nil
}
