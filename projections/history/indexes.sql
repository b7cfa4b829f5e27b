ALTER TABLE event ADD PRIMARY KEY (topic, partition, height);
-- Not unique: the history holds every record that counts, and gapless versions are the decider's promise, which a reader of a stream checks.
CREATE INDEX event_stream ON event (stream, sequence, topic, partition, height);
CREATE INDEX event_id ON event (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX event_command ON event (command_id) WHERE command_id IS NOT NULL;
CREATE INDEX event_workspace ON event (workspace, recorded_at, topic, partition, height);
-- By the other clock: what an import brought happened long before it was recorded.
CREATE INDEX event_occurred ON event (workspace, occurred_at, topic, partition, height);
ALTER TABLE event_tag ADD PRIMARY KEY (digest, topic, partition, height);
