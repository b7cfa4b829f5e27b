"""States of long streams: answered from snapshots, and the same without them, however they were spoilt."""

import time

import pytest

import ledger_server
from json_patch import apply_patch

LENGTH = 230


@pytest.fixture(scope="module")
def long(api):
    """A prompt with 230 changes: versions, labels, titles. Its path, and the stream's."""
    path, made = api.make(template="v1", occurred_at="2018-01-01T00:00:00Z")
    versions = 1
    for n in range(2, LENGTH + 1):
        when = {"occurred_at": f"2018-01-01T00:{n // 60:02}:{n % 60:02}Z"}
        if n % 3 == 0:
            last = api.put(path + "/content", {"template": f"v{n}"} | when)
            versions += 1
        elif n % 3 == 1:
            last = api.put(path + "/labels/stable", {"version": versions} | when)
        else:
            last = api.put(path, {"title": f"title {n}"} | when)
        assert last.status in (200, 201), last
    stream = f"/api/v1/streams/prompt/{made.json['id']}"
    api.get(stream + "/events?limit=1", headers=api.after(last))
    return path, stream


def answers(api, long):
    """What is asked about it: every kind of moment, around snapshots and between them."""
    path, stream = long
    asked = [f"{path}?at_version={n}" for n in (1, 99, 100, 101, 150, 200, 201, LENGTH, LENGTH + 1)]
    asked += [f"{path}?at_version={LENGTH}&version={n}" for n in (1, 30, 34, 60, 70, 77)] + [f"{path}?at_version={n}&label=stable" for n in (150, 229)]
    asked += [f"{path}?clock=occurred&as_of=2018-01-01T00:03:{n:02}Z" for n in (20, 21, 40)]
    events = api.pages(stream + "/events", limit=500)
    asked += [f"{path}?as_of={events[n]['recorded_at']}" for n in (98, 99, 100, 210)] + [f"{path}?at_position={events[n]['position']}" for n in (99, 150)]
    asked += ["/prompts?clock=occurred&as_of=2018-01-01T00:03:30Z&limit=500", "/prompts?clock=occurred&as_of=2018-01-01T00:03:30Z&sort=name&limit=500"]
    asked += [f"{stream}/replay?from={n}&to={n + 3}{states}" for n in (1, 99, 199, 205) for states in ("", "&states=false")]
    asked += [f"{stream}/diff?from=90&to=110", f"{stream}/diff?from=120&to=130", f"{stream}/diff?from=205", f"{stream}/diff"]
    asked += ["/api/v1/diff?clock=occurred&from=2018-01-01T00:01:00Z&to=2018-01-01T00:03:40Z&patch=true"]
    asked += [f"/audit?stream={stream.removeprefix('/api/v1/streams/')}&patch=true&limit=100&order={order}" for order in ("asc", "desc")]
    return {query: api.get(query) for query in asked}


def shown(found):
    return {query: (answer.status, answer.json if answer.status == 200 else None) for query, answer in found.items()}


def sql(api, statement):
    return ledger_server.run_sql(api.ledger.postgres, statement)


def test_answers_do_not_depend_on_snapshots(api, long):
    stream = long[1].removeprefix("/api/v1/streams/")
    deadline = time.monotonic() + 60
    while sql(api, f"SELECT count(*) FROM snapshots.snapshot WHERE stream = '{stream}'") != "2":
        assert time.monotonic() < deadline, "not one for each hundred versions"
        time.sleep(0.05)
    with_snapshots = shown(answers(api, long))
    path = long[0]
    assert with_snapshots[f"{path}?at_version=150"][1]["title"] == "title 149" and with_snapshots[f"{path}?at_version={LENGTH + 1}"][0] == 404
    assert with_snapshots[f"{path}?at_version={LENGTH}&version=60"][1]["template"] == "v177"
    for spoil in [
        "UPDATE snapshots.snapshot SET shape = shape + 1",
        "UPDATE snapshots.snapshot SET shape = shape - 1, state = replace(state::text, 'title', 'lie')::json",
        "UPDATE snapshots.snapshot SET state = '[]'",
        "DELETE FROM snapshots.snapshot WHERE version = 100",
        "DELETE FROM snapshots.snapshot",
    ]:
        sql(api, spoil)
        assert shown(answers(api, long)) == with_snapshots, spoil


def test_patches_of_long_streams_lead_on(api, long):
    steps = api.get(long[1] + "/replay?from=195&to=206").json["items"]
    for before, after in zip(steps, steps[1:]):
        assert before["state_after"] == after["state_before"]
    for step in steps:
        assert apply_patch(step["state_before"], step["patch"]) == step["state_after"]
