-- The keys that personal text is sealed under. The one thing in the database that is no secret of the ledger's own and cannot be derived from the
-- log: who loses this table loses every sealed text, which is what erasing is. A schema of its own, so that a backup can leave it out or take it alone.
-- Nobody is named in it: a subject is a pseudonym made with ledger.secrets, and each key is itself sealed under a master key that is kept elsewhere.
CREATE SCHEMA sealing;
CREATE TABLE sealing.subject_key (
  workspace   text        NOT NULL,
  subject     text        NOT NULL,
  id          text        NOT NULL UNIQUE,
  master      text        NOT NULL,   -- the fingerprint of the master key
  wrapped     bytea       NOT NULL,
  fingerprint text        NOT NULL,   -- of the key itself: what an erasure names it by
  made_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace, subject)    -- two that seal for a new subject at once agree on one key
);
CREATE INDEX subject_key_master ON sealing.subject_key (master);
