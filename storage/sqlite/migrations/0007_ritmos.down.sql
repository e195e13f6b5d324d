DROP TABLE sii_ritmos;
