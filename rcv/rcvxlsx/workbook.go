package rcvxlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"
)

// book holds what is needed to read the first sheet of a workbook.
type book struct {
	parts    archive
	sheet    string // name of the part
	from1904 bool   // dates count from 1904
	shared   []string
}

// Limits of the texts that cells share.
const (
	maxShared     = 1 << 20  // texts
	maxSharedText = 64 << 20 // bytes of all of them
)

// relation is what a part states about another part.
type relation struct{ kind, target string }

// openBook finds the first sheet and reads the texts that its cells share.
func openBook(workbook []byte) (*book, error) {
	parts, err := openArchive(workbook)
	if err != nil {
		return nil, err
	}
	b := &book{parts: parts}
	root, err := b.root()
	if err != nil {
		return nil, err
	}
	var sheets []string
	err = parts.read(root, func(token xml.Token) error {
		tag, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case tag.Name.Local == "workbookPr":
			on := attribute(tag, "date1904")
			b.from1904 = on == "1" || on == "true"
		case tag.Name.Local == "sheet" && len(sheets) < maxParts:
			sheets = append(sheets, attribute(tag, "id"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	relations, err := b.relations(root)
	if err != nil {
		return nil, err
	}
	for _, id := range sheets {
		if r := relations[id]; b.sheet == "" && r.kind == "worksheet" {
			b.sheet = r.target
		}
	}
	if b.sheet == "" {
		return nil, errors.New("the workbook has no sheet")
	}
	for _, r := range relations {
		if r.kind == "sharedStrings" {
			return b, b.readShared(r.target)
		}
	}
	return b, nil
}

// root returns the part that lists the sheets.
func (b *book) root() (string, error) {
	relations, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range relations {
		if r.kind == "officeDocument" {
			return r.target, nil
		}
	}
	return "xl/workbook.xml", nil
}

// relations reads the relations of a part by their ids.
func (b *book) relations(of string) (map[string]relation, error) {
	folder, name := path.Split(of)
	found := make(map[string]relation)
	err := b.parts.read(folder+"_rels/"+name+".rels", func(token xml.Token) error {
		tag, ok := token.(xml.StartElement)
		if !ok || tag.Name.Local != "Relationship" {
			return nil
		}
		if len(found) == maxParts {
			return fmt.Errorf("%w: more than %d relations", ErrTooLarge, maxParts)
		}
		target := attribute(tag, "Target")
		if !strings.HasPrefix(target, "/") {
			target = folder + target
		}
		kind := attribute(tag, "Type")
		found[attribute(tag, "Id")] = relation{kind[strings.LastIndexByte(kind, '/')+1:], target}
		return nil
	})
	return found, err
}

// readShared reads the texts that cells share.
func (b *book) readShared(part string) error {
	var text text
	bytes := 0
	return b.parts.read(part, func(token xml.Token) error {
		switch tag := token.(type) {
		case xml.StartElement:
			text.start(tag.Name.Local)
		case xml.CharData:
			return text.add(tag)
		case xml.EndElement:
			text.end(tag.Name.Local)
			if tag.Name.Local != "si" {
				return nil
			}
			shared := text.take()
			if bytes += len(shared); bytes > maxSharedText || len(b.shared) == maxShared {
				return fmt.Errorf("%w: more than %d texts or %d MiB of them", ErrTooLarge, maxShared, maxSharedText>>20)
			}
			b.shared = append(b.shared, shared)
		}
		return nil
	})
}
