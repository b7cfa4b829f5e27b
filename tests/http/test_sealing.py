"""Personal text over HTTP: sealed for a subject, opened for whoever may read it, and erased for good."""

import itertools
import json
import os
import time
import uuid

import pytest

import batches
import ledger_server
from http_api import Api, Events

_names = itertools.count(1)
NOBODY = "01a1fd47-e72d-7712-b447-264001802bda"
SECRET = "zebra-crossing"  # in every personal text here, and nowhere else


@pytest.fixture()
def prompt(api):
    path, _ = api.make()
    return path.removeprefix("/prompts/")


@pytest.fixture()
def subject():
    return f"person-{next(_names)}@example.com"


@pytest.fixture(scope="module")
def stranger(api):
    """An admin of another workspace."""
    made = api.call("POST", "/api/v1/workspaces", {"name": "sealing strangers"})
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": made.json["id"]})
    return Api(api.ledger, key.json["secret"])


INPUTS, OUTPUT = {"who": SECRET}, f"Dear {SECRET}"


def whole(prompt, subject, **fields):
    return {"prompt_id": prompt, "version": 1, "model": "m", "inputs": INPUTS, "output": OUTPUT, "subject": subject,
            "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"} | fields


def record(api, prompt, subject, **fields):
    made = api.post("/executions", whole(prompt, subject, **fields))
    assert made.status == 201, made
    return made, "/executions/" + made.json["id"]


def ask_to_erase(api, subject_id, **fields):
    return api.post(f"/subjects/{subject_id}/erase", fields or None)


def erase(api, subject_id, **fields):
    """Until it is carried out: a busy machine may take longer than the server waits."""
    deadline = time.monotonic() + 120
    while (answer := ask_to_erase(api, subject_id, **fields)).status == 202:
        assert time.monotonic() < deadline, answer
    return answer


def is_erased(body, *members):
    return all(body[member] is None for member in members) and body["erased"] is True and SECRET not in json.dumps(body)


def stored(ledger):
    """Everything that the database holds, as text."""
    return ledger_server.run_sql(
        ledger.postgres,
        "SELECT convert_from(value, 'UTF8') FROM history.event UNION ALL SELECT e::text FROM executions.execution e"
        " UNION ALL SELECT f::text FROM feedback.feedback f UNION ALL SELECT s::text FROM feedback.security_scan s",
    )


def test_what_is_sealed_is_shown_to_whoever_may_read_it(api, roles, prompt, subject):
    made, path = record(api, prompt, subject)
    assert made.json["inputs"] == INPUTS and made.json["output"] == OUTPUT
    assert uuid.UUID(made.json["sealed_for"]) and "erased" not in made.json
    for reader in (api, roles["viewer"]):
        shown = reader.get(path, headers=api.after(made))
        assert shown.json == made.json, shown
    listed = api.get(f"/executions?prompt_id={prompt}", headers=api.after(made)).json["items"]
    assert listed == [made.json]
    for moment in ("?at_version=1", "?as_of=2999-01-01T00:00:00Z"):
        assert api.get(path + moment, headers=api.after(made)).json == made.json


def test_nothing_that_is_stored_holds_the_text_or_the_name(ledger, api, prompt, subject):
    made, path = record(api, prompt, subject)
    kept = stored(ledger)
    assert made.json["id"] in kept, "the test looks where it is stored"
    assert SECRET not in kept and subject not in kept
    assert subject not in ledger.up.log() and SECRET not in ledger.up.log()
    keys = ledger_server.run_sql(ledger.postgres, "SELECT k::text FROM sealing.subject_key k")
    assert made.json["sealed_for"] in keys and subject not in keys


def test_the_lines_of_a_batch_are_sealed_each_for_its_subject(ledger, api, prompt, subject):
    line = whole(prompt, subject, id=str(uuid.uuid4()))
    told = batches.send(ledger, batches.body([json.dumps(line), json.dumps(whole(prompt, "another-" + subject, id=str(uuid.uuid4())))]), api.key)
    assert told.statuses == ["recorded"] * 2, told
    shown = api.get("/executions/" + line["id"], headers={"Ledger-Min-Position": told.summary["position"]})
    assert shown.json["inputs"] == INPUTS and shown.json["output"] == OUTPUT and shown.json["sealed_for"]
    erase(api, shown.json["sealed_for"])
    assert [api.get("/executions/" + result["id"]).json["output"] for result in told.results] == [None, OUTPUT]
    again = batches.send(ledger, batches.body([json.dumps(line | {"id": str(uuid.uuid4()), "output": 7})]), api.key)
    assert again.statuses == ["rejected"]


def test_events_show_the_sealed_form(api, prompt, subject):
    made, path = record(api, prompt, subject)
    (event,) = api.get(f"/api/v1/streams/execution/{made.json['id']}/events", headers=api.after(made)).json["items"]
    sealed = event["data"]["request"]["sealed_inputs"]
    assert sealed["subject"] == made.json["sealed_for"] and SECRET not in json.dumps(event)
    followed = Events(api, "?from=beginning&kind=execution")
    live = followed.until(made.json["id"])["data"]
    followed.close()
    assert live["data"] == event["data"]


def test_the_same_again_is_no_second_execution(api, prompt, subject):
    own = str(uuid.uuid4())
    first, path = record(api, prompt, subject, id=own)
    again = api.post("/executions", whole(prompt, subject, id=own))
    assert again.status == 200 and again.json == first.json and again.headers["etag"] == '"1"'
    assert api.post("/executions", whole(prompt, subject, id=own, output="another")).status == 409
    assert api.post("/executions", whole(prompt, "somebody else", id=own)).status == 409
    key = {"Idempotency-Key": own}
    made = api.post("/executions", whole(prompt, subject), headers=key)
    assert api.post("/executions", whole(prompt, subject), headers=key).json == made.json
    erase(api, made.json["sealed_for"])
    again = api.post("/executions", whole(prompt, subject), headers=key)
    assert again.status == 201 and is_erased(again.json, "inputs", "output"), "the first answer, as far as it can be given again"
    assert api.post("/executions", whole(prompt, subject, id=own)).status == 409, "what it was is not known any more"


def test_one_that_is_driven_keeps_its_subject(api, prompt, subject):
    pending = api.post("/executions", {"prompt_id": prompt, "model": "m", "status": "pending", "subject": subject})
    assert pending.status == 201 and pending.json["inputs"] == {} and pending.json["sealed_for"]
    path = "/executions/" + pending.json["id"]
    api.post(path + "/start")
    done = api.post(path + "/complete", {"output": OUTPUT})
    assert done.status == 200 and done.json["output"] == OUTPUT and done.json["sealed_for"] == pending.json["sealed_for"]
    events = api.get(f"/api/v1/streams/execution/{pending.json['id']}/events", headers=api.after(done)).json["items"]
    assert SECRET not in json.dumps(events) and "sealed_output" in events[-1]["data"]["ending"]
    failing = api.post("/executions", {"prompt_id": prompt, "model": "m", "status": "pending", "subject": subject})
    path = "/executions/" + failing.json["id"]
    api.post(path + "/start")
    failed = api.post(path + "/fail", {"error": "quota", "output": OUTPUT})
    assert failed.status == 200 and failed.json["output"] == OUTPUT
    assert is_erased(erased_after(api, failed, path), "inputs", "output")


def erased_after(api, written, path):
    done = erase(api, written.json["sealed_for"])
    assert done.status == 200, done
    return api.get(path, headers=api.after(written)).json


def test_what_cannot_be_sealed_is_not_stored_as_it_is(api, prompt, subject, unchanged):
    _, path = record(api, prompt, subject)
    with unchanged:
        refused = api.post("/executions", whole(prompt, subject, validation_status="passed", validated_output=[SECRET]))
        assert refused.status == 422 and [e["field"] for e in refused.json["errors"]] == ["validated_output"]
        refused = api.put(path + "/validation", {"validation_status": "passed", "validated_output": [SECRET]})
        assert refused.status == 422 and [e["field"] for e in refused.json["errors"]] == ["validated_output"]
        for wrong in ("", "x" * 256, 7, None):
            refused = api.post("/executions", whole(prompt, wrong))
            assert refused.status == 422 and [e["field"] for e in refused.json["errors"]] == ["subject"], refused
    assert api.put(path + "/validation", {"validation_status": "passed"}).status == 200


def test_a_comment_is_sealed_for_its_subject_or_the_executions(api, prompt, subject):
    made, _ = record(api, prompt, subject, request_id=f"sealed-{subject}")
    request_id = made.json["request_id"]
    given = api.post("/feedback", {"request_id": request_id, "comment": OUTPUT})
    assert given.status == 201 and given.json["comment"] == OUTPUT and given.json["sealed_for"] == made.json["sealed_for"]
    again = api.post("/feedback", {"request_id": request_id, "comment": OUTPUT})
    assert again.status == 200 and again.headers["etag"] == '"1"', "what is already so makes no event"
    kept = api.post("/feedback", {"request_id": request_id, "rating": 5})
    assert kept.json["comment"] == OUTPUT and kept.json["rating"] == 5
    other = api.post("/feedback", {"request_id": request_id, "comment": "other " + SECRET, "subject": "reviewer-" + subject})
    assert other.json["comment"] == "other " + SECRET and other.json["sealed_for"] != made.json["sealed_for"]
    (listed,) = api.get(f"/feedback?request_id={request_id}", headers=api.after(other)).json["items"]
    assert listed == other.json
    events = api.get(f"/api/v1/streams/feedback/{given.json['id']}/events", headers=api.after(other)).json["items"]
    assert SECRET not in json.dumps(events)
    assert is_erased(erased_after_feedback(api, other, request_id), "comment")
    gone = api.post("/feedback", {"request_id": request_id, "comment": None})
    assert gone.status == 200 and "comment" not in gone.json and "erased" not in gone.json


def erased_after_feedback(api, written, request_id):
    assert erase(api, written.json["sealed_for"]).status == 200
    return api.get(f"/feedback?request_id={request_id}", headers=api.after(written)).json["items"][0]


def test_a_comment_that_was_sealed_is_not_followed_by_one_that_is_not(api, prompt, subject, unchanged):
    made = api.post("/executions", {k: v for k, v in whole(prompt, subject).items() if k != "subject"})
    request_id = made.json["request_id"]
    assert api.post("/feedback", {"request_id": request_id, "comment": "plain"}).json["comment"] == "plain"
    assert api.post("/feedback", {"request_id": request_id, "comment": OUTPUT, "subject": subject}).status == 200
    with unchanged:
        refused = api.post("/feedback", {"request_id": request_id, "comment": "as it is"})
        assert refused.status == 422 and [e["field"] for e in refused.json["errors"]] == ["subject"]
        refused = api.post("/feedback", {"request_id": request_id, "comment": "x" * 10_001, "subject": subject})
        assert refused.status == 422 and [e["field"] for e in refused.json["errors"]] == ["comment"]


def test_a_scanned_text_is_sealed(api, subject):
    made = api.post("/security-scans", {"input_text": SECRET, "risk_score": 0.5, "label": "safe", "user": subject.split("@")[0], "subject": subject})
    assert made.status == 201 and made.json["input_text"] == SECRET and made.json["sealed_for"]
    query = "/security-scans?user=" + subject.split("@")[0]
    assert api.get(query, headers=api.after(made)).json["items"] == [made.json]
    assert erase(api, made.json["sealed_for"]).status == 200
    (shown,) = api.get(query).json["items"]
    assert is_erased(shown, "input_text") and shown["risk_score"] == 0.5


def test_an_erasure_blanks_everything_at_once_and_shows_a_receipt(api, roles, prompt, subject):
    first, path = record(api, prompt, subject)
    second, _ = record(api, prompt, subject)
    other, other_path = record(api, prompt, "not " + subject)
    before = api.post("/subjects/search", {"subject": subject})
    assert before.status == 200 and before.json == {"id": first.json["sealed_for"], "erasures": [], "stream_version": 0}
    done = erase(api, before.json["id"], reason="asked by mail")
    assert done.status == 200 and done.headers["etag"] == '"1"' and "ledger-position" in done.headers, done
    body = done.json
    (erasure,) = body["erasures"]
    assert body["carried_out"] is True and erasure["reason"] == "asked by mail" and len(erasure["receipt"]) == 43 and len(erasure["keys"]) == 1
    for reader in (api, roles["viewer"]):
        assert is_erased(reader.get(path, headers=api.after(first)).json, "inputs", "output")
        for moment in ("?at_version=1", "?as_of=2999-01-01T00:00:00Z"):
            assert is_erased(reader.get(path + moment, headers=api.after(first)).json, "inputs", "output")
    items = api.get(f"/executions?prompt_id={prompt}", headers=api.after_each(first, second, other)).json["items"]
    assert sorted(item["output"] or "" for item in items) == ["", "", OUTPUT]
    assert api.get(other_path, headers=api.after(other)).json == other.json
    assert api.post("/subjects/search", {"subject": subject}, headers=api.after(done)).json == body
    assert api.get("/subjects/" + body["id"]).json == body
    (event,) = api.get(f"/api/v1/streams/subject/{body['id']}/events", headers=api.after(done)).json["items"]
    assert event["type"] == "promptledger.subject.erased.v1" and event["data"]["receipt"] == erasure["receipt"] and event["reason"] == "asked by mail"
    assert event["change"] == "erased the subject's personal text by deleting its key" and event["id"] == erasure["event_id"]
    # Told again, also as the same command.
    again = erase(api, body["id"])
    assert again.status == 200 and again.json == body


def test_what_comes_after_an_erasure_stays(api, prompt, subject):
    first, first_path = record(api, prompt, subject)
    erase(api, first.json["sealed_for"])
    second, second_path = record(api, prompt, subject)
    assert second.json["sealed_for"] == first.json["sealed_for"] and second.json["output"] == OUTPUT
    assert is_erased(api.get(first_path, headers=api.after(first)).json, "inputs", "output")
    assert api.get(second_path, headers=api.after(second)).json == second.json
    both = erase(api, first.json["sealed_for"])
    assert len(both.json["erasures"]) == 2 and len({e["receipt"] for e in both.json["erasures"]}) == 2
    assert is_erased(api.get(second_path).json, "inputs", "output")


def test_an_erasure_between_inputs_and_output_leaves_the_output(api, prompt, subject):
    pending = api.post("/executions", {"prompt_id": prompt, "model": "m", "status": "pending", "inputs": INPUTS, "subject": subject})
    path = "/executions/" + pending.json["id"]
    api.post(path + "/start")
    erase(api, pending.json["sealed_for"])
    done = api.post(path + "/complete", {"output": OUTPUT})
    assert done.status == 200 and done.json["inputs"] is None and done.json["erased"] is True and done.json["output"] == OUTPUT


def test_who_may_erase_and_what_is_refused(api, roles, stranger, prompt, subject, unchanged):
    made, path = record(api, prompt, subject)
    sealed_for = made.json["sealed_for"]
    with unchanged:
        for role in ("viewer", "editor", "publisher"):
            assert erase(roles[role], sealed_for).status == 403
            assert roles[role].get("/subjects/" + sealed_for).status == 403
            assert roles[role].post("/subjects/search", {"subject": subject}).status == 403
        assert api.call("POST", f"/api/v1/subjects/{sealed_for}/erase", key=None).status == 401
        for nobody in (NOBODY, "x", subject):
            assert erase(api, nobody).status == 404, nobody
        assert api.get("/subjects/" + NOBODY).status == 404
        assert api.post("/subjects/search", {"subject": "never seen"}).status == 404
        assert erase(stranger, sealed_for).status == 404 and stranger.get("/subjects/" + sealed_for).status == 404
        assert stranger.post("/subjects/search", {"subject": subject}).status == 404
        for wrong in ({}, {"subject": ""}, {"subject": 1}, {"subject": "x", "more": 1}, []):
            assert api.post("/subjects/search", wrong).status == 422, wrong
        assert erase(api, sealed_for, everything=True).status == 422
        assert erase(api, sealed_for, reason=7).status == 422
        assert api.post(f"/subjects/{sealed_for}/erase", headers={"If-Match": "x"}).status == 400
    assert api.get(path, headers=api.after(made)).json == made.json
    assert api.post(f"/subjects/{sealed_for}/erase", headers={"If-Match": '"0"'}).status == 200
    record(api, prompt, subject)
    assert api.post(f"/subjects/{sealed_for}/erase", headers={"If-Match": '"0"'}).status == 412


def test_the_same_subject_in_two_workspaces_is_two(api, stranger, prompt, subject):
    made, path = record(api, prompt, subject)
    theirs = stranger.post("/security-scans", {"input_text": SECRET, "risk_score": 0, "label": "safe", "subject": subject})
    assert theirs.status == 201 and theirs.json["sealed_for"] != made.json["sealed_for"]
    assert erase(stranger, theirs.json["sealed_for"]).status == 200
    assert api.get(path, headers=api.after(made)).json == made.json


def test_a_text_that_was_moved_or_changed_in_the_database_is_shown_as_damaged(ledger, api, prompt, subject):
    first, first_path = record(api, prompt, subject)
    second, second_path = record(api, prompt, subject, output="another " + SECRET)
    api.get(first_path, headers=api.after_each(first, second))

    def stored_output(made, value=None):
        where = f"executions.execution WHERE id = '{made.json['id']}'"
        sql = f"SELECT output FROM {where}" if value is None else "UPDATE " + where.replace(" WHERE", f" SET output = '{value}' WHERE")
        return ledger_server.run_sql(ledger.postgres, sql)

    was = stored_output(first)
    stored_output(first, stored_output(second))
    moved = api.get(first_path).json
    assert moved["output"] is None and moved["damaged"] is True and moved["inputs"] == INPUTS
    stored_output(first, "nonsense")
    broken = api.get(first_path).json
    assert broken["output"] is None and broken["damaged"] is True
    assert api.get(first_path + "?at_version=1").json == first.json, "the history is another copy"
    stored_output(first, was)
    assert api.get(first_path).json == first.json


def test_rebuilds_are_identical_and_the_log_verifies_before_and_after(ledger, api, prompt, subject):
    made, path = record(api, prompt, subject, request_id="rebuilt-" + subject)
    given = api.post("/feedback", {"request_id": made.json["request_id"], "comment": OUTPUT})
    api.get(path, headers=api.after_each(made, given))
    for erased in (False, True):
        if erased:
            assert erase(api, made.json["sealed_for"]).status == 200
        for model in ("executions", "feedback", "subjects", "history"):
            rebuilt = ledger.run("rebuild", model)
            assert rebuilt.returncode == 0 and "identical" in rebuilt.stdout, rebuilt.stdout + rebuilt.stderr
        shown = api.get(path, headers=api.after(made)).json
        assert is_erased(shown, "inputs", "output") if erased else shown == made.json
        verified = ledger.run("heal")
        assert verified.returncode == 0, verified.stdout + verified.stderr


def test_an_erasure_that_nobody_carries_out_yet_says_so():
    with ledger_server.ledger(partitions=1) as ledger:
        serving, projecting = ledger.node("serve", "serve"), ledger.node("project", "project")
        projecting.start()
        serving.start("--http-min-position-wait-ms", "300")
        ledger.read_key()
        ledger.up = serving
        api = Api(ledger, ledger.key)
        prompt = api.make()[0].removeprefix("/prompts/")
        deadline = time.monotonic() + 60
        while (made := api.post("/executions", whole(prompt, "ada"))).status != 201:
            assert time.monotonic() < deadline, made
        path = "/executions/" + made.json["id"]
        while api.get(path).status != 200:
            assert time.monotonic() < deadline, "the read model is behind"
        projecting.stop()
        late = ask_to_erase(api, made.json["sealed_for"])
        assert late.status == 202 and late.json["carried_out"] is False and len(late.json["erasures"]) == 1, late
        again = ask_to_erase(api, made.json["sealed_for"])
        assert again.status == 202 and again.json == late.json, "no second event"
        projecting.start()
        while not (shown := api.get("/subjects/" + made.json["sealed_for"])).json.get("carried_out", False):
            assert time.monotonic() < deadline + 60, shown
        assert shown.json == late.json | {"carried_out": True}
        assert is_erased(api.get(path).json, "inputs", "output")


def set_master_keys(ledger, *keys):
    ledger.master_key_file.write_text("".join(key + "\n" for key in keys))


def sealing_of(ledger):
    return ledger.call("GET", "/health", key=None).json["components"]["sealing"]


def test_master_keys_are_rotated_and_their_absence_is_told():
    with ledger_server.ledger(partitions=1) as ledger:
        old, new, other = ledger.master_key_file.read_text().strip(), os.urandom(32).hex(), os.urandom(32).hex()
        ledger.start()
        api = Api(ledger, ledger.key)
        prompt = api.make()[0].removeprefix("/prompts/")
        made, path = record(api, prompt, "ada")
        ledger.stop()

        set_master_keys(ledger, new, old)
        ledger.up.start()
        assert api.get(path).json == made.json and sealing_of(ledger) == {"status": "up", "master_keys": 2, "missing_master_keys": 0}
        eve, eve_path = record(api, prompt, "eve")
        rewrapped = ledger.run("rewrap")
        assert rewrapped.returncode == 0 and rewrapped.stdout.startswith("1 keys are now sealed"), rewrapped
        assert api.get(path).json == made.json
        ledger.stop()

        set_master_keys(ledger, new)
        ledger.up.start()
        assert api.get(path).json == made.json and api.get(eve_path).json == eve.json
        ledger.stop()

        set_master_keys(ledger, other)
        rewrapped = ledger.run("rewrap")
        assert rewrapped.returncode == 1 and "2 were left" in rewrapped.stdout, rewrapped
        ledger.up.start()
        health = ledger.call("GET", "/health", key=None)
        assert health.status == 200 and health.json["status"] == "degraded"
        assert sealing_of(ledger) == {"status": "degraded", "master_keys": 1, "missing_master_keys": 1}
        assert "sealed under a master key that is not configured" in ledger.up.log()
        shown = api.get(path).json
        assert shown["inputs"] is None and shown["output"] is None and shown["locked"] is True and "erased" not in shown
        refused = api.post("/executions", whole(prompt, "ada"))
        assert refused.status == 503 and refused.json["type"] == "/problems/cannot-seal" and "master key" in refused.json["detail"]
        assert record(api, prompt, "ada's sister")
        assert erase(api, made.json["sealed_for"]).status == 200, "no master key is needed to erase"
        assert is_erased(api.get(path).json, "inputs", "output")
        assert record(api, prompt, "ada"), "with a key under the other one"
        ledger.stop()

        ledger.up.start("--master-key-file", "")
        assert sealing_of(ledger) == {"status": "degraded", "master_keys": 0, "missing_master_keys": 2}
        assert api.post("/executions", whole(prompt, "bob")).json["type"] == "/problems/cannot-seal"
        plain = {name: value for name, value in whole(prompt, "").items() if name != "subject"}
        assert api.post("/executions", plain).json["output"] == OUTPUT
        assert not any(key in ledger.up.log() for key in (old, new, other))


@pytest.mark.parametrize("content", ["", "abc\n", "# nothing\n", "00" * 32 + "\n" + "00" * 32 + "\n"])
def test_a_file_that_holds_no_master_keys_is_refused_at_the_start(content):
    with ledger_server.ledger(partitions=1) as ledger:
        ledger.master_key_file.write_text(content)
        ended = ledger.run("up", "--http-port", "0")
        assert ended.returncode == 1 and str(ledger.master_key_file) in ended.stderr and "00" * 32 not in ended.stderr, ended
        ledger.master_key_file.unlink()
        ended = ledger.run("up", "--http-port", "0")
        assert ended.returncode == 1 and "cannot be read" in ended.stderr
