"""Scores over HTTP: given, checked by definitions, listed with feedback and judgements, and refused; and the definitions themselves."""

import itertools

import pytest

NOBODY = "01a1fd47-e72d-7712-b447-264001802bda"
_names = itertools.count(1)


def fresh(what="score"):
    return f"{what}-{next(_names)}"


@pytest.fixture()
def prompt(api):
    path, made = api.make()
    return path.removeprefix("/prompts/")


def record(api, prompt, **fields):
    made = api.post("/executions", {"prompt_id": prompt, "version": 1, "model": "m", "request_id": fresh("req"), "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"} | fields)
    assert made.status == 201, made
    return made.json


def define(api, **fields):
    made = api.post("/score-definitions", {"name": fresh(), "type": "numeric"} | fields)
    assert made.status == 201, made
    return made


def give(api, **fields):
    made = api.post("/scores", fields)
    assert made.status == 201, made
    return made


def problem(answer, status, *fields):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    if fields:
        assert [error["field"] for error in answer.json["errors"]] == list(fields), answer
    return answer.json


def test_a_score_is_given_and_shown(api, prompt):
    execution = record(api, prompt, user="u-7")
    name = fresh()
    made = give(api, execution_id=execution["id"], name=name, value=0.75, comment="It did help.", source="person", reason="asked")
    body = made.json
    assert made.headers["etag"] == '"1"' and made.headers["location"] == f"/api/v1/streams/score/{body['id']}/events"
    assert body | {"kind": "score", "said_in": body["id"], "target": "execution", "execution_id": execution["id"], "prompt_id": prompt, "version": 1, "name": name, "type": "numeric",
                   "value": 0.75, "comment": "It did help.", "source": "person", "user": "u-7", "reason": "asked", "author": execution["actor"]} == body
    assert api.get(f"/scores?name={name}", headers=api.after(made)).json == {"items": [body], "next_cursor": None}
    (event,) = api.get(made.headers["location"], headers=api.after(made)).json["items"]
    assert event["type"] == "promptledger.score.given.v1" and event["change"] == f"scored execution {execution['id']}: {name} 0.75"


def test_every_type_on_every_target(api, prompt):
    execution = record(api, prompt)
    targets = [{"execution_id": execution["id"]}, {"trace_id": fresh("trace")}, {"session": fresh("session")}, {"prompt_id": prompt, "version": 1}, {"test_run_id": fresh("run")}]
    values = [("numeric", -1.5), ("boolean", False), ("categorical", "warm"), ("text", "A long\nstory."), ("correction", "=Hello")]
    for target, (type, value) in itertools.product(targets, values):
        made = give(api, name=fresh(), type=type, value=value, **target)
        assert made.json | target == made.json and (made.json["type"], made.json["value"]) == (type, value)
        listed = api.get(f"/scores?name={made.json['name']}", headers=api.after(made)).json["items"]
        assert listed == [made.json], target
    for target in targets[:3] + targets[4:]:
        ((parameter, id),) = target.items()
        listed = api.get(f"/scores?{parameter}={id}").json["items"]
        assert {s["type"] for s in listed} == {type for type, _ in values} and all(s[parameter] == id for s in listed)
    of_prompt = api.get(f"/scores?prompt_id={prompt}&version=1").json["items"]
    assert {s["target"] for s in of_prompt} == {"execution", "version"} and len(of_prompt) == 10


def test_feedback_and_judgements_are_scores_too(api, prompt):
    execution = record(api, prompt, user=fresh("user"))
    feedback = api.post("/feedback", {"request_id": execution["request_id"], "rating": 4, "thumbs": "up", "judge_winner": "syntax", "agent_winner": "syntax", "comment": "Clear."})
    judged = api.post(f"/prompts/{prompt}/versions/1/judge-scores", {"judge": "gemini", "scores": {"clarity": 8.5, "tone": 7}})
    scored = give(api, execution_id=execution["id"], name="helpfulness", value=True)

    def listed(query, *after):
        answer = api.get("/scores?" + query, headers=api.after_each(*after) if after else {})
        assert answer.status == 200, answer
        return answer.json["items"]

    of_prompt = listed(f"prompt_id={prompt}", feedback, judged, scored)
    assert [(s["kind"], s["name"], s["value"], s["type"], s["source"]) for s in of_prompt] == [
        ("score", "helpfulness", True, "boolean", "api"),
        ("judge_score", "tone", 7, "numeric", "evaluator"),
        ("judge_score", "clarity", 8.5, "numeric", "evaluator"),
        ("feedback", "thumbs", "up", "categorical", "person"),
        ("feedback", "rating", 4, "numeric", "person"),
        ("feedback", "judge_winner", "syntax", "categorical", "person"),
        ("feedback", "judge_correct", True, "boolean", "person"),
        ("feedback", "comment", "Clear.", "text", "person"),
        ("feedback", "agent_winner", "syntax", "categorical", "person"),
    ]
    assert {s["said_in"] for s in of_prompt if s["kind"] == "feedback"} == {feedback.json["id"]} and of_prompt[1]["judge"] == "gemini"
    assert [s["kind"] for s in listed(f"prompt_id={prompt}&source=evaluator")] == ["judge_score"] * 2
    assert [s["name"] for s in listed(f"prompt_id={prompt}&kind=score")] == ["helpfulness"]
    assert len(listed(f"user={execution['user']}")) == 7 and len(listed(f"execution_id={execution['id']}")) == 7
    assert [s["name"] for s in listed(f"prompt_id={prompt}&type=numeric&name=clarity")] == ["clarity"]
    assert listed(f"prompt_id={prompt}&created_until=2020-01-01T00:00:00Z") == []
    # Page by page the same.
    paged, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/scores?prompt_id={prompt}&limit=2{cursor and '&cursor=' + cursor}").json
        paged, cursor = paged + page["items"], page["next_cursor"]
    assert paged == of_prompt
    # Feedback that is changed counts for what it says now.
    changed = api.post("/feedback", {"request_id": execution["request_id"], "rating": 2, "thumbs": None, "agent_winner": "domain"})
    assert {s["name"]: s["value"] for s in listed(f"prompt_id={prompt}&kind=feedback", changed)} == {
        "rating": 2, "judge_winner": "syntax", "judge_correct": False, "comment": "Clear.", "agent_winner": "domain"}


def test_a_definition_is_created_changed_deleted_and_restored(api):
    made = define(api, description="How much it helped.", min=0, max=1)
    path, body = f"/score-definitions/{made.json['id']}", made.json
    assert made.headers["location"] == "/api/v1" + path and (body["min"], body["max"], body["type"]) == (0, 1, "numeric")
    assert api.get(path, headers=api.after(made)).json == body
    assert api.get(f"/score-definitions?name={body['name']}&type=numeric").json["items"] == [body]
    changed = api.put(path, {"max": None, "description": "More is better."}, headers={"If-Match": '"1"'})
    assert changed.status == 200 and "max" not in changed.json and changed.json["min"] == 0, changed
    problem(api.put(path, {"max": 3}, headers={"If-Match": '"1"'}), 412)
    deleted = api.delete(path)
    assert api.get(path, headers=api.after(deleted)).status == 404 and api.get(path + "?deleted=true").json == deleted.json
    assert api.get(path + "?at_version=1").json == body
    assert api.get(f"/score-definitions?name={body['name']}").json["items"] == [] and len(api.get(f"/score-definitions?name={body['name']}&deleted=true").json["items"]) == 1
    problem(api.post("/score-definitions", {"name": body["name"], "type": "text"}), 409)
    restored = api.post(path + "/restore")
    assert restored.status == 200 and api.get(path, headers=api.after(restored)).json == restored.json
    words = [e["change"] for e in api.get(f"/api/v1/streams/score-definition/{body['id']}/events", headers=api.after(restored)).json["items"]]
    assert words[0] == f'defined the numeric score "{body["name"]}"' and words[3] == f'restored the definition of score "{body["name"]}"'


def test_a_score_that_names_a_definition_is_checked_by_it(api, prompt, unchanged):
    numeric = define(api, min=0, max=1).json
    tone = define(api, type="categorical", categories=["warm", "cold"]).json
    target = {"session": fresh("session")}
    made = give(api, definition_id=numeric["id"], value=1, **target)
    assert (made.json["name"], made.json["definition_id"], made.json["definition_version"]) == (numeric["name"], numeric["id"], 1)
    assert give(api, definition_id=tone["id"], name=tone["name"], type="categorical", value="cold", **target).json["value"] == "cold"
    assert len(api.get(f"/scores?definition_id={numeric['id']}", headers=api.after(made)).json["items"]) == 1
    with unchanged:
        for fields, wrong in (({"definition_id": numeric["id"], "value": 1.000001}, "value"), ({"definition_id": numeric["id"], "value": True}, "value"),
                              ({"definition_id": numeric["id"], "value": 1, "name": "other"}, "name"), ({"definition_id": numeric["id"], "value": 1, "type": "boolean"}, "type"),
                              ({"definition_id": tone["id"], "value": "tepid"}, "value"), ({"definition_id": NOBODY, "name": "n", "value": 1}, "definition_id"), ({"definition_id": "x", "name": "n", "value": 1}, "definition_id")):
            answer = problem(api.post("/scores", target | fields), 422)
            assert wrong in [e["field"] for e in answer["errors"]], answer
    changed = api.put(f"/score-definitions/{numeric['id']}", {"max": 10})
    again = api.post("/scores", target | {"definition_id": numeric["id"], "value": 7}, headers=api.after(changed))
    assert again.status == 201 and again.json["definition_version"] == 2, again


@pytest.mark.parametrize(
    "fields, wrong",
    [
        ({}, ["execution_id"]),
        ({"session": "s", "trace_id": "t"}, ["session"]),
        ({"execution_id": NOBODY}, ["execution_id"]),
        ({"execution_id": "x"}, ["execution_id"]),
        ({"prompt_id": NOBODY}, ["version"]),
        ({"prompt_id": NOBODY, "version": 1}, ["prompt_id"]),
        ({"session": "s", "version": 1}, ["version"]),
        ({"session": ""}, ["session"]),
        ({"session": "s", "name": "Not a word"}, ["name"]),
        ({"session": "s", "name": ""}, ["name"]),
        ({"session": "s", "value": None}, ["value"]),
        ({"session": "s", "value": [1]}, ["value"]),
        ({"session": "s", "value": 0.0000001}, ["value"]),
        ({"session": "s", "value": 1_000_000_001}, ["value"]),
        ({"session": "s", "value": "", "type": "text"}, ["value"]),
        ({"session": "s", "type": "boolean"}, ["value"]),
        ({"session": "s", "type": "colour"}, ["type"]),
        ({"session": "s", "source": "gossip"}, ["source"]),
        ({"session": "s", "comment": 7}, ["comment"]),
        ({"session": "s", "mood": "good"}, ["mood"]),
    ],
)
def test_bad_scores_are_refused_by_field(api, unchanged, fields, wrong):
    with unchanged:
        problem(api.post("/scores", {"name": "n", "value": 1} | fields), 422, *wrong)


@pytest.mark.parametrize(
    "fields, wrong",
    [
        ({"name": ""}, ["name"]),
        ({"type": "colour"}, ["type"]),
        ({"min": 2, "max": 1}, ["max"]),
        ({"type": "boolean", "min": 1}, ["min"]),
        ({"type": "categorical"}, ["categories"]),
        ({"categories": ["a"]}, ["categories"]),
        ({"type": "categorical", "categories": ["a", "a"]}, ["categories[1]"]),
        ({"min": 0.0000001}, ["min"]),
        ({"color": 1}, ["color"]),
    ],
)
def test_bad_definitions_are_refused_by_field(api, unchanged, fields, wrong):
    with unchanged:
        problem(api.post("/score-definitions", {"name": fresh(), "type": "numeric"} | fields), 422, *wrong)


def test_roles_and_what_is_not_there(api, roles, unchanged):
    made = define(api)
    path = f"/score-definitions/{made.json['id']}"
    viewer = roles["viewer"]
    assert viewer.get(path, headers=api.after(made)).status == viewer.get("/score-definitions").status == viewer.get("/scores").status == 200
    with unchanged:
        for answer in (viewer.post("/scores", {"session": "s", "name": "n", "value": 1}), viewer.post("/score-definitions", {"name": fresh(), "type": "text"}), viewer.put(path, {}), viewer.delete(path), viewer.post(path + "/restore")):
            problem(answer, 403)
        missing = f"/score-definitions/{NOBODY}"
        for answer in (api.get(missing), api.put(missing, {}), api.delete(missing), api.post(missing + "/restore")):
            problem(answer, 404)
        for query in ("kind=rumour", "source=rumour", "type=rumour", "session=s&trace_id=t", "version=0", "created_from=soon"):
            problem(api.get("/scores?" + query), 422)


def test_the_same_key_is_one_score(api):
    body = {"session": fresh("session"), "name": "n", "value": 1}
    first = api.post("/scores", body, headers={"Idempotency-Key": body["session"]})
    again = api.post("/scores", body, headers={"Idempotency-Key": body["session"]})
    assert first.status == again.status == 201 and first.json == again.json
    assert len(api.get(f"/scores?session={body['session']}", headers=api.after(first)).json["items"]) == 1
