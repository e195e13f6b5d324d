DROP TABLE sii_sobres_folios;
DROP TABLE sii_sobres;
DROP TABLE sii_esperas;
DROP TABLE sii_emitidos;
DROP TABLE sii_huerfanos;
DROP TABLE sii_folios;
DROP TABLE sii_cafs;
