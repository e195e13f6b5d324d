-- The six tables stay, with every row, in the form that older back ends made.
-- Marks of rows that are gone from the register are lost: such rows look like
-- the others. Where rows came in that the old form cannot hold (one document of
-- two owners, events without envío) its constraint is left out, with a notice.
DROP TABLE sii_rcv_resumen;
DROP TABLE sii_rcv_fuentes;
DROP TABLE sii_rcv_importaciones;

DROP TRIGGER sii_empresa_de_compra ON sii_rcv_purchases;
DROP TRIGGER sii_empresa_de_venta ON sii_rcv_sales;
DROP FUNCTION sii_empresa_de_compra();
DROP FUNCTION sii_empresa_de_venta();

ALTER TABLE sii_rcv_purchases DROP CONSTRAINT uq_rcv_purchase_doc;
ALTER TABLE sii_rcv_sales DROP CONSTRAINT uq_rcv_sale_doc;
ALTER TABLE sii_rcv_sales
  DROP COLUMN rut_empresa, DROP COLUMN razon_social, DROP COLUMN fecha_recepcion, DROP COLUMN iva_no_recuperable,
  DROP COLUMN iva_uso_comun, DROP COLUMN otros_impuestos, DROP COLUMN datos, DROP COLUMN ausente_desde, DROP COLUMN updated_at;
ALTER TABLE sii_rcv_purchases
  DROP COLUMN rut_empresa, DROP COLUMN razon_social, DROP COLUMN fecha_recepcion, DROP COLUMN iva_no_recuperable,
  DROP COLUMN iva_uso_comun, DROP COLUMN otros_impuestos, DROP COLUMN datos, DROP COLUMN ausente_desde, DROP COLUMN updated_at;

DO $$ BEGIN
  ALTER TABLE sii_rcv_purchases ADD CONSTRAINT uq_rcv_purchase_doc UNIQUE (periodo, rut_emisor, tipo_dte, folio);
EXCEPTION WHEN unique_violation THEN
  RAISE NOTICE 'sii_rcv_purchases keeps documents of several owners: uq_rcv_purchase_doc is left out';
END $$;
DO $$ BEGIN
  ALTER TABLE sii_rcv_sales ADD CONSTRAINT uq_rcv_sale_doc UNIQUE (periodo, rut_emisor, tipo_dte, folio);
EXCEPTION WHEN unique_violation THEN
  RAISE NOTICE 'sii_rcv_sales keeps documents that differ in their receiver: uq_rcv_sale_doc is left out';
END $$;

DROP INDEX ix_evento_empresa;
ALTER TABLE sii_eventos DROP COLUMN rut_empresa;
DO $$ BEGIN
  ALTER TABLE sii_eventos ALTER COLUMN envio_id SET NOT NULL;
EXCEPTION WHEN not_null_violation THEN
  RAISE NOTICE 'sii_eventos keeps events without envío: envio_id stays nullable';
END $$;

ALTER TABLE sii_envios DROP COLUMN estado_sii, DROP COLUMN glosa;
DELETE FROM sii_tokens WHERE clave IS NOT NULL;
ALTER TABLE sii_tokens DROP COLUMN clave;
DROP FUNCTION sii_rut(text);
