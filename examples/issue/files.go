package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/issue"
	"github.com/ofitec/chile/examples/internal/cli"
	"github.com/ofitec/chile/xmlsig"
)

// issuer issues documents.
type issuer interface {
	// authorised returns the day on which the next folio was authorised. It is zero if
	// another place checks that.
	authorised(draft *issue.Draft) chile.Date

	// issue issues the document of an accepted draft. A fault of this document only is a
	// finding.
	issue(ctx context.Context, l *line, from source, o *issue.Options) (issue.Findings, error)

	// end does what remains when all drafts were issued, and prints it.
	end(ctx context.Context, out *cli.Output, t *table) error
}

// files issues documents into a directory.
type files struct {
	folios   *folios
	identity *xmlsig.Identity
	cover    issue.Cover
	at       time.Time
	dir      string
	signed   []*issue.Signed
}

// files reads the flags of issuing. Everything is checked before a folio is used.
func (o *options) files(s *settings, now time.Time, getenv func(string) string) (*files, error) {
	cover, err := o.cover()
	if err != nil {
		return nil, err
	}
	cafs, environment, err := o.readCAFs(cover)
	if err != nil {
		return nil, err
	}
	if len(cafs) == 0 {
		return nil, cli.Usagef("-caf is required")
	}
	r := &files{cover: cover, dir: cmp.Or(o.out, "."), at: o.moment(s, now)}
	if r.identity, err = o.identity(getenv, r.at); err != nil {
		return nil, err
	}
	r.folios, err = newFolios(cafs, o.companyOf(s, cafs), environment, r.at, r.dir)
	return r, err
}

// identity returns the certificate of the flags, which must be valid and name a RUT.
func (o *options) identity(getenv func(string) string, at time.Time) (*xmlsig.Identity, error) {
	identity, err := o.certificate.Load(getenv)
	if err != nil {
		return nil, err
	}
	if _, err := identity.RUT(); err != nil {
		return nil, err
	}
	return identity, identity.ValidAt(at)
}

func (r *files) authorised(draft *issue.Draft) chile.Date {
	return r.folios.authorised(draft.Identification.Type)
}

func (r *files) issue(_ context.Context, l *line, from source, o *issue.Options) (issue.Findings, error) {
	draft := from.draft
	if draft.Identification.IssueDate.Compare(chile.DateOf(r.at)) > 0 {
		return one("date.future", "Encabezado/IdDoc/FchEmis", draft.Identification.IssueDate.String(),
			"la fecha de emisión es posterior a la firma", "the date of issue is after the signature"), nil
	}
	for {
		caf, folio, err := r.folios.next(draft.Issuer.RUT, draft.Identification.Type)
		if err != nil {
			return one("folio.none", "Encabezado/IdDoc/Folio", "", spanishFolios(err), err.Error()), nil
		}
		numbered := *draft
		numbered.Identification.Folio = folio
		doc, found := numbered.Document(o)
		if found.Refused() {
			return found, nil
		}
		signed, err := r.sign(doc, caf)
		if err != nil {
			return one("issue.failed", "", "", "no se pudo timbrar y firmar: "+err.Error(), err.Error()), nil
		}
		switch l.File, err = r.keep(signed); {
		case errors.Is(err, errTaken): // by another process
			continue
		case err != nil:
			return nil, err
		}
		l.Folio = folio
		r.signed = append(r.signed, signed)
		return nil, nil
	}
}

func (r *files) sign(doc *dte.DTE, caf *dte.Authorization) (*issue.Signed, error) {
	if err := issue.Stamp(doc, caf, r.at); err != nil {
		return nil, err
	}
	return issue.Sign(doc, r.identity, r.at)
}

// keep writes a document, once its folio is marked as used.
func (r *files) keep(signed *issue.Signed) (file string, err error) {
	path := filepath.Join(r.dir, fmt.Sprintf("%d-%d.xml", int(signed.ID().Type), int64(signed.ID().Folio)))
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("%s is there already, and its folio is not marked as used: use one -out for each company, and keep it", path)
	}
	if err := r.folios.use(signed.ID()); err != nil {
		return "", err
	}
	return path, create(path, signed.Bytes())
}

// create writes a new file. When it returns, the file is on the disk.
func create(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// envelope is one that was made.
type envelope struct {
	Event     string `json:"event"`
	Kind      string `json:"kind"`
	Documents int    `json:"documents"`
	File      string `json:"file"`
	SHA256    string `json:"sha256"`
}

func (r *files) end(_ context.Context, out *cli.Output, t *table) error {
	made, err := r.envelopes()
	for _, e := range made {
		out.Event(e)
		t.below(t.words.envelope, e.Kind, e.Documents, e.File)
	}
	return err
}

// envelopes makes the envelopes of the documents: one for each kind, or more if
// there are more documents than one may have.
func (r *files) envelopes() (made []*envelope, err error) {
	for _, k := range []struct {
		kind    dte.Kind
		most    int
		boletas bool
	}{{dte.KindEnvelope, issue.MaxDocuments, false}, {dte.KindBoletaEnvelope, issue.MaxBoletas, true}} {
		of := slices.DeleteFunc(slices.Clone(r.signed), func(s *issue.Signed) bool {
			return (s.ID().Type == 39 || s.ID().Type == 41) != k.boletas
		})
		for part := range slices.Chunk(of, k.most) {
			text, err := issue.Envelope(r.cover, part, r.identity, r.at)
			if err != nil {
				return made, err
			}
			sum := sha256.Sum256(text)
			e := &envelope{Event: "envelope", Kind: string(k.kind), Documents: len(part), SHA256: hex.EncodeToString(sum[:])}
			if e.File, err = r.keepEnvelope(e.Kind, text); err != nil {
				return made, err
			}
			made = append(made, e)
		}
	}
	return made, nil
}

// keepEnvelope writes an envelope under the next number that is free.
func (r *files) keepEnvelope(kind string, text []byte) (path string, err error) {
	for n := 1; ; n++ {
		path = filepath.Join(r.dir, fmt.Sprintf("%s-%d.xml", kind, n))
		if err = create(path, text); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}

// one is a finding that refuses.
func one(code, path, is, es, en string) issue.Findings {
	return issue.Findings{{Code: code, Level: issue.LevelRejects, Path: path, Is: is, ES: es, EN: en}}
}
