"""Streams step by step, and between two moments."""

import json

import pytest

from http_api import Api, problem
from json_patch import apply_patch

NOBODY = "01a1fd47-e72d-7712-b447-264001802bda"


@pytest.fixture(scope="module")
def stranger(api):
    """An admin of another workspace."""
    made = api.call("POST", "/api/v1/workspaces", {"name": "strangers to replay"})
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": made.json["id"]})
    return Api(api.ledger, key.json["secret"])


def stream(kind, answer):
    return f"/api/v1/streams/{kind}/{answer.json['id']}"


def replay(api, of, query="", after=None):
    answer = api.get(f"{of}/replay?limit=500{query}", headers=api.after(after) if after else None)
    assert answer.status == 200, answer
    return answer.json["items"]


def versions(steps):
    return [step["event"]["version"] for step in steps]


def check_chain(steps):
    """Each step begins where the one before it ended, and its patch leads from one to the other."""
    for before, after in zip(steps, steps[1:]):
        assert before["state_after"] == after["state_before"]
    for step in steps:
        assert apply_patch(step["state_before"], step["patch"]) == step["state_after"]


def test_every_step_of_a_prompt_from_nothing_to_now(api):
    path, last = api.lived()
    steps = replay(api, stream("prompt", last), after=last)
    assert versions(steps) == list(range(1, 10)) and steps[0]["state_before"] == {}
    check_chain(steps)
    history = api.get(path + "/history").json["items"]
    for step, event in zip(steps, history):
        assert {k: v for k, v in step["event"].items() if k != "data"} == {k: v for k, v in event.items() if k != "patch"}
    assert steps[0]["event"]["reason"] == "r1" and steps[0]["event"]["data"]["name"] == steps[0]["state_after"]["name"]
    assert {step["path"] for step in steps[4]["patch"]} == {"/labels/prod", "/label_moves/1", "/updated_at", "/version"}
    state = steps[-1]["state_after"]
    assert state["versions"]["3"]["rolled_back_to"] == 1 and "deleted_at" not in state and state["version"] == 9


def test_pages_and_patches_alone_agree_with_the_whole(api):
    _, last = api.lived()
    of = stream("prompt", last)
    whole = replay(api, of, after=last)
    assert api.pages(of + "/replay", limit=4) == whole
    bare = api.pages(of + "/replay?states=false", limit=4)
    assert [{k: step[k] for k in ("event", "patch")} for step in whole] == bare


def test_a_part_by_version_time_or_position_both_ends_included(api):
    _, last = api.lived()
    of = stream("prompt", last)
    whole = replay(api, of, after=last)
    at = lambda version, name: whole[version - 1]["event"][name]
    for query, want in [
        ("&from=3&to=5", [3, 4, 5]),
        ("&from=8", [8, 9]),
        ("&to=2", [1, 2]),
        ("&from=99", []),
        ("&to=99", list(range(1, 10))),
        ("&from=5&to=3", []),
        (f"&from={at(3, 'recorded_at')}&to={at(5, 'recorded_at')}", [3, 4, 5]),
        (f"&from={at(3, 'recorded_at')}&to=5", [3, 4, 5]),
        ("&clock=occurred&from=2020-03-01T00:00:00Z&to=2020-05-01T00:00:00Z", [3, 4, 5]),
        ("&clock=occurred&from=2020-03-01T00:00:01Z&to=2020-04-30T00:00:00Z", [4]),
        ("&clock=occurred&to=2019-01-01T00:00:00Z", []),
        (f"&from={at(3, 'position')}&to={at(5, 'position')}", [3, 4, 5]),
    ]:
        steps = replay(api, of, query)
        assert versions(steps) == want, query
        check_chain(steps)
        assert steps == [step for step in whole if step["event"]["version"] in want], query


def test_streams_of_every_kind_replay(api):
    path, made = api.make()
    prompt_id = made.json["id"]
    execution = api.post("/executions", {"prompt_id": prompt_id, "version": 1, "model": "replayed", "status": "pending", "request_id": "replayed-request"})
    api.post(f"/executions/{execution.json['id']}/start")
    model = api.post("/models", {"name": "replayed", "prices": [{"valid_from": "2025-01-01T00:00:00Z", "per_million_tokens": {"input": 1}}]})
    definition = api.post("/score-definitions", {"name": "replayed", "type": "numeric"})
    score = api.post("/scores", {"execution_id": execution.json["id"], "name": "replayed", "value": 1})
    judged = api.post(f"{path}/versions/1/judge-scores", {"judge": "j", "scores": {"clarity": 7.5}})
    feedback = api.post("/feedback", {"request_id": "replayed-request", "rating": 4})
    scan = api.post("/security-scans", {"input_text": "x", "risk_score": 0.5, "label": "safe"})
    key = api.call("POST", "/api/v1/api-keys", {"name": "replayed", "role": "viewer"})
    workspace = api.get("/api/v1/workspaces").json["items"][0]["id"]
    api.call("PUT", "/api/v1/labels/replayed", {"protected": True})
    api.get(path, headers=api.after_all())
    for kind, answer in [("execution", execution), ("model", model), ("score-definition", definition), ("score", score), ("judge-score", judged),
                         ("feedback", feedback), ("security-scan", scan), ("api-key", key)]:
        assert answer.status in (200, 201), (kind, answer)
        steps = replay(api, stream(kind, answer), after=answer)
        assert steps and versions(steps) == list(range(1, len(steps) + 1)), kind
        check_chain(steps)
        assert "sha256" not in json.dumps(steps)
    for kind in ["workspace", "settings"]:
        steps = replay(api, f"/api/v1/streams/{kind}/{workspace}")
        assert steps, kind
        check_chain(steps)


def test_sealed_text_is_shown_as_sealed_and_nothing_more(api):
    _, made = api.make()
    execution = api.post("/executions", {"prompt_id": made.json["id"], "version": 1, "model": "m", "inputs": {"who": "zebra"}, "output": "Dear zebra", "subject": "replay@example.com",
                                         "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"})
    (step,) = replay(api, stream("execution", execution), after=execution)
    subject = {"subject": execution.json["sealed_for"]}
    assert step["state_after"]["request"]["sealed_inputs"] == subject and step["state_after"]["ending"]["sealed_output"] == subject
    assert step["event"]["data"]["request"]["sealed_inputs"] == subject
    assert "zebra" not in json.dumps(step)
    erased = api.post(f"/subjects/{execution.json['sealed_for']}/erase")
    (of_subject,) = replay(api, f"/api/v1/streams/subject/{execution.json['sealed_for']}", after=erased)
    assert len(of_subject["state_after"]["erasures"]) == 1


def test_the_difference_between_two_moments(api):
    path, last = api.lived()
    of = stream("prompt", last)
    steps = replay(api, of, after=last)
    state = {0: {}} | {step["event"]["version"]: step["state_after"] for step in steps}
    for query, before, after in [
        ("", 0, 9),
        ("?from=2&to=6", 2, 6),
        ("?from=9", 9, 9),
        ("?clock=occurred&from=2020-02-15T00:00:00Z&to=2020-06-15T00:00:00Z", 2, 6),
        ("?clock=occurred&to=2019-06-15T00:00:00Z", 0, 0),
        (f"?from={steps[1]['event']['position']}&to=6", 2, 6),
    ]:
        diff = api.get(of + "/diff" + query).json
        assert (diff["from_version"], diff["to_version"]) == (before, after), query
        assert apply_patch(state[before], diff["patch"]) == state[after], query
        assert [e["change"] for e in diff["items"]] == [s["event"]["change"] for s in steps[before:after]]
    first = api.get(of + "/diff?from=2&to=6&limit=3").json
    api.put(path, {"title": "later"})
    rest = api.get(f"{of}/diff?from=2&to=6&limit=3&cursor={first['next_cursor']}").json
    assert [e["version"] for e in first["items"] + rest["items"]] == [3, 4, 5, 6] and rest["next_cursor"] is None and rest["patch"] == first["patch"]


def test_pages_that_were_begun_end_where_the_stream_did_then(api):
    path, made = api.make()
    api.put(path, {"title": "a"})
    last = api.put(path, {"title": "b"})
    of = stream("prompt", made)
    first = api.get(of + "/replay?limit=2", headers=api.after(last)).json
    later = api.put(path, {"title": "c"})
    rest = api.get(f"{of}/replay?limit=2&cursor={first['next_cursor']}", headers=api.after(later)).json
    assert versions(rest["items"]) == [3] and rest["next_cursor"] is None


@pytest.mark.parametrize("call", ["replay", "diff"])
def test_what_cannot_be_answered(api, stranger, call):
    _, made = api.make()
    of = f"{stream('prompt', made)}/{call}"
    api.get(of, headers=api.after(made))
    assert "no kind of stream" in problem(api.get(f"/api/v1/streams/song/{NOBODY}/{call}"), 404)["detail"]
    problem(api.get(f"/api/v1/streams/prompt/{NOBODY}/{call}"), 404)
    problem(api.get(f"/api/v1/streams/prompt/not-an-id/{call}"), 404)
    problem(stranger.get(of), 404)
    problem(api.get(of + "?from=0"), 422, "?from")
    problem(api.get(of + "?from=yesterday"), 422, "?from")
    problem(api.get(of + "?to=1.nonsense"), 422, "?to")
    problem(api.get(of + "?clock=occurred"), 422, "?clock")
    problem(api.get(of + "?from=1&clock=occurred"), 422, "?clock")
    problem(api.get(of + "?at_version=1"), 422, "?at_version")
    problem(api.get(of + "?limit=0"), 422, "?limit")
    problem(api.get(of + "?cursor=made-up"), 400)
    assert api.get(of, headers={"Ledger-Min-Position": "nonsense"}).status == 400


def test_a_diff_of_versions_that_there_are_not(api):
    path, made = api.make()
    last = api.put(path, {"title": "x"})
    of = stream("prompt", made) + "/diff"
    assert "the versions 1 to 2" in problem(api.get(of + "?to=3", headers=api.after(last)), 404)["detail"]
    problem(api.get(of + "?from=3"), 404)
    problem(api.get(of + "?from=2&to=1"), 422, "?from")
