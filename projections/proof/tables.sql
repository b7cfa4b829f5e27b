-- Each partition's Merkle tree as it stands: docs/proof.md.
CREATE TABLE tree (
  topic      text  NOT NULL,
  partition  int4  NOT NULL,
  size       int8  NOT NULL CHECK (size >= 1),      -- its leaves: the records that count
  frontier   bytea NOT NULL,                        -- the hashes of its perfect subtrees, largest first
  last_event int8  NOT NULL CHECK (last_event >= -1),   -- the height of its last event that is no checkpoint; -1: none
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- The hashes of its perfect subtrees, of every fifth level (projections/proof/tiles.hpp): up to 32 neighbours in a row, which grows at its end.
CREATE TABLE tile (
  topic     text  NOT NULL,
  partition int4  NOT NULL,
  level     int4  NOT NULL,
  number    int8  NOT NULL,
  hashes    bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 1024),
  PRIMARY KEY (topic, partition, level, number)
) WITH (fillfactor = 70);
ALTER TABLE tile ALTER hashes SET STORAGE PLAIN;    -- hashes do not compress

-- Every signature under a partition's first records.
CREATE TABLE signed_checkpoint (
  topic     text        NOT NULL,
  partition int4        NOT NULL,
  size      int8        NOT NULL CHECK (size >= 1),
  root      bytea       NOT NULL,
  note      text        NOT NULL,
  event_id  text        NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (topic, partition, size)
);
