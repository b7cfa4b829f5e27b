-- Every record that counts, verbatim: key, headers and value give it back byte for byte, so that verify, export and heal need no other
-- copy. The columns of the event are its envelope once more, for looking it up; they are null for genesis, barriers, and an event whose
-- envelope cannot be read.
CREATE TABLE event (
  topic          text        NOT NULL,
  partition      int4        NOT NULL,
  height         int8        NOT NULL,
  log_offset     int8        NOT NULL,
  append_time_ms int8        NOT NULL,
  recorded_at    timestamptz NOT NULL,
  hash           bytea       NOT NULL,
  prevhash       bytea       NOT NULL,
  key            bytea       NOT NULL,
  headers        bytea       NOT NULL,
  value          bytea       NOT NULL,
  event_id       text,
  stream         text,
  sequence       int8,
  type           text,
  workspace      text,
  actor          text,
  correlation_id text,
  command_id     text,
  command_digest text,
  occurred_at    timestamptz,
  tags           text[]
);

-- Which events carry a tag: SHA-256 of the partition key and the tag, cut to 16 bytes, because names can be longer than an index row.
CREATE TABLE event_tag (
  digest    bytea NOT NULL,
  topic     text  NOT NULL,
  partition int4  NOT NULL,
  height    int8  NOT NULL
);
