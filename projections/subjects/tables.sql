-- Every erasure of a subject's keys. Who was asked about is a pseudonym here, too.
CREATE TABLE erasure (
  subject      text        NOT NULL,
  number       int8        NOT NULL CHECK (number >= 1),   -- the stream's version
  workspace    text        NOT NULL,
  key_ids      text[]      NOT NULL CHECK (cardinality(key_ids) >= 1),
  fingerprints text[]      NOT NULL CHECK (cardinality(fingerprints) = cardinality(key_ids)),
  receipt      text        NOT NULL,
  event_id     text        NOT NULL,
  actor        text        NOT NULL,
  reason       text,
  erased_at    timestamptz NOT NULL,
  PRIMARY KEY (subject, number)
);
