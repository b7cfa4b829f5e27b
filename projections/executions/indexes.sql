-- A list is of one workspace, newest first; the id breaks ties. What it is filtered by comes before the time.
CREATE INDEX execution_created ON execution (workspace, created_at, id);
CREATE INDEX execution_prompt ON execution (workspace, prompt_id, created_at, id);
CREATE INDEX execution_user ON execution (workspace, user_name, created_at, id) WHERE user_name <> '';
CREATE INDEX execution_user_status ON execution (workspace, user_name, status, created_at, id) WHERE user_name <> '';
CREATE INDEX execution_session ON execution (workspace, session, created_at, id) WHERE session <> '';
CREATE INDEX execution_trace ON execution (workspace, trace_id) WHERE trace_id <> '';
-- Few of many: what runs now, and what went wrong. They are not in the index of the other states, so that no plan hesitates between two.
CREATE INDEX execution_running ON execution (workspace, created_at, id) WHERE status = 'running';
CREATE INDEX execution_failed ON execution (workspace, created_at, id) WHERE status = 'failed';
CREATE INDEX execution_status ON execution (workspace, status, created_at, id) WHERE status <> 'running' AND status <> 'failed';
-- A list of one request's, and feedback looks for who used its id first.
CREATE INDEX execution_request ON execution (workspace, request_id, created_at, id);
CREATE INDEX execution_owner ON execution (workspace, request_id, recorded_at, id);
