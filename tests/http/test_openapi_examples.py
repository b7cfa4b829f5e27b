"""Runs every example of the OpenAPI document, and holds each answer, and each example of one, against its schema."""

import json
import re
import time

import jsonschema
import pytest
import referencing

from http_api import Events, token_for

# What the ids in examples stand for.
PROMPT, KEY, WORKSPACE, TOKEN = "01a1fd47-e72d-7712-b447-264001802bda", "01a1fd47-e7a1-76f3-b8b9-a1339468a5e6", "01a1fd47-e707-744c-8efd-e2039d46f9af", "cHJvbXB0cw"
EXECUTION = "01a1fd47-e8a0-7b1e-8c55-0d2c6a3f9e11"
SUBJECT = "5f1c9f0e-2a77-8d4a-9b57-0f4c1c2f9a12"
MODEL = "5f1c9f0e-2a77-8d4a-9b57-0f4c1c2f9a21"
DEFINITION = "5f1c9f0e-2a77-8d4a-9b57-0f4c1c2f9a31"
EVENT = "01a1fd47-e73b-7111-9bd6-60a4750f3e79"
URI = "urn:openapi"


@pytest.fixture(scope="module")
def document(api):
    return api.get("/openapi.json", key=None).json


def operations():
    """Names only: the document is the server's, which is not running yet."""
    from pathlib import Path

    text = (Path(__file__).parents[2] / "schemas" / "openapi.yaml").read_text()
    return re.findall(r"operationId: (\w+)", text)


def find(document, operation_id):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if operation["operationId"] == operation_id:
                return path, method.upper(), operation
    raise AssertionError(operation_id)


def resolved(document, node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def check(document, schema, value):
    registry = referencing.Registry().with_resource(URI, referencing.Resource(document, referencing.jsonschema.DRAFT202012))
    absolute = json.loads(json.dumps(schema).replace('"$ref": "#/', f'"$ref": "{URI}#/'))
    jsonschema.Draft202012Validator(absolute, registry=registry).validate(value)


@pytest.fixture()
def stage(api, document):
    """A fresh prompt that every example is about, with what single calls need beside."""
    create = find(document, "create_prompt")[2]["requestBody"]["content"]["application/json"]["example"]
    for left in api.get("/prompts?category=support&limit=500", headers=api.after_all()).json["items"]:
        api.delete("/prompts/" + left["id"])
    made = api.post("/prompts", create)
    assert made.status == 201, made
    return "/prompts/" + made.json["id"], made


SETTING = {
    "create_prompt": lambda api, path: api.delete(path),
    "restore_prompt": lambda api, path: api.delete(path),
    "roll_back_prompt": lambda api, path: api.put(path + "/content", {"template": "v2"}),
    "diff_prompt_versions": lambda api, path: api.put(path + "/content", {"template": "v2"}),
    "replay_stream": lambda api, path: api.put(path + "/labels/staging", {"version": 1}),
    "diff_stream": lambda api, path: api.put(path + "/labels/staging", {"version": 1}),
    "remove_prompt_label": lambda api, path: api.put(path + "/labels/staging", {"version": 1}),
    "show_prompt_label_history": lambda api, path: api.put(path + "/labels/staging", {"version": 1}),
}


# How far an execution has to have come for the call to drive it on.
EXECUTION_STATUS = {"start_execution": "pending", "cancel_execution": "pending", "complete_execution": "running", "fail_execution": "running"}


def make_execution(api, document, operation_id, prompt_id, **fields):
    body = dict(find(document, "record_execution")[2]["requestBody"]["content"]["application/json"]["example"], prompt_id=prompt_id, **fields)
    status = EXECUTION_STATUS.get(operation_id, "completed")
    if status != "completed":
        ended = ("output", "token_usage", "cost_usd", "completed_at") + (("started_at",) if status == "pending" else ())
        body = {name: value for name, value in body.items() if name not in ended} | {"status": status}
    made = api.post("/executions", body)
    assert made.status == 201, made
    if operation_id == "list_execution_logs":
        made = api.post(f"/executions/{made.json['id']}/logs", {"message": "retrying", "level": "warn"})
    return made


def make_model(api, operation_id):
    """One of its own for each: a name is never free again."""
    made = api.post("/models", {"name": f"example of {operation_id}", "capabilities": ["vision"], "prices": [{"valid_from": "2025-06-17T00:00:00Z", "per_million_tokens": {"input": 1.25}}]})
    assert made.status == 201, made
    return api.delete("/models/" + made.json["id"]) if operation_id == "restore_model" else made


def make_definition(api, operation_id):
    made = api.post("/score-definitions", {"name": f"example_of_{operation_id}", "type": "numeric"})
    assert made.status == 201, made
    return api.delete("/score-definitions/" + made.json["id"]) if operation_id == "restore_score_definition" else made


OPERATED = "/api/v1/projections/feedback"
NEEDS_PARKED = ("retry_parked", "skip_parked")


def leave_alone(api):
    """The projection of the examples goes on as if nothing had been asked of it."""
    last = api.post(OPERATED + "/resume")
    api.delete(OPERATED + "/rebuild")
    for _ in range(600):
        if "ended_at" in (api.get(OPERATED, headers=api.after(last)).json["rebuild"] or {"ended_at": None}):
            return
        time.sleep(0.1)
    raise AssertionError("the rebuild did not end")


def proven_event(api, path):
    """An event of the prompt that a checkpoint is signed over."""
    event = api.get(path + "/history", headers=api.after_all()).json["items"][0]["id"]
    deadline = time.monotonic() + 30
    while api.get(f"/api/v1/events/{event}/proof").status != 200:
        assert time.monotonic() < deadline, "not signed in time"
        time.sleep(0.05)
    return event


@pytest.mark.parametrize("operation_id", operations())
def test_example(request, api, document, stage, operation_id):
    path, method, operation = find(document, operation_id)
    prompt_path, last = stage
    if operation["tags"] == ["proof"]:
        api = request.getfixturevalue("signing")
        prompt_path, last = api.make()
    if operation_id in SETTING:
        last = SETTING[operation_id](api, prompt_path)
    stand_ins = {PROMPT: prompt_path.removeprefix("/prompts/")}
    if operation_id.endswith("api_key"):
        stand_ins[KEY] = api.call("POST", "/api/v1/api-keys", {"name": "example", "role": "viewer"}).json["id"]
    if operation_id == "give_feedback" or "execution" in operation_id and not operation_id.startswith("record_execution"):
        last = make_execution(api, document, operation_id, stand_ins[PROMPT])
        stand_ins[EXECUTION] = last.json["id"]
    if operation_id.endswith("_subject"):
        sealed = make_execution(api, document, operation_id, stand_ins[PROMPT], subject="ada@example.com")
        stand_ins[SUBJECT] = sealed.json["sealed_for"]
    if operation_id.endswith(("_model", "_models")) and operation_id != "create_model":
        last = make_model(api, operation_id)
        stand_ins[MODEL] = last.json["id"]
    if "score_definition" in operation_id and operation_id != "create_score_definition":
        last = make_definition(api, operation_id)
        stand_ins[DEFINITION] = last.json["id"]
    if operation_id in NEEDS_PARKED:
        pytest.skip("nothing is parked here; tests/http/test_operating_projections.py parks something")
    if operation_id in ("throttle_rebuild", "cancel_rebuild"):
        assert api.post(OPERATED + "/rebuild", {"max_records_per_s": 1}).status == 202
    stand_ins[WORKSPACE] = api.get("/api/v1/workspaces").json["items"][0]["id"]
    if operation_id == "show_event_proof":
        stand_ins[EVENT] = proven_event(api, prompt_path)
    if operation_id == "show_command":
        stand_ins[TOKEN] = token_for(api, "examples")

    query = []
    for parameter in operation.get("parameters", []):
        parameter = resolved(document, parameter)
        check(document, parameter["schema"], parameter["example"]) if "example" in parameter else None
        value = stand_ins.get(parameter.get("example"), parameter.get("example"))
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(value))
        elif parameter["in"] == "query" and value is not None:
            query.append(f"{parameter['name']}={str(value).replace(' ', '%20')}")
    path += "?" + "&".join(query) if query else ""

    ((status, response),) = [(int(s), r) for s, r in operation["responses"].items() if s != "default"]
    (media, content), *others = response["content"].items()
    check(document, content["schema"], content["example"])
    for other, shape in others:
        check(document, shape["schema"], shape["example"])
        streamed = api.ledger.call(method, path.split("&limit=")[0], headers=api.after(last) | {"Accept": other})
        assert streamed.status == status and streamed.headers["content-type"].split(";")[0] == other, streamed
        check(document, shape["schema"], streamed.text)
    if media == "text/event-stream":
        events = Events(api, path.removeprefix("/api/v1/events"))
        check(document, {"$ref": "#/components/schemas/Event"}, events.next()["data"])
        events.close()
        return

    lines = operation.get("requestBody", {}).get("content", {}).get("application/x-ndjson")
    if lines is not None:
        sent = lines["example"].replace(PROMPT, stand_ins[PROMPT]).encode()
        told = api.ledger.call(method, path, sent, headers={"Content-Type": "application/x-ndjson"})
        assert told.status == status and told.headers["content-type"] == media, told
        for example in (content["example"], told.text):
            *results, summary = map(json.loads, example.splitlines())
            check(document, {"$ref": "#/components/schemas/BatchSummary"}, summary)
            for result in results:
                check(document, {"$ref": "#/components/schemas/BatchResult"}, result)
        assert [json.loads(line).get("status") for line in told.text.splitlines()] == ["recorded", "rejected", None], told
        return

    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        check(document, body["schema"], body["example"])
    sent = json.loads(json.dumps(body["example"]).replace(PROMPT, stand_ins[PROMPT])) if body else None
    answer = api.ledger.call(method, path, sent, headers=api.after(last))
    assert answer.status == status, answer
    assert answer.headers["content-type"].split(";")[0] == media
    check(document, content["schema"], answer.json if media == "application/json" else answer.text)
    for header in response.get("headers", {}):
        assert header.lower() in answer.headers, header
    if operation_id == "protect_label":
        api.put("/api/v1/labels/staging", {"protected": False})
    if path.startswith(OPERATED + "/"):
        leave_alone(api)


def test_the_document_is_openapi(document):
    assert document["openapi"] == "3.1.0" and len(document["paths"]) > 25
    problem = document["components"]["responses"]["problem"]["content"]["application/problem+json"]
    check(document, problem["schema"], problem["example"])


def test_a_problem_is_as_documented(api, document):
    for path in ["/nothing", "/api/v1/prompts/x", "/api/v1/prompts?limit=x"]:
        check(document, {"$ref": "#/components/schemas/Problem"}, api.call("GET", path).json)
