ALTER TABLE sii_rcv_importaciones DROP COLUMN resumen_documentos, DROP COLUMN resumen_total;
DROP INDEX uq_evento_clave;
ALTER TABLE sii_eventos DROP COLUMN clave;
