package judge_test

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/ofitec/chile"
	"github.com/ofitec/chile/dte"
	"github.com/ofitec/chile/dte/judge"
)

// scene is something to be judged.
type scene func(testing.TB) ([]byte, judge.World)

// specimen is a document or envelope that gets a code from a check, and a
// neighbour that does not.
type specimen struct {
	name      string
	code      judge.Code
	check     judge.Check
	bad, good scene
}

// of is an envelope of documents in a world that knows what notes refer to.
func of(papers ...paper) scene {
	return func(tb testing.TB) ([]byte, judge.World) { tb.Helper(); return sent(tb, papers...), invoiceKnown() }
}

// mailed is an envelope of a good invoice.
func mailed(l letter) scene {
	return func(tb testing.TB) ([]byte, judge.World) {
		tb.Helper()
		return l.build(tb, invoice(33).build(tb)), invoiceKnown()
	}
}

// in puts a scene into another world.
func in(s scene, change func(*judge.World, []byte)) scene {
	return func(tb testing.TB) ([]byte, judge.World) {
		tb.Helper()
		b, w := s(tb)
		change(&w, b)
		return b, w
	}
}

// but changes a good document.
func but(kind int, change func(*paper)) paper {
	p := invoice(kind)
	change(&p)
	return p
}

// swapped replaces texts of a good document before it is signed.
func swapped(kind int, changes ...string) paper {
	return but(kind, func(p *paper) { p.changes = changes })
}

// lined is a document with those lines and totals.
func lined(kind int, total, totals, lines string) paper {
	return but(kind, func(p *paper) { p.total, p.totals, p.lines = total, totals, lines })
}

func known(id chile.DocumentID, state judge.Folio) func(*judge.World, []byte) {
	return func(w *judge.World, _ []byte) {
		w.Folio = func(asked chile.DocumentID) judge.Folio {
			if asked == id {
				return state
			}
			return judge.FolioFree
		}
	}
}

func companyWith(change func(*judge.Company)) func(*judge.World, []byte) {
	return func(w *judge.World, _ []byte) {
		before := w.Company
		w.Company = func(r chile.RUT) (judge.Company, bool) {
			c, ok := before(r)
			change(&c)
			return c, ok
		}
	}
}

// has puts a document of a total into the world.
func has(id chile.DocumentID, total string) func(*judge.World, []byte) {
	return func(w *judge.World, _ []byte) {
		w.Document = func(asked chile.DocumentID) (judge.Known, bool) {
			t, _ := dte.ParseDecimal(total)
			return judge.Known{Date: date("2026-11-20"), Receiver: customer, Total: t}, asked == id
		}
	}
}

var (
	seven = chile.DocumentID{Issuer: company, Type: 33, Folio: 7}
	eight = chile.DocumentID{Issuer: company, Type: 33, Folio: 8}
)

// padded is a good invoice with a comment that makes a line of that length.
func padded(n int) paper {
	return but(33, func(p *paper) { p.tail = "<!--" + strings.Repeat("a", n-len("<!---->")) + "-->\n" })
}

// oneLine writes a file as one line.
func oneLine(s scene) scene {
	return func(tb testing.TB) ([]byte, judge.World) {
		tb.Helper()
		b, w := s(tb)
		return bytes.ReplaceAll(b, []byte("\n"), nil), w
	}
}

const (
	schemaTag = `xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0"`
	container = "<CodTpoBultos>75</CodTpoBultos><CantBultos>1</CantBultos><Marcas>ABC</Marcas>"
	xsiTag    = ` xmlns="http://www.sii.cl/SiiDte" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.0"`
	siiTag    = ` xmlns="http://www.sii.cl/SiiDte" version="1.0"`
	bareTag   = ` version="1.0"`
)

func packed(kinds ...string) paper {
	return but(110, func(p *paper) {
		p.header = "<Transporte><Aduana><TotBultos>1</TotBultos>"
		for _, k := range kinds {
			p.header += "<TipoBultos>" + k + "</TipoBultos>"
		}
		p.header += "</Aduana></Transporte>"
	})
}

func unpaid(other string) paper {
	return but(110, func(p *paper) { p.idDoc, p.currency = "<FmaPagExp>21</FmaPagExp>", other })
}

// note is a note of credit to invoice 5.
func note(code, total, totals, lines string) paper {
	return but(61, func(p *paper) {
		p.tail = reference(1, "33", "5", code)
		p.total, p.totals, p.lines = total, totals, lines
	})
}

// specimens are all codes, each of all its checks, and their neighbours.
func specimens() []specimen {
	return join(uploadSpecimens(), coverSpecimens(), folioSpecimens(), stampSpecimens(), headerSpecimens(), sumSpecimens(), exportSpecimens(), referenceSpecimens())
}

func join(lists ...[]specimen) (all []specimen) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func uploadSpecimens() []specimen {
	sum := func(b []byte) [32]byte { return sha256.Sum256(b) }
	again := func(w *judge.World, b []byte) {
		w.Uploaded = func(s [32]byte) (judge.Upload, bool) {
			return judge.Upload{TrackID: "251550580", Times: 2}, s == sum(b)
		}
	}
	return []specimen{
		{
			"too large", judge.CodeSize, judge.CheckSize,
			in(of(invoice(33)), func(w *judge.World, b []byte) { w.MaxBytes = len(b) - 1 }),
			in(of(invoice(33)), func(w *judge.World, b []byte) { w.MaxBytes = len(b) }),
		},
		{"empty", judge.CodeSize, judge.CheckSize, func(testing.TB) ([]byte, judge.World) { return nil, world() }, of(invoice(33))},
		{
			"again", judge.CodeAgain, judge.CheckAgain,
			in(of(invoice(33)), again),
			in(of(invoice(33)), func(w *judge.World, _ []byte) { again(w, []byte("another file")) }),
		},
		{"long line", judge.CodeLine, judge.CheckLines, of(padded(4091)), of(padded(4090))},
		{
			"long lines by a setting", judge.CodeLine, judge.CheckLines,
			in(of(padded(4090)), func(w *judge.World, _ []byte) { w.MaxLine = 4089 }),
			in(of(padded(4091)), func(w *judge.World, _ []byte) { w.MaxLine = 4091 }),
		},
		{"one long line", judge.CodeSchemaName, judge.CheckLines, oneLine(of(invoice(33))), of(invoice(33))},
		{
			"end missing, schema", judge.CodeSchema, judge.CheckXML,
			mailed(letter{forged: []string{"</EnvioDTE>", ""}}), of(invoice(33)),
		},
		{
			"end missing", judge.CodeXML, judge.CheckXML,
			mailed(letter{forged: []string{"</EnvioDTE>", ""}}), of(invoice(33)),
		},
		{"no schemaLocation", judge.CodeSchemaName, judge.CheckSchemaName, mailed(letter{rootTag: schemaTag}), of(invoice(33))},
		{
			"schema of boletas", judge.CodeSchemaName, judge.CheckSchemaName,
			mailed(letter{rootTag: schemaTag + ` xsi:schemaLocation="http://www.sii.cl/SiiDte EnvioBOLETA_v11.xsd"`}),
			mailed(letter{rootTag: schemaTag + ` xsi:schemaLocation="http://www.sii.cl/SiiDte EnvioDTE_v10.xsd"`}),
		},
		{
			"schemaLocation without prefix", judge.CodeSchemaName, judge.CheckSchemaName,
			mailed(letter{rootTag: schemaTag + ` schemaLocation="http://www.sii.cl/SiiDte EnvioDTE_v10.xsd"`}), of(invoice(33)),
		},
		{
			"another attribute of xsi", judge.CodeSchemaName, judge.CheckSchemaName,
			mailed(letter{rootTag: schemaTag + ` xsi:type="http://www.sii.cl/SiiDte EnvioDTE_v10.xsd"`}), of(invoice(33)),
		},
		{
			"schema of another namespace", judge.CodeSchemaName, judge.CheckSchemaName,
			mailed(letter{rootTag: schemaTag + ` xsi:schemaLocation="urn:x EnvioDTE_v10.xsd"`}),
			mailed(letter{rootTag: schemaTag + ` xsi:schemaLocation="urn:x x.xsd http://www.sii.cl/SiiDte schemas/EnvioDTE_v10.xsd"`}),
		},
		{
			"standalone", judge.CodeSchemaName, judge.CheckSchemaName,
			mailed(letter{head: `<?xml version="1.0" encoding="ISO-8859-1" standalone="no"?>` + "\n"}),
			mailed(letter{head: `<?xml version="1.0" encoding="ISO-8859-1" ?>` + "\n"}),
		},
		{
			"unknown root", judge.CodeSchemaName, judge.CheckSchemaName,
			func(testing.TB) ([]byte, judge.World) {
				return []byte(`<Envio xmlns="http://www.sii.cl/SiiDte"/>`), world()
			}, of(invoice(33)),
		},
		{"schema", judge.CodeSchema, judge.CheckSchema, of(swapped(33, "<MntTotal>", "<Nuevo/><MntTotal>")), of(invoice(33))},
		{
			"schema of the carátula", judge.CodeSchema, judge.CheckSchema,
			mailed(letter{cover: []string{"<NroResol>80</NroResol>", ""}}), of(invoice(33)),
		},
		{
			"element behind the last", judge.CodeSchemaExtra, judge.CheckSchema,
			of(swapped(33, "</MntTotal>", "</MntTotal><Nuevo/>")), of(swapped(33, "</MntTotal>", "</MntTotal><MontoNF>0</MontoNF>")),
		},
		{
			"element missing", judge.CodeSchemaMissing, judge.CheckSchema,
			of(swapped(33, "<RznSocRecep>Ñandú &amp; Cía</RznSocRecep>", "")), of(swapped(33, "<GiroRecep>Comercio</GiroRecep>", "")),
		},
		{
			"element of another schema", judge.CodeSchemaMissing, judge.CheckSchema,
			of(but(39, func(p *paper) { p.totals = "<MntNeto>8403</MntNeto><TasaIVA>19</TasaIVA><IVA>1597</IVA>" })), of(invoice(39)),
		},
		{
			"text too short", judge.CodeSchemaShort, judge.CheckSchema,
			of(swapped(33, "<GiroEmis>Construcción</GiroEmis>", "<GiroEmis></GiroEmis>")), of(swapped(33, "<GiroEmis>Construcción</GiroEmis>", "<GiroEmis>C</GiroEmis>")),
		},
		{
			"text too long", judge.CodeSchemaLong, judge.CheckSchema,
			of(swapped(33, "<CmnaRecep>Santiago</CmnaRecep>", "<CmnaRecep>Ñ23456789012345678901</CmnaRecep>")),
			of(swapped(33, "<CmnaRecep>Santiago</CmnaRecep>", "<CmnaRecep>Ñ2345678901234567890</CmnaRecep>")),
		},
		{
			"version", judge.CodeSchemaAttribute, judge.CheckSchema,
			of(but(33, func(p *paper) { p.dteTag = ` xmlns="http://www.sii.cl/SiiDte" version="3.2"` })), of(invoice(33)),
		},
		{
			"value not listed", judge.CodeSchemaList, judge.CheckSchema,
			of(but(33, func(p *paper) { p.idDoc = "<FmaPago>4</FmaPago>" })), of(but(33, func(p *paper) { p.idDoc = "<FmaPago>3</FmaPago>" })),
		},
		{
			"check digit in lower case", judge.CodeSchemaPattern, judge.CheckSchema,
			of(swapped(33, "<RUTRecep>77222222-K", "<RUTRecep>77222222-k")), of(invoice(33)),
		},
		{
			"negative amount", judge.CodeSchemaOther, judge.CheckSchema,
			of(swapped(33, "<MntTotal>11900", "<MntTotal>-11900")), of(invoice(33)),
		},
		{
			"unknown company", judge.CodeCompany, judge.CheckCompany,
			in(of(invoice(33)), func(w *judge.World, _ []byte) {
				w.Company = func(chile.RUT) (judge.Company, bool) { return judge.Company{}, false }
			}), of(invoice(33)),
		},
		{"no company at all", judge.CodeCompany, judge.CheckCompany, in(of(invoice(33)), func(w *judge.World, _ []byte) { w.Company = nil }), of(invoice(33))},
		{
			"stranger uploads", judge.CodeUploader, judge.CheckUploader,
			in(of(invoice(33)), func(w *judge.World, _ []byte) { w.Uploader = customer }), of(invoice(33)),
		},
	}
}

func coverSpecimens() []specimen {
	const bareNS = `xmlns="http://www.sii.cl/SiiDte" version="1.0"`
	enveloped := func(digest, info string) scene { // digest and signature made under two root tags
		return func(tb testing.TB) ([]byte, judge.World) {
			tb.Helper()
			location := ` xsi:schemaLocation="http://www.sii.cl/SiiDte EnvioDTE_v10.xsd"`
			signed := string(letter{rootTag: digest}.build(tb, invoice(33).build(tb)))
			signed = infoSignedIn(tb, signed, "<EnvioDTE "+digest, "<EnvioDTE "+info)
			return []byte(strings.Replace(signed, "<EnvioDTE "+digest, "<EnvioDTE "+schemaTag+location, 1)), world()
		}
	}
	resolution := func(date_ string, number int) func(*judge.World, []byte) {
		return companyWith(func(c *judge.Company) { c.Resolution = judge.Resolution{Date: date(date_), Number: number} })
	}
	right := func(r judge.Right) func(*judge.World, []byte) {
		return companyWith(func(c *judge.Company) { c.Users = map[chile.RUT]judge.Right{anaRUT: r} })
	}
	return []specimen{
		{
			"number of the resolution", judge.CodeResolution, judge.CheckResolution,
			in(of(invoice(33)), resolution("2014-08-22", 0)), in(of(invoice(33)), resolution("2014-08-22", 80)),
		},
		{
			"date of the resolution", judge.CodeResolution, judge.CheckResolution,
			in(of(invoice(33)), resolution("2014-08-23", 80)), of(invoice(33)),
		},
		{
			"addressed to a customer", judge.CodeCover, judge.CheckCover,
			mailed(letter{cover: []string{"<RutReceptor>60803000-K", "<RutReceptor>77222222-K"}}), of(invoice(33)),
		},
		{
			"wrong count", judge.CodeCover, judge.CheckCover,
			mailed(letter{cover: []string{"<NroDTE>1<", "<NroDTE>2<"}}), of(invoice(33), but(33, func(p *paper) { p.folio = 8 })),
		},
		{
			"count of a type that is not there", judge.CodeCover, judge.CheckCover,
			mailed(letter{cover: []string{"</SubTotDTE>", "</SubTotDTE><SubTotDTE><TpoDTE>34</TpoDTE><NroDTE>1</NroDTE></SubTotDTE>"}}), of(invoice(33), invoice(34)),
		},
		{
			"count in two parts", judge.CodeCover, judge.CheckCover,
			func(tb testing.TB) ([]byte, judge.World) {
				tb.Helper()
				part := "<SubTotDTE><TpoDTE>33</TpoDTE><NroDTE>1</NroDTE></SubTotDTE>"
				return letter{counts: part + part}.build(tb, invoice(33).build(tb), but(33, func(p *paper) { p.folio = 8 }).build(tb)), world()
			}, of(invoice(33), but(33, func(p *paper) { p.folio = 8 })),
		},
		{
			"two issuers", judge.CodeCover, judge.CheckCover,
			of(invoice(33), but(33, func(p *paper) { p.folio, p.issuer = 8, customer.String() })), of(invoice(33), but(33, func(p *paper) { p.folio = 8 })),
		},
		{
			"carátula changed", judge.CodeEnvelopeSignature, judge.CheckSetSigned,
			mailed(letter{forged: []string{"<TmstFirmaEnv>2026-11-20T11", "<TmstFirmaEnv>2026-11-20T12"}}),
			mailed(letter{cover: []string{"<TmstFirmaEnv>2026-11-20T11", "<TmstFirmaEnv>2026-11-20T12"}}),
		},
		{
			"signed before the envelope declared xsi", judge.CodeEnvelopeSignature, judge.CheckSetSigned,
			mailed(letter{
				rootTag: `xmlns="http://www.sii.cl/SiiDte" version="1.0"`,
				forged:  []string{`<EnvioDTE xmlns="http://www.sii.cl/SiiDte" version="1.0"`, `<EnvioDTE ` + schemaTag + ` xsi:schemaLocation="http://www.sii.cl/SiiDte EnvioDTE_v10.xsd"`},
			}), of(invoice(33)),
		},
		{
			"signed information without xsi", judge.CodeEnvelopeSignature, judge.CheckSetSigned, enveloped(schemaTag, bareNS), enveloped(schemaTag, schemaTag),
		},
		{
			"digest without xsi", judge.CodeEnvelopeSignature, judge.CheckSetSigned, enveloped(bareNS, schemaTag), enveloped(schemaTag, schemaTag),
		},
		{
			"another person's certificate", judge.CodeSender, judge.CheckSender,
			func(tb testing.TB) ([]byte, judge.World) {
				tb.Helper()
				return letter{signer: identity(tb, "12345678-5", 2)}.build(tb, invoice(33).build(tb)), world()
			},
			func(tb testing.TB) ([]byte, judge.World) { // who signed the document is another matter
				tb.Helper()
				return letter{}.build(tb, but(33, func(p *paper) { p.signer = identity(tb, "12345678-5", 2) }).build(tb)), world()
			},
		},
		{
			"enrolled without right to send", judge.CodeSender, judge.CheckSender,
			in(of(invoice(33)), right(judge.Enrolled)), in(of(invoice(33)), right(judge.MaySend)),
		},
		{
			"another enrolled person uploads", judge.CodeSender, judge.CheckSender,
			in(in(of(invoice(33)), companyWith(func(c *judge.Company) {
				c.Users = map[chile.RUT]judge.Right{anaRUT: judge.MaySend, customer: judge.MaySend}
			})), func(w *judge.World, _ []byte) { w.Uploader = customer }), of(invoice(33)),
		},
	}
}

func folioSpecimens() []specimen {
	again := func(day string, receiver chile.RUT, ok bool) scene {
		return in(in(of(invoice(33)), known(seven, judge.FolioReceived)), func(w *judge.World, _ []byte) {
			total, _ := dte.ParseDecimal("11900")
			w.SameAgain = judge.CodeRepeated
			w.Document = func(chile.DocumentID) (judge.Known, bool) {
				return judge.Known{Date: date(day), Receiver: receiver, Total: total}, ok
			}
		})
	}
	twice := but(33, func(p *paper) { p.id = "again" })
	caf := func(kind int, authorised string) paper {
		return but(kind, func(p *paper) { p.caf = []string{"<FA>2026-10-01", "<FA>" + authorised} })
	}
	old := func(authorised, signed string) scene { // of the days when CAFs lasted longer
		return of(but(33, func(p *paper) {
			p.caf = []string{"<FA>2026-10-01", "<FA>" + authorised}
			p.date, p.signedAt = signed, signed+"T10:00:00"
		}))
	}
	granted := func(tb testing.TB) ([]byte, judge.World) {
		tb.Helper()
		b, w := of(invoice(33))(tb)
		e, err := dte.ParseEnvelope(b)
		if err != nil {
			tb.Fatal(err)
		}
		da := e.Set.DTEs[0].Document.Stamp.Data.CAF.Data
		w.CAF = func(chile.DocumentID) (dte.CAFData, bool) { return da, true }
		w.Keys, w.Environment = nil, ""
		return b, w
	}
	other := func(change func(*dte.CAFData)) func(*judge.World, []byte) {
		return func(w *judge.World, _ []byte) {
			before := w.CAF
			w.CAF = func(id chile.DocumentID) (dte.CAFData, bool) {
				da, ok := before(id)
				change(&da)
				return da, ok
			}
		}
	}
	return []specimen{
		{"twice in the envelope", judge.CodeRepeated, judge.CheckRepeated, of(invoice(33), twice), of(invoice(33), but(33, func(p *paper) { p.folio = 8 }))},
		{"received", judge.CodeReceived, judge.CheckReceived, in(of(invoice(33)), known(seven, judge.FolioReceived)), in(of(invoice(33)), known(eight, judge.FolioReceived))},
		{
			"received with the same data", judge.CodeRepeated, judge.CheckReceived,
			in(in(in(of(invoice(33)), known(seven, judge.FolioReceived)), has(seven, "11900.00")), func(w *judge.World, _ []byte) { w.SameAgain = judge.CodeRepeated }),
			in(in(of(invoice(33)), known(seven, judge.FolioFree)), func(w *judge.World, _ []byte) { w.SameAgain = judge.CodeRepeated }),
		},
		{
			"received, of which no data are known", judge.CodeReceived, judge.CheckReceived,
			in(in(of(invoice(33)), known(seven, judge.FolioReceived)), func(w *judge.World, _ []byte) { w.Document, w.SameAgain = nil, judge.CodeRepeated }),
			of(invoice(33)),
		},
		{
			"received with another date", judge.CodeReceived, judge.CheckReceived, again("2026-11-19", customer, true), of(invoice(33)),
		},
		{
			"received with another receiver", judge.CodeReceived, judge.CheckReceived, again("2026-11-20", company, true), of(invoice(33)),
		},
		{
			"received and not known", judge.CodeReceived, judge.CheckReceived, again("2026-11-20", customer, false), of(invoice(33)),
		},
		{"received with the same data, by default", judge.CodeReceived, judge.CheckReceived, in(in(of(invoice(33)), known(seven, judge.FolioReceived)), has(seven, "11900")), of(invoice(33))},
		{
			"received with other data", judge.CodeReceived, judge.CheckReceived,
			in(in(in(of(invoice(33)), known(seven, judge.FolioReceived)), has(seven, "11901")), func(w *judge.World, _ []byte) { w.SameAgain = judge.CodeRepeated }),
			of(invoice(33)),
		},
		{"annulled", judge.CodeAnnulled, judge.CheckAnnulled, in(of(invoice(33)), known(seven, judge.FolioAnnulled)), in(of(invoice(33)), known(eight, judge.FolioAnnulled))},
		{"CAF of half a year and a day ago", judge.CodeExpired, judge.CheckExpired, of(caf(33, "2026-05-19")), of(caf(33, "2026-05-20"))},
		{"CAF of a note", judge.CodeExpired, judge.CheckExpired, of(caf(61, "2026-05-19")), of(caf(61, "2026-05-20"))},
		{
			"CAF of a type that expires by a setting", judge.CodeExpired, judge.CheckExpired,
			in(of(caf(34, "2026-05-19")), func(w *judge.World, _ []byte) { w.Expiring = []chile.DocType{34} }), of(caf(34, "2026-05-19")),
		},
		{"CAF from the last of a long month", judge.CodeExpired, judge.CheckExpired, old("2025-08-31", "2026-03-01"), old("2025-08-31", "2026-02-28")},
		{"CAF before the change of 2018", judge.CodeExpired, judge.CheckExpired, old("2017-02-10", "2018-08-11"), old("2017-02-10", "2018-08-10")},
		{"CAF just before the change of 2018", judge.CodeExpired, judge.CheckExpired, old("2018-06-30", "2019-01-01"), old("2018-06-30", "2018-12-31")},
		{"CAF of the day of the change", judge.CodeExpired, judge.CheckExpired, old("2018-07-01", "2019-01-02"), old("2018-07-01", "2019-01-01")},
		{
			"folio above the range", judge.CodeCAF, judge.CheckAuthorized,
			of(but(33, func(p *paper) { p.folio = 20001 })), of(but(33, func(p *paper) { p.folio = 20000 })),
		},
		{
			"folio below the range", judge.CodeCAF, judge.CheckAuthorized,
			of(but(33, func(p *paper) { p.caf = []string{"<D>1</D>", "<D>8</D>"} })), of(but(33, func(p *paper) { p.caf = []string{"<D>1</D>", "<D>7</D>"} })),
		},
		{
			"CAF of another company", judge.CodeCAF, judge.CheckAuthorized,
			of(but(33, func(p *paper) { p.caf = []string{"<RE>76111111-6", "<RE>77222222-K"} })), of(invoice(33)),
		},
		{
			"CAF of another type", judge.CodeCAF, judge.CheckAuthorized,
			of(but(33, func(p *paper) { p.caf = []string{"<TD>33", "<TD>34"} })), of(invoice(33)),
		},
		{
			"CAF that the SII did not seal", judge.CodeCAF, judge.CheckAuthorized,
			of(but(33, func(p *paper) { p.stamp = []string{"<H>20000</H>", "<H>30000</H>"} })), of(but(33, func(p *paper) { p.caf = []string{"<H>20000</H>", "<H>30000</H>"} })),
		},
		{
			"CAF that was not granted", judge.CodeCAF, judge.CheckAuthorized,
			in(granted, func(w *judge.World, _ []byte) {
				b := w.CAF
				w.CAF = func(id chile.DocumentID) (dte.CAFData, bool) { da, _ := b(id); return da, false }
			}), granted,
		},
		{
			"CAF with another key", judge.CodeCAF, judge.CheckAuthorized,
			in(granted, other(func(c *dte.CAFData) { c.RSAKey = &dte.RSAKey{Modulus: "AAAA", Exponent: c.RSAKey.Exponent} })),
			in(granted, other(func(c *dte.CAFData) {
				c.RSAKey = &dte.RSAKey{Modulus: c.RSAKey.Modulus[:10] + "\n" + c.RSAKey.Modulus[10:], Exponent: c.RSAKey.Exponent}
			})),
		},
		{"CAF with another exponent", judge.CodeCAF, judge.CheckAuthorized, in(granted, other(func(c *dte.CAFData) { c.RSAKey = &dte.RSAKey{Modulus: c.RSAKey.Modulus, Exponent: "Aw=="} })), granted},
		{"CAF that was granted without a key", judge.CodeCAF, judge.CheckAuthorized, in(granted, other(func(c *dte.CAFData) { c.RSAKey = nil })), granted},
		{"CAF without a key", judge.CodeCAF, judge.CheckAuthorized, in(of(but(33, func(p *paper) { p.caf = []string{"RSAPK>", "XPK>"} })), func(w *judge.World, _ []byte) {
			w.CAF = func(chile.DocumentID) (dte.CAFData, bool) {
				return dte.CAFData{Issuer: company, Type: 33, Range: dte.FolioRange{From: 1, To: 20000}, Date: date("2026-10-01"), KeyID: pretendedKey, RSAKey: &dte.RSAKey{}}, true
			}
		}), granted},
		{"CAF with another date", judge.CodeCAF, judge.CheckAuthorized, in(granted, other(func(c *dte.CAFData) { c.Date = date("2026-10-02") })), granted},
		{"CAF with another range", judge.CodeCAF, judge.CheckAuthorized, in(granted, other(func(c *dte.CAFData) { c.Range.To = 10 })), granted},
	}
}

func stampSpecimens() []specimen {
	forged := func(kind int, forged ...string) paper { return but(kind, func(p *paper) { p.forged = forged }) }
	tagged := func(tag, digested string) scene {
		return of(but(33, func(p *paper) { p.dteTag, p.digested = tag, digested }))
	}
	stamped := func(kind int, changes ...string) scene { return of(but(kind, func(p *paper) { p.stamp = changes })) }
	return []specimen{
		{"stamped with the key of another CAF", judge.CodeStamp, judge.CheckStamp, of(but(33, func(p *paper) { p.cafKey = 1 })), of(invoice(33))},
		{
			"stamp changed", judge.CodeStamp, judge.CheckStamp,
			of(but(33, func(p *paper) { p.sealed = []string{"<IT1>Hormigón", "<IT1>Cemento"} })), of(but(33, func(p *paper) { p.sealed = []string{"</DD>\n", "</DD>\n\t\n"} })),
		},
		{
			"stamp of the day before the CAF", judge.CodeEarlyStamp, judge.CheckStampDate,
			stamped(33, "<TSTED>2026-11-20", "<TSTED>2026-09-30"), stamped(33, "<TSTED>2026-11-20", "<TSTED>2026-10-01"),
		},
		{"stamp of another issuer", judge.CodeStampData, judge.CheckStampData, stamped(33, "<DD><RE>76111111-6", "<DD><RE>77222222-K"), of(invoice(33))},
		{"stamp of another type", judge.CodeStampData, judge.CheckStampData, stamped(33, "</RE><TD>33</TD><F>", "</RE><TD>34</TD><F>"), of(invoice(33))},
		{"stamp of another folio", judge.CodeStampData, judge.CheckStampData, stamped(33, "<F>7<", "<F>8<"), of(invoice(33))},
		{"stamp of another date", judge.CodeStampData, judge.CheckStampData, stamped(33, "<FE>2026-11-20", "<FE>2026-11-19"), of(invoice(33))},
		{"stamp of another receiver", judge.CodeStampData, judge.CheckStampData, stamped(33, "<RR>77222222-K", "<RR>76111111-6"), of(invoice(33))},
		{"stamp of another total", judge.CodeStampTotal, judge.CheckStampTotal, stamped(33, "<MNT>11900", "<MNT>11901"), of(invoice(33))},
		{"stamp with a total of leading zeros", judge.CodeStampTotal, judge.CheckStampTotal, stamped(33, "<MNT>11900", "<MNT>011900"), of(invoice(33))},
		{"stamp of a rounded export", judge.CodeStampTotal, judge.CheckStampTotal, stamped(110, "<MNT>250.50", "<MNT>250.5"), of(invoice(110))},
		{"another element signed", judge.CodeSignature, judge.CheckSigned, of(but(33, func(p *paper) {
			p.changes, p.ref = []string{"</Documento>\n", "</Documento>\n<Otro ID=\"B\"></Otro>"}, "B"
		})), of(invoice(33))},
		{
			"signed information of an envelope", judge.CodeSignature, judge.CheckSigned,
			func(tb testing.TB) ([]byte, judge.World) {
				tb.Helper()
				return letter{}.build(tb, infoSignedIn(tb, invoice(33).build(tb), siiTag, xsiTag)), world()
			},
			func(tb testing.TB) ([]byte, judge.World) {
				tb.Helper()
				return letter{}.build(tb, infoSignedIn(tb, invoice(33).build(tb), siiTag, siiTag)), world()
			},
		},
		{"prefix that the envelope alone declares", judge.CodeSignature, judge.CheckSigned, of(but(33, func(p *paper) {
			p.dteTag, p.digested, p.changes = siiTag, xsiTag, []string{"<Encabezado>", `<Encabezado xsi:nil="false">`}
		})), of(invoice(33))},
		{"document without signature", judge.CodeSignature, judge.CheckSigned, of(but(33, func(p *paper) { p.unsigned = true })), of(invoice(33))},
		{"document changed", judge.CodeSignature, judge.CheckSigned, of(forged(33, "<Acteco>410010", "<Acteco>410011")), of(invoice(33))},
		{
			"document changed and signed again", judge.CodeSignature, judge.CheckSigned,
			of(forged(33, "<GiroRecep>Comercio", "<GiroRecep>Comercios")), of(swapped(33, "<GiroRecep>Comercio", "<GiroRecep>Comercios")),
		},
		{"xsi declared in the DTE", judge.CodeSignature, judge.CheckSigned, tagged(xsiTag, ""), tagged(siiTag, "")},
		{"signed where xsi was declared", judge.CodeSignature, judge.CheckSigned, tagged(siiTag, xsiTag), tagged(bareTag, "")},
		{"signed with xmlns that was taken away", judge.CodeSignature, judge.CheckSigned, tagged(bareTag, siiTag), tagged(siiTag, siiTag)},
		{"signed without xmlns that was added", judge.CodeSignature, judge.CheckSigned, tagged(siiTag, bareTag), tagged(bareTag, bareTag)},
		{
			"xsi declared and allowed", judge.CodeSignature, judge.CheckSigned,
			in(tagged(siiTag, xsiTag), func(w *judge.World, _ []byte) { w.InnerXSI = true }), in(tagged(xsiTag, ""), func(w *judge.World, _ []byte) { w.InnerXSI = true }),
		},
	}
}

func headerSpecimens() []specimen {
	issued := func(day string) scene { return of(but(33, func(p *paper) { p.date = day })) }
	caf := func(authorised string) scene {
		return of(but(33, func(p *paper) {
			p.caf = []string{"<FA>2026-10-01", "<FA>" + authorised}
			p.signedAt = "2026-11-21T08:00:00"
		}))
	}
	set := func(r string) scene {
		return in(of(but(39, func(p *paper) {
			p.tail = "<Referencia><NroLinRef>1</NroLinRef>" + r + "<RazonRef>CASO-1</RazonRef></Referencia>\n"
		})),
			func(w *judge.World, _ []byte) { w.Environment = chile.Certification })
	}
	return []specimen{
		{"issued before the CAF", judge.CodeEarlyIssue, judge.CheckIssueDate, caf("2026-11-21"), caf("2026-11-20")},
		{"four days old", judge.CodeLate, judge.CheckLate, issued("2026-11-17"), issued("2026-11-18")},
		{
			"activity", judge.CodeActivity, judge.CheckActivity,
			of(swapped(33, "<Acteco>410010", "<Acteco>410020</Acteco><Acteco>410010")),
			in(of(swapped(33, "<Acteco>410010", "<Acteco>410020</Acteco><Acteco>410010")), companyWith(func(c *judge.Company) { c.Activities = []int{410010, 410020} })),
		},
		{"activity of an export", judge.CodeActivity, judge.CheckActivity, of(swapped(110, "<Acteco>410010", "<Acteco>410020")), of(invoice(110))},
		{
			"exempt invoice with VAT", judge.CodeHeader, judge.CheckExemptInvoice,
			of(but(34, func(p *paper) { p.totals += "<IVA>0</IVA>" })), of(invoice(34)),
		},
		{
			"exempt invoice with a rate", judge.CodeHeader, judge.CheckExemptInvoice,
			of(but(34, func(p *paper) { p.totals += "<TasaIVA>19</TasaIVA>" })), of(invoice(34)),
		},
		{
			"exempt invoice with a net", judge.CodeHeader, judge.CheckExemptInvoice,
			of(but(34, func(p *paper) { p.totals = "<MntNeto>0</MntNeto>" + p.totals })), of(invoice(34)),
		},
		{
			"case of the set with fields of an invoice", judge.CodeBoletaReference, judge.CheckBoletaReference,
			set("<TpoDocRef>SET</TpoDocRef><FolioRef>1</FolioRef>"), set("<CodRef>SET</CodRef>"),
		},
		{
			"case of the set with both", judge.CodeBoletaReference, judge.CheckBoletaReference,
			set("<TpoDocRef>801</TpoDocRef><CodRef>SET</CodRef>"), in(set("<TpoDocRef>SET</TpoDocRef><FolioRef>1</FolioRef>"), func(w *judge.World, _ []byte) { w.Environment = chile.OtherEnvironment }),
		},
		{
			"case of the set with a folio", judge.CodeBoletaReference, judge.CheckBoletaReference,
			set("<FolioRef>1</FolioRef><CodRef>SET</CodRef>"), set("<TpoDocRef>801</TpoDocRef><FolioRef>1</FolioRef>"),
		},
	}
}
