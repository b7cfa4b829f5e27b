"""Models over HTTP: created, changed, deleted, restored, seeded; and what executions cost by their prices, now and then."""

import itertools

import pytest

NOBODY = "01a1fd47-e72d-7712-b447-264001802bda"
_names = itertools.count(1)


def fresh():
    return f"model-{next(_names)}"


@pytest.fixture()
def prompt(api):
    path, made = api.make()
    return path.removeprefix("/prompts/")


def price(since, input="1", output="2", **more):
    return {"valid_from": since, "per_million_tokens": {"input": input, "output": output}} | more


def make(api, **fields):
    made = api.post("/models", {"name": fresh(), "prices": [price("2026-01-01T00:00:00Z")]} | fields)
    assert made.status == 201, made
    return made


def record(api, prompt, model, **fields):
    made = api.post("/executions", {"prompt_id": prompt, "version": 1, "model": model, "token_usage": {"input": 1_000_000, "output": 500_000},
                                    "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"} | fields)
    assert made.status == 201, made
    return made.json["id"], made


def shown(api, execution, after, query=""):
    answer = api.get(f"/executions/{execution}{query}", headers=after)
    assert answer.status == 200, answer
    return answer.json["cost_usd"], answer.json["cost_source"], answer.json["token_usage"].get("cost_usd")


def problem(answer, status, *fields):
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    if fields:
        assert [error["field"] for error in answer.json["errors"]] == list(fields), answer
    return answer.json


def test_every_workspace_begins_with_two_models(api):
    def seeds(of):
        return {m["name"]: m for m in of.get("/models?provider=gemini&limit=500").json["items"] if m["author"] == "promptledger"}

    assert seeds(api).keys() == {"gemini-2.5-flash", "imagen-3.0-generate-002"}
    made = api.call("POST", "/api/v1/workspaces", {"name": fresh()})
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": made.json["id"]})
    theirs = type(api)(api.ledger, key.json["secret"])
    answer = theirs.get("/models", headers=api.after_all())
    assert {m["name"] for m in answer.json["items"]} == {"gemini-2.5-flash", "imagen-3.0-generate-002"}
    imagen = seeds(theirs)["imagen-3.0-generate-002"]
    assert imagen["prices"] == [{"valid_from": "2025-02-06T00:00:00.000000Z", "per_million_tokens": {}, "per_unit": {"image": "0.030000"}}]
    assert api.get(f"/models/{imagen['id']}").status == 404, "another workspace's"
    assert theirs.delete(f"/models/{imagen['id']}").status == 200 and api.delete(f"/models/{imagen['id']}").status == 404


def test_a_model_is_created_and_shown(api):
    name = fresh()
    made = api.post("/models", {"name": name, "provider": "openai", "display_name": "One", "description": "The first.", "context_window": 128_000, "max_output_tokens": 4_096,
                                "capabilities": ["text", "tools"], "prices": [price("2026-06-01T00:00:00Z", "3", 4.5), price("2026-01-01T00:00:00+01:00")], "reason": "new"})
    assert made.status == 201 and made.headers["etag"] == '"1"', made
    body = made.json
    assert made.headers["location"] == f"/api/v1/models/{body['id']}"
    assert [p["valid_from"] for p in body["prices"]] == ["2025-12-31T23:00:00.000000Z", "2026-06-01T00:00:00.000000Z"]
    assert body["prices"][1] == {"valid_from": "2026-06-01T00:00:00.000000Z", "per_million_tokens": {"input": "3.000000", "output": "4.500000"}, "per_unit": {}}
    assert body.pop("repricing") | {"from": "2025-12-31T23:00:00.000000Z", "until": None} and body["context_window"] == 128_000
    assert api.get(made.headers["location"], headers=api.after(made)).json == body
    for query in (f"?name={name}", f"?name={name}&provider=openai&capability=tools"):
        assert api.get("/models" + query).json == {"items": [body], "next_cursor": None}, query
    for query in (f"?name={name}&capability=vision", f"?name={name}&provider=gemini", f"?name={name}&deleted=true"):
        assert api.get("/models" + query).json["items"] == [], query
    (event,) = api.get(f"/api/v1/streams/model/{body['id']}/events", headers=api.after(made)).json["items"]
    assert event["type"] == "promptledger.model.created.v1" and event["reason"] == "new" and event["change"] == f'created model "{name}"'


def test_a_change_keeps_what_it_does_not_mention_and_the_history_both(api):
    made = make(api, display_name="One", context_window=10)
    path = f"/models/{made.json['id']}"
    changed = api.put(path, {"context_window": None, "description": "Now known."}, headers={"If-Match": '"1"'})
    assert changed.status == 200 and "context_window" not in changed.json and changed.json["display_name"] == "One" and "repricing" not in changed.json, changed
    again = api.put(path, {"description": "Now known."})
    assert again.status == 200 and again.headers["etag"] == '"2"', "what is already so makes no event"
    problem(api.put(path, {"description": "x"}, headers={"If-Match": '"1"'}), 412)
    deleted = api.delete(path + "?reason=old")
    assert deleted.status == 200 and "deleted_at" in deleted.json
    assert api.get(path, headers=api.after(deleted)).status == 404 and api.get(path + "?deleted=true").json == deleted.json
    assert api.get(path + "?at_version=1", headers=api.after(deleted)).json["context_window"] == 10
    problem(api.put(path, {"description": "x"}), 404)
    problem(api.delete(path), 404)
    problem(api.post("/models", {"name": made.json["name"]}), 409)
    restored = api.post(path + "/restore")
    assert restored.status == 200 and restored.headers["etag"] == '"4"' and "deleted_at" not in restored.json
    assert api.get(path, headers=api.after(restored)).json == restored.json
    words = [e["change"] for e in api.get(f"/api/v1/streams/model/{made.json['id']}/events", headers=api.after(restored)).json["items"]]
    assert words[1:] == ["changed what is said of the model", f'deleted model "{made.json["name"]}"', f'restored model "{made.json["name"]}"']


def test_prices_give_the_cost_that_was_not_told(api, prompt):
    model = make(api)
    execution, made = record(api, prompt, model.json["name"])
    after = api.after_each(model, made)
    assert shown(api, execution, after) == ("2.000000", "priced", {"input": "1.000000", "output": "1.000000"})
    (listed,) = api.get(f"/executions?model={model.json['name']}", headers=after).json["items"]
    assert (listed["cost_usd"], listed["cost_source"]) == ("2.000000", "priced")
    told, made = record(api, prompt, model.json["name"], cost_usd="0.5")
    assert shown(api, told, api.after(made)) == ("0.500000", "told", None)
    by_kind, made = record(api, prompt, model.json["name"], token_usage={"input": 7, "cost_usd": {"input": 0}})
    assert shown(api, by_kind, api.after(made)) == ("0.000000", "told", {"input": "0.000000"})
    for fields in ({"token_usage": {"video": 7}}, {"token_usage": {"total": 7}}, {"completed_at": "2025-12-31T23:59:59.999999Z", "started_at": "2025-12-31T00:00:00Z"}):
        unknown, made = record(api, prompt, model.json["name"], **fields)
        assert shown(api, unknown, api.after(made)) == ("0.000000", "unknown", None), fields
    nameless, made = record(api, prompt, fresh())
    assert shown(api, nameless, api.after(made)) == ("0.000000", "unknown", None)


def test_the_answer_to_an_execution_is_priced_too(api, prompt):
    model = make(api)
    api.get("/models?name=" + model.json["name"], headers=api.after(model))
    _, made = record(api, prompt, model.json["name"])
    assert (made.json["cost_usd"], made.json["cost_source"]) == ("2.000000", "priced")
    running = api.post("/executions", {"prompt_id": prompt, "model": model.json["name"], "status": "running", "started_at": "2026-01-02T03:04:05Z"})
    assert running.json["cost_source"] == "unknown"
    done = api.post(f"/executions/{running.json['id']}/complete", {"token_usage": {"input": 1, "output": 3}})
    assert (done.json["cost_usd"], done.json["token_usage"]["cost_usd"]) == ("0.000007", {"input": "0.000001", "output": "0.000006"})


def test_images_are_counted_by_the_piece(api, prompt):
    execution, made = record(api, prompt, "imagen-3.0-generate-002", token_usage={"image": 3})
    assert shown(api, execution, api.after(made)) == ("0.090000", "priced", {"image": "0.090000"})


def test_a_corrected_price_prices_the_past_anew_and_says_so(api, prompt):
    model = make(api, prices=[price("2026-01-01T00:00:00Z"), price("2026-02-01T00:00:00Z", "10", "10")])
    execution, made = record(api, prompt, model.json["name"])
    later, made_later = record(api, prompt, model.json["name"], started_at="2026-02-01T00:00:00Z", completed_at="2026-02-01T00:00:00Z")
    told, made_told = record(api, prompt, model.json["name"], cost_usd=3)
    before = api.get(f"/executions/{execution}", headers=api.after_each(model, made, made_later, made_told)).json
    corrected = api.put(f"/models/{model.json['id']}", {"prices": [price("2026-01-01T00:00:00Z", "1.5", "2"), price("2026-02-01T00:00:00Z", "10", "10")], "reason": "a typing error"})
    repricing = corrected.json["repricing"]
    assert (repricing["from"], repricing["until"]) == ("2026-01-01T00:00:00.000000Z", "2026-02-01T00:00:00.000000Z") and "analytics follow" in repricing["how"], corrected
    assert shown(api, execution, api.after(corrected))[:2] == ("2.500000", "priced")
    assert shown(api, later, api.after(corrected))[:2] == ("15.000000", "priced")
    assert shown(api, told, api.after(corrected))[:2] == ("3.000000", "told")
    # What was known then is shown as it was then, at the prices known then.
    events = api.get(f"/api/v1/streams/model/{model.json['id']}/events", headers=api.after(corrected)).json["items"]
    assert events[1]["change"] == "changed its prices from 2026-01-01T00:00:00.000000Z on" and events[1]["data"]["prices"]["from"] != events[1]["data"]["prices"]["to"]
    then = api.get(f"/api/v1/streams/execution/{told}/events", headers=api.after(made_told)).json["items"][0]["recorded_at"]
    assert api.get(f"/executions/{execution}?as_of={then}").json == before
    # A model that is offered no more keeps its prices.
    deleted = api.delete(f"/models/{model.json['id']}")
    assert shown(api, execution, api.after(deleted))[:2] == ("2.500000", "priced")


def test_a_model_that_comes_later_prices_what_ran_on_it(api, prompt):
    name = fresh()
    execution, made = record(api, prompt, name)
    assert shown(api, execution, api.after(made))[1] == "unknown"
    model = api.post("/models", {"name": name, "prices": [price("2020-01-01T00:00:00Z")]})
    assert model.json["repricing"]["from"] == "2020-01-01T00:00:00.000000Z"
    assert shown(api, execution, api.after(model))[:2] == ("2.000000", "priced")


@pytest.mark.parametrize(
    "fields, wrong",
    [
        ({"name": ""}, ["name"]),
        ({"name": 7}, ["name"]),
        ({"context_window": 0}, ["context_window"]),
        ({"context_window": 1.5}, ["context_window"]),
        ({"capabilities": ["Text"]}, ["capabilities[0]"]),
        ({"capabilities": "text"}, ["capabilities"]),
        ({"prices": {}}, ["prices"]),
        ({"prices": [7]}, ["prices[0]"]),
        ({"prices": [{}]}, ["prices[0].valid_from"]),
        ({"prices": [{"valid_from": "soon"}]}, ["prices[0].valid_from"]),
        ({"prices": [price("2026-01-01T00:00:00Z", per_image=1)]}, ["prices[0].per_image"]),
        ({"prices": [price("2026-01-01T00:00:00Z", "0.0000001")]}, ["prices[0].per_million_tokens.input"]),
        ({"prices": [price("2026-01-01T00:00:00Z", -1)]}, ["prices[0].per_million_tokens.input"]),
        ({"prices": [price("2026-01-01T00:00:00Z", None)]}, ["prices[0].per_million_tokens.input"]),
        ({"prices": [price("2026-01-01T00:00:00Z"), price("2026-01-01T01:00:00+01:00")]}, ["prices[1].valid_from"]),
        ({"prices": [price("2026-01-01T00:00:00Z", per_unit={"input": 1})]}, ["prices[0].per_unit.input"]),
        ({"price": []}, ["price"]),
    ],
)
def test_bad_models_are_refused_by_field(api, unchanged, fields, wrong):
    with unchanged:
        problem(api.post("/models", {"name": fresh()} | fields), 422, *wrong)


def test_what_is_not_there_is_a_404_and_no_model_is_changed_by_a_viewer(api, roles, unchanged):
    made = make(api)
    path = f"/models/{made.json['id']}"
    viewer = roles["viewer"]
    assert viewer.get(path, headers=api.after(made)).status == 200 and viewer.get("/models").status == 200
    with unchanged:
        for answer in (api.get(f"/models/{NOBODY}"), api.put(f"/models/{NOBODY}", {}), api.delete(f"/models/{NOBODY}"), api.post(f"/models/{NOBODY}/restore"), api.get("/models/x"), api.get(path + "?as_of=2020-01-01T00:00:00Z")):
            problem(answer, 404)
        for answer in (viewer.post("/models", {"name": fresh()}), viewer.put(path, {}), viewer.delete(path), viewer.post(path + "/restore")):
            problem(answer, 403)
        problem(api.get("/models?capabilities=text"), 422)


def test_the_same_key_makes_one_model(api):
    body = {"name": fresh(), "prices": [price("2026-01-01T00:00:00Z")]}
    first = api.post("/models", body, headers={"Idempotency-Key": body["name"]})
    again = api.post("/models", body, headers={"Idempotency-Key": body["name"]})
    assert first.status == again.status == 201 and first.json == again.json, again
