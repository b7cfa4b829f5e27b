"""History, moments of the past, events as they come, positions, and tokens of commands."""

import copy
import threading
import time

import ledger_server
from http_api import Events, position_token, token_for
from read_models import PROJECTIONS


def apply_patch(document, patch):
    """RFC 6902 as far as histories use it."""
    document = copy.deepcopy(document)
    for step in patch:
        parts = [p.replace("~1", "/").replace("~0", "~") for p in step["path"].split("/")[1:]]
        at = document
        for part in parts[:-1]:
            at = at[int(part)] if isinstance(at, list) else at[part]
        last = parts[-1]
        if isinstance(at, list):
            index = len(at) if last == "-" else int(last)
            if step["op"] == "remove":
                del at[index]
            elif step["op"] == "add":
                at.insert(index, step["value"])
            else:
                at[index] = step["value"]
        elif step["op"] == "remove":
            del at[last]
        else:
            at[last] = step["value"]
    return document


def lived(api):
    """A prompt with one event of each kind but forked; its path and the last answer."""
    path, _ = api.make(occurred_at="2020-01-01T00:00:00Z", reason="r1")
    api.put(path, {"title": "T", "occurred_at": "2020-02-01T00:00:00Z"})
    api.put(path + "/content", {"template": "v2", "occurred_at": "2020-03-01T00:00:00Z"})
    api.put(path + "/lifecycle", {"status": "published", "occurred_at": "2020-04-01T00:00:00Z"})
    api.put(path + "/labels/prod", {"version": 1, "occurred_at": "2020-05-01T00:00:00Z"})
    api.post(path + "/versions/1/rollback", {"occurred_at": "2020-06-01T00:00:00Z"})
    api.delete(path + "/labels/prod?occurred_at=2020-07-01T00:00:00Z")
    api.delete(path + "?occurred_at=2020-08-01T00:00:00Z&reason=gone")
    return path, api.post(path + "/restore", {"occurred_at": "2020-09-01T00:00:00Z"})


def test_history_in_words_and_patches_that_make_every_state(api):
    path, last = lived(api)
    seen = api.after(last)
    history = api.get(path + "/history", headers=seen).json
    assert history["next_cursor"] is None
    words = [e["change"] for e in history["items"]]
    assert words[0].startswith('created "test/prompt-') and words[1] == 'set the title to "T"' and words[2] == "added version 2"
    assert words[3] == "moved from draft to published" and words[4] == 'set label "prod" to version 1'
    assert words[5] == "rolled back to version 1, as version 3" and words[6] == 'removed label "prod", which pointed to version 1'
    assert words[7].startswith("deleted") and words[8].startswith("restored")
    assert history["items"][0]["reason"] == "r1" and history["items"][7]["reason"] == "gone"
    state = {}
    for event in history["items"]:
        state = apply_patch(state, event["patch"])
        assert state == api.get(f"{path}?at_version={event['version']}&deleted=true").json
    assert state == last.json


def test_history_is_paged_and_pages_agree_with_the_whole(api):
    path, last = lived(api)
    whole = api.get(path + "/history", headers=api.after(last)).json["items"]
    for list_path in [path + "/history", f"/api/v1/streams/prompt/{last.json['id']}/events"]:
        got, cursor = [], ""
        while cursor is not None:
            page = api.get(list_path + "?limit=2" + cursor).json
            got += page["items"]
            cursor = page["next_cursor"] and "&cursor=" + page["next_cursor"]
        assert [e["id"] for e in got] == [e["id"] for e in whole]
        if "history" in list_path:
            assert got == whole
        else:
            assert got[2]["data"]["number"] == 2


def test_the_two_clocks(api):
    path, last = lived(api)
    seen = api.after(last)
    then = api.get(path + "?as_of=2020-03-15T00:00:00Z&clock=occurred", headers=seen).json
    assert then["version"] == 2 and then["status"] == "draft" and then["stream_version"] == 3
    assert api.get(path + "?as_of=2020-08-15T00:00:00Z&clock=occurred").status == 404
    assert api.get(path + "?as_of=2020-08-15T00:00:00Z&clock=occurred&deleted=true").json["deleted_at"] == "2020-08-01T00:00:00.000000Z"
    assert api.get(path + "?as_of=2020-03-15T00:00:00Z").status == 404, "nothing of it was recorded then"
    recorded = [e["recorded_at"] for e in api.get(path + "/history").json["items"]]
    assert api.get(f"{path}?as_of={recorded[4]}").json["stream_version"] == 5
    assert api.get(f"{path}?at_version=5&label=prod").json["version"] == 1
    assert api.get(f"{path}?at_version=4&label=prod").status == 404
    ids = [p["id"] for p in api.get("/prompts?as_of=2020-03-15T00:00:00Z&clock=occurred&limit=500").json["items"]]
    assert last.json["id"] in ids
    gone = [p["id"] for p in api.get("/prompts?as_of=2020-08-15T00:00:00Z&clock=occurred&limit=500").json["items"]]
    assert last.json["id"] not in gone


def test_a_read_sees_the_write_whose_position_it_sends(api):
    for i in range(20):
        path, made = api.make()
        changed = api.put(path, {"title": str(i)})
        for list_path in [path, path + "/history", f"/prompts/search/test/{made.json['name']}", path + "?at_version=2"]:
            assert api.get(list_path, headers=api.after(changed)).status == 200
        assert api.get(path, headers=api.after(changed)).json["title"] == str(i)


def test_a_position_that_is_not_reached_is_a_504_with_the_lag():
    with ledger_server.running_ledger("--http-min-position-wait-ms", "200") as ledger:
        began = time.monotonic()
        for path in ["/api/v1/prompts", "/api/v1/prompts?as_of=2020-01-01T00:00:00Z", "/api/v1/api-keys"]:
            answer = ledger.call("GET", path, headers={"Ledger-Min-Position": position_token("prompts/0@1000000,prompts/1@0")})
            assert answer.status == 504 and answer.json["type"] == "/problems/position-not-reached", answer
            (lag,) = answer.json["lag"]
            assert lag["position"] == "prompts/0@1000000" and lag["records"] + lag["reached_height"] == 1_000_000
        assert 0.5 < time.monotonic() - began < 10


def test_events_come_live_and_go_on_from_any_id(api):
    live = Events(api)
    path, made = api.make()
    event = live.until(made.json["id"])
    assert event["event"] == "promptledger.prompt.created.v1" and event["data"]["data"]["name"] == made.json["name"]
    assert event["data"]["position"] == made.headers["ledger-position"]
    api.put(path, {"title": "x"})
    second = live.next()
    assert second["data"]["stream_id"] == made.json["id"] and second["data"]["version"] == 2
    live.close()
    api.put(path, {"title": "y"})
    for resumed in [Events(api, headers={"Last-Event-ID": event["id"]}), Events(api, "?from=" + event["id"])]:
        assert [resumed.next()["data"]["version"] for _ in range(2)] == [2, 3]
        resumed.close()


def test_events_from_the_beginning_in_order_and_filtered(api):
    path, made = api.make()
    last = api.put(path, {"title": "x"})
    api.get(path + "/history", headers=api.after(last))
    everything = Events(api, "?from=beginning")
    times = []
    while True:
        event = everything.next()["data"]
        times.append(event["recorded_at"])
        if event["stream_id"] == made.json["id"] and event["version"] == 2:
            break
    everything.close()
    assert times == sorted(times)
    one = Events(api, f"?from=beginning&prompt={made.json['id']}&type=promptledger.prompt.changed.v1")
    assert one.next()["data"]["version"] == 2
    one.close()
    keys = Events(api, "?from=beginning&kind=api-key")
    assert keys.next()["data"]["change"].startswith("created key")
    keys.close()


def test_many_streams_see_the_same_events(api):
    streams = [Events(api) for _ in range(30)]
    made = [api.make()[1].json["id"] for _ in range(5)]
    got = [[] for _ in streams]

    def read(i):
        while len(got[i]) < len(made):
            event = streams[i].next()["data"]
            if event["stream_id"] in made:
                got[i].append(event["stream_id"])

    readers = [threading.Thread(target=read, args=(i,)) for i in range(len(streams))]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    assert got == [made] * len(streams)
    for stream in streams:
        stream.close()


def test_a_command_is_told_by_its_token(api, roles):
    body = {"name": "asked-for-later", "category": "test", "template": "x"}
    first = api.post("/prompts", body, headers={"Idempotency-Key": "ask-later"})
    api.get("/prompts?as_of=2100-01-01T00:00:00Z&limit=1", headers=api.after(first))
    found = roles["viewer"].get("/api/v1/commands/" + token_for(api, "ask-later"))
    assert found.status == 200 and found.json["state"] == "stored" and found.json["position"] == first.headers["ledger-position"]
    response = found.json["response"]
    assert response["status"] == 201 and response["body"] == first.json and response["headers"]["Location"] == first.headers["location"]
    never = api.get("/api/v1/commands/" + token_for(api, "never-sent")).json
    assert never["state"] == "not_stored" and never["response"] is None and never["position"].startswith("1.")


def test_health_and_metrics(api):
    health = api.get("/health", key=None)
    assert health.status == 200 and health.json["status"] == "up"
    assert {m["name"] for m in health.json["components"]["projections"]["models"]} == set(PROJECTIONS)
    assert api.get("/health/live", key=None).json == {"status": "up"} and api.get("/health/ready", key=None).json == {"status": "up"}
    assert "promptledger_http_requests_total" in api.call("GET", "/metrics").text
