DROP INDEX ix_venta_recepcion;
DROP INDEX ix_compra_recepcion;
DROP INDEX ix_compra_estado;
DROP INDEX ix_venta_contraparte;
DROP INDEX ix_compra_contraparte;
