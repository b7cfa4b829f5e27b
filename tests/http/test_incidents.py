"""What a label served, and what came of it."""

import itertools
import urllib.parse

import pytest

from http_api import problem

_names = itertools.count(1)


def execute(api, prompt, at, **fields):
    made = api.post("/executions", {"prompt_id": prompt, "model": "m", "request_id": f"incident-{next(_names)}", "created_at": at, "started_at": at, "completed_at": at, "cost_usd": "0.5"} | fields)
    assert made.status == 201, made
    return made


@pytest.fixture()
def lived(api):
    """Version 1 is good, version 2 fails, and is taken back: by a label of the test's own. The answers, the label, and the prompt."""
    label = f"live-{next(_names)}"
    path, created = api.make(name=f"incident-{next(_names)}", template="v1", labels=[label], occurred_at="2026-02-01T00:00:00Z", reason="first")
    prompt = created.json["id"]
    answers = [created]
    good = execute(api, prompt, "2026-02-01T12:00:00Z", label=label, user="u1", session="s1")
    answers += [good, execute(api, prompt, "2026-02-01T13:00:00Z", label=label, user="u1", session="s2"), execute(api, prompt, "2026-02-01T14:00:00Z", version=1, user="u9")]
    answers.append(api.put(path + "/content", {"template": "v2", "occurred_at": "2026-02-02T00:00:00Z"}))
    answers.append(api.put(path + f"/labels/{label}", {"version": 2, "occurred_at": "2026-02-03T00:00:00Z", "reason": "looks better"}))
    bad = execute(api, prompt, "2026-02-03T12:00:00Z", label=label, user="u2", status="failed", error="boom")
    answers += [bad, execute(api, prompt, "2026-02-03T13:00:00Z", label=label, user="u3")]
    answers.append(api.put(path + f"/labels/{label}", {"version": 1, "occurred_at": "2026-02-04T00:00:00Z", "reason": "it fails"}))
    answers.append(api.delete(path + f"/labels/{label}?occurred_at=2026-02-05T00:00:00Z"))
    answers += [api.post("/feedback", {"request_id": good.json["request_id"], "rating": 4, "thumbs": "up"}),
                api.post("/scores", {"execution_id": good.json["id"], "name": "safe", "type": "boolean", "value": True})]
    for answer in answers:
        assert answer.status in (200, 201), answer
    return {"label": label, "prompt": prompt, "path": path, "answers": answers, "headers": api.after_each(*answers)}


def incidents(api, lived, **query):
    answer = api.get("/api/v1/incidents?" + urllib.parse.urlencode({"label": lived["label"], "clock": "occurred", "from": "2026-02-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"} | query), headers=lived["headers"])
    assert answer.status == 200, answer
    return answer.json


def test_each_version_that_the_label_served_with_what_came_of_it(api, lived):
    body = incidents(api, lived)
    assert body["label"] == lived["label"] and body["next_cursor"] is None
    first, second, third = body["items"]
    assert [(i["version"], i["from"][:10], i["until"][:10]) for i in body["items"]] == [(1, "2026-02-01", "2026-02-03"), (2, "2026-02-03", "2026-02-04"), (1, "2026-02-04", "2026-02-05")]
    assert (first["executions"]["executions"], first["executions"]["cost_usd"], first["users"], first["sessions"]) == (2, "1.000000", 1, 2), "one was found by no label"
    assert (second["executions"]["executions"], second["executions"]["by_status"]["failed"], second["executions"]["failure_rate"], second["users"], second["sessions"]) == (2, 1, 0.5, 2, 0)
    assert third["executions"]["executions"] == 0 and third["scores"] == []
    assert first["scores"] == [{"name": "rating", "type": "numeric", "count": 1, "average": 4}, {"name": "safe", "type": "boolean", "count": 1, "share_true": 1},
                               {"name": "thumbs", "type": "categorical", "count": 1, "values": {"up": 1}}]
    assert first["began"]["reason"] == "first" and first["ended"]["reason"] == second["began"]["reason"] == "looks better" and second["ended"]["reason"] == "it fails"
    assert third["ended"]["change"].startswith("removed label") and first["name"].startswith("incident-") and first["prompt_id"] == lived["prompt"]


def test_a_period_cuts_what_is_counted(api, lived):
    (only,) = incidents(api, lived, **{"from": "2026-02-01T12:30:00Z", "to": "2026-02-02T00:00:00Z"})["items"]
    assert (only["version"], only["executions"]["executions"], only["counted_from"][:16], only["counted_to"][:10]) == (1, 1, "2026-02-01T12:30", "2026-02-02")
    assert incidents(api, lived, **{"from": "2026-02-05T00:00:00Z"})["items"] == []
    assert [i["version"] for i in incidents(api, lived, prompt=lived["prompt"])["items"]] == [1, 2, 1]


def test_by_the_recorded_clock_it_is_what_the_ledger_knew(api, lived):
    assert incidents(api, lived, clock="recorded")["items"] == [], "nothing of it was recorded then"
    items = api.get(f"/api/v1/incidents?label={lived['label']}", headers=lived["headers"]).json["items"]
    assert [i["version"] for i in items] == [1, 2, 1] and items[0]["until"] == items[1]["began"]["recorded_at"]


def test_all_prompts_and_pages(api, lived):
    path, made = api.make(name=f"incident-{next(_names)}", labels=[lived["label"]], occurred_at="2026-02-02T00:00:00Z")
    lived["headers"] = api.after_each(*lived["answers"], made)
    whole = incidents(api, lived)["items"]
    assert [i["prompt_id"] == made.json["id"] for i in whole] == [False, True, False, False] and whole[1]["ended"] is None and "until" not in whole[1]
    paged, cursor = [], {}
    while cursor is not None:
        page = incidents(api, lived, limit=1, **cursor)
        paged += page["items"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert paged == whole
    assert [i["prompt_id"] for i in incidents(api, lived, prompt=made.json["id"])["items"]] == [made.json["id"]]


def test_bad_questions_and_who_may_ask(api, roles, lived):
    for query, field in [("", "?label"), ("label=latest", "?label"), ("label=x&clock=wall", "?clock"), ("label=x&from=soon", "?from"), ("label=x&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "?from"), ("label=x&colour=red", "?colour"), ("label=x&limit=0", "?limit")]:
        problem(api.get("/api/v1/incidents?" + query), 422, field)
    problem(api.get("/api/v1/incidents?label=x&prompt=none"), 404)
    problem(api.get("/api/v1/incidents?label=x&cursor=made-up"), 400)
    assert api.get("/api/v1/incidents?label=never").json["items"] == []
    for role in roles.values():
        assert role.get("/api/v1/incidents?label=" + lived["label"], headers=lived["headers"]).json["items"]
    assert api.get("/api/v1/incidents?label=x", key=None).status == 401
    workspace = api.call("POST", "/api/v1/workspaces", {"name": f"incidents-{next(_names)}"}).json["id"]
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": workspace}).json["secret"]
    theirs = type(api)(api.ledger, key)
    assert theirs.get("/api/v1/incidents?label=" + lived["label"]).json["items"] == []
    problem(theirs.get(f"/api/v1/incidents?label={lived['label']}&prompt={lived['prompt']}"), 404)
