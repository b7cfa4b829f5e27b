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
-- Words are walked along like filters, by either clock, and looked up by their place when another is walked along.
ALTER TABLE reason_word ADD CONSTRAINT reason_word_recorded PRIMARY KEY (word, recorded_at, topic, partition, height);
CREATE INDEX reason_word_occurred ON reason_word (word, occurred_at, topic, partition, height);
