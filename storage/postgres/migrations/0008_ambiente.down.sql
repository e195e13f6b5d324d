ALTER TABLE sii_envios DROP COLUMN ambiente;
ALTER TABLE sii_rcv_importaciones DROP COLUMN de_archivo;
ALTER TABLE sii_rcv_importaciones DROP COLUMN ambiente;
