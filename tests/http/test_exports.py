"""CSV exports: what they hold, how they are quoted, by whom, and that they hold no memory."""

import csv
import io
import itertools
import json
import re

import pytest

_names = itertools.count(1)

MULTI_AGENT = "feedback_id request_id prompt_id prompt_name version execution_id user user_choice judge_winner agent_winner judge_correct rating thumbs comment author given_at changed_at status label provider model inputs output tokens_total tokens cost_usd cost_source cost_by_kind latency_ms execution_created_at execution_completed_at"
TEMPORAL = "time what prompt_id prompt_name version name type value target target_id source judge user author text id"
ALL = "execution_id request_id prompt_id prompt_name version label ab_test_id status priority provider model user session trace_id edge_function_id actor created_at started_at completed_at tokens_total tokens cost_usd cost_source cost_by_kind latency_ms validation_status validated_output error inputs context output user_choice judge_winner agent_winner judge_correct rating thumbs comment feedback_author feedback_at scores scores_left_out"


def fresh(what):
    return f"{what}-{next(_names)}"


@pytest.fixture()
def prompt(api):
    path, made = api.make(name=fresh("=prompt, \"quoted\""), category="exports")
    return made.json


def record(api, prompt, **fields):
    made = api.post("/executions", {"prompt_id": prompt["id"], "version": 1, "model": "m", "request_id": fresh("req"), "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"} | fields)
    assert made.status == 201, made
    return made


def record_surely(api, prompt, **fields):
    """A machine that is busy may not know in time whether it was stored: the same key asks again."""
    key = {"Idempotency-Key": fresh("export")}
    body = {"prompt_id": prompt["id"], "version": 1, "model": "m", "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"} | fields
    for _ in range(10):
        made = api.post("/executions", body, headers=key, timeout=120)
        if made.status != 504:
            break
    assert made.status == 201, made
    return made


def export(api, what, prompt, *after, **filters):
    answer = api.post(f"/storage/export-{what}", {"prompt_id": prompt["id"]} | filters, headers=api.after_each(*after) if after else {})
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present" and "attachment" in answer.headers["content-disposition"]
    assert answer.text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), strict=True)), answer.text


@pytest.mark.parametrize("what, columns", [("multi-agent", MULTI_AGENT), ("temporal", TEMPORAL), ("all", ALL)])
def test_an_empty_export_is_its_header(api, what, columns):
    answer = api.post(f"/storage/export-{what}", {"prompt_id": "01a1fd47-e72d-7712-b447-264001802bda"})
    assert answer.text == columns.replace(" ", ",") + "\r\n"


def test_feedback_with_what_it_is_about(api, prompt):
    model = api.post("/models", {"name": fresh("model"), "prices": [{"valid_from": "2026-01-01T00:00:00Z", "per_million_tokens": {"input": 2}}]})
    execution = record(api, prompt, model=model.json["name"], provider="openai", user="u-1", inputs={"who": "Ada"}, output="=1+1", token_usage={"input": 1_000_000, "output": 3})
    given = api.post("/feedback", {"request_id": execution.json["request_id"], "user_choice": "multi", "judge_winner": "syntax", "agent_winner": "domain", "rating": 4, "thumbs": "down", "comment": "-2, \"bad\"\nreally"})
    other = record(api, prompt)
    silent = api.post("/feedback", {"request_id": other.json["request_id"], "rating": 1})
    changed = api.post("/feedback", {"request_id": other.json["request_id"], "rating": 2})
    rows, text = export(api, "multi-agent", prompt, model, execution, given, other, silent, changed)
    first, second = rows
    assert first | {"feedback_id": given.json["id"], "request_id": execution.json["request_id"], "prompt_id": prompt["id"], "prompt_name": "exports/" + prompt["name"], "version": "1",
                    "execution_id": execution.json["id"], "user": "u-1", "user_choice": "multi", "judge_winner": "syntax", "agent_winner": "domain", "judge_correct": "false", "rating": "4",
                    "thumbs": "down", "comment": "'-2, \"bad\"\nreally", "status": "completed", "provider": "openai", "model": model.json["name"], "inputs": '{"who":"Ada"}', "output": "'=1+1",
                    "tokens_total": "1000003", "tokens": '{"input":1000000,"output":3}', "cost_usd": "2.000000", "cost_source": "priced", "cost_by_kind": '{"input":"2.000000"}', "latency_ms": "1000",
                    "execution_completed_at": "2026-01-02T03:04:06.000000Z", "changed_at": ""} == first
    assert (second["rating"], second["thumbs"], second["judge_correct"], second["cost_usd"], second["cost_source"]) == ("2", "", "", "0.000000", "unknown") and second["changed_at"] > second["given_at"]
    assert '"\'-2, ""bad""\nreally"' in text
    assert export(api, "multi-agent", prompt, created_from=second["given_at"])[0] == [second]
    assert export(api, "multi-agent", prompt, created_until=first["given_at"])[0] == []


def test_versions_and_scores_in_order_of_time(api, prompt):
    execution = record(api, prompt, user="u-1")
    feedback = api.post("/feedback", {"request_id": execution.json["request_id"], "rating": 4})
    version = api.put(f"/prompts/{prompt['id']}/content", {"template": "v2", "change_log": "@mentions", "source": "manual"})
    judged = api.post(f"/prompts/{prompt['id']}/versions/2/judge-scores", {"judge": "gemini", "scores": {"clarity": 8.5}})
    scored = api.post("/scores", {"prompt_id": prompt["id"], "version": 2, "name": "delta", "value": -1.5})
    rows, _ = export(api, "temporal", prompt, execution, feedback, version, judged, scored)
    assert [(r["what"], r["version"], r["name"], r["value"]) for r in rows] == [
        ("version", "1", "", ""), ("feedback", "1", "rating", "4"), ("version", "2", "", ""), ("judge_score", "2", "clarity", "8.5"), ("score", "2", "delta", "-1.5")]
    assert [r["time"] for r in rows] == sorted(r["time"] for r in rows)
    assert (rows[2]["text"], rows[2]["source"], rows[3]["judge"], rows[3]["target"]) == ("'@mentions", "manual", "gemini", "version")
    assert [r["what"] for r in export(api, "temporal", prompt, created_from=rows[2]["time"])[0]] == ["version", "judge_score", "score"]
    assert [r["what"] for r in export(api, "temporal", prompt, created_until=rows[2]["time"])[0]] == ["version", "feedback"]


def test_executions_with_everything_said_of_them(api, prompt):
    first = record(api, prompt, cost_usd="0.5", output="ok", priority="high", session="s-1")
    feedback = api.post("/feedback", {"request_id": first.json["request_id"], "thumbs": "up"})
    scores = [api.post("/scores", {"execution_id": first.json["id"], "name": "n", "value": n}) for n in range(3)]
    failed = record(api, prompt, status="failed", error="=HYPERLINK(1)")
    rows, _ = export(api, "all", prompt, first, feedback, *scores, failed)
    assert [r["execution_id"] for r in rows] == sorted((first.json["id"], failed.json["id"]))
    by_id = {r["execution_id"]: r for r in rows}
    row = by_id[first.json["id"]]
    assert (row["thumbs"], row["feedback_author"], row["cost_usd"], row["cost_source"], row["priority"], row["session"]) == ("up", first.json["actor"], "0.500000", "told", "high", "s-1")
    assert [(s["name"], s["value"]) for s in json.loads(row["scores"])] == [("n", 2), ("n", 1), ("n", 0)] and row["scores_left_out"] == "0"
    row = by_id[failed.json["id"]]
    assert (row["error"], row["thumbs"], row["scores"], row["scores_left_out"]) == ("'=HYPERLINK(1)", "", "", "")


def test_pages_are_joined_without_a_seam(api, prompt):
    made = [record(api, prompt, completed_at=f"2026-01-02T03:04:{6 + n % 7:02}Z") for n in range(60)]
    given = [api.post("/scores", {"execution_id": m.json["id"], "name": "n", "value": 1}) for m in made]
    rows, _ = export(api, "all", prompt, *made)
    assert sorted(r["execution_id"] for r in rows) == sorted(m.json["id"] for m in made)
    rows, _ = export(api, "temporal", prompt, *given)
    assert sorted(r["target_id"] for r in rows if r["what"] == "score") == sorted(m.json["id"] for m in made)


def test_every_role_may_export_and_nobody_without_a_key(api, roles, prompt):
    for what in ("multi-agent", "temporal", "all"):
        for role in roles.values():
            assert role.post(f"/storage/export-{what}", {}).status == 200
            assert role.post(f"/storage/export-{what}").status == 200, "the body may be left out"
        assert api.post(f"/storage/export-{what}", {}, key=None).status == 401


def test_an_export_is_of_the_own_workspace(api, prompt):
    made = record(api, prompt)
    workspace = api.call("POST", "/api/v1/workspaces", {"name": fresh("exporters")}).json["id"]
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": workspace}).json["secret"]
    theirs = type(api)(api.ledger, key)
    for what in ("multi-agent", "temporal", "all"):
        assert theirs.post(f"/storage/export-{what}", {}, headers=api.after(made)).text.count("\r\n") == 1


def test_bad_filters_are_refused(api):
    for body, field in (({"created_from": "soon"}, "created_from"), ({"prompt_id": 7}, "prompt_id"), ({"format": "xlsx"}, "format")):
        answer = api.post("/storage/export-all", body)
        assert answer.status == 422 and [e["field"] for e in answer.json["errors"]] == [field]


def test_a_large_export_holds_no_memory(api, ledger, prompt):
    """75 MB go out while the server's greatest memory grows by less than half of it."""
    size, count = 300_000, 250
    made = [record_surely(api, prompt, output="x" * size) for _ in range(count)]
    after = api.after_each(*made)
    process = f"/proc/{ledger.process.pid}"

    def memory(field):
        return int(re.search(rf"{field}:\s*(\d+) kB", open(f"{process}/status").read())[1]) * 1024

    api.post("/storage/export-all", {"prompt_id": prompt["id"], "created_until": "2026-01-01T00:00:00Z"}, headers=after)
    with open(f"{process}/clear_refs", "w") as reset:
        reset.write("5")
    before = memory("VmHWM")
    answer = api.post("/storage/export-all", {"prompt_id": prompt["id"]}, headers=after, timeout=300)
    assert answer.status == 200 and len(answer.text) > size * count
    assert memory("VmHWM") - before < size * count / 2
