-- Lists are of one workspace, newest first; the id breaks ties. What a list is filtered by comes before the time.
CREATE INDEX feedback_created ON feedback (workspace, created_at, id);
CREATE INDEX feedback_user ON feedback (workspace, user_name, created_at, id);
-- What was said of an execution.
CREATE INDEX feedback_execution ON feedback (workspace, execution_id);
CREATE INDEX feedback_prompt ON feedback (workspace, prompt_id, created_at, id);
-- The effectiveness of agents is counted from here alone.
CREATE INDEX feedback_agent_winner ON feedback (workspace, user_name, agent_winner) WHERE agent_winner IS NOT NULL;
CREATE INDEX judge_score_created ON judge_score (workspace, created_at);
CREATE INDEX judge_score_version ON judge_score (workspace, prompt_id, prompt_version, created_at, id);
CREATE INDEX security_scan_created ON security_scan (workspace, created_at, id);
CREATE INDEX security_scan_user ON security_scan (workspace, user_name, created_at, id);
-- Few are risky.
CREATE INDEX security_scan_risk ON security_scan (workspace, risk_score);
CREATE INDEX score_created ON score (workspace, created_at, id);
CREATE INDEX score_name ON score (workspace, name, created_at, id);
CREATE INDEX score_target ON score (workspace, target_kind, target_id, created_at, id);
CREATE INDEX score_prompt ON score (workspace, prompt_id, created_at, id) WHERE prompt_id <> '';
CREATE INDEX score_user ON score (workspace, user_name, created_at, id) WHERE user_name <> '';
-- What feedback said before is found by it.
CREATE INDEX score_stream ON score (stream) WHERE kind = 'feedback';
