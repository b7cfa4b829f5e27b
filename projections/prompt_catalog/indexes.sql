-- Not unique: that a name belongs to one prompt is decided on the log's head. Here two names may be exchanged within one batch, and a
-- parked stream may still show a name that another prompt took since; then the younger one is found.
CREATE INDEX prompt_name ON prompt (workspace, category, name) WHERE deleted_at IS NULL;
-- One for each order of a list; what a list is filtered by comes first, the id breaks ties.
CREATE INDEX prompt_created ON prompt (workspace, created_at, id);
CREATE INDEX prompt_updated ON prompt (workspace, updated_at, id);
CREATE INDEX prompt_by_name ON prompt (workspace, name, id);
CREATE INDEX prompt_category ON prompt (workspace, category, created_at, id);
CREATE INDEX prompt_status ON prompt (workspace, status, created_at, id);
CREATE INDEX prompt_author ON prompt (workspace, author, created_at, id);
CREATE INDEX prompt_tags ON prompt USING gin (tags);
CREATE INDEX prompt_labels ON prompt USING gin (label_names);
CREATE INDEX prompt_metadata ON prompt USING gin ((metadata::jsonb) jsonb_path_ops);
-- Who once had a label, for lists of the past.
CREATE INDEX label_move_label ON label_move (label, prompt_id);
