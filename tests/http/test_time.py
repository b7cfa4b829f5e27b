"""History, moments of the past, events as they come, positions, and tokens of commands."""

import threading
import time

import ledger_server
from http_api import Events, position_token, token_for
from json_patch import apply_patch
from read_models import PROJECTIONS


def test_history_in_words_and_patches_that_make_every_state(api):
    path, last = api.lived()
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
    path, last = api.lived()
    whole = api.get(path + "/history", headers=api.after(last)).json["items"]
    for list_path in [path + "/history", f"/api/v1/streams/prompt/{last.json['id']}/events"]:
        got = api.pages(list_path)
        assert [e["id"] for e in got] == [e["id"] for e in whole]
        if "history" in list_path:
            assert got == whole
        else:
            assert got[2]["data"]["number"] == 2


def test_the_two_clocks(api):
    path, last = api.lived()
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


def test_what_was_so_at_a_position_of_the_log(api):
    path, made = api.make(template="v1")
    named = api.put(path, {"title": "named"})
    api.put(path + "/content", {"template": "v2"})
    _, later = api.make()
    for answer, version, title in [(made, 1, None), (named, 2, "named")]:
        at = "at_position=" + answer.headers["ledger-position"]
        then = api.get(f"{path}?{at}").json
        assert then["stream_version"] == version and then["template"] == "v1" and then.get("title") == title
        listed = {p["id"]: p for p in api.pages(f"/prompts?{at}", limit=500)}
        assert listed[then["id"]] == then and later.json["id"] not in listed
    assert api.get(f"{path}?at_position={later.headers['ledger-position']}").json["stream_version"] == 3
    assert api.get(f"/prompts/{later.json['id']}?at_position={made.headers['ledger-position']}").status == 404
    elsewhere = position_token("executions/0@0")
    assert api.get(f"{path}?at_position={elsewhere}").status == 404, "it names no place in the prompt's partition"


def test_all_prompts_that_had_a_label_then_page_by_page(api):
    """Labelled `stable` on 1 March 2022: two of five, though others were before and are now."""
    label, made = "stable-in-march", {}
    for n, name in enumerate(["stayed", "late", "gone", "moved-on", "never"]):
        made[name], _ = api.make(name="label-" + name, occurred_at=f"2022-01-0{n + 1}T00:00:00Z")
        api.put(made[name] + "/content", {"template": "v2", "occurred_at": "2022-01-10T00:00:00Z"})

    def put(name, version, at):
        assert api.put(f"{made[name]}/labels/{label}", {"version": version, "occurred_at": at}).status == 200

    put("stayed", 1, "2022-02-01T00:00:00Z")
    put("late", 1, "2022-04-01T00:00:00Z")
    put("gone", 1, "2022-02-02T00:00:00Z")
    api.delete(f"{made['gone']}/labels/{label}?occurred_at=2022-02-03T00:00:00Z")
    put("moved-on", 1, "2022-02-04T00:00:00Z")
    put("moved-on", 2, "2022-05-01T00:00:00Z")
    last = api.delete(f"{made['stayed']}/labels/{label}?occurred_at=2022-06-01T00:00:00Z")

    then = f"/prompts?label={label}&clock=occurred&as_of=2022-03-01T00:00:00Z"
    api.get(then, headers=api.after(last))
    for sort, want in [("", ["moved-on", "stayed"]), ("created_at", ["stayed", "moved-on"]), ("name", ["moved-on", "stayed"]), ("-updated_at", ["moved-on", "stayed"])]:
        for limit in [1, 2, 50]:
            items = api.pages(then + (f"&sort={sort}" if sort else ""), limit=limit)
            assert [p["name"] for p in items] == ["label-" + name for name in want], (sort, limit)
            assert all(p["labels"][label] == 1 for p in items)
    assert api.get(then.replace("2022-03", "2021-03")).json == {"items": [], "next_cursor": None}
    assert [p["name"] for p in api.pages(then.replace("03-01", "07-01"))] == ["label-moved-on", "label-late"]
    assert [p["name"] for p in api.pages(f"/prompts?label={label}&at_position={last.headers['ledger-position']}")] == ["label-moved-on", "label-late"]


def test_a_position_of_the_past_that_is_none_is_refused(api):
    path, made = api.make()
    position = made.headers["ledger-position"]
    for query in ["at_position=1.nonsense", "at_position=", f"at_position={position}&as_of=2020-01-01T00:00:00Z", f"at_position={position}&clock=occurred"]:
        for asked in ["/prompts", path]:
            assert api.get(f"{asked}?{query}").status == 422, (asked, query)
    assert api.get(f"{path}?at_position={position}&at_version=1").status == 422


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
