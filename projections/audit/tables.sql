-- Where every event stands, under everything that it is asked for by. What it says is in the history: no value is kept twice but the reason, whose words are
-- looked for. An event that tells of no prompt, or gives no reason, has none.
CREATE TABLE entry (
  topic          text        NOT NULL,
  partition      int4        NOT NULL,
  height         int8        NOT NULL,
  workspace      text        NOT NULL,
  recorded_at    timestamptz NOT NULL,
  occurred_at    timestamptz NOT NULL,
  actor          text        NOT NULL,
  kind           text        NOT NULL,
  stream         text        NOT NULL,
  type           text        NOT NULL,
  prompt         text        CHECK (prompt <> ''),
  correlation_id text        NOT NULL,
  reason         text,
  words          tsvector    GENERATED ALWAYS AS (to_tsvector('simple', reason)) STORED
);
