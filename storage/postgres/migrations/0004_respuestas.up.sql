-- Raw answers and files, where they are kept: gzip, cut into parts.
CREATE TABLE sii_rcv_respuestas (
  importacion_id bigint NOT NULL, orden integer NOT NULL, parte integer NOT NULL, datos bytea NOT NULL,
  PRIMARY KEY (importacion_id, orden, parte),
  FOREIGN KEY (importacion_id, orden) REFERENCES sii_rcv_fuentes (importacion_id, orden));
ALTER TABLE sii_rcv_respuestas ALTER COLUMN datos SET STORAGE EXTERNAL; -- it is compressed already
