-- What is not derived from the log: keyed-hash secrets (idempotency keys, cursors), each made on its first use. Nothing else lives here.
-- Losing them loses no event; it forgets which idempotency keys were used, and invalidates cursors and command tokens.
CREATE TABLE ledger.secrets (
  name  text  PRIMARY KEY,
  value bytea NOT NULL CHECK (length(value) = 32)
);
