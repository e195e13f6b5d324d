-- Claves that the SII did not accept, by person: see storage.Claves. Of a clave
-- itself nothing is stored.
CREATE TABLE sii_claves (
    rut text PRIMARY KEY,
    equivocadas integer NOT NULL,
    bloqueada_hasta text NOT NULL
);
