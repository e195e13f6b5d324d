package siitest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/ofitec/chile"
)

// uploadForm is the form of an upload (manual OI2003_UPDTE, also for the boleta
// service).
type uploadForm struct {
	sender, company chile.RUT
	file            string // its name
	content         []byte
}

// formError says why a form is unusable.
type formError int

const (
	formGood      formError = iota
	formUnusable            // no form, missing parts, or another order
	formTruncated           // it is cut off
	formTooLarge
)

// formParts are the parts of the form, in order.
var formParts = [...]string{"rutSender", "dvSender", "rutCompany", "dvCompany", "archivo"}

const (
	maxFormValue = 64       // bytes of a part other than the file
	formRoom     = 16 << 10 // bytes of the form besides the file
)

// readForm reads the form of an upload, up to a number of bytes. It records
// departures from the manual.
func readForm(c *call, most int) (*uploadForm, formError) {
	if c.r.ContentLength < 0 {
		c.violate("Content-Length", "chunked request; the SII reads the first chunk only")
		return &uploadForm{}, formUnusable
	}
	if c.r.ContentLength > int64(most)+formRoom {
		return &uploadForm{}, formTooLarge
	}
	kind, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		c.violate("Content-Type", c.r.Header.Get("Content-Type"))
		return &uploadForm{}, formUnusable
	}
	body := bufio.NewReader(http.MaxBytesReader(c.w, c.r.Body, int64(most)+formRoom))
	c.checkFirstLine(body, params["boundary"])
	reader := multipart.NewReader(body, params["boundary"])
	form, values := &uploadForm{}, [len(formParts)]string{}
	for i, name := range formParts {
		part, err := reader.NextRawPart()
		if err != nil {
			c.violate("parts", "there is no "+name)
			return form, endOfForm(err)
		}
		last := i == len(formParts)-1
		if got := part.FormName(); got != name {
			c.violate("parts", fmt.Sprintf("%.40q in the place of %s", got, name))
			if !last || part.FileName() == "" { // one program gives the file another name, with success
				return form, formUnusable
			}
		}
		if last {
			form.file = part.FileName()
			if form.content, err = readPart(part, most); err != nil {
				return form, endOfForm(err)
			}
			c.checkFile(part)
			break
		}
		value, err := readPart(part, maxFormValue)
		if err != nil {
			return form, endOfForm(err)
		}
		values[i] = string(value)
	}
	if _, err := reader.NextRawPart(); !errors.Is(err, io.EOF) {
		if err != nil {
			return form, formTruncated
		}
		c.violate("parts", "there are more than the manual has")
	}
	args := soapArgs{"rutSender": values[0], "dvSender": values[1], "rutCompany": values[2], "dvCompany": values[3]}
	var errSender, errCompany error
	form.sender, errSender = args.rut(c, "rutSender", "dvSender")
	form.company, errCompany = args.rut(c, "rutCompany", "dvCompany")
	if errSender != nil || errCompany != nil {
		c.violate("parts", "no RUT of the sender or of the company")
		return form, formUnusable
	}
	return form, formGood
}

var errTooLarge = errors.New("too large")

// readPart reads a part, up to a number of bytes.
func readPart(part io.Reader, most int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(part, int64(most)+1))
	if err == nil && len(b) > most {
		err = errTooLarge
	}
	return b, err
}

// endOfForm returns why a form could not be read to its end.
func endOfForm(err error) formError {
	var limit *http.MaxBytesError
	switch {
	case errors.Is(err, errTooLarge), errors.As(err, &limit):
		return formTooLarge
	case errors.Is(err, io.ErrUnexpectedEOF):
		return formTruncated
	default:
		return formUnusable
	}
}

// checkFirstLine records a violation if the first line of a form is not the
// boundary, or does not end with CR and LF.
func (c *call) checkFirstLine(body *bufio.Reader, boundary string) {
	begin, _ := body.Peek(len(boundary) + len("--\r\n"))
	if !bytes.Equal(begin, []byte("--"+boundary+"\r\n")) {
		c.violate("body", "its first line is not the boundary with CR and LF")
	}
}

// checkFile records a violation if the file is not sent as in the manual.
func (c *call) checkFile(part *multipart.Part) {
	if part.FileName() == "" {
		c.violate("archivo", "has no name of a file")
	}
	kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
	switch kind {
	case "text/xml", "application/xml":
	default:
		c.violate("archivo", fmt.Sprintf("Content-Type %.40q", kind))
	}
}
