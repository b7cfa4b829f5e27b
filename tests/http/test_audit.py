"""Who changed what, when and why: the audit trail, its filters, pages and streams."""

import csv
import io
import itertools
import json
import urllib.parse

import pytest

from http_api import problem

_names = itertools.count(1)
COLUMNS = "recorded_at,occurred_at,actor,change,reason,kind,stream_id,version,type,prompt_id,correlation_id,causation_id,id,position"


def fresh(what):
    return f"{what}-{next(_names)}"


def audit(api, *after, **filters):
    """One page's events, which has seen these answers."""
    answer = api.get("/audit?" + urllib.parse.urlencode(filters), headers=api.after_each(*after) if after else {})
    assert answer.status == 200, answer
    return answer.json["items"]


def paged(api, limit, headers, **filters):
    cursor, events = {}, []
    while True:
        page = api.get("/audit?" + urllib.parse.urlencode(filters | cursor | {"limit": limit}), headers=headers).json
        events += page["items"]
        assert len(page["items"]) <= limit
        if page["next_cursor"] is None:
            return events
        cursor = {"cursor": page["next_cursor"]}


@pytest.fixture()
def lived(api):
    """A prompt that three keys changed, an execution of it, feedback and a score; by name of what was done the answer."""
    path, created = api.make(name=fresh("audited"), occurred_at="2020-01-01T00:00:00Z", reason="Zebra: the first draft")
    editor = api.as_role("editor")
    done = {"created": created, "editor": editor}
    done["changed"] = editor.put(path + "/content", {"template": "v2", "occurred_at": "2020-03-01T00:00:00Z", "reason": "the zebra moved, quickly"})
    done["published"] = api.put(path + "/lifecycle", {"status": "published", "occurred_at": "2020-02-01T00:00:00Z", "reason": "=quickly"})
    done["execution"] = api.post("/executions", {"prompt_id": created.json["id"], "version": 2, "model": "m", "request_id": fresh("audit"), "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"})
    done["feedback"] = api.post("/feedback", {"request_id": done["execution"].json["request_id"], "rating": 2})
    done["score"] = api.post("/scores", {"execution_id": done["execution"].json["id"], "name": "n", "value": 1})
    done["all"] = [answer for name, answer in done.items() if name != "editor"]
    done["id"] = created.json["id"]
    return done


def test_everything_about_a_prompt_newest_first(api, lived):
    events = audit(api, *lived["all"], prompt=lived["id"])
    assert [(e["kind"], e["version"]) for e in events] == [("score", 1), ("feedback", 1), ("execution", 1), ("prompt", 3), ("prompt", 2), ("prompt", 1)]
    assert {e["prompt_id"] for e in events} == {lived["id"]}
    first = events[-1]
    assert first["change"].startswith("created ") and first["reason"] == "Zebra: the first draft" and first["occurred_at"] == "2020-01-01T00:00:00.000000Z"
    assert first["position"] == lived["created"].headers["ledger-position"] and "data" not in first
    assert [e["id"] for e in audit(api, prompt=lived["id"], order="asc")] == [e["id"] for e in reversed(events)]


def test_each_filter_and_all_of_them_together(api, lived):
    def changes(**filters):
        return [(e["kind"], e["version"]) for e in audit(api, *lived["all"], **filters)]

    mine = {"prompt": lived["id"]}
    by_editor = audit(api, *lived["all"], stream="prompt/" + lived["id"])[1]
    assert changes(actor=by_editor["actor"]) == [("prompt", 2)]
    assert changes(kind="prompt", **mine) == [("prompt", 3), ("prompt", 2), ("prompt", 1)]
    assert changes(stream="prompt/" + lived["id"]) == [("prompt", 3), ("prompt", 2), ("prompt", 1)]
    assert changes(stream="execution/" + lived["execution"].json["id"]) == [("execution", 1)]
    assert changes(type="promptledger.prompt.lifecycle_moved.v1", **mine) == [("prompt", 3)]
    assert changes(correlation=by_editor["correlation_id"]) == [("prompt", 2)]
    assert changes(reason="zebra", **mine) == [("prompt", 2), ("prompt", 1)]
    assert changes(reason="quickly ZEBRA", **mine) == [("prompt", 2)]
    assert changes(reason="zeb", **mine) == [] and changes(reason="!!", **mine) == []
    everything = {"actor": by_editor["actor"], "kind": "prompt", "stream": "prompt/" + lived["id"], "type": by_editor["type"], "correlation": by_editor["correlation_id"],
                  "reason": "moved", "from": by_editor["recorded_at"]} | mine
    assert changes(**everything) == [("prompt", 2)]
    for name, other in {"actor": "nobody", "kind": "model", "stream": "prompt/x", "type": "x", "correlation": "x", "reason": "nowhere", "from": "2100-01-01T00:00:00Z", "prompt": "x"}.items():
        assert changes(**everything | {name: other}) == [], name


def test_periods_and_order_go_by_either_clock(api, lived):
    def versions(**filters):
        return [e["version"] for e in audit(api, *lived["all"], stream="prompt/" + lived["id"], **filters)]

    assert versions(clock="occurred") == [2, 3, 1] and versions(clock="occurred", order="asc") == [1, 3, 2]
    assert versions(clock="occurred", to="2020-02-01T00:00:00Z") == [1]
    assert versions(clock="occurred", **{"from": "2020-02-01T00:00:00Z"}, to="2020-03-01T00:00:00Z") == [3]
    assert versions(to="2021-01-01T00:00:00Z") == [], "nothing of it was recorded then"
    second = audit(api, stream="prompt/" + lived["id"])[1]["recorded_at"]
    assert versions(**{"from": second}) == [3, 2] and versions(to=second) == [1]
    assert versions(clock="occurred", reason="quickly") == [2, 3]


@pytest.mark.parametrize("filters", [{}, {"clock": "occurred"}, {"order": "asc"}, {"kind": "prompt"}, {"reason": "paged"}, {"reason": "paged", "order": "asc", "clock": "occurred"}])
def test_pages_lose_nothing_and_repeat_nothing(api, filters):
    made = [api.make(name=fresh("paged"), reason="paged", occurred_at=f"2021-01-0{1 + n % 3}T00:00:00Z")[1] for n in range(7)]
    headers = api.after_each(*made)
    whole = paged(api, 500, headers, **filters, to=made[-1].json["created_at"] if filters.get("clock") == "occurred" else "2100-01-01T00:00:00Z")
    assert {m.json["id"] for m in made} <= {e["stream_id"] for e in whole} or filters.get("clock") == "occurred"
    for limit in (1, 3):
        filters_until = filters | {"to": made[-1].json["created_at"] if filters.get("clock") == "occurred" else "2100-01-01T00:00:00Z"}
        assert [e["id"] for e in paged(api, limit, headers, **filters_until)] == [e["id"] for e in whole]
    assert len({e["id"] for e in whole}) == len(whole)


def test_a_cursor_belongs_to_its_filters(api, lived):
    page = api.get(f"/audit?prompt={lived['id']}&limit=1", headers=api.after_each(*lived["all"])).json
    cursor = urllib.parse.quote(page["next_cursor"])
    assert api.get(f"/audit?prompt={lived['id']}&limit=2&cursor={cursor}").status == 200
    for other in ("", "&order=asc", "&clock=occurred", "&reason=x"):
        prompt = f"prompt={lived['id']}&" if other else ""
        problem(api.get(f"/audit?{prompt}cursor={cursor}{other}"), 400)


def test_streamed_as_lines_of_json_and_as_csv(api, lived):
    events = audit(api, *lived["all"], prompt=lived["id"])
    for lines in (api.get(f"/audit?prompt={lived['id']}&format=ndjson"), api.get(f"/audit?prompt={lived['id']}", headers={"Accept": "application/x-ndjson;q=0.9, */*"})):
        assert lines.headers["content-type"] == "application/x-ndjson" and "audit.ndjson" in lines.headers["content-disposition"]
        assert [json.loads(line) for line in lines.text.splitlines()] == events
    table = api.get(f"/audit?prompt={lived['id']}", headers={"Accept": "text/html, Text/CSV"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8; header=present" and "audit.csv" in table.headers["content-disposition"]
    assert table.text.splitlines()[0] == COLUMNS and table.text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(table.text, newline=""), strict=True))
    assert [r["id"] for r in rows] == [e["id"] for e in events]
    by_version = {r["version"]: r for r in rows if r["kind"] == "prompt"}
    assert by_version["3"]["reason"] == "'=quickly" and by_version["1"]["change"] == events[-1]["change"] and by_version["1"]["prompt_id"] == lived["id"]
    assert api.get(f"/audit?prompt={lived['id']}&format=json", headers={"Accept": "text/csv"}).headers["content-type"] == "application/json"
    assert api.get("/audit?prompt=none&format=ndjson").text == "" and api.get("/audit?prompt=none&format=csv").text == COLUMNS + "\r\n"


def test_patches_lead_from_state_to_state_in_every_kind_of_stream(api, lived):
    newest_first = audit(api, *lived["all"], prompt=lived["id"], patch="true")
    assert audit(api, prompt=lived["id"]) == [{name: value for name, value in e.items() if name != "patch"} for e in newest_first]
    by_kind = {}
    for event in reversed(newest_first):
        by_kind.setdefault(event["kind"], []).append(event["patch"])
    assert {kind: len(patches) for kind, patches in by_kind.items()} == {"prompt": 3, "execution": 1, "feedback": 1, "score": 1} and all(all(patches) for patches in by_kind.values())
    paths = [{step["path"]: step["value"] for step in patch} for patch in by_kind["prompt"]]
    assert [path["/version"] for path in paths] == [1, 2, 3]
    assert paths[1]["/versions/2"]["content"]["template"] == "v2" and paths[2]["/status"] == "published"
    lines = api.get(f"/audit?prompt={lived['id']}&patch=true&format=ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == newest_first
    key = audit(api, kind="api-key", patch="true", limit=1)[0]
    assert key["patch"] and "sha256" not in json.dumps(key)
    (alone,) = audit(api, stream="prompt/" + lived["id"], type="promptledger.prompt.lifecycle_moved.v1", patch="true")
    assert alone["patch"] == newest_first[3]["patch"]


def test_streams_join_their_pages_without_a_seam(api):
    path, first = api.make(name=fresh("seamless"))
    for n in range(60):
        last = api.put(path, {"title": f"title {n}"})
    lines = api.get(f"/audit?stream=prompt/{first.json['id']}&format=ndjson&order=asc", headers=api.after(last)).text.splitlines()
    assert [json.loads(line)["version"] for line in lines] == list(range(1, 62))


def test_bad_filters_are_refused(api):
    for query, field in [("clock=wall", "?clock"), ("order=up", "?order"), ("format=xml", "?format"), ("from=soon", "?from"), ("stream=x", "?stream"), ("colour=red", "?colour"), ("limit=0", "?limit"),
                         ("from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z", "?from"), ("format=csv&limit=5", "?limit"), ("format=csv&patch=true", "?patch"), ("patch=true&limit=101", "?limit"), ("patch=1", "?patch"), ("kind=prompts", "?kind"), ("actor=a&actor=b", "?actor")]:
        problem(api.get("/audit?" + query), 422, field)
    problem(api.get("/audit?cursor=made-up"), 400)
    problem(api.get("/audit", headers={"Ledger-Min-Position": "x"}), 400)


def test_every_role_may_ask_and_nobody_sees_another_workspace(api, roles, lived):
    for role in roles.values():
        assert role.get(f"/audit?prompt={lived['id']}", headers=api.after_each(*lived["all"])).json["items"]
    assert api.get("/audit", key=None).status == 401
    workspace = api.call("POST", "/api/v1/workspaces", {"name": fresh("auditors")}).json["id"]
    made = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": workspace})
    theirs = type(api)(api.ledger, made.json["secret"])
    correlation = audit(api, prompt=lived["id"])[0]["correlation_id"]
    for query in (f"prompt={lived['id']}", f"stream=prompt/{lived['id']}", f"correlation={correlation}", "reason=zebra", "kind=execution"):
        assert theirs.get("/audit?" + query).json["items"] == [], query
    kinds = {e["kind"] for e in theirs.get("/audit", headers=api.after(made)).json["items"]}
    assert kinds == {"workspace", "api-key", "model"}, "what their own workspace began with"
    assert made.json["secret"] not in theirs.get("/audit?format=ndjson").text
