-- The six tables as older back ends made them, where they are not there yet.
CREATE TABLE IF NOT EXISTS sii_tokens (
  id serial PRIMARY KEY, ambiente varchar(10) NOT NULL, token text NOT NULL,
  expires_at timestamp NOT NULL, created_at timestamp);
CREATE TABLE IF NOT EXISTS sii_envios (
  id serial PRIMARY KEY, tipo varchar(20) NOT NULL, track_id varchar(64), estado varchar(20),
  xml_hash varchar(64) NOT NULL, rut_emisor varchar(12) NOT NULL, periodo varchar(7),
  created_at timestamp, updated_at timestamp);
CREATE INDEX IF NOT EXISTS ix_envio_track ON sii_envios (track_id);
CREATE TABLE IF NOT EXISTS sii_eventos (
  id serial PRIMARY KEY, envio_id integer NOT NULL REFERENCES sii_envios (id), tipo varchar(30) NOT NULL,
  detalle text, created_at timestamp);
CREATE TABLE IF NOT EXISTS sii_rcv_sales (
  id serial PRIMARY KEY, periodo varchar(7), rut_receptor varchar(12), rut_emisor varchar(12),
  tipo_dte varchar(4), folio varchar(20), fecha_emision date,
  neto numeric, iva numeric, exento numeric, total numeric,
  estado_sii varchar(20), xml_hash varchar(64), created_at timestamp);
CREATE TABLE IF NOT EXISTS sii_rcv_purchases (
  id serial PRIMARY KEY, periodo varchar(7), rut_emisor varchar(12), rut_receptor varchar(12),
  tipo_dte varchar(4), folio varchar(20), fecha_emision date,
  neto numeric, iva numeric, exento numeric, total numeric,
  estado_sii varchar(20), xml_hash varchar(64), created_at timestamp);
CREATE TABLE IF NOT EXISTS sii_sessions (
  id serial PRIMARY KEY, owner_user_id integer, cookies_cipher text NOT NULL,
  expires_at timestamp NOT NULL, created_at timestamp);

-- Tokens of this store have a key; those of other programs have none.
ALTER TABLE sii_tokens ADD COLUMN IF NOT EXISTS clave text UNIQUE;

-- The SII's own code and words beside the verdict.
ALTER TABLE sii_envios ADD COLUMN IF NOT EXISTS estado_sii text;
ALTER TABLE sii_envios ADD COLUMN IF NOT EXISTS glosa text;

-- An import has no envío.
ALTER TABLE sii_eventos ALTER COLUMN envio_id DROP NOT NULL;
ALTER TABLE sii_eventos ADD COLUMN IF NOT EXISTS rut_empresa varchar(12);
CREATE INDEX IF NOT EXISTS ix_evento_empresa ON sii_eventos (rut_empresa, id);

-- A RUT as the SII writes it, 76123456-K, or NULL for what is none. One without
-- hyphen may have lost its check digit, and be another one with its last digit.
CREATE OR REPLACE FUNCTION sii_rut(texto text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT substring(limpio FROM '^0*([1-9][0-9]{0,7})-[0-9K]$') || '-' || right(limpio, 1)
  FROM (SELECT upper(regexp_replace(texto, '[.[:space:]]', '', 'g')) AS limpio) AS t
  WHERE limpio ~ '^0*[1-9][0-9]{0,7}-[0-9K]$'
$$;

ALTER TABLE sii_rcv_sales
  ADD COLUMN IF NOT EXISTS rut_empresa varchar(12), ADD COLUMN IF NOT EXISTS razon_social text,
  ADD COLUMN IF NOT EXISTS fecha_recepcion timestamp, ADD COLUMN IF NOT EXISTS iva_no_recuperable numeric,
  ADD COLUMN IF NOT EXISTS iva_uso_comun numeric, ADD COLUMN IF NOT EXISTS otros_impuestos numeric,
  ADD COLUMN IF NOT EXISTS datos text, ADD COLUMN IF NOT EXISTS ausente_desde timestamp,
  ADD COLUMN IF NOT EXISTS updated_at timestamp;
ALTER TABLE sii_rcv_purchases
  ADD COLUMN IF NOT EXISTS rut_empresa varchar(12), ADD COLUMN IF NOT EXISTS razon_social text,
  ADD COLUMN IF NOT EXISTS fecha_recepcion timestamp, ADD COLUMN IF NOT EXISTS iva_no_recuperable numeric,
  ADD COLUMN IF NOT EXISTS iva_uso_comun numeric, ADD COLUMN IF NOT EXISTS otros_impuestos numeric,
  ADD COLUMN IF NOT EXISTS datos text, ADD COLUMN IF NOT EXISTS ausente_desde timestamp,
  ADD COLUMN IF NOT EXISTS updated_at timestamp;

-- The owner of a purchase is its receiver, that of a sale its issuer. Rows that
-- name none keep NULL.
UPDATE sii_rcv_purchases SET rut_empresa = sii_rut(rut_receptor) WHERE rut_empresa IS NULL;
UPDATE sii_rcv_sales SET rut_empresa = sii_rut(rut_emisor) WHERE rut_empresa IS NULL;

-- Two buyers may each have a factura de compra 46 with folio 1 from one supplier,
-- and two customers may give a seller one with folio 1: the owner, and of sales
-- the customer, belong to the key.
ALTER TABLE sii_rcv_purchases DROP CONSTRAINT IF EXISTS uq_rcv_purchase_doc;
ALTER TABLE sii_rcv_purchases ADD CONSTRAINT uq_rcv_purchase_doc UNIQUE (rut_empresa, periodo, rut_emisor, tipo_dte, folio);
ALTER TABLE sii_rcv_sales DROP CONSTRAINT IF EXISTS uq_rcv_sale_doc;
ALTER TABLE sii_rcv_sales ADD CONSTRAINT uq_rcv_sale_doc UNIQUE (rut_empresa, periodo, rut_emisor, rut_receptor, tipo_dte, folio);

-- Programs that do not know the owner's column go on inserting without it.
CREATE OR REPLACE FUNCTION sii_empresa_de_compra() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.rut_empresa IS NULL THEN NEW.rut_empresa := sii_rut(NEW.rut_receptor); END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION sii_empresa_de_venta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.rut_empresa IS NULL THEN NEW.rut_empresa := sii_rut(NEW.rut_emisor); END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS sii_empresa_de_compra ON sii_rcv_purchases;
CREATE TRIGGER sii_empresa_de_compra BEFORE INSERT ON sii_rcv_purchases FOR EACH ROW EXECUTE FUNCTION sii_empresa_de_compra();
DROP TRIGGER IF EXISTS sii_empresa_de_venta ON sii_rcv_sales;
CREATE TRIGGER sii_empresa_de_venta BEFORE INSERT ON sii_rcv_sales FOR EACH ROW EXECUTE FUNCTION sii_empresa_de_venta();

CREATE TABLE sii_rcv_importaciones (
  id bigserial PRIMARY KEY, rut_empresa varchar(12) NOT NULL, periodo varchar(7) NOT NULL, libro varchar(10) NOT NULL,
  tomada_en timestamp NOT NULL, agregados bigint NOT NULL, cambiados bigint NOT NULL, ausentes bigint NOT NULL,
  reaparecidos bigint NOT NULL, iguales bigint NOT NULL, created_at timestamp NOT NULL);
CREATE INDEX ix_importacion_registro ON sii_rcv_importaciones (rut_empresa, periodo, libro, id);

CREATE TABLE sii_rcv_fuentes (
  importacion_id bigint NOT NULL REFERENCES sii_rcv_importaciones (id), orden integer NOT NULL,
  nombre text NOT NULL, sha256 varchar(64) NOT NULL, bytes bigint NOT NULL, PRIMARY KEY (importacion_id, orden));

CREATE TABLE sii_rcv_resumen (
  rut_empresa varchar(12) NOT NULL, periodo varchar(7) NOT NULL, libro varchar(10) NOT NULL, orden integer NOT NULL,
  estado varchar(20) NOT NULL, tipo_dte integer NOT NULL, con_detalle boolean NOT NULL, documentos bigint NOT NULL,
  exento bigint NOT NULL, neto bigint NOT NULL, iva bigint NOT NULL, iva_no_recuperable bigint NOT NULL,
  iva_uso_comun bigint NOT NULL, total bigint NOT NULL, datos text NOT NULL,
  PRIMARY KEY (rut_empresa, periodo, libro, orden));
