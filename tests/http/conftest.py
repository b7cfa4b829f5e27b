"""One running ledger for all tests of the API: each test works on prompts of its own."""

import itertools
import time

import pytest

import ledger_server

_names = itertools.count(1)


class Api:
    """Calls of one key, and what tests need around them."""

    def __init__(self, ledger, key):
        self.ledger, self.key = ledger, key

    def call(self, method, path, body=None, **options):
        options.setdefault("key", self.key)
        return self.ledger.call(method, path if not path.startswith("/p") else "/api/v1" + path, body, **options)

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

    def make(self, **fields):
        """A prompt of the test's own; returns its path and the answer."""
        body = {"name": f"prompt-{next(_names)}", "category": "test", "template": "Hello {{who}}"} | fields
        if "messages" in fields:
            del body["template"]
        answer = self.post("/prompts", body)
        assert answer.status == 201, answer
        return "/prompts/" + answer.json["id"], answer

    def heads(self):
        """The heights of all partitions: whatever was written shows here at once."""
        partitions = self.get("/health", key=None).json["components"]["commands"]["partitions"]
        return {(p["topic"], p["partition"]): p["height"] for p in partitions}

    def as_role(self, role):
        made = self.call("POST", "/api/v1/api-keys", {"name": "test " + role, "role": role})
        assert made.status == 201, made
        return Api(self.ledger, made.json["secret"])


@pytest.fixture(scope="session")
def ledger():
    with ledger_server.running_ledger() as running:
        yield running


@pytest.fixture(scope="session")
def api(ledger):
    return Api(ledger, ledger.key)


@pytest.fixture(scope="session")
def roles(api):
    return {role: api.as_role(role) for role in ("viewer", "editor", "publisher", "admin")}


@pytest.fixture()
def unchanged(api):
    """Sees that a test wrote nothing: what it makes first is before calling this."""

    class Unchanged:
        def __enter__(self):
            self.before = api.heads()

        def __exit__(self, kind, *_):
            if kind is None:
                time.sleep(0.02)  # a record under way would be read back by now
                assert api.heads() == self.before, "something was written"

    return Unchanged()
