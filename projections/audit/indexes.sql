-- A page walks down the index of its filter in the order of time; the place in the log breaks ties.
ALTER TABLE entry ADD CONSTRAINT entry_recorded PRIMARY KEY (workspace, recorded_at, topic, partition, height);
CREATE INDEX entry_occurred ON entry (workspace, occurred_at, topic, partition, height);
CREATE INDEX entry_actor ON entry (workspace, actor, recorded_at, topic, partition, height);
CREATE INDEX entry_kind ON entry (workspace, kind, recorded_at, topic, partition, height);
CREATE INDEX entry_type ON entry (workspace, type, recorded_at, topic, partition, height);
-- These are found without their workspace, which is looked at when they are.
CREATE INDEX entry_stream ON entry (stream, recorded_at, topic, partition, height);
CREATE INDEX entry_prompt ON entry (prompt, recorded_at, topic, partition, height) WHERE prompt IS NOT NULL;
CREATE INDEX entry_correlation ON entry (correlation_id, recorded_at, topic, partition, height);
-- Words that many reasons have are found by walking down the reasons, others by the words. Without a pending list: a lookup costs the same at any time.
CREATE INDEX entry_reasoned ON entry (workspace, recorded_at, topic, partition, height) WHERE words IS NOT NULL;
CREATE INDEX entry_reasoned_occurred ON entry (workspace, occurred_at, topic, partition, height) WHERE words IS NOT NULL;
CREATE INDEX entry_words ON entry USING gin (words) WITH (fastupdate = off);
