-- What a workspace has defined for all its prompts, as it is now. The empty text says that there is none. The constraints say again what the
-- decider promises: a projection that breaks a rule must fail, not show it.
CREATE TABLE model_definition (
  id                text        PRIMARY KEY,
  workspace         text        NOT NULL,
  version           int8        NOT NULL CHECK (version >= 1),   -- of the stream
  name              text        NOT NULL CHECK (name <> ''),     -- as executions name it
  provider          text        NOT NULL,
  display_name      text        NOT NULL,
  description       text        NOT NULL,
  context_window    int8        CHECK (context_window > 0),
  max_output_tokens int8        CHECK (max_output_tokens > 0),
  capabilities      text[]      NOT NULL,
  prices            json        NOT NULL,                        -- as events write them
  author            text        NOT NULL CHECK (author <> ''),
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL,
  deleted_at        timestamptz,
  CONSTRAINT one_model_for_each_name UNIQUE (workspace, name)
);

CREATE TABLE score_definition (
  id          text          PRIMARY KEY,
  workspace   text          NOT NULL,
  version     int8          NOT NULL CHECK (version >= 1),   -- of the stream
  name        text          NOT NULL CHECK (name <> ''),
  type        text          NOT NULL CHECK (type IN ('numeric', 'boolean', 'categorical', 'text', 'correction')),
  description text          NOT NULL,
  lowest      numeric(16,6) CHECK (lowest IS NULL OR type = 'numeric'),
  highest     numeric(16,6) CHECK (highest IS NULL OR (type = 'numeric' AND highest >= coalesce(lowest, highest))),
  categories  text[]        NOT NULL CHECK ((cardinality(categories) > 0) = (type = 'categorical')),
  author      text          NOT NULL CHECK (author <> ''),
  created_at  timestamptz   NOT NULL,
  updated_at  timestamptz   NOT NULL,
  deleted_at  timestamptz,
  CONSTRAINT one_definition_for_each_name UNIQUE (workspace, name)
);
