-- What executions come to, by slots of time. The id of a series is a digest of the rest of its row; what a grain does not tell apart is empty.
CREATE TABLE series (
  id             bytea PRIMARY KEY,
  grain          text  NOT NULL CHECK (grain IN ('workspace', 'prompt', 'label', 'model', 'finest')),
  workspace      text  NOT NULL,
  prompt_id      text  NOT NULL,
  prompt_version int4  NOT NULL CHECK ((prompt_version >= 1) = (grain = 'finest')),
  label          text  NOT NULL,
  model          text  NOT NULL
);

-- What each execution counts as, so that it can be taken out again when it becomes something else.
CREATE TABLE execution (
  id                text          PRIMARY KEY,
  version           int8          NOT NULL CHECK (version >= 1),   -- of the stream
  series            bytea         NOT NULL,                        -- of the finest grain
  status            text          NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  validation_status text          NOT NULL CHECK (validation_status IN ('pending', 'passed', 'failed', 'skipped')),
  token_usage       json          NOT NULL,
  cost_usd          numeric(19,6) NOT NULL CHECK (cost_usd >= 0),
  latency_ms        int4          CHECK (latency_ms > 0),
  created_at        timestamptz   NOT NULL,
  completed_at      timestamptz,
  wants_prices      bool          NOT NULL,                        -- told no cost, and what it used
  priced_usd        numeric(19,6) NOT NULL CHECK (priced_usd >= 0), -- what that costs by its model's prices
  CONSTRAINT one_that_wants_prices_has_ended CHECK (NOT wants_prices OR completed_at IS NOT NULL),
  CONSTRAINT a_cost_is_told_or_priced CHECK (wants_prices OR priced_usd = 0)
);

-- What models cost, as their events write it.
CREATE TABLE priced_model (
  id        text PRIMARY KEY,
  version   int8 NOT NULL CHECK (version >= 1),   -- of the stream
  workspace text NOT NULL,
  name      text NOT NULL CHECK (name <> ''),     -- as executions name it
  prices    json NOT NULL,
  CONSTRAINT one_price_list_for_each_name UNIQUE (workspace, name)
);

-- Those of a series that were created in the quarter of an hour which begins at `slot`. Sums are exact. Tokens are told by kind, and their total by
-- itself, since kinds may overlap. The sketch is what LatencySketch::encode writes.
CREATE TABLE quarter (
  series              bytea         NOT NULL,
  slot                timestamptz   NOT NULL,
  pending             int8          NOT NULL CHECK (pending >= 0),
  running             int8          NOT NULL CHECK (running >= 0),
  completed           int8          NOT NULL CHECK (completed >= 0),
  failed              int8          NOT NULL CHECK (failed >= 0),
  cancelled           int8          NOT NULL CHECK (cancelled >= 0),
  validation_pending  int8          NOT NULL CHECK (validation_pending >= 0),
  validation_passed   int8          NOT NULL CHECK (validation_passed >= 0),
  validation_failed   int8          NOT NULL CHECK (validation_failed >= 0),
  validation_skipped  int8          NOT NULL CHECK (validation_skipped >= 0),
  tokens_input        numeric(38,0) NOT NULL,
  tokens_cached_input numeric(38,0) NOT NULL,
  tokens_output       numeric(38,0) NOT NULL,
  tokens_reasoning    numeric(38,0) NOT NULL,
  tokens_other        numeric(38,0) NOT NULL,
  tokens              numeric(38,0) NOT NULL CHECK (tokens >= 0),
  cost_usd            numeric(38,6) NOT NULL CHECK (cost_usd >= 0),
  latency_sum_ms      int8          NOT NULL CHECK (latency_sum_ms >= 0),
  latency_min_ms      int4          CHECK (latency_min_ms > 0),
  latency_max_ms      int4          CHECK (latency_max_ms >= latency_min_ms),
  latency_sketch      bytea         NOT NULL,
  PRIMARY KEY (series, slot),
  CONSTRAINT each_has_a_status_and_a_validation CHECK (pending + running + completed + failed + cancelled
    = validation_pending + validation_passed + validation_failed + validation_skipped),
  CONSTRAINT a_latency_has_bounds CHECK ((latency_sketch = '') = (latency_min_ms IS NULL) AND (latency_min_ms IS NULL) = (latency_max_ms IS NULL))
);

-- The same of longer slots, in UTC. Which grains are in which: series.hpp.
CREATE TABLE hour (LIKE quarter INCLUDING ALL);
CREATE TABLE day (LIKE quarter INCLUDING ALL);
CREATE TABLE month (LIKE quarter INCLUDING ALL);
