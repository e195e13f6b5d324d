-- What issuing needs: see storage.Folios, storage.Issued and storage.Outbox. States are
-- the words of those, in English; types are numbers.

-- Ranges of folios that the SII has authorised. archivo is the file with its private
-- key, sealed. siguiente is the folio that is taken next.
CREATE TABLE sii_cafs (
  id integer PRIMARY KEY AUTOINCREMENT, ambiente text NOT NULL, rut_emisor text NOT NULL, tipo_dte integer NOT NULL,
  desde integer NOT NULL, hasta integer NOT NULL, autorizado text NOT NULL, ultimo_dia text, idk integer NOT NULL,
  huella text NOT NULL, archivo text NOT NULL, primero integer NOT NULL, siguiente integer NOT NULL,
  tope integer NOT NULL, abierto integer NOT NULL, retenido text,
  created_at text NOT NULL, updated_at text NOT NULL,
  CONSTRAINT uq_caf_huella UNIQUE (huella), CONSTRAINT uq_caf_desde UNIQUE (rut_emisor, tipo_dte, desde));

-- Folios that were handed out, each for a key, or skipped.
CREATE TABLE sii_folios (
  id integer PRIMARY KEY AUTOINCREMENT, caf_id integer,
  rut_emisor text NOT NULL, tipo_dte integer NOT NULL, folio integer NOT NULL,
  clave text, huella text, dia text, instante text, borrador blob, reemplaza text,
  estado text NOT NULL, motivo text, created_at text NOT NULL, updated_at text NOT NULL,
  CONSTRAINT uq_folio_documento UNIQUE (rut_emisor, tipo_dte, folio), CONSTRAINT uq_folio_clave UNIQUE (rut_emisor, clave));
CREATE UNIQUE INDEX uq_folio_reemplaza ON sii_folios (rut_emisor, reemplaza) WHERE reemplaza IS NOT NULL;
CREATE INDEX ix_folio_estado ON sii_folios (rut_emisor, estado, id);
CREATE INDEX ix_folio_dia ON sii_folios (rut_emisor, dia, tipo_dte);

-- Documents that are at the SII and of which the store does not know.
CREATE TABLE sii_huerfanos (
  id integer PRIMARY KEY AUTOINCREMENT, rut_emisor text NOT NULL, tipo_dte integer NOT NULL, folio integer NOT NULL,
  rut_receptor text, fecha text, total integer NOT NULL, origen text NOT NULL,
  estado text NOT NULL, clave text, motivo text, created_at text NOT NULL, updated_at text NOT NULL,
  CONSTRAINT uq_huerfano_documento UNIQUE (rut_emisor, tipo_dte, folio));

-- Signed documents, byte for byte. codigos is NULL until the SII's codes have come.
CREATE TABLE sii_emitidos (
  folio_id integer PRIMARY KEY REFERENCES sii_folios (id), xml blob NOT NULL, sha256 text NOT NULL,
  rut_receptor text NOT NULL, fecha text NOT NULL, total integer NOT NULL,
  veredicto text NOT NULL, estado_sii text NOT NULL, glosa text NOT NULL, codigos text, previstos text NOT NULL,
  created_at text NOT NULL, updated_at text NOT NULL);
CREATE INDEX ix_emitido_sin_veredicto ON sii_emitidos (folio_id) WHERE veredicto = '';
CREATE INDEX ix_emitido_fecha ON sii_emitidos (fecha, folio_id);

-- Documents that a document waits for.
CREATE TABLE sii_esperas (
  folio_id integer NOT NULL REFERENCES sii_emitidos (folio_id),
  rut_emisor text NOT NULL, tipo_dte integer NOT NULL, folio integer NOT NULL,
  cumplida integer NOT NULL, estado_sii text NOT NULL, consultada text,
  PRIMARY KEY (folio_id, rut_emisor, tipo_dte, folio));
CREATE INDEX ix_espera_documento ON sii_esperas (rut_emisor, tipo_dte, folio);

-- Envelopes, byte for byte, and where they are on their way.
CREATE TABLE sii_sobres (
  id integer PRIMARY KEY AUTOINCREMENT, ambiente text NOT NULL, rut_emisor text NOT NULL, tipo text NOT NULL,
  estado text NOT NULL, desde text NOT NULL, xml blob NOT NULL, sha256 text NOT NULL,
  turno integer NOT NULL, intentos integer NOT NULL, salio integer NOT NULL, siguiente text,
  respuesta text NOT NULL, estado_sii text NOT NULL, glosa text NOT NULL, track_ids text NOT NULL,
  created_at text NOT NULL, updated_at text NOT NULL,
  CONSTRAINT uq_sobre_sha256 UNIQUE (rut_emisor, sha256));
CREATE INDEX ix_sobre_estado ON sii_sobres (estado, rut_emisor, id);

-- The documents of envelopes.
CREATE TABLE sii_sobres_folios (
  sobre_id integer NOT NULL REFERENCES sii_sobres (id), orden integer NOT NULL,
  folio_id integer NOT NULL REFERENCES sii_emitidos (folio_id),
  PRIMARY KEY (sobre_id, orden));
CREATE INDEX ix_sobre_folio ON sii_sobres_folios (folio_id, sobre_id);
