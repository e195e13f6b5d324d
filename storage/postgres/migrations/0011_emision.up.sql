-- What issuing needs: see storage.Folios, storage.Issued and storage.Outbox. States are
-- the words of those, in English; types are numbers.

-- Ranges of folios that the SII has authorised. archivo is the file with its private
-- key, sealed. siguiente is the folio that is taken next.
CREATE TABLE sii_cafs (
  id bigserial PRIMARY KEY, ambiente text NOT NULL, rut_emisor text NOT NULL, tipo_dte integer NOT NULL,
  desde bigint NOT NULL, hasta bigint NOT NULL, autorizado date NOT NULL, ultimo_dia date, idk integer NOT NULL,
  huella text NOT NULL, archivo text NOT NULL, primero bigint NOT NULL, siguiente bigint NOT NULL,
  tope bigint NOT NULL, abierto bigint NOT NULL, retenido text,
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
  CONSTRAINT uq_caf_huella UNIQUE (huella), CONSTRAINT uq_caf_desde UNIQUE (rut_emisor, tipo_dte, desde));

-- Folios that were handed out, each for a key, or skipped.
CREATE TABLE sii_folios (
  id bigserial PRIMARY KEY, caf_id bigint,
  rut_emisor text COLLATE "C" NOT NULL, tipo_dte integer NOT NULL, folio bigint NOT NULL,
  clave text COLLATE "C", huella text, dia date, instante timestamp, borrador bytea, reemplaza text COLLATE "C",
  estado text NOT NULL, motivo text, created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
  CONSTRAINT uq_folio_documento UNIQUE (rut_emisor, tipo_dte, folio), CONSTRAINT uq_folio_clave UNIQUE (rut_emisor, clave));
CREATE UNIQUE INDEX uq_folio_reemplaza ON sii_folios (rut_emisor, reemplaza) WHERE reemplaza IS NOT NULL;
CREATE INDEX ix_folio_estado ON sii_folios (rut_emisor, estado, id);
CREATE INDEX ix_folio_dia ON sii_folios USING brin (dia); -- they come day by day, and as fast as can be

-- Documents that are at the SII and of which the store does not know.
CREATE TABLE sii_huerfanos (
  id bigserial PRIMARY KEY, rut_emisor text NOT NULL, tipo_dte integer NOT NULL, folio bigint NOT NULL,
  rut_receptor text, fecha date, total bigint NOT NULL, origen text NOT NULL,
  estado text NOT NULL, clave text, motivo text, created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
  CONSTRAINT uq_huerfano_documento UNIQUE (rut_emisor, tipo_dte, folio));

-- Signed documents, byte for byte. codigos is NULL until the SII's codes have come.
CREATE TABLE sii_emitidos (
  folio_id bigint PRIMARY KEY REFERENCES sii_folios (id), xml bytea NOT NULL, sha256 text NOT NULL,
  rut_receptor text NOT NULL, fecha date NOT NULL, total bigint NOT NULL,
  veredicto text NOT NULL, estado_sii text NOT NULL, glosa text NOT NULL, codigos text, previstos text NOT NULL,
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE INDEX ix_emitido_sin_veredicto ON sii_emitidos (folio_id) WHERE veredicto = '';
CREATE INDEX ix_emitido_fecha ON sii_emitidos (fecha, folio_id);

-- Documents that a document waits for.
CREATE TABLE sii_esperas (
  folio_id bigint NOT NULL REFERENCES sii_emitidos (folio_id),
  rut_emisor text NOT NULL, tipo_dte integer NOT NULL, folio bigint NOT NULL,
  cumplida boolean NOT NULL, estado_sii text NOT NULL, consultada timestamp,
  PRIMARY KEY (folio_id, rut_emisor, tipo_dte, folio));
CREATE INDEX ix_espera_documento ON sii_esperas (rut_emisor, tipo_dte, folio);

-- Envelopes, byte for byte, and where they are on their way.
CREATE TABLE sii_sobres (
  id bigserial PRIMARY KEY, ambiente text NOT NULL, rut_emisor text NOT NULL, tipo text NOT NULL,
  estado text NOT NULL, desde timestamp NOT NULL, xml bytea NOT NULL, sha256 text NOT NULL,
  turno bigint NOT NULL, intentos integer NOT NULL, salio boolean NOT NULL, siguiente timestamp,
  respuesta text NOT NULL, estado_sii text NOT NULL, glosa text NOT NULL, track_ids text NOT NULL,
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
  CONSTRAINT uq_sobre_sha256 UNIQUE (rut_emisor, sha256));
CREATE INDEX ix_sobre_estado ON sii_sobres (estado, rut_emisor, id);

-- The documents of envelopes.
CREATE TABLE sii_sobres_folios (
  sobre_id bigint NOT NULL REFERENCES sii_sobres (id), orden integer NOT NULL,
  folio_id bigint NOT NULL REFERENCES sii_emitidos (folio_id),
  PRIMARY KEY (sobre_id, orden));
CREATE INDEX ix_sobre_folio ON sii_sobres_folios (folio_id, sobre_id);
