DROP INDEX ix_envio_emisor;
DROP INDEX ix_venta_orden;
DROP INDEX ix_compra_orden;
