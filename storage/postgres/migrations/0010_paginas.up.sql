-- The order of storage.Registers.Documents, which pages read on from a place: month,
-- then type, counterparty and folio, each after its length, so that digits order as
-- numbers. Rows of other programs may lack any of them. The state passes over rows
-- that a page does not want.
CREATE INDEX ix_compra_orden ON sii_rcv_purchases (rut_empresa, (coalesce(periodo, '')),
  ((CAST(10 + length(coalesce(tipo_dte, '')) AS text) || coalesce(tipo_dte, '')
   || CAST(10 + length(coalesce(rut_emisor, '')) AS text) || coalesce(rut_emisor, '')
   || CAST(10 + length(coalesce(folio, '')) AS text) || coalesce(folio, '')) COLLATE "C"), id, estado_sii);
CREATE INDEX ix_venta_orden ON sii_rcv_sales (rut_empresa, (coalesce(periodo, '')),
  ((CAST(10 + length(coalesce(tipo_dte, '')) AS text) || coalesce(tipo_dte, '')
   || CAST(10 + length(coalesce(rut_receptor, '')) AS text) || coalesce(rut_receptor, '')
   || CAST(10 + length(coalesce(folio, '')) AS text) || coalesce(folio, '')) COLLATE "C"), id, estado_sii);

-- The submissions of an issuer, page by page.
CREATE INDEX ix_envio_emisor ON sii_envios (rut_emisor, id);
