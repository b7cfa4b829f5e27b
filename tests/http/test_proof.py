"""Proofs of events, checkpoints and what was found of the log, held against the reader that is written from docs/proof.md."""

import base64
import json
import pathlib
import sys
import time

import pytest
from http_api import Api, problem

sys.path.append(str(pathlib.Path(__file__).parent.parent / "proof"))
import reader  # noqa: E402
from link_rule import hash_text, parse_hash  # noqa: E402

NOBODY = "01a1fd47-e73b-7111-9bd6-60a4750f3e79"
WITHIN_S = 30


@pytest.fixture(scope="module")
def public_key(signing):
    return base64.b64decode(signing.get("/api/v1/verify").json["public_key"])


def events_of(api, path, answer):
    return [event["id"] for event in api.get(path + "/history", headers=api.after(answer)).json["items"]]


def proof_of(api, event):
    """The bundle, as soon as a checkpoint is signed over the event."""
    deadline = time.monotonic() + WITHIN_S
    while (answer := api.get(f"/api/v1/events/{event}/proof")).status == 409:
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    assert answer.status == 200, answer
    return answer.json


def place_of(origin):
    _, _, topic, partition = origin.split("/")
    return topic.split(".")[-1], partition


def test_every_event_can_be_proven_with_the_public_key_alone(signing, public_key):
    path, made = signing.make()
    last = signing.put(path, {"title": "grüß Gott"})
    for event in events_of(signing, path, last):
        _, height, record = reader.open_bundle(proof_of(signing, event), public_key)
        assert record.header("ce_id") == event and record.header("ce_subject") == "prompt/" + made.json["id"]
        assert height > 0


def test_a_proof_is_no_other_s_and_of_nothing_else(signing, public_key):
    path, made = signing.make()
    (event,) = events_of(signing, path, made)
    bundle = proof_of(signing, event)
    with pytest.raises(ValueError):
        reader.open_bundle(bundle, bytes(32))
    bundle["record"]["value"] = bundle["record"]["value"].replace("Hello", "Hullo")
    with pytest.raises(ValueError):
        reader.open_bundle(bundle, public_key)


def test_a_proof_outlives_the_erasure_of_what_the_event_told(signing, public_key):
    prompt = signing.make()[1].json["id"]
    made = signing.post("/executions", {"request_id": "erased", "prompt_id": prompt, "model": "m", "subject": "ada", "output": "a secret of Ada's", "created_at": "2026-01-01T00:00:00Z",
                                        "started_at": "2026-01-01T00:00:00Z", "completed_at": "2026-01-01T00:00:01Z"})
    assert made.status == 201, made
    stream = f"/api/v1/streams/execution/{made.json['id']}/events"
    event = signing.get(stream, headers=signing.after(made)).json["items"][0]["id"]
    before = proof_of(signing, event)
    assert signing.post(f"/subjects/{made.json['sealed_for']}/erase", {"reason": "asked"}).status == 200
    after = proof_of(signing, event)
    assert after == before and "secret of Ada" not in json.dumps(after)
    reader.open_bundle(after, public_key)


def test_an_event_that_is_under_no_checkpoint_yet_says_so(api):
    path, made = api.make()
    (event,) = events_of(api, path, made)
    assert "No checkpoint is signed" in problem(api.get(f"/api/v1/events/{event}/proof"), 409)["detail"]


def test_another_workspace_s_event_does_not_exist(signing):
    path, made = signing.make()
    (event,) = events_of(signing, path, made)
    proof_of(signing, event)
    workspace = signing.call("POST", "/api/v1/workspaces", {"name": "elsewhere"}).json["id"]
    key = signing.call("POST", "/api/v1/api-keys", {"name": "k", "role": "admin", "workspace_id": workspace}).json["secret"]
    elsewhere = Api(signing.ledger, key)
    problem(elsewhere.get(f"/api/v1/events/{event}/proof"), 404)


def test_bad_questions(signing):
    problem(signing.get("/api/v1/events/no-id/proof"), 404)
    problem(signing.get(f"/api/v1/events/{NOBODY}/proof"), 404)
    problem(signing.get(f"/api/v1/events/{NOBODY}/proof?x=1"), 422, "?x")
    for place in ("nothing/0", "prompts/7", "prompts/-1", "prompts/x", "prompts/99999999999", "prompts/4294967296", "log.prompts/0"):
        problem(signing.get(f"/api/v1/log/{place}/checkpoints"), 404)
        problem(signing.get(f"/api/v1/log/{place}/consistency?from=1&to=1"), 404)
    problem(signing.get("/api/v1/log/prompts/0/checkpoints?limit=0"), 422, "?limit")
    problem(signing.get("/api/v1/log/prompts/0/checkpoints?cursor=x"), 400)
    problem(signing.get("/api/v1/log/prompts/0/consistency"), 422, "?from", "?to")
    problem(signing.get("/api/v1/log/prompts/0/consistency?from=0&to=1"), 422, "?from", "?from")
    problem(signing.get("/api/v1/log/prompts/0/consistency?from=2&to=1"), 422, "?to")
    problem(signing.get("/api/v1/log/prompts/0/consistency?from=1&to=999999999999"), 422, "?to")
    problem(signing.get("/api/v1/verify?x=1"), 422, "?x")


def test_checkpoints_are_paged_and_each_continues_the_one_before(signing, public_key):
    path, made = signing.make()
    for number in range(4):
        made = signing.put(path, {"title": f"T{number}"})
        origin, _, _ = reader.open_bundle(proof_of(signing, events_of(signing, path, made)[-1]), public_key)
    topic, partition = place_of(origin)
    base = f"/api/v1/log/{topic}/{partition}"
    found, cursor = [], ""
    while cursor is not None:
        page = signing.get(f"{base}/checkpoints?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        assert len(page["items"]) <= 2
        found += page["items"]
        cursor = page["next_cursor"]
    sizes = [each["size"] for each in found]
    assert len(sizes) >= 4 and sizes == sorted(set(sizes), reverse=True)
    for each in found:
        origin, size, root = reader.open_checkpoint(each["note"], public_key)
        assert (place_of(origin), size, hash_text(root)) == ((topic, partition), each["size"], each["root"])
    for newer, older in zip(found, found[1:]):
        shown = signing.get(f"{base}/consistency?from={older['size']}&to={newer['size']}").json
        roots = reader.roots_of_consistency(older["size"], newer["size"], [parse_hash(text) for text in shown["proof"]], parse_hash(older["root"]))
        assert [hash_text(root) for root in roots] == [older["root"], newer["root"]] == [shown["from_root"], shown["to_root"]]


def test_checkpoints_are_events_of_the_home_workspace(signing):
    path, made = signing.make()
    proof_of(signing, events_of(signing, path, made)[0])
    listed = [signing.get(f"/api/v1/streams/checkpoint/prompts.{partition}/events") for partition in (0, 1)]
    events = [event for answer in listed if answer.status == 200 for event in answer.json["items"]]
    assert events and all(event["change"].startswith("signed the first ") and event["actor"] == "promptledger" for event in events)
    problem(signing.get("/api/v1/streams/checkpoint/prompts.9/events"), 404)


def test_what_was_found_is_for_admins_and_comes_with_what_signs(signing):
    path, made = signing.make()
    proof_of(signing, events_of(signing, path, made)[0])
    found = signing.get("/api/v1/verify").json
    assert (found["log"], found["read_model"], found["signs"]) == ("holds", "holds", True)
    assert len(found["partitions"]) == 6 and all(each["fault"] is None and each["model_fault"] is None for each in found["partitions"])
    assert any(each["checkpoint_size"] > 0 and each["checkpoint_signed_at"] for each in found["partitions"])
    problem(signing.as_role("viewer").get("/api/v1/verify"), 403)
    assert signing.get("/health", key=None).json["components"]["proof"] == {"status": "up", "faults": []}
    assert "promptledger_checkpoint_records{" in signing.get("/metrics").text


def test_who_is_given_no_key_watches_nothing_and_says_so(api):
    assert "--checkpoint-key-file" in problem(api.get("/api/v1/verify"), 409)["detail"]
    assert "proof" not in api.get("/health", key=None).json["components"]
