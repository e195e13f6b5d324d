-- Which SII each import and submission was of: prod, cert or otro. NULL is from
-- before this column, until an import adopts it: see storage.Environments.
ALTER TABLE sii_rcv_importaciones ADD COLUMN ambiente text;
ALTER TABLE sii_envios ADD COLUMN ambiente text;

-- Whether rows of the import were of an export, which lacks the SII's numbers of a
-- row. NULL is not known.
ALTER TABLE sii_rcv_importaciones ADD COLUMN de_archivo integer;
