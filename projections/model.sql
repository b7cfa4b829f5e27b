-- What every read model's schema holds beside its own tables.

-- One row: which version of the projection made the tables.
CREATE TABLE model (
  version int4 NOT NULL
);

-- How far each partition has been applied. Moved with a compare-and-set, in the transaction of the rows.
CREATE TABLE checkpoint (
  topic            text  NOT NULL,
  partition        int4  NOT NULL,
  next_offset      int8  NOT NULL,   -- the first offset not read yet
  head_offset      int8  NOT NULL,   -- where the head's own record stood
  head             bytea NOT NULL,   -- hash of the last record that counted
  height           int8  NOT NULL,
  head_recorded_us int8  NOT NULL,   -- its ce_recordedtime, microseconds since 1970
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Streams with an event that could not be applied: all their later events wait behind it.
CREATE TABLE parked_stream (
  topic     text NOT NULL,
  partition int4 NOT NULL,
  stream    text NOT NULL,
  height    int8 NOT NULL,           -- of the event that failed
  error     text NOT NULL,
  PRIMARY KEY (topic, partition, stream)
);

-- Their events, verbatim, in the order of their heights.
CREATE TABLE parked_event (
  topic          text  NOT NULL,
  partition      int4  NOT NULL,
  height         int8  NOT NULL,
  stream         text  NOT NULL,
  log_offset     int8  NOT NULL,
  append_time_ms int8  NOT NULL,
  key            bytea NOT NULL,
  headers        bytea NOT NULL,
  value          bytea NOT NULL,
  hash           bytea NOT NULL,
  recorded_us    int8  NOT NULL,
  PRIMARY KEY (topic, partition, height)
);
CREATE INDEX parked_event_stream ON parked_event (topic, partition, stream, height);
