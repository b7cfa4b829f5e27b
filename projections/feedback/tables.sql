-- What was said of executions, versions and texts, as it is now. The empty text says that there is none. The constraints say again what the
-- decider promises: a projection that breaks a rule must fail, not show it.
CREATE TABLE feedback (
  id              text        PRIMARY KEY,
  workspace       text        NOT NULL,
  version         int8        NOT NULL CHECK (version >= 1),   -- of the stream: above 1 it was changed
  request_id      text        NOT NULL CHECK (request_id <> ''),
  execution_id    text        NOT NULL CHECK (execution_id <> ''),
  prompt_id       text        NOT NULL CHECK (prompt_id <> ''),
  prompt_version  int4        NOT NULL CHECK (prompt_version >= 1),
  user_name       text        NOT NULL,                        -- for whom the execution ran
  user_choice     text        CHECK (user_choice IN ('original', 'single', 'multi')),
  judge_winner    text        CHECK (judge_winner IN ('syntax', 'structure', 'domain')),
  agent_winner    text        CHECK (agent_winner IN ('syntax', 'structure', 'domain')),
  judge_correct   boolean,
  rating          int4        CHECK (rating BETWEEN 1 AND 5),
  thumbs          text        CHECK (thumbs IN ('up', 'down')),
  comment         text        NOT NULL,                        -- sealed: what only its subject's key opens
  comment_subject text        NOT NULL,
  author          text        NOT NULL CHECK (author <> ''),
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  CONSTRAINT judge_correct_is_derived CHECK (judge_correct IS NOT DISTINCT FROM (judge_winner = agent_winner)),
  CONSTRAINT sealed_is_something CHECK (comment_subject = '' OR comment <> ''),
  CONSTRAINT one_for_each_request UNIQUE (workspace, request_id)
);

-- Judgements never change.
CREATE TABLE judge_score (
  id             text        PRIMARY KEY,
  workspace      text        NOT NULL,
  version        int8        NOT NULL CHECK (version = 1),
  prompt_id      text        NOT NULL CHECK (prompt_id <> ''),
  prompt_version int4        NOT NULL CHECK (prompt_version >= 1),
  judge          text        NOT NULL CHECK (judge <> ''),
  author         text        NOT NULL CHECK (author <> ''),
  created_at     timestamptz NOT NULL,
  reason         text
);

CREATE TABLE judge_score_dimension (
  score_id  text         NOT NULL,
  dimension text         COLLATE "C" NOT NULL CHECK (dimension <> ''),
  score     numeric(8,6) NOT NULL CHECK (score BETWEEN 0 AND 10),
  PRIMARY KEY (score_id, dimension)
);

-- Nor do scans.
CREATE TABLE security_scan (
  id            text         PRIMARY KEY,
  workspace     text         NOT NULL,
  version       int8         NOT NULL CHECK (version = 1),
  input_text    text         NOT NULL CHECK (input_text <> ''),   -- sealed: what only its subject's key opens
  input_subject text         NOT NULL,
  risk_score    numeric(7,6) NOT NULL CHECK (risk_score BETWEEN 0 AND 1),
  label         text         NOT NULL CHECK (label <> ''),
  user_name     text         NOT NULL,                            -- who sent the text
  author        text         NOT NULL CHECK (author <> ''),
  created_at    timestamptz  NOT NULL,
  reason        text
);

-- Everything that was scored, one row for each value: scores, and the parts of feedback and of judgements as what they are now.
CREATE TABLE score (
  id                 text          PRIMARY KEY,
  kind               text          NOT NULL CHECK (kind IN ('score', 'feedback', 'judge_score')),
  stream             text          NOT NULL,                       -- where it was said: the id in its kind
  judge              text          NOT NULL CHECK ((judge <> '') = (kind = 'judge_score')),
  workspace          text          NOT NULL,
  version            int8          NOT NULL CHECK (version >= 1),  -- of the stream
  target_kind        text          NOT NULL CHECK (target_kind IN ('execution', 'trace', 'session', 'version', 'test_run')),
  target_id          text          NOT NULL CHECK (target_id <> ''),
  prompt_id          text          NOT NULL,                       -- whose version it is, or the execution ran
  prompt_version     int4          NOT NULL CHECK ((prompt_version >= 1) = (prompt_id <> '')),
  name               text          NOT NULL CHECK (name <> ''),
  type               text          NOT NULL CHECK (type IN ('numeric', 'boolean', 'categorical', 'text', 'correction')),
  number             numeric(16,6) CHECK ((number IS NOT NULL) = (type = 'numeric')),
  flag               boolean       CHECK ((flag IS NOT NULL) = (type = 'boolean')),
  words              text          NOT NULL CHECK ((words <> '') = (type IN ('categorical', 'text', 'correction'))),   -- sealed: what only its subject's key opens
  words_subject      text          NOT NULL,
  comment            text          NOT NULL,
  comment_subject    text          NOT NULL,
  source             text          NOT NULL CHECK (source IN ('person', 'api', 'evaluator')),
  user_name          text          NOT NULL,
  definition_id      text          NOT NULL,
  definition_version int8          NOT NULL CHECK ((definition_version >= 1) = (definition_id <> '')),
  author             text          NOT NULL CHECK (author <> ''),
  created_at         timestamptz   NOT NULL,
  reason             text
);
