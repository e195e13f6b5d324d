-- The six tables that older back ends share, with the columns that this store
-- adds, and its own tables. Times are text of UTC, to the microsecond.
CREATE TABLE IF NOT EXISTS sii_tokens (
  id integer PRIMARY KEY AUTOINCREMENT, ambiente text NOT NULL, token text NOT NULL,
  expires_at text NOT NULL, created_at text, clave text UNIQUE);

CREATE TABLE IF NOT EXISTS sii_envios (
  id integer PRIMARY KEY AUTOINCREMENT, tipo text NOT NULL, track_id text, estado text,
  xml_hash text NOT NULL, rut_emisor text NOT NULL, periodo text,
  created_at text, updated_at text, estado_sii text, glosa text);
CREATE INDEX IF NOT EXISTS ix_envio_track ON sii_envios (track_id);

CREATE TABLE IF NOT EXISTS sii_eventos (
  id integer PRIMARY KEY AUTOINCREMENT, envio_id integer REFERENCES sii_envios (id), tipo text NOT NULL,
  detalle text, created_at text, rut_empresa text);
CREATE INDEX IF NOT EXISTS ix_evento_empresa ON sii_eventos (rut_empresa, id);

CREATE TABLE IF NOT EXISTS sii_rcv_importaciones (
  id integer PRIMARY KEY AUTOINCREMENT, rut_empresa text NOT NULL, periodo text NOT NULL, libro text NOT NULL,
  tomada_en text NOT NULL, agregados integer NOT NULL, cambiados integer NOT NULL, ausentes integer NOT NULL,
  reaparecidos integer NOT NULL, iguales integer NOT NULL, created_at text NOT NULL);
CREATE INDEX IF NOT EXISTS ix_importacion_registro ON sii_rcv_importaciones (rut_empresa, periodo, libro, id);

CREATE TABLE IF NOT EXISTS sii_rcv_fuentes (
  importacion_id integer NOT NULL REFERENCES sii_rcv_importaciones (id), orden integer NOT NULL,
  nombre text NOT NULL, sha256 text NOT NULL, bytes integer NOT NULL, PRIMARY KEY (importacion_id, orden));

CREATE TABLE IF NOT EXISTS sii_rcv_resumen (
  rut_empresa text NOT NULL, periodo text NOT NULL, libro text NOT NULL, orden integer NOT NULL,
  estado text NOT NULL, tipo_dte integer NOT NULL, con_detalle integer NOT NULL, documentos integer NOT NULL,
  exento integer NOT NULL, neto integer NOT NULL, iva integer NOT NULL, iva_no_recuperable integer NOT NULL,
  iva_uso_comun integer NOT NULL, total integer NOT NULL, datos text NOT NULL,
  PRIMARY KEY (rut_empresa, periodo, libro, orden));

CREATE TABLE IF NOT EXISTS sii_rcv_sales (
  id integer PRIMARY KEY AUTOINCREMENT, periodo text, rut_receptor text, rut_emisor text,
  tipo_dte text, folio text, fecha_emision text,
  neto integer, iva integer, exento integer, total integer,
  estado_sii text, xml_hash text, created_at text,
  rut_empresa text, razon_social text, fecha_recepcion text, iva_no_recuperable integer, iva_uso_comun integer,
  otros_impuestos integer, datos text, ausente_desde text, updated_at text,
  CONSTRAINT uq_rcv_sale_doc UNIQUE (rut_empresa, periodo, rut_receptor, tipo_dte, folio));

CREATE TABLE IF NOT EXISTS sii_rcv_purchases (
  id integer PRIMARY KEY AUTOINCREMENT, periodo text, rut_emisor text, rut_receptor text,
  tipo_dte text, folio text, fecha_emision text,
  neto integer, iva integer, exento integer, total integer,
  estado_sii text, xml_hash text, created_at text,
  rut_empresa text, razon_social text, fecha_recepcion text, iva_no_recuperable integer, iva_uso_comun integer,
  otros_impuestos integer, datos text, ausente_desde text, updated_at text,
  CONSTRAINT uq_rcv_purchase_doc UNIQUE (rut_empresa, periodo, rut_emisor, tipo_dte, folio));

CREATE TABLE IF NOT EXISTS sii_sessions (
  id integer PRIMARY KEY AUTOINCREMENT, owner_user_id integer, cookies_cipher text NOT NULL,
  expires_at text NOT NULL, created_at text);
