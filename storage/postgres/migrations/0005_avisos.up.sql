-- What is noted but once.
ALTER TABLE sii_eventos ADD COLUMN clave varchar(200);
CREATE UNIQUE INDEX uq_evento_clave ON sii_eventos (tipo, clave) WHERE clave IS NOT NULL;

-- How large a register was by its summary.
ALTER TABLE sii_rcv_importaciones ADD COLUMN resumen_documentos bigint, ADD COLUMN resumen_total bigint;
