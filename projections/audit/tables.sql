-- Where every event stands, under everything that it is asked for by but the words of its reason. What it says is in the history: no value is kept twice.
-- An event that tells of no prompt has none.
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
  correlation_id text        NOT NULL
);

-- In which events' reasons a word stands: a row for each. In this order no byte is lost to alignment.
CREATE TABLE reason_word (
  word        bytea       NOT NULL,   -- as words_of gives it
  recorded_at timestamptz NOT NULL,
  occurred_at timestamptz NOT NULL,
  height      int8        NOT NULL,
  partition   int4        NOT NULL,
  topic       text        NOT NULL
);

-- The words of a text, each once, in small letters, as their workspace knows them: by 15 bytes of a digest of both, which with their length are 16 in an index, however long the word is.
CREATE FUNCTION words_of(workspace text, said text) RETURNS SETOF bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT substr(sha256(convert_to(workspace || E'\n' || lexeme, 'UTF8')), 1, 15) FROM unnest(to_tsvector('simple', said))
$$;
