-- The feed of what imports found to be different. Register, month, book and time
-- are those of the import.
CREATE TABLE sii_rcv_cambios (
  id bigserial PRIMARY KEY, importacion_id bigint NOT NULL REFERENCES sii_rcv_importaciones (id),
  rut_empresa varchar(12) NOT NULL, contraparte varchar(12) NOT NULL, tipo_dte varchar(4) NOT NULL, folio varchar(20) NOT NULL,
  tipo varchar(20) NOT NULL, desde varchar(7), hasta varchar(7), cambia_estado boolean NOT NULL, cambia_montos boolean NOT NULL,
  antes text, despues text);
CREATE INDEX ix_cambio_empresa ON sii_rcv_cambios (rut_empresa, id);
CREATE INDEX ix_cambio_contraparte ON sii_rcv_cambios (rut_empresa, contraparte, id);
CREATE INDEX ix_cambio_importacion ON sii_rcv_cambios (importacion_id);

-- Rows that are gone are few: where a document went is soon found.
CREATE INDEX ix_compra_ausente ON sii_rcv_purchases (rut_empresa, periodo) WHERE ausente_desde IS NOT NULL;
CREATE INDEX ix_venta_ausente ON sii_rcv_sales (rut_empresa, periodo) WHERE ausente_desde IS NOT NULL;
