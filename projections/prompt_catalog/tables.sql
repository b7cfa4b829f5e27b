-- What every prompt is now. Text that is JSON stays as it was written (json, not jsonb), so that a state read from here equals the one that
-- evolve made. Names sort by code point, the same on every server.
CREATE TABLE prompt (
  id             text        PRIMARY KEY,
  workspace      text        NOT NULL,
  version        int8        NOT NULL,   -- of the stream
  height         int8        NOT NULL,   -- of its last event
  category       text        COLLATE "C" NOT NULL,
  name           text        COLLATE "C" NOT NULL,
  title          text        NOT NULL,
  description    text        NOT NULL,
  status         text        NOT NULL,
  tags           text[]      NOT NULL,
  label_names    text[]      NOT NULL,   -- without `latest`
  label_versions int4[]      NOT NULL,
  metadata       json        NOT NULL,
  author         text        NOT NULL,
  request_id     text        NOT NULL,
  forked_from    text,                   -- the prompt, and its version
  forked_version int4,
  head_version   int4        NOT NULL,   -- what `latest` is
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  published_at   timestamptz,
  deleted_at     timestamptz
);

-- Versions never change.
CREATE TABLE prompt_version (
  prompt_id      text        NOT NULL,
  number         int4        NOT NULL,
  content        json        NOT NULL,
  source         text        NOT NULL,
  parent_version int4,
  explanation    text        NOT NULL,
  change_log     text        NOT NULL,
  rolled_back_to int4,
  author         text        NOT NULL,
  created_at     timestamptz NOT NULL,
  reason         text,
  PRIMARY KEY (prompt_id, number)
);

-- Every move of a label, in order; without a version its removal.
CREATE TABLE label_move (
  prompt_id text        NOT NULL,
  ordinal   int4        NOT NULL,
  label     text        NOT NULL,
  version   int4,
  moved_at  timestamptz NOT NULL,
  moved_by  text        NOT NULL,
  reason    text,
  PRIMARY KEY (prompt_id, ordinal)
);

CREATE TABLE workspace_settings (
  workspace        text   PRIMARY KEY,
  version          int8   NOT NULL,      -- of the stream
  protected_labels text[] NOT NULL
);
