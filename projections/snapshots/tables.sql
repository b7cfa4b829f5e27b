-- States of long streams, every so many versions, as JSON. Nobody needs them: who finds none, or none that is right, folds all the events.
CREATE TABLE snapshot (
  stream      text        NOT NULL,
  version     int8        NOT NULL,   -- of the stream
  workspace   text        NOT NULL,
  shape       int4        NOT NULL,   -- kStateShape of the program that made it
  topic       text        NOT NULL,   -- where the version's event stands in the log
  partition   int4        NOT NULL,
  height      int8        NOT NULL,
  hash        bytea       NOT NULL,   -- of its record: a snapshot of another past is none of this one
  recorded_at timestamptz NOT NULL,   -- of the event
  occurred_at timestamptz NOT NULL,   -- the latest of all events until it
  counts      json        NOT NULL,   -- how much there is of what grows
  state       json        NOT NULL,   -- without what the snapshots before it hold
  digest      bytea       NOT NULL
);
