DROP TABLE sii_turnos;
