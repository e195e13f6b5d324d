package pull

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// table is a table of a page or a sheet.
type table [][]cell

type cell struct {
	text string
	link string // href of the first link in it
}

// Bounds of a page or a workbook; MaxFile bounds its text.
const (
	maxTables = 1000
	maxTable  = 256 << 20 // memory of rows and cells in bytes
	rowCost   = 24
	cellCost  = 32
	maxTag    = 4 << 20 // bytes of one tag or text of a page
)

// tables returns the tables of a page; inner tables are separate from outer
// ones. In the portal's pages cells and rows are usually not closed: each ends
// where the next begins (seen live: a parser that waits for the end loses the
// RUT and shifts the row).
//
// A page with more tables or cells than any listing is ErrTooLarge, because a
// cut table would be wrong.
func tables(page string) ([]table, error) {
	var done []table
	var open []*openTable
	size := 0
	tokenizer := html.NewTokenizer(strings.NewReader(page))
	tokenizer.SetMaxBuf(maxTag)
	skip := ""
	for len(done)+len(open) < maxTables && size < maxTable {
		kind := tokenizer.Next()
		var at *openTable
		if len(open) > 0 {
			at = open[len(open)-1]
		}
		switch kind {
		case html.ErrorToken:
			if err := tokenizer.Err(); !errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
			}
			for i := len(open) - 1; i >= 0; i-- {
				done = append(done, open[i].close())
			}
			return done, nil
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokenizer.Token()
			switch token.Data {
			case "script", "style":
				if kind == html.StartTagToken {
					skip = token.Data
				}
			case "table":
				open = append(open, &openTable{})
			case "tr":
				if at != nil {
					at.endRow()
					size += rowCost
				}
			case "td", "th":
				if at != nil {
					at.beginCell()
					size += cellCost
				}
			case "a":
				if at != nil {
					at.link(token)
				}
			case "br", "p", "div":
				if at != nil {
					at.write(" ")
				}
			}
		case html.EndTagToken:
			name, _ := tokenizer.TagName()
			switch string(name) {
			case skip:
				skip = ""
			case "td", "th":
				if at != nil {
					at.endCell()
				}
			case "tr":
				if at != nil {
					at.endRow()
				}
			case "table":
				if at != nil {
					done = append(done, at.close())
					open = open[:len(open)-1]
				}
			}
		case html.TextToken:
			if at != nil && skip == "" {
				at.write(string(tokenizer.Text()))
			}
		}
	}
	return nil, fmt.Errorf("%w: a page with more tables or cells than any listing", ErrTooLarge)
}

// openTable is a table that is being read.
type openTable struct {
	rows table
	row  []cell
	cell *cell
	text strings.Builder
}

func (t *openTable) beginCell() {
	t.endCell()
	t.cell = &cell{}
}

func (t *openTable) write(text string) {
	if t.cell != nil {
		t.text.WriteString(text)
	}
}

func (t *openTable) link(token html.Token) {
	if t.cell == nil || t.cell.link != "" {
		return
	}
	for _, a := range token.Attr {
		if a.Key == "href" {
			t.cell.link = a.Val
		}
	}
}

func (t *openTable) endCell() {
	if t.cell == nil {
		return
	}
	t.cell.text = strings.Join(strings.Fields(strings.ReplaceAll(t.text.String(), "\u00a0", " ")), " ")
	t.row = append(t.row, *t.cell)
	t.cell = nil
	t.text.Reset()
}

func (t *openTable) endRow() {
	t.endCell()
	if len(t.row) > 0 {
		t.rows = append(t.rows, t.row)
	}
	t.row = nil
}

func (t *openTable) close() table {
	t.endRow()
	return t.rows
}

// texts returns the cells of a row.
func texts(row []cell) []string {
	list := make([]string, len(row))
	for i, c := range row {
		list[i] = c.text
	}
	return list
}
