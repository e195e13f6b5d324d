-- The tables as the older Python back end creates them, and rows as it writes
-- them: see README.md.
CREATE TABLE sii_tokens (
  id serial PRIMARY KEY, ambiente varchar(10) NOT NULL, token text NOT NULL,
  expires_at timestamp NOT NULL, created_at timestamp);
CREATE TABLE sii_envios (
  id serial PRIMARY KEY, tipo varchar(20) NOT NULL, track_id varchar(64), estado varchar(20),
  xml_hash varchar(64) NOT NULL, rut_emisor varchar(12) NOT NULL, periodo varchar(7),
  created_at timestamp, updated_at timestamp);
CREATE INDEX ix_envio_track ON sii_envios (track_id);
CREATE TABLE sii_eventos (
  id serial PRIMARY KEY, envio_id integer NOT NULL REFERENCES sii_envios (id), tipo varchar(30) NOT NULL,
  detalle text, created_at timestamp);
CREATE TABLE sii_rcv_sales (
  id serial PRIMARY KEY, periodo varchar(7), rut_receptor varchar(12), rut_emisor varchar(12),
  tipo_dte varchar(4), folio varchar(20), fecha_emision date,
  neto numeric, iva numeric, exento numeric, total numeric,
  estado_sii varchar(20), xml_hash varchar(64), created_at timestamp,
  CONSTRAINT uq_rcv_sale_doc UNIQUE (periodo, rut_emisor, tipo_dte, folio));
CREATE TABLE sii_rcv_purchases (
  id serial PRIMARY KEY, periodo varchar(7), rut_emisor varchar(12), rut_receptor varchar(12),
  tipo_dte varchar(4), folio varchar(20), fecha_emision date,
  neto numeric, iva numeric, exento numeric, total numeric,
  estado_sii varchar(20), xml_hash varchar(64), created_at timestamp,
  CONSTRAINT uq_rcv_purchase_doc UNIQUE (periodo, rut_emisor, tipo_dte, folio));
CREATE TABLE sii_sessions (
  id serial PRIMARY KEY, owner_user_id integer, cookies_cipher text NOT NULL,
  expires_at timestamp NOT NULL, created_at timestamp);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);

INSERT INTO alembic_version VALUES ('20250901_sii');
INSERT INTO sii_tokens (ambiente, token, expires_at, created_at) VALUES ('prod', 'PLANOANTIGUO1', '2026-10-01 12:00:00', '2026-10-01 11:00:00');
INSERT INTO sii_envios (tipo, track_id, estado, xml_hash, rut_emisor, periodo, created_at, updated_at)
VALUES ('DTE', '0260001234', 'enviado', repeat('a', 64), '76192083-9', '2026-10', '2026-10-05 10:00:00', '2026-10-05 10:00:00');
INSERT INTO sii_eventos (envio_id, tipo, detalle, created_at) VALUES (1, 'seguimiento', '{"estado": "REC"}', '2026-10-05 10:01:00');
INSERT INTO sii_sessions (owner_user_id, cookies_cipher, expires_at, created_at) VALUES (7, 'gAAAAA…', '2030-01-01 00:00:00', '2026-10-05 10:00:00');
INSERT INTO sii_rcv_purchases (periodo, rut_emisor, rut_receptor, tipo_dte, folio, fecha_emision, neto, iva, exento, total, estado_sii, xml_hash, created_at) VALUES
 ('2026-10', '12345678-5',   '76192083-9',   '33',  '101',  '2026-10-01', 1000, 190, 0, 1190, 'REGISTRO', repeat('b', 64), '2026-10-06 00:00:00'),
 ('2026-10', '12.345.678-5', '76.192.083-9', '33 ', '0102', '2026-10-02', 2000.00, 380.00, 0, 2380.00, NULL, NULL, '2026-10-06 00:00:00'),
 ('2026-10', '12345678-5',   '76192083-9',   '33',  '103',  '2026-10-03', 3000, 570, 0, 3570, 'REGISTRO', NULL, NULL),
 ('2026-10', '12345678-5',   NULL,           '33',  '104',  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (NULL,      '12345678-5',   '76192083-9',   '33',  '105',  '2026-10-05', 1, 0, 0, 1, NULL, NULL, NULL),
 ('2026-10', '12345678-5',   'desconocido',  '33',  '106',  '2026-10-05', 1, 0, 0, 1, NULL, NULL, NULL);
INSERT INTO sii_rcv_sales (periodo, rut_receptor, rut_emisor, tipo_dte, folio, fecha_emision, neto, iva, exento, total, estado_sii, xml_hash, created_at) VALUES
 ('2026-10', '77222222-K', '76192083-9', '33', '7', '2026-10-09', 5000, 950, 0, 5950, 'REGISTRO', repeat('c', 64), '2026-10-10 00:00:00'),
 ('2026-10', '77222222-k', '76192083-9', '61', '8', '2026-10-09', 500, 95, 0, 595, NULL, NULL, NULL);
