-- Workspaces and keys as they are now. A key's secret is nowhere; its SHA-256 finds it.
CREATE TABLE workspace (
  id         text        PRIMARY KEY,
  version    int8        NOT NULL,   -- of the stream
  name       text        COLLATE "C" NOT NULL,
  author     text        NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX workspace_name ON workspace (name);

CREATE TABLE api_key (
  id            text        PRIMARY KEY,
  version       int8        NOT NULL,
  public_id     text        NOT NULL,
  name          text        NOT NULL,
  secret_sha256 text        NOT NULL,   -- 64 lower-case hexadecimal digits
  workspace     text        NOT NULL,
  role          text        NOT NULL,
  actor         text        NOT NULL,   -- on whose behalf its commands are recorded
  author        text        NOT NULL,
  created_at    timestamptz NOT NULL,
  revoked_at    timestamptz
);
CREATE INDEX api_key_secret ON api_key (secret_sha256);
CREATE INDEX api_key_public ON api_key (public_id);
CREATE INDEX api_key_workspace ON api_key (workspace, created_at, id);
