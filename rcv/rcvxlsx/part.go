package rcvxlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// ErrTooLarge says that a workbook is larger than any register. Limits are
// checked before memory is used.
var ErrTooLarge = errors.New("the workbook is too large")

// Limits of a workbook. A register of 100,000 documents has some 150 MB of XML.
// It is read as a stream: memory holds one row and the texts that cells share.
const (
	maxWorkbook = 64 << 20  // bytes of the file
	maxParts    = 10_000    // files in it
	maxUnzipped = 256 << 20 // bytes of a part, unzipped
	maxToken    = 1 << 20   // bytes of one tag or text; a cell has at most 32,767 characters
)

// archive is an open workbook: a zip file whose parts are XML.
type archive map[string]*zip.File

// openArchive reads the list of parts. Names are compared without regard to
// case, as Excel does.
func openArchive(workbook []byte) (archive, error) {
	if len(workbook) > maxWorkbook {
		return nil, fmt.Errorf("%w: more than %d MiB", ErrTooLarge, maxWorkbook>>20)
	}
	// Each list entry begins so. Counting first matters because package zip reads
	// the whole list.
	if bytes.Count(workbook, []byte("PK\x01\x02")) > maxParts {
		return nil, fmt.Errorf("%w: more than %d files in it", ErrTooLarge, maxParts)
	}
	files, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		return nil, err
	}
	parts := make(archive, len(files.File))
	for _, file := range files.File {
		parts[partName(file.Name)] = file
	}
	return parts, nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

// errFound stops reading a part before its end.
var errFound = errors.New("found")

// read passes the tags and texts of a part to visit, one at a time, until visit
// returns an error. errFound does not count as an error.
func (a archive) read(name string, visit func(xml.Token) error) error {
	file := a[partName(name)]
	if file == nil {
		return fmt.Errorf("not a workbook: it has no %s", name)
	}
	if file.UncompressedSize64 > maxUnzipped {
		return fmt.Errorf("%w: %s has more than %d MiB", ErrTooLarge, name, maxUnzipped>>20)
	}
	content, err := file.Open() // it returns at most the stated size
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer content.Close()
	in := &meter{r: bufio.NewReader(content)}
	decoder := xml.NewDecoder(in)
	for {
		in.left = maxToken
		token, err := decoder.RawToken() // RawToken keeps no list of open tags
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = visit(token)
		}
		switch {
		case errors.Is(err, errFound):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}

// meter lets a decoder read at most a set number of bytes.
type meter struct {
	r    *bufio.Reader
	left int
}

// ReadByte implements io.ByteReader, so the decoder does not read ahead.
func (m *meter) ReadByte() (byte, error) {
	if m.left == 0 {
		return 0, fmt.Errorf("%w: a tag or text of more than %d bytes", ErrTooLarge, maxToken)
	}
	m.left--
	return m.r.ReadByte()
}

// Read implements io.Reader, which the decoder requires but does not use.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}

// attribute returns the value of an attribute with any prefix.
func attribute(tag xml.StartElement, name string) string {
	for _, a := range tag.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
