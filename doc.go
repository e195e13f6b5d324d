// Package chile is the root of a Go SDK for the Servicio de Impuestos Internos
// (SII), Chile's tax authority. It holds the vocabulary that all its packages
// share: RUT, DocType, Folio, DocumentID, CLP, Date and Period.
//
// The SDK logs in with a certificate and downloads the registers of purchases and
// sales (Registro de Compras y Ventas, RCV). It proves them complete against the
// SII's own totals, stores them in a database and reports what changed. It asks for
// the states of documents and uploads, and verifies documents. It also issues
// documents from drafts, and sends each one once.
//
// # The flow
//
//	id, err := xmlsig.LoadPKCS12("empresa.p12", password)         // certificate and key
//	db, err := sqlite.Open(ctx, "sqlite", "sii.db")               // or storage/postgres, storage/memory
//	client, err := sii.NewClient(sii.Production(),                // the hosts of the SII
//		sii.WithIdentity(id),                                     // seed -> signature -> token, when needed
//		sii.WithTokenCache(db))                                   // a restart needs no new token
//	syncer, err := siisync.New(client, db)                        // from the SII into the database
//	result, err := syncer.Period(ctx, owner, period)              // both books of a month, all states
//	for _, change := range result.Purchases.Changes { … }         // new, gone, moved, amounts changed …
//	for doc, err := range db.Documents(ctx, query) { … }          // what the database has now
//	status, err := client.DTE.DocumentStatus(ctx, question)       // one document: accepted, observed, rejected
//	for p, err := range client.RCV.Purchases(ctx, rcv.Key{Owner: owner, Period: period}, nil) { … } // without any database
//
// The compiled form is in examples/fullflow. It runs against a fake SII:
//
//	go run ./examples/fullflow
//
// # Packages
//
//	chile                   the vocabulary; standard library only
//	xmlsig                  certificates, keys, XML signatures as the SII makes and expects them
//	rcv                     the registers: models, readers of JSON and CSV, sums, differences; no network, no database
//	dte                     electronic documents: models, signature, stamp, CAF, totals, schema; no network, no database
//	dte/issue               documents from drafts: totals, rules with the SII's codes, notes, stamp, signature, envelope
//	dte/judge               dry run of an upload: what the SII would say of an envelope
//	dte/pdf417              the stamp as a PDF417 symbol, for print
//	sii                     the client: environments, tokens, registers, uploads, states of documents, errors
//	sii/siiemit             issues and sends documents, each once; not boletas yet
//	sii/siisync             imports registers into a store: complete or not at all
//	sii/siihttp             REST and server-sent events for a service that embeds the SDK
//	sii/siidoctor           what is wrong, from the certificate to the database, and what to do
//	sii/siirecord           records calls without secrets, and replays them
//	sii/siitest             a strict fake SII, for tests and trials
//	session, session/pull   the portal: login with clave or certificate, sealed cookies, listings
//	rcv/rcvxlsx             module of its own: spreadsheets
//	sii/siiriver            module of its own: siisync on many machines, with River and PostgreSQL
//	sii/siiotel             module of its own: spans and metrics of OpenTelemetry
//	sii/siisync/siimail     module of its own: alerts by e-mail
//	storage                 the contract of a store
//	storage/memory          a store in memory
//	storage/sqlite          a store in one file; brings no driver
//	storage/postgres        a store in PostgreSQL; brings no driver
//	storage/pgxcopy         module of its own: PostgreSQL through pgx, with COPY
//	storage/seal            secrets at rest: Fernet and AES-GCM
//	storage/storagetest     the suite that every store passes, yours too
//	examples                module of its own: fullflow, token, rcvcsv, rcvsync, worker, reconcile, f29,
//	                        alerts, fakesii, dteverify, issue, doctor, session-login, session-pull, portal
//
// Imports point one way: siisync -> sii, storage -> rcv -> chile, and sii, dte ->
// xmlsig. Packages rcv and dte never use the network or a database. Packages storage
// and sii never import each other.
//
// # How sure a fact is
//
// The SII documents little of what its services do. A doc comment that states a fact
// of the SII names its source: a document of the SII and its section, an element of
// its schemas, or how many working clients rely on it. A fact that is derived, or was
// seen once, begins with "Unverified:". The README lists those. Unknown codes are kept
// as they came.
//
// # Glossary
//
// The SII's nouns stay in Spanish if they are terms of the trade. If plain English
// says the same, the code is in English. This is the only dictionary.
//
//	acuse de recibo              Acknowledged: the receiver says that it has the document
//	activo fijo                  FixedAsset…: fixed assets
//	AEC                          Archivo Electrónico de Cesión: the file that assigns the credit of an invoice
//	ambiente                     Environment: producción (Production) or certificación (Certification)
//	anulado                      Cancelled
//	aceptado, observado, rechazado, enviado   the verdicts on an upload or document: accepted, observed, rejected, sent
//	boleta                       receipt to a consumer; the registers have its monthly total alone
//	CAF                          Código de Autorización de Folios: the SII's signed permission to use a range of folios
//	carátula                     Cover: the head of an envelope
//	cedente, cesionario          Assignor, Assignee of the credit of an invoice
//	certificado digital          certificate of a person, with a key; signs in and signs
//	cesión                       Assignment of the credit of an invoice
//	clave                        password of the portal
//	CLP                          pesos: whole, without fractions
//	cliente                      Customer: who bought, in the book of sales
//	comisión                     Commission…: of a liquidación-factura
//	compra                       Purchase; book COMPRA
//	comprobante de pago          voucher of a card payment, type 48
//	contribuyente                taxpayer
//	crédito empresa constructora  BuilderCredit: credit of builders
//	descuento o recargo global   Adjustment: discount or surcharge of a whole document
//	detalle                      the single documents of a line of the summary
//	DIN                          Declaración de Ingreso: import declaration, type 914
//	documento                    Document
//	DTE                          Documento Tributario Electrónico: a signed XML document
//	DUS                          Documento Único de Salida: export declaration
//	DV, dígito verificador       DV: the check digit of a RUT, 0 to 9 or K
//	emisor                       Issuer
//	emisor agresivo              AggressiveIssuer: an issuer on the SII's list of those with aggressive behaviour
//	envío                        Submission, upload: one or more DTEs sent in an envelope (EnvioDTE)
//	estado                       Estado: the SII's code, verbatim; State: where a document of a register stands
//	estado contable              State: REGISTRO, PENDIENTE, NO_INCLUIR, RECLAMADO
//	evento del receptor          Event: ACD, ERM, RCD, RFP, RFT, ERG
//	exento                       Exempt: amount on which there is no IVA
//	factura                      invoice
//	factura de compra            invoice that the buyer writes for the seller, types 45 and 46
//	fecha de emisión             Issued
//	fecha de recepción           Received: when the SII received the document
//	folio                        Folio: number of a document within its issuer and type
//	glosa                        Glosa: the SII's text, verbatim
//	guía de despacho             dispatch note; not in the registers
//	impuesto adicional           OtherTax: additional taxes and withholdings
//	IVA                          VAT: value added tax (Impuesto al Valor Agregado)
//	IVA fuera de plazo           LateVAT
//	IVA no recuperable           NonRecoverableVAT: gives no credit
//	IVA propio, de terceros      OwnVAT, ThirdPartyVAT: of a liquidación-factura
//	IVA recuperable              VAT of a purchase
//	IVA retenido total, parcial  WithheldTotal, WithheldPartial
//	IVA uso común                CommonUseVAT: for taxed and exempt operations alike
//	ley                          law, as in Law18211
//	liquidación-factura          settlement of a commission agent, types 40 and 43
//	libro                        Book: COMPRA or VENTA; before 2017 a file, since then the register
//	monto                        amount
//	monto no facturable          NonBillable
//	neto                         Net: amount on which there is IVA
//	no incluir                   NoIncluir: state of a purchase that is not to be in the tax base
//	nota de crédito              credit note: its amounts are subtracted (DocType.Credit)
//	nota de débito               debit note
//	operación                    operation; in the registers the book
//	orden de compra              purchase order
//	palena, maullin              the SII's SOAP hosts of production and certification
//	pasajes                      fares
//	pendiente                    Pendiente: state of a purchase neither acknowledged nor claimed
//	período tributario           Period: one month
//	portal                       the SII's web pages
//	proveedor                    supplier: who sold, in the book of purchases
//	razón social                 Name
//	RCV                          Registro de Compras y Ventas
//	receptor                     Receiver
//	recibo de mercaderías        Receipt: the receiver says that goods or services came (Ley 19.983)
//	reclamo, reclamado           Claimed, Reclamado: the receiver refuses the document
//	referencia                   Reference: another document that one refers to
//	registro                     register; Registro: state of a document that is in the official book
//	reparo                       objection: an observed document is accepted with reparos
//	resumen                      Summary: totals per type and state
//	retención                    retention: tax that the buyer keeps; it lowers the total
//	RUN                          number of an identity card, written like a RUT
//	RUT                          Rol Único Tributario: the number of a person or company at the SII
//	semilla                      seed: what the SII gives to be signed in exchange for a token; semilla in what is sent
//	SII                          Servicio de Impuestos Internos
//	sobre                        envelope
//	SRF                          Solicitud de Registro de Factura: request to register an invoice, type 108
//	sucursal                     Branch
//	tabacos                      Tobacco…: cigars (puros), cigarettes (cigarrillos), processed (elaborados)
//	tasa                         Rate
//	TED, timbre                  Timbre Electrónico del DTE: the stamp that is printed as a bar code
//	tipo de compra, de venta     TransactionKind: what a document was bought or sold for
//	tipo de documento            DocType
//	token                        proof of a sign-in, good for an hour of inactivity
//	track id                     TrackID: the SII's number of an upload
//	traspaso, reexpedición       transfer and re-export, as in zona franca documents
//	vale                         voucher of a cash register
//	venta                        Sale; book VENTA
//	zona franca                  free trade zone
package chile
