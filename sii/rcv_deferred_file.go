package sii

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/ofitec/chile/rcv"
)

// file yields the documents of the file of a deferred export; the SII has
// stated their number.
func (d *deferral) file(ctx context.Context, export *rcv.DeferredExport) error {
	r, f := d.r, d.r.facade
	return f.authorized(ctx, opFile, subjectOf(r.key, r.state, d.p.typ), func(ctx context.Context, token string) (bool, error) {
		resp, err := f.download(ctx, r.key, export, token)
		if err != nil {
			return false, err
		}
		defer resp.close() //nolint:errcheck // a file that was left early is not read further
		name := r.nameOf("obtenerArchivoBLOB", d.p.typ) + fmt.Sprintf(" %d", export.ID)
		body := newAnswerReader(opFile.name, name, resp.body, token, r.opts.keepAnswer(name))
		a := r.begin(opFile, d.p)
		in, err := unpack(body, f.maxBody)
		if err != nil {
			return false, f.readError(ctx, opFile, err)
		}
		if more, err := a.csv(ctx, rcv.NewExportReader(in)); err != nil || !more {
			return a.begun, err
		}
		if err := a.end(ctx, body); err != nil {
			return a.begun, err
		}
		return a.begun, d.count(export, a)
	})
}

// count checks that the file has as many documents as the SII stated.
// Unreadable rows may be documents or parts of one.
func (d *deferral) count(export *rcv.DeferredExport, a *answer) error {
	got := int64(a.rows.Rows)
	if export.Documents < 0 || got == export.Documents || a.rows.Unreadable > 0 {
		return nil
	}
	return &IncompleteError{Key: d.r.key, Mismatches: []rcv.Mismatch{
		{State: d.r.state, Type: d.p.typ, Field: "caNumLineas", Promised: export.Documents, Got: got},
	}}
}

// download requests the file: obtenerArchivoBLOB/{caIdBLOB}/{who is logged
// in}/{whose register}/{caId}. It is the only method of the facade that uses GET.
func (f *facade) download(ctx context.Context, key rcv.Key, export *rcv.DeferredExport, token string) (*response, error) {
	holder := f.holder
	if holder.IsZero() {
		holder = key.Owner
	}
	address := f.env.RCV + registerPage.path + registerPage.methods + "obtenerArchivoBLOB/" +
		fmt.Sprintf("%s/%d/%d/%d", url.PathEscape(export.BlobID), holder.Number(), key.Owner.Number(), export.ID)
	resp, err := f.transport.get(ctx, opFile.name, address, f.header(registerPage, token), f.maxBody)
	if err != nil {
		return nil, err
	}
	if err := resp.checkFacade(opFile.name); err != nil {
		_ = resp.close()
		return nil, err
	}
	return resp, nil
}

// gzipMagic is the beginning of a gzip file.
const gzipMagic = "\x1f\x8b"

// unpack returns a reader for the file, which is compressed unless something on
// the way has unpacked it. It returns at most limit bytes.
func unpack(r io.Reader, limit int64) (io.Reader, error) {
	for range 2 { // a file that was compressed once more on its way
		in := bufio.NewReader(r)
		magic, _ := in.Peek(len(gzipMagic))
		if !strings.HasPrefix(string(magic), gzipMagic) {
			return in, nil
		}
		zip, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		r = &boundedReader{r: zip, left: limit, limit: limit}
	}
	return r, nil
}
