package siirecord

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/ofitec/chile/internal/redact"
)

// withoutFiles removes the files from a form: they are a company's complete
// documents. It returns why, or "" if there are none.
func withoutFiles(header http.Header, body []byte) (kept []byte, missing string) {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || parameters["boundary"] == "" {
		return body, ""
	}
	between := []byte("--" + parameters["boundary"])
	parts := bytes.Split(body, between)
	var left []string
	for i, part := range parts {
		head, content, _ := bytes.Cut(part, []byte("\r\n\r\n"))
		named := bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(head)), []byte("content-disposition:"))
		switch {
		case i == 0 && len(part) == 0, i == len(parts)-1 && bytes.HasPrefix(part, []byte("--")):
		case !named: // an unknown part
			parts[i] = []byte("\r\n" + redact.Mark + "\r\n")
		case bytes.Contains(bytes.ToLower(head), []byte("filename")):
			content = bytes.TrimSuffix(content, []byte("\r\n"))
			parts[i] = append(bytes.Clone(head), "\r\n\r\n"+redact.Mark+"\r\n"...)
			left = append(left, fmt.Sprintf("a file of %d bytes, SHA-256 %x", len(content), sha256.Sum256(content)))
		}
	}
	return bytes.Join(parts, between), strings.Join(left, ", ")
}
