"""One running ledger for all tests of the API: each test works on prompts of its own."""

import time

import pytest

import ledger_server
from http_api import Api


@pytest.fixture(scope="session")
def ledger():
    with ledger_server.running_ledger() as running:
        wait_assigned(running)
        yield running


def wait_assigned(ledger, within_s=60):
    """Until the node has taken its partitions over, which writes a barrier in each: from then on only tests write."""
    deadline = time.monotonic() + within_s
    while {p["phase"] for p in ledger.call("GET", "/health", key=None).json["components"]["commands"]["partitions"]} != {"assigned"}:
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def api(ledger):
    return Api(ledger, ledger.key)


@pytest.fixture(scope="session")
def signing():
    """The admin's calls of another ledger, which signs checkpoints all the time: in the one above only tests write."""
    with ledger_server.ledger() as made:
        made.start(*made.signing())
        yield Api(made, made.key)


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
