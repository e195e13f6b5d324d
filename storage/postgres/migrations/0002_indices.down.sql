DROP TRIGGER sii_empresa_de_compra ON sii_rcv_purchases;
CREATE TRIGGER sii_empresa_de_compra BEFORE INSERT ON sii_rcv_purchases FOR EACH ROW EXECUTE FUNCTION sii_empresa_de_compra();
DROP TRIGGER sii_empresa_de_venta ON sii_rcv_sales;
CREATE TRIGGER sii_empresa_de_venta BEFORE INSERT ON sii_rcv_sales FOR EACH ROW EXECUTE FUNCTION sii_empresa_de_venta();

DROP INDEX ix_venta_recepcion;
DROP INDEX ix_compra_recepcion;
DROP INDEX ix_compra_estado;
DROP INDEX ix_venta_contraparte;
DROP INDEX ix_compra_contraparte;
