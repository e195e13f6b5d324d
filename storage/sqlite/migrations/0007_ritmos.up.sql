-- The pace of calls that several programs share: see storage.Paces. Intervals are
-- in microseconds.
CREATE TABLE sii_ritmos (
    nombre text PRIMARY KEY,
    numero integer NOT NULL,
    intervalo integer NOT NULL,
    siguiente text NOT NULL,
    vence text NOT NULL,
    frenado boolean NOT NULL
);
