package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"reflect"

	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/xmlsig"
)

// source is a draft, or why there is none.
type source struct {
	name  string // FILE, or FILE#n of one in a list
	key   string // of the document, where documents are kept
	draft *issue.Draft
	err   error
}

// read reads the drafts of files, one after the other. Their keys are PREFIX/n or,
// without a prefix, that of their file and their place in it.
func (s *settings) read(paths []string) iter.Seq[source] {
	return func(yield func(source) bool) {
		all := 0
		for _, path := range paths {
			texts, list, err := split(path)
			if err != nil {
				texts = []json.RawMessage{nil}
			}
			for i, text := range texts {
				all++
				from := source{name: path, err: err, key: fmt.Sprintf("%s/%d", filepath.Base(path), i+1)}
				if s.prefix != "" {
					from.key = fmt.Sprintf("%s/%d", s.prefix, all)
				}
				if list {
					from.name = fmt.Sprintf("%s#%d", path, i+1)
				}
				if err == nil {
					from.draft, from.err = issue.ParseDraft(text)
				}
				if !yield(from) {
					return
				}
			}
		}
	}
}

// maxFile bounds the file of drafts.
const maxFile = 256 << 20

// split returns the drafts of a file, and whether it holds a list.
func split(path string) (drafts []json.RawMessage, list bool, err error) {
	text, err := readFile(path)
	if err != nil {
		return nil, false, err
	}
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("[")) {
		return []json.RawMessage{text}, false, nil
	}
	if err := json.Unmarshal(text, &drafts); err != nil {
		return nil, false, fmt.Errorf("%w: %w", issue.ErrJSON, err)
	}
	if len(drafts) == 0 {
		return nil, false, fmt.Errorf("%w: an empty list", issue.ErrJSON)
	}
	return drafts, true, nil
}

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%w: a file of more than %d bytes", xmlsig.ErrLimit, maxFile)
	}
	return bytes.TrimPrefix(text, []byte("\uFEFF")), err
}

// readCompany reads the names and values of an Emisor: alone, or in a draft.
func readCompany(path string) (*dte.Issuer, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	var around struct{ Encabezado, Emisor json.RawMessage }
	if json.Unmarshal(text, &around) == nil {
		switch {
		case around.Emisor != nil:
			text = around.Emisor
		case around.Encabezado != nil:
			draft, err := issue.ParseDraft(text)
			if err != nil {
				return nil, err
			}
			return &draft.Issuer, nil
		}
	}
	draft, err := issue.ParseDraft(fmt.Appendf(nil, `{"Encabezado": {"Emisor": %s}}`, text))
	if err != nil {
		return nil, err
	}
	return &draft.Issuer, nil
}

// complete fills what the issuer of a draft lacks.
func complete(issuer, company *dte.Issuer) {
	hasName, hasActivity := issuer.Name+issuer.ReceiptName != "", issuer.Activity+issuer.ReceiptActivity != ""
	to, from := reflect.ValueOf(issuer).Elem(), reflect.ValueOf(company).Elem()
	for i := range to.NumField() {
		name := to.Type().Field(i).Name
		switch {
		case !to.Field(i).IsZero():
		case hasName && (name == "Name" || name == "ReceiptName"):
		case hasActivity && (name == "Activity" || name == "ReceiptActivity"):
		default:
			to.Field(i).Set(from.Field(i))
		}
	}
}
