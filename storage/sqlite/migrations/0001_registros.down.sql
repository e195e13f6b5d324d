-- There was nothing before.
DROP TABLE sii_sessions;
DROP TABLE sii_rcv_purchases;
DROP TABLE sii_rcv_sales;
DROP TABLE sii_rcv_resumen;
DROP TABLE sii_rcv_fuentes;
DROP TABLE sii_rcv_importaciones;
DROP TABLE sii_eventos;
DROP TABLE sii_envios;
DROP TABLE sii_tokens;
