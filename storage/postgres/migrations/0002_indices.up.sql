-- What one asks for beside a month: the documents of a counterparty, those that
-- are not simply registered, those that were received in some days. The owner
-- and the month are served by the unique key.
CREATE INDEX ix_compra_contraparte ON sii_rcv_purchases (rut_empresa, rut_emisor);
CREATE INDEX ix_venta_contraparte ON sii_rcv_sales (rut_empresa, rut_receptor);
CREATE INDEX ix_compra_estado ON sii_rcv_purchases (rut_empresa, estado_sii) WHERE estado_sii <> 'REGISTRO';
CREATE INDEX ix_compra_recepcion ON sii_rcv_purchases (rut_empresa, fecha_recepcion);
CREATE INDEX ix_venta_recepcion ON sii_rcv_sales (rut_empresa, fecha_recepcion);

-- Rows that name their owner need no trigger.
DROP TRIGGER sii_empresa_de_compra ON sii_rcv_purchases;
CREATE TRIGGER sii_empresa_de_compra BEFORE INSERT ON sii_rcv_purchases FOR EACH ROW
  WHEN (NEW.rut_empresa IS NULL) EXECUTE FUNCTION sii_empresa_de_compra();
DROP TRIGGER sii_empresa_de_venta ON sii_rcv_sales;
CREATE TRIGGER sii_empresa_de_venta BEFORE INSERT ON sii_rcv_sales FOR EACH ROW
  WHEN (NEW.rut_empresa IS NULL) EXECUTE FUNCTION sii_empresa_de_venta();
