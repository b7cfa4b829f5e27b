"""Executions over HTTP: recorded, driven, logged, listed, and refused."""

import itertools
import json
import uuid

import pytest

_users = itertools.count(1)


@pytest.fixture()
def prompt(api):
    path, made = api.make()
    return path.removeprefix("/prompts/")


def whole(prompt, **fields):
    return {"prompt_id": prompt, "version": 1, "provider": "gemini", "model": "gemini-2.5-flash", "inputs": {"who": "Ada", "n": 1.5}, "status": "completed",
            "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:05.840Z", "output": "Dear Ada", "token_usage": {"input": 120, "output": 42},
            "cost_usd": "0.0042"} | fields


def pending(prompt, **fields):
    return {"prompt_id": prompt, "model": "echo", "status": "pending"} | fields


def run(api, prompt, **fields):
    made = api.post("/executions", pending(prompt, **fields))
    assert made.status == 201, made
    return made, "/executions/" + made.json["id"]


def test_what_ran_elsewhere_is_recorded_whole(api, prompt):
    user = f"user-{next(_users)}"
    made = api.post("/executions", whole(prompt, user=user, session="s", trace_id="t", label="production", ab_test_id="ab", edge_function_id="f", request_id="req",
                                         priority="high", context={"locale": "en"}, validation_status="passed", validated_output=["x"], created_at="2026-01-02T03:04:04Z",
                                         token_usage={"input": 120, "cached_input": 100, "output": 42, "total": 162, "cost_usd": {"input": 0.0012, "output": "0.003"}},
                                         reason="nightly"))
    assert made.status == 201, made
    body = made.json
    assert made.headers["location"] == "/api/v1/executions/" + body["id"] and made.headers["etag"] == '"1"'
    assert body["cost_usd"] == "0.004200" and body["latency_ms"] == 840 and body["inputs"] == {"who": "Ada", "n": 1.5}
    assert body["token_usage"] == {"input": 120, "cached_input": 100, "output": 42, "total": 162, "cost_usd": {"input": "0.001200", "output": "0.003000"}}
    assert body["created_at"] == "2026-01-02T03:04:04.000000Z" and body["validated_output"] == ["x"]
    path = "/executions/" + body["id"]
    shown = api.get(path, headers=api.after(made))
    assert shown.json == body and shown.headers["etag"] == '"1"'
    (event,) = api.get(f"/api/v1/streams/execution/{body['id']}/events", headers=api.after(made)).json["items"]
    assert event["type"] == "promptledger.execution.recorded.v1" and event["reason"] == "nightly" and event["occurred_at"] == "2026-01-02T03:04:05.840000Z"
    assert event["change"] == f"recorded a completed execution of version 1 of prompt {prompt}"


def test_money_is_exact(api, prompt):
    for given, stored in [(0.1, "0.100000"), ("0.000001", "0.000001"), (3, "3.000000"), ("1e-6", "0.000001"), (1e-6, "0.000001"), (0.000649, "0.000649"), (999999.999999, "999999.999999"), (0, "0.000000")]:
        made = api.post("/executions", whole(prompt, cost_usd=given, model="without-a-price"))
        assert made.status == 201 and made.json["cost_usd"] == stored, (given, made)


def test_money_is_read_from_its_digits(api, prompt):
    """Not from the double that they make: many digits more make the same."""
    for digits, stored in [("0.0042", "0.004200"), ("0.10000000000000000000000000", "0.100000"), ("4.2e-3", "0.004200"),
                           ("0.0042000000000000000001", None), ("0.1000000000000000055511151231257827", None), ("1.00000000000000000000001", None)]:
        text = json.dumps(whole(prompt, cost_usd="COST", token_usage={"input": 1, "cost_usd": {"input": "COST"}})).replace('"COST"', digits)
        made = api.post("/executions", text.encode(), headers={"Content-Type": "application/json"})
        if stored:
            assert made.status == 201 and made.json["cost_usd"] == made.json["token_usage"]["cost_usd"]["input"] == stored, made
        else:
            assert made.status == 422 and [error["field"] for error in made.json["errors"]] == ["token_usage.cost_usd.input", "cost_usd"], made


def test_the_version_is_the_labels_or_the_newest_when_none_is_named(api):
    path, made = api.make()
    prompt = made.json["id"]
    api.put(path + "/content", {"template": "two"})
    api.put(path + "/labels/production", {"version": 1})
    fields = whole(prompt)
    del fields["version"]
    assert api.post("/executions", fields).json["version"] == 2
    through = api.post("/executions", fields | {"label": "production"})
    assert through.json["version"] == 1 and through.json["label"] == "production"
    assert api.post("/executions", fields | {"label": "nowhere"}).status == 422


def test_one_is_driven_from_pending_to_its_end(api, prompt):
    made, path = run(api, prompt, user="u")
    assert made.json["status"] == "pending" and "started_at" not in made.json and made.json["request_id"] == made.json["id"]
    started = api.post(path + "/start")
    assert started.status == 200 and started.json["status"] == "running" and started.headers["etag"] == '"2"'
    assert api.post(path + "/start").headers["etag"] == '"2"', "what is already so makes no event"
    done = api.post(path + "/complete", {"output": "Dear Ada", "token_usage": {"input": 3}, "cost_usd": 0.5})
    assert done.status == 200 and done.json["status"] == "completed" and done.json["latency_ms"] >= 1 and done.json["token_usage"]["total"] == 3
    checked = api.put(path + "/validation", {"validation_status": "failed", "validated_output": None})
    assert checked.json["validation_status"] == "failed" and checked.headers["etag"] == '"4"'
    assert api.get(path, headers=api.after(checked)).json == checked.json
    past = api.get(path + "?at_version=2", headers=api.after(checked)).json
    assert past["status"] == "running" and past["stream_version"] == 2 and past == started.json
    assert api.get(path + "?as_of=2020-01-01T00:00:00Z", headers=api.after(checked)).status == 404


def test_wrong_moves_are_refused_with_the_state(api, prompt, unchanged):
    _, waiting = run(api, prompt)
    _, cancelled = run(api, prompt)
    assert api.post(cancelled + "/cancel", {"reason": "no longer needed"}).json["status"] == "cancelled"
    _, done = run(api, prompt)
    api.post(done + "/start")
    last = api.post(done + "/complete", {})
    with unchanged:
        for path, call, state in [(waiting, "/complete", "pending"), (waiting, "/fail", "pending"), (cancelled, "/start", "cancelled"), (cancelled, "/complete", "cancelled"),
                                  (done, "/complete", "completed"), (done, "/cancel", "completed"), (done, "/fail", "completed")]:
            body = {"error": "x"} if call == "/fail" else {}
            refused = api.post(path + call, body)
            assert refused.status == 409 and f"is {state}" in refused.json["detail"], (path, call, refused)
        assert api.put(waiting + "/validation", {"validation_status": "passed"}).status == 409
        assert api.post(done + "/cancel", headers={"If-Match": '"1"'}).status == 412
        nothing = f"/executions/{uuid.uuid4()}"
        for call in ("/start", "/cancel", "/complete"):
            assert api.post(nothing + call, {}).status == 404
        assert api.get(nothing).status == 404 and api.get(nothing + "/logs").status == 404
    assert last.json["status"] == "completed"


BAD = [
    ({"completed_at": "2026-01-02T03:04:04Z"}, 422, "completed_at"),
    ({"created_at": "2026-01-02T03:04:06Z"}, 422, "started_at"),
    ({"started_at": None}, 422, "started_at"),
    ({"cost_usd": -1}, 422, "cost_usd"),
    ({"cost_usd": "0.0000001"}, 422, "cost_usd"),
    ({"cost_usd": 1.0000001}, 422, "cost_usd"),
    ({"cost_usd": "much"}, 422, "cost_usd"),
    ({"cost_usd": True}, 422, "cost_usd"),
    ({"latency_ms": 0}, 422, "latency_ms"),
    ({"latency_ms": 1.5}, 422, "latency_ms"),
    ({"status": "done"}, 422, "status"),
    ({"priority": "urgent"}, 422, "priority"),
    ({"validation_status": "maybe"}, 422, "validation_status"),
    ({"token_usage": {"input": -1}}, 422, "token_usage.input"),
    ({"token_usage": {"Input": 1}}, 422, "token_usage.Input"),
    ({"token_usage": {"input": 5, "total": 4}}, 422, "token_usage.total"),
    ({"token_usage": {"cost_usd": {"input": "x"}}}, 422, "token_usage.cost_usd.input"),
    ({"inputs": []}, 422, "inputs"),
    ({"prompt_id": "01a1fd47-e72d-7712-b447-264001802bda"}, 422, "prompt_id"),
    ({"prompt_id": "nonsense"}, 422, "prompt_id"),
    ({"version": 7}, 422, "version"),
    ({"version": 0}, 422, "version"),
    ({"model": ""}, 422, "model"),
    ({"error": "but it did not fail"}, 422, "error"),
    ({"status": "failed"}, 422, "error"),
    ({"id": "mine"}, 422, "id"),
    ({"surprise": 1}, 422, "surprise"),
    ({"status": "pending", "started_at": None, "completed_at": None}, 422, "output"),
]


@pytest.mark.parametrize("change, status, field", BAD, ids=lambda v: str(v)[:60])
def test_bad_fields_are_named_and_nothing_is_written(api, prompt, unchanged, change, status, field):
    body = {name: value for name, value in whole(prompt, **change).items() if value is not None}
    with unchanged:
        refused = api.post("/executions", body)
        assert refused.status == status, refused
        assert field in [error["field"] for error in refused.json["errors"]], refused.json


def test_the_same_id_again_is_no_second_execution(api, prompt):
    mine = str(uuid.uuid4())
    first = api.post("/executions", whole(prompt, id=mine))
    again = api.post("/executions", whole(prompt, id=mine))
    assert first.status == 201 and first.json["id"] == mine
    assert again.status == 200 and again.json == first.json
    assert api.post("/executions", whole(prompt, id=mine, cost_usd=1)).status == 409


def test_an_idempotency_key_gets_the_first_answer_whatever_node_or_time(api, prompt):
    key = {"Idempotency-Key": f"execution-{uuid.uuid4()}"}
    first = api.post("/executions", pending(prompt), headers=key)
    again = api.post("/executions", pending(prompt), headers=key)
    assert first.status == again.status == 201 and again.json == first.json
    assert api.post("/executions", pending(prompt, model="other"), headers=key).status == 422


def test_lists_filter_and_page(api, prompt):
    user = f"user-{next(_users)}"
    made = [api.post("/executions", whole(prompt, user=user, created_at=f"2026-01-0{day}T00:00:00Z", started_at=f"2026-01-0{day}T00:00:00Z",
                                          completed_at=f"2026-01-0{day}T00:00:01Z", session=f"s{day}")) for day in (1, 2, 3)]
    for answer in made:
        seen = api.after(answer)
        api.get("/executions?limit=1", headers=seen)
    listed = lambda query: [item["session"] for item in api.get(f"/executions?user={user}{query}", headers=seen).json["items"]]
    assert listed("") == ["s3", "s2", "s1"] and listed("&sort=created_at") == ["s1", "s2", "s3"]
    assert listed("&created_from=2026-01-02T00:00:00Z") == ["s3", "s2"] and listed("&created_until=2026-01-02T00:00:00Z") == ["s1"]
    assert listed("&session=s2&status=completed&version=1&model=gemini-2.5-flash&prompt_id=" + prompt) == ["s2"]
    assert listed("&status=failed") == [] and listed("&priority=high") == []
    first = api.get(f"/executions?user={user}&limit=2").json
    rest = api.get(f"/executions?user={user}&limit=2&cursor={first['next_cursor']}").json
    assert [item["session"] for item in first["items"] + rest["items"]] == ["s3", "s2", "s1"] and rest["next_cursor"] is None
    assert api.get("/executions?status=done").status == 422 and api.get("/executions?colour=red").status == 422


def test_lists_show_what_was_so_at_a_moment(api, prompt):
    user = f"user-{next(_users)}"
    path = "/executions/" + api.post("/executions", pending(prompt, user=user)).json["id"]
    other = api.post("/executions", whole(prompt, user=user, created_at="2026-01-01T00:00:00Z", started_at="2026-01-01T00:00:00Z", completed_at="2026-01-01T00:00:01Z"))
    started = api.post(path + "/start")
    cancelled = api.post(path + "/cancel")
    later = api.post("/executions", whole(prompt, user=user))
    times = [e["recorded_at"] for e in api.get(f"/api/v1/streams/execution/{path.split('/')[-1]}/events", headers=api.after(cancelled)).json["items"]]
    seen = api.after_each(other, started, cancelled, later)

    def listed(query):
        answer = api.get(f"/executions?user={user}{query}", headers=seen)
        assert answer.status == 200, answer
        return [(item["id"], item["status"]) for item in answer.json["items"]]

    mine, theirs = path.split("/")[-1], other.json["id"]
    assert listed(f"&as_of={times[0]}") == [(mine, "pending")]
    assert listed(f"&as_of={times[1]}") == [(mine, "running"), (theirs, "completed")]
    assert listed(f"&as_of={times[2]}&status=cancelled") == [(mine, "cancelled")] and listed(f"&as_of={times[1]}&status=cancelled") == []
    # By when things happened the other was first.
    assert listed("&as_of=2026-01-01T00:00:01Z&clock=occurred") == [(theirs, "completed")]
    assert listed("&as_of=2026-01-01T00:00:00.999999Z&clock=occurred") == [] == listed("&as_of=2020-01-01T00:00:00Z")
    now = api.get(f"/executions?user={user}", headers=seen).json["items"]
    assert api.get(f"/executions?user={user}&as_of=2100-01-01T00:00:00Z", headers=seen).json["items"] == now and len(now) == 3
    # Page by page: none is skipped, though a page may be empty.
    items, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/executions?user={user}&as_of={times[2]}&status=completed&limit=1{cursor and '&cursor=' + cursor}").json
        items, cursor = items + page["items"], page["next_cursor"]
    assert [item["id"] for item in items] == [theirs]
    assert api.get("/executions?clock=occurred").status == 422


def test_the_log_of_an_execution(api, prompt):
    _, path = run(api, prompt)
    for number in range(3):
        last = api.post(path + "/logs", {"level": "error" if number == 1 else "info", "message": f"line {number}", "data": {"n": number}})
        assert last.status == 200 and last.json["log_lines"] == number + 1
    lines = api.get(path + "/logs", headers=api.after(last)).json["items"]
    assert [(line["number"], line["level"], line["message"], line["data"]) for line in lines] == [
        (1, "info", "line 0", {"n": 0}), (2, "error", "line 1", {"n": 1}), (3, "info", "line 2", {"n": 2})]
    assert [line["number"] for line in api.get(path + "/logs?level=info").json["items"]] == [1, 3]
    first = api.get(path + "/logs?limit=2").json
    assert [line["number"] for line in api.get(path + f"/logs?limit=2&cursor={first['next_cursor']}").json["items"]] == [3]
    assert api.post(path + "/logs", {"message": ""}).status == 422 and api.post(path + "/logs", {"message": "x", "level": "loud"}).status == 422


def test_another_workspace_sees_and_drives_nothing(api, prompt):
    made, path = run(api, prompt)
    api.get(path, headers=api.after(made))
    space = api.call("POST", "/api/v1/workspaces", {"name": f"other-{uuid.uuid4()}"}).json["id"]
    key = api.call("POST", "/api/v1/api-keys", {"name": "k", "role": "admin", "workspace_id": space}).json["secret"]
    assert api.get(path, key=key).status == 404 and api.get(path + "/logs", key=key).status == 404
    assert api.post(path + "/start", key=key).status == 404 and api.get("/executions", key=key).json["items"] == []
    assert api.post("/executions", pending(prompt), key=key).status == 422
    assert api.post("/executions", pending(prompt, id=made.json["id"]), key=key).status in (409, 422)
