DROP INDEX ix_venta_ausente;
DROP INDEX ix_compra_ausente;
DROP TABLE sii_rcv_cambios;
