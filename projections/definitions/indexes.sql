CREATE INDEX model_definition_created ON model_definition (workspace, created_at, id);
