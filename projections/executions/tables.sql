-- Every execution as it is now. JSON stays as it was written (json, not jsonb), so that a state read from here equals the one that evolve made.
-- The constraints say again what the decider promises: a projection that breaks a rule must fail, not show it.
CREATE TABLE execution (
  id                 text          PRIMARY KEY,
  workspace          text          NOT NULL,
  version            int8          NOT NULL CHECK (version >= 1),   -- of the stream
  actor              text          NOT NULL,                        -- who recorded it: the owner of its request id
  request_id         text          NOT NULL CHECK (request_id <> ''),
  prompt_id          text          NOT NULL,
  prompt_version     int4          NOT NULL CHECK (prompt_version >= 1),
  label              text          NOT NULL,                        -- the empty text says that there is none, here and below
  ab_test            text          NOT NULL,
  priority           text          NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'critical')),
  provider           text          NOT NULL,
  model              text          NOT NULL CHECK (model <> ''),
  inputs             text          NOT NULL,                        -- an object; sealed: what only its subject's key opens
  inputs_subject     text          NOT NULL,
  context            json          NOT NULL,
  user_name          text          NOT NULL,
  session            text          NOT NULL,
  trace_id           text          NOT NULL,
  edge_function_id   text          NOT NULL,
  status             text          NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  output             text          NOT NULL,
  output_subject     text          NOT NULL,
  error              text          NOT NULL CHECK ((error <> '') = (status = 'failed')),
  token_usage        json          NOT NULL,
  tokens             int8          NOT NULL CHECK (tokens >= 0),    -- their total
  cost_usd           numeric(19,6) NOT NULL CHECK (cost_usd >= 0),
  latency_ms         int4          CHECK (latency_ms > 0),
  validation_status  text          NOT NULL CHECK (validation_status IN ('pending', 'passed', 'failed', 'skipped')),
  validated_output   json,
  log_lines          int8          NOT NULL CHECK (log_lines >= 0),
  created_at         timestamptz   NOT NULL,
  recorded_at        timestamptz   NOT NULL,                        -- when the ledger learned of it
  started_at         timestamptz   CHECK (started_at >= created_at),
  completed_at       timestamptz   CHECK (completed_at >= started_at),
  CONSTRAINT pending_has_not_begun CHECK ((status = 'pending') = (started_at IS NULL)),
  CONSTRAINT ended_has_an_end CHECK ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
  CONSTRAINT latency_is_of_what_has_ended CHECK (latency_ms IS NULL OR completed_at IS NOT NULL)
);

-- The lines of an execution's log, numbered from 1.
CREATE TABLE execution_log (
  execution_id text        NOT NULL,
  number       int8        NOT NULL,
  level        text        NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message      text        NOT NULL,
  data         json        NOT NULL,
  logged_at    timestamptz NOT NULL,
  PRIMARY KEY (execution_id, number)
);
