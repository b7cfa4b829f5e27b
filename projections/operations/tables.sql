-- What was asked of each projection, and the last rebuild of it.
CREATE TABLE projection (
  name              text PRIMARY KEY,
  version           int8 NOT NULL,           -- of its stream
  tries             int8 NOT NULL,           -- how often what is parked was to be tried again
  paused_by         text,                    -- null, with the two that follow: it is not paused
  pause_reason      text,
  paused_at         timestamptz,
  rebuild           text,                    -- null, with all that follows: none was ever asked for
  force             bool,
  max_records_per_s int8,
  requested_by      text,
  request_reason    text,
  requested_at      timestamptz,
  node              text,                    -- empty: nobody has begun
  started_at        timestamptz,
  cancelled         bool,
  outcome           text,                    -- null, with all that follows: it is under way
  records           int8,
  duration_ms       int8,
  detail            text,
  different         text[],
  ended_at          timestamptz
);

-- Events that are left out of a model, in the order in which they were.
CREATE TABLE skipped_event (
  projection text        NOT NULL,
  number     int8        NOT NULL,
  topic      text        NOT NULL,
  partition  int4        NOT NULL,
  height     int8        NOT NULL,
  stream     text        NOT NULL,
  sequence   int8        NOT NULL,           -- of the stream; 0: its envelope cannot be read
  error      text        NOT NULL,
  actor      text        NOT NULL,
  reason     text,
  skipped_at timestamptz NOT NULL,
  PRIMARY KEY (projection, number)
);
