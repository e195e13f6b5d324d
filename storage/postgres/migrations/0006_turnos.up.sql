-- Turns of processes that want one thing done once: see storage.Leases.
CREATE TABLE sii_turnos (nombre text PRIMARY KEY, numero bigint NOT NULL, vence timestamp NOT NULL);
