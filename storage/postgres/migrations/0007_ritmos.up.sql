-- The pace of calls that several programs share: see storage.Paces. Intervals are
-- in microseconds.
CREATE TABLE sii_ritmos (
    nombre text PRIMARY KEY,
    numero bigint NOT NULL,
    intervalo bigint NOT NULL,
    siguiente timestamp NOT NULL,
    vence timestamp NOT NULL,
    frenado boolean NOT NULL
);
