package sii

import (
	"bytes"
	"fmt"
	"io"
)

// exportCopy writes an export. It holds the beginning back until it is known to
// be of the register and to have rows. So nothing is written twice if the SII
// answers without rows and has them in another file.
type exportCopy struct {
	w     io.Writer
	op    string
	held  []byte
	known bool // the content is of the register
	wrote bool // rows were written, which cannot be taken back
	name  string
}

// begin prepares for a file.
func (c *exportCopy) begin(op string) *exportCopy {
	c.op, c.held, c.known = op, nil, false
	return c
}

// accept confirms that the file is of the register.
func (c *exportCopy) accept() error {
	if c == nil {
		return nil
	}
	c.known = true
	_, err := c.Write(nil)
	return err
}

func (c *exportCopy) setName(name string) {
	if c != nil {
		c.name = name
	}
}

func (c *exportCopy) written() bool { return c != nil && c.wrote }

// Write implements io.Writer.
func (c *exportCopy) Write(p []byte) (int, error) {
	if c.wrote {
		return c.write(p)
	}
	c.held = append(c.held, p...)
	if i := bytes.IndexByte(c.held, '\n'); !c.known || i < 0 || len(bytes.TrimSpace(c.held[i:])) == 0 {
		return len(p), nil
	}
	c.wrote = true
	return len(p), c.flush()
}

// flush writes what was held back.
func (c *exportCopy) flush() error {
	_, err := c.write(c.held)
	c.held = nil
	return err
}

func (c *exportCopy) write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err != nil {
		err = &Error{Op: c.op, Err: fmt.Errorf("write the export: %w", err)}
	}
	return n, err
}
