CREATE INDEX model_definition_created ON model_definition (workspace, created_at, id);
CREATE INDEX score_definition_created ON score_definition (workspace, created_at, id);
