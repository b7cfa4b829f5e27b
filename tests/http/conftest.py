"""One running ledger for all tests of the API: each test works on prompts of its own."""

import time

import pytest

import ledger_server
from http_api import Api


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
