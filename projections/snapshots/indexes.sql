ALTER TABLE snapshot ADD PRIMARY KEY (stream, version);
