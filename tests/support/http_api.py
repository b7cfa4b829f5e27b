"""The HTTP API as tests use it: calls of one key, event streams, and tokens made from their description."""

import base64
import hashlib
import hmac
import http.client
import itertools
import json

import ledger_server

_names = itertools.count(1)


def position_token(positions):
    return "1." + base64.urlsafe_b64encode(positions.encode()).decode().rstrip("=")


def problem(answer, status, *fields):
    """Sees that the answer is a problem of that status, about those fields; returns it."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    if fields:
        assert [error["field"] for error in answer.json["errors"]] == list(fields), answer
    return answer.json


class Api:
    """Calls of one key, and what tests need around them."""

    def __init__(self, ledger, key):
        self.ledger, self.key = ledger, key

    def call(self, method, path, body=None, **options):
        options.setdefault("key", self.key)
        return self.ledger.call(method, path if not path.startswith(("/prompts", "/executions", "/feedback", "/security-scans", "/subjects", "/analytics", "/models", "/scores", "/score-definitions", "/storage", "/audit")) else "/api/v1" + path, body, **options)

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.call("POST", path, body, **options)

    def put(self, path, body=None, **options):
        return self.call("PUT", path, body, **options)

    def delete(self, path, **options):
        return self.call("DELETE", path, **options)

    def after(self, answer):
        """Headers of a read that sees a write."""
        return {"Ledger-Min-Position": answer.headers["ledger-position"]}

    def after_each(self, *answers):
        """Headers of a read that sees all of these writes."""
        positions = {}
        for answer in answers:
            token = answer.headers["ledger-position"].removeprefix("1.")
            place, height = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split("@")
            positions[place] = max(positions.get(place, 0), int(height))
        return {"Ledger-Min-Position": position_token(",".join(f"{place}@{height}" for place, height in sorted(positions.items())))}

    def after_all(self):
        """Headers of a read that sees everything written so far."""
        heights = sorted((topic.split(".")[-1], partition, height) for (topic, partition), height in self.heads().items())
        return {"Ledger-Min-Position": position_token(",".join(f"{t}/{p}@{h}" for t, p, h in heights if t == "prompts"))}

    def make(self, **fields):
        """A prompt of the test's own; returns its path and the answer."""
        body = {"name": f"prompt-{next(_names)}", "category": "test", "template": "Hello {{who}}"} | fields
        if "messages" in fields:
            del body["template"]
        answer = self.post("/prompts", body)
        assert answer.status == 201, answer
        return "/prompts/" + answer.json["id"], answer

    def lived(self):
        """A prompt with one event of each kind but forked; its path and the last answer."""
        path, _ = self.make(occurred_at="2020-01-01T00:00:00Z", reason="r1")
        self.put(path, {"title": "T", "occurred_at": "2020-02-01T00:00:00Z"})
        self.put(path + "/content", {"template": "v2", "occurred_at": "2020-03-01T00:00:00Z"})
        self.put(path + "/lifecycle", {"status": "published", "occurred_at": "2020-04-01T00:00:00Z"})
        self.put(path + "/labels/prod", {"version": 1, "occurred_at": "2020-05-01T00:00:00Z"})
        self.post(path + "/versions/1/rollback", {"occurred_at": "2020-06-01T00:00:00Z"})
        self.delete(path + "/labels/prod?occurred_at=2020-07-01T00:00:00Z")
        self.delete(path + "?occurred_at=2020-08-01T00:00:00Z&reason=gone")
        return path, self.post(path + "/restore", {"occurred_at": "2020-09-01T00:00:00Z"})

    def pages(self, path, limit=2):
        """The items of all pages of a list."""
        got, cursor = [], ""
        while cursor is not None:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor}")
            assert page.status == 200, page
            got += page.json["items"]
            cursor = page.json["next_cursor"] and "&cursor=" + page.json["next_cursor"]
        return got

    def heads(self):
        """The heights of all partitions: whatever was written shows here at once."""
        partitions = self.get("/health", key=None).json["components"]["commands"]["partitions"]
        return {(p["topic"], p["partition"]): p["height"] for p in partitions}

    def as_role(self, role):
        made = self.call("POST", "/api/v1/api-keys", {"name": "test " + role, "role": role})
        assert made.status == 201, made
        return Api(self.ledger, made.json["secret"])


class Events:
    """One stream of server-sent events."""

    def __init__(self, api, query="", headers=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", api.ledger.port, timeout=20)
        self.connection.request("GET", "/api/v1/events" + query, headers={"Authorization": "Bearer " + api.key} | (headers or {}))
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.getheader("Content-Type") == "text/event-stream"

    def next(self):
        event = {}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line == "" and event:
                event["data"] = json.loads(event["data"])
                return event
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                event[name] = value

    def until(self, stream_id):
        """Events up to the first of the stream."""
        while (event := self.next())["data"]["stream_id"] != stream_id:
            pass
        return event

    def close(self):
        self.answer.close()
        self.connection.close()


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token_for(api, key):
    """The token that a 504 would have given out for a keyed command on the workspace's prompts, made from the ledger's own secrets."""
    ledger = api.ledger
    secrets = dict(line.split("|") for line in ledger_server.run_sql(ledger.postgres, "SELECT name, encode(value, 'hex') FROM ledger.secrets").splitlines())
    workspace = api.get("/api/v1/workspaces").json["items"][0]["id"]
    partition_key = "ws/" + workspace
    parts = ["key", workspace, partition_key, key]
    command = b64(hmac.new(bytes.fromhex(secrets["idempotency"]), "".join(f"{len(p)}:{p}" for p in parts).encode(), hashlib.sha256).digest())
    partition = ledger_server.run_sql(ledger.postgres, f"SELECT DISTINCT partition FROM history.event WHERE convert_from(key, 'UTF8') = '{partition_key}'")
    payload = f"{ledger.prefix}.log.prompts\n{partition}\n{partition_key}\n{command}".encode()
    scope = hashlib.sha256(f"command\n{workspace}".encode()).digest()
    return b64(payload + hmac.new(bytes.fromhex(secrets["cursors"]), scope + payload, hashlib.sha256).digest()[:16])
