-- A summary finds the series of its workspace and grain, of one prompt or of all, and then their slots by the primary keys.
CREATE INDEX series_of_workspace ON series (workspace, grain, prompt_id);
-- A change of prices finds a model's executions that told no cost.
CREATE INDEX series_of_model ON series (workspace, model) WHERE grain = 'finest';
CREATE INDEX execution_wants_prices ON execution (series, completed_at) WHERE wants_prices;
