"""Operating the projections: what is asked of them, by whom, and that they heed it."""

import time

import pytest

import ledger_server
from http_api import Api, problem
from read_models import PROJECTIONS


@pytest.fixture(scope="module")
def own():
    """A ledger of its own: others would wait for what is paused here."""
    with ledger_server.running_ledger() as running:
        yield Api(running, running.key)


def eventually(holds, within_s=60):
    deadline = time.monotonic() + within_s
    while True:
        seen = holds()
        if seen:
            return seen
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def shown(api, name):
    return api.get("/api/v1/projections/" + name).json


def in_state(api, name, state):
    return eventually(lambda: (lambda seen: seen if seen["state"] == state else None)(shown(api, name)))


def ended(api, asked):
    """The rebuild that was asked for, when it has ended."""
    seen = lambda: api.get("/api/v1/projections/" + asked.json["name"], headers=api.after(asked)).json["rebuild"]
    return eventually(lambda: (lambda rebuild: rebuild if "ended_at" in rebuild else None)(seen()))


def test_all_are_listed_with_how_they_run(own):
    own.make(name="listed")
    items = own.get("/api/v1/projections").json["items"]
    assert {item["name"] for item in items} == set(PROJECTIONS)
    for item in items:
        assert item["state"] == "running" and item["paused"] is None and item["rebuild"] is None, item
        assert item["partitions"] and item["parked"] == {"streams": 0, "events": 0}


def test_a_paused_one_stands_still_until_it_is_resumed(own):
    paused = own.post("/api/v1/projections/prompt_catalog/pause", {"reason": "the disk is being enlarged"})
    assert paused.status == 202 and paused.json["paused"]["reason"] == "the disk is being enlarged", paused
    in_state(own, "prompt_catalog", "paused")
    assert own.call("GET", "/health", key=None).json["status"] == "degraded"
    path, made = own.make(name="behind")
    assert own.get(path).status == 404
    assert own.post("/api/v1/projections/prompt_catalog/pause").status == 202, "twice is no second event"
    resumed = own.post("/api/v1/projections/prompt_catalog/resume", {"reason": "done"})
    assert resumed.status == 202 and resumed.json["paused"] is None and resumed.json["stream_version"] == 2
    assert own.get(path, headers=own.after(made)).status == 200
    events = own.get("/api/v1/streams/projection/prompt_catalog/events", headers=own.after(resumed)).json["items"]
    assert [(e["change"], e["reason"]) for e in events] == [("paused the projection", "the disk is being enlarged"), ("resumed the projection", "done")]


def test_the_model_that_says_what_is_paused_is_not(own):
    refused = own.post("/api/v1/projections/operations/pause")
    problem(refused, 409)


def test_a_rebuild_is_carried_out_and_told(own):
    path, made = own.make(name="rebuilt")
    assert own.get(path, headers=own.after(made)).status == 200
    asked = own.post("/api/v1/projections/prompt_catalog/rebuild", {"reason": "to see whether it holds"})
    assert asked.status == 202 and asked.json["rebuild"]["status"] in ("requested", "running"), asked
    rebuild = ended(own, asked)
    assert rebuild["status"] == "swapped" and rebuild["records"] > 0 and rebuild["node"], rebuild
    assert own.get(path).status == 200


def test_a_rebuild_is_throttled_and_cancelled(own):
    for n in range(30):
        own.make(name=f"many {n}")
    name = "/api/v1/projections/prompt_catalog/rebuild"
    asked = own.post(name, {"max_records_per_s": 1})
    assert asked.status == 202 and asked.json["rebuild"]["max_records_per_s"] == 1
    problem(own.post(name), 409)
    seen = eventually(lambda: (lambda r: r if r.get("progress", {}).get("records", 0) > 0 else None)(shown(own, "prompt_catalog")["rebuild"]))
    assert seen["status"] == "running" and seen["progress"]["of"] > 30 and seen["progress"]["seconds_left"] > 0, seen
    assert own.put(name, {"max_records_per_s": 2}).json["rebuild"]["max_records_per_s"] == 2
    cancelled = own.delete(name + "?reason=in+the+way")
    assert cancelled.status == 202 and cancelled.json["rebuild"]["status"] == "cancelling"
    assert ended(own, cancelled)["status"] == "cancelled"
    problem(own.delete(name), 409)
    problem(own.put(name, {"max_records_per_s": 2}), 409)
    problem(own.post(name, {"max_records_per_s": 0}), 422, "max_records_per_s")


def test_a_rebuild_that_differs_is_refused_with_the_rows(own):
    _, made = own.make(name="honest")
    eventually(lambda: own.get("/prompts/" + made.json["id"], headers=own.after(made)).status == 200)
    ledger_server.run_sql(own.ledger.postgres, f"UPDATE prompt_catalog.prompt SET title = 'forged' WHERE id = '{made.json['id']}'")
    rebuild = ended(own, own.post("/api/v1/projections/prompt_catalog/rebuild"))
    assert rebuild["status"] == "refused" and rebuild["different"] == ["prompt"] and "differs" in rebuild["detail"], rebuild
    assert own.get("/prompts/" + made.json["id"]).json["title"] == "forged", "the one in use stays"
    (row,) = shown(own, "prompt_catalog")["differences"]
    assert row == {"table": "prompt", "key": {"id": made.json["id"]}, "what": "changed", "columns": ["title"]}
    forced = own.post("/api/v1/projections/prompt_catalog/rebuild", {"force": True, "reason": "it was forged"})
    assert ended(own, forced)["status"] == "swapped"
    assert "title" not in own.get("/prompts/" + made.json["id"]).json
    assert shown(own, "prompt_catalog")["differences"] == []


def test_the_published_topics_are_written_again(own):
    asked = own.post("/api/v1/projections/published/rebuild")
    assert asked.status == 202
    assert ended(own, asked)["status"] == "swapped"


PARK = """
    DELETE FROM prompt_catalog.prompt WHERE id = '{id}';
    DELETE FROM prompt_catalog.prompt_version WHERE prompt_id = '{id}';
    DELETE FROM prompt_catalog.label_move WHERE prompt_id = '{id}';
    INSERT INTO prompt_catalog.parked_event
      SELECT topic, partition, height, stream, log_offset, append_time_ms, key, headers, value, hash, (extract(epoch FROM recorded_at) * 1000000)::int8
      FROM history.event WHERE stream = '{stream}';
    INSERT INTO prompt_catalog.parked_stream
      SELECT topic, partition, stream, min(height), 'PostgreSQL was in a bad mood' FROM history.event WHERE stream = '{stream}' GROUP BY 1, 2, 3
"""


def park(api, name):
    """As if the catalog had not been able to apply the prompt: all its events wait."""
    path, made = api.make(name=name)
    last = api.put(path + "/labels/staging", {"version": 1})
    assert api.get(path, headers=api.after(last)).status == 200
    stream = "prompt/" + made.json["id"]
    eventually(lambda: len(api.get(f"/api/v1/streams/{stream}/events").json.get("items", [])) == 2)
    ledger_server.run_sql(api.ledger.postgres, PARK.format(id=made.json["id"], stream=stream))
    assert api.get(path).status == 404
    (found,) = [p for p in api.get("/api/v1/projections/prompt_catalog/parked").json["items"] if p["stream"] == stream]
    return path, found


def test_parked_streams_are_shown_and_tried_again(own):
    path, parked = park(own, "waiting")
    assert parked["error"] == "PostgreSQL was in a bad mood" and parked["events"] == 2
    assert parked["event"]["type"] == "promptledger.prompt.created.v1" and parked["event"]["sequence"] == 1
    retried = own.post(f"/api/v1/projections/prompt_catalog/parked/{parked['id']}/retry", {"reason": "it is in a better one"})
    assert retried.status == 202, retried
    assert eventually(lambda: own.get(path).status == 200)
    assert own.get("/api/v1/projections/prompt_catalog/parked").json["items"] == []
    problem(own.post(f"/api/v1/projections/prompt_catalog/parked/{parked['id']}/retry"), 404)
    problem(own.post("/api/v1/projections/prompt_catalog/parked/nonsense/retry"), 404)


def test_a_parked_event_is_skipped_with_a_reason(own):
    path, parked = park(own, "given up")
    skip = f"/api/v1/projections/prompt_catalog/parked/{parked['id']}/skip"
    problem(own.post(skip), 422, "reason")
    skipped = own.post(skip, {"reason": "nobody needs it"})
    assert skipped.status == 202 and skipped.json["skipped"][-1]["stream"] == parked["stream"], skipped
    assert eventually(lambda: own.get("/api/v1/projections/prompt_catalog/parked").json["items"] == [])
    assert own.get(path).status == 404, "its first event is left out, and so it is left out whole"
    assert own.post(skip, {"reason": "nobody needs it"}).json["stream_version"] == skipped.json["stream_version"], "twice is no second event"
    assert ended(own, own.post("/api/v1/projections/prompt_catalog/rebuild"))["status"] == "swapped", "a rebuild leaves it out, too"
    assert own.get(path).status == 404
    assert len(own.get(path.replace("/prompts/", "/api/v1/streams/prompt/") + "/events").json["items"]) == 2, "the history keeps it"


def test_parked_streams_come_in_pages(own):
    parked = [park(own, f"page {n}")[1]["id"] for n in range(3)]
    seen, query = [], "?limit=2"
    while query:
        page = own.get("/api/v1/projections/prompt_catalog/parked" + query).json
        seen += [p["id"] for p in page["items"]]
        query = page["next_cursor"] and "?limit=2&cursor=" + page["next_cursor"]
    assert sorted(seen) == sorted(parked)
    for one in parked:
        own.post(f"/api/v1/projections/prompt_catalog/parked/{one}/retry")


def test_only_who_looks_after_the_ledger_operates_it(own):
    made = own.call("POST", "/api/v1/workspaces", {"name": "elsewhere"})
    key = own.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": made.json["id"]}).json["secret"]
    stranger = Api(own.ledger, key)
    for answer in (
        stranger.get("/api/v1/projections"),
        stranger.get("/api/v1/projections/history"),
        stranger.post("/api/v1/projections/history/pause"),
        stranger.post("/api/v1/projections/history/rebuild"),
        stranger.get("/api/v1/projections/history/parked"),
    ):
        problem(answer, 403)
    problem(own.get("/api/v1/projections/nothing"), 404)
    assert "prompt_catalog" in own.post("/api/v1/projections/nothing/pause").json["detail"]


def test_the_terminal_does_the_same(own):
    def run(*words):
        done = own.ledger.run("projections", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "prompt_catalog" in run("list") and "live" in run()
    assert "paused" in run("pause", "feedback", "--reason", "from the terminal", "--actor", "ada")
    in_state(own, "feedback", "paused")
    assert shown(own, "feedback")["paused"]["by"] == "ada"
    assert "resumed" in run("resume", "feedback")
    in_state(own, "feedback", "running")
    assert "swapped after" in run("rebuild", "feedback", "--reason", "to see")
    assert '"status": "swapped"' in run("show", "feedback")
    _, parked = park(own, "from the terminal")
    assert parked["id"] in run("parked", "prompt_catalog")
    assert "tried again" in run("retry", "prompt_catalog", parked["id"])
    refused = own.ledger.run("projections", "pause", "operations")
    assert refused.returncode == 1 and "cannot be paused itself" in refused.stderr
    unknown = own.ledger.run("projections", "pause", "nothing")
    assert unknown.returncode == 1 and "There are: history" in unknown.stderr
