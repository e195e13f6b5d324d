DROP TABLE sii_claves;
