DROP TABLE sii_rcv_respuestas;
