-- A summary finds the series of its workspace and grain, of one prompt or of all, and then their slots by the primary keys.
CREATE INDEX series_of_workspace ON series (workspace, grain, prompt_id);
