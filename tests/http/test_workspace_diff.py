"""What changed in a workspace between two moments."""

import pytest

from http_api import Api, problem
from json_patch import apply_patch


@pytest.fixture(scope="module")
def here(api):
    """An admin of a workspace that nobody else writes to."""
    made = api.call("POST", "/api/v1/workspaces", {"name": "compared"})
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": made.json["id"]})
    api.get("/api/v1/workspaces", headers=api.after(key))
    return Api(api.ledger, key.json["secret"])


@pytest.fixture(scope="module")
def told(here):
    """A tidy-up of January 2021, as it happened: one prompt made, one changed twice, one deleted, one restored, one untouched."""
    paths = {}
    for name in ["changed", "deleted", "restored", "untouched"]:
        paths[name], _ = here.make(name=name, category="c", occurred_at="2020-06-01T00:00:00Z")
    here.delete(paths["restored"] + "?occurred_at=2020-07-01T00:00:00Z")
    here.put(paths["changed"], {"title": "T", "occurred_at": "2021-01-02T00:00:00Z", "reason": "tidy"})
    here.put(paths["changed"] + "/content", {"template": "v2", "occurred_at": "2021-01-03T00:00:00Z"})
    here.delete(paths["deleted"] + "?occurred_at=2021-01-04T00:00:00Z&reason=unused")
    here.post(paths["restored"] + "/restore", {"occurred_at": "2021-01-05T00:00:00Z"})
    paths["made"], _ = here.make(name="made", category="c", occurred_at="2021-01-06T00:00:00Z")
    here.put(paths["untouched"], {"title": "later", "occurred_at": "2021-02-01T00:00:00Z"})
    here.get(JANUARY, headers=here.after_all())
    return paths


JANUARY = "/api/v1/diff?clock=occurred&from=2021-01-01T00:00:00Z&to=2021-01-31T00:00:00Z"


def test_every_stream_that_changed_and_how(here, told):
    diff = here.get(JANUARY).json
    assert diff["from"] == "2021-01-01T00:00:00.000000Z" and diff["next_cursor"] is None
    assert [(i["name"], i["what"], i["from_version"], i["to_version"], i["changes"]) for i in diff["items"]] == [
        ("c/changed", "changed", 1, 3, 2), ("c/deleted", "deleted", 1, 2, 1), ("c/restored", "restored", 2, 3, 1), ("c/made", "created", 0, 1, 1)]
    changed = diff["items"][0]
    assert [e["change"] for e in changed["events"]] == ['set the title to "T"', "added version 2"] and changed["events"][0]["reason"] == "tidy"
    assert all("patch" not in item for item in diff["items"])
    summary = diff["summary"]
    assert (summary["streams"], summary["changes"]) == (4, 5)
    assert summary["by_kind"] == {"prompt": {"streams": 4, "created": 1, "changes": 5}}
    assert summary["by_type"]["promptledger.prompt.deleted.v1"] == 1 and sum(summary["by_type"].values()) == 5 and list(summary["by_actor"].values()) == [5]


def test_patches_lead_from_the_one_state_to_the_other(here, told):
    for item in here.get(JANUARY + "&patch=true").json["items"]:
        steps = here.get(f"/api/v1/streams/prompt/{item['stream_id']}/replay").json["items"]
        state = {0: {}} | {s["event"]["version"]: s["state_after"] for s in steps}
        assert apply_patch(state[item["from_version"]], item["patch"]) == state[item["to_version"]]


def test_pages_agree_with_the_whole_and_only_the_first_has_a_summary(here, told):
    whole = here.get(JANUARY).json["items"]
    assert here.pages(JANUARY, limit=1) == whole and here.pages(JANUARY, limit=3) == whole
    first = here.get(JANUARY + "&limit=1").json
    assert first["summary"]["streams"] == 4
    assert "summary" not in here.get(f"{JANUARY}&limit=1&cursor={first['next_cursor']}").json


def test_a_window_without_an_end_ends_where_its_first_page_did(here, told):
    asked = "/api/v1/diff?from=2020-01-01T00:00:00Z&kind=prompt"
    whole = here.get(asked).json
    first = here.get(asked + "&limit=1").json
    path, made = here.make(name="too-late", category="c")
    here.get(asked, headers=here.after(made))
    rest, cursor = [], first["next_cursor"]
    while cursor:
        page = here.get(f"{asked}&limit=2&cursor={cursor}").json
        rest, cursor = rest + page["items"], page["next_cursor"]
        assert page["to"] == first["to"]
    assert [i["name"] for i in first["items"] + rest] == [i["name"] for i in whole["items"]]


def test_by_recorded_time_and_by_kind(here, told):
    everything = here.get("/api/v1/diff?from=2020-01-01T00:00:00Z").json
    assert {"prompt", "api-key", "workspace"} <= set(everything["summary"]["by_kind"])
    assert {i["kind"] for i in here.get("/api/v1/diff?from=2020-01-01T00:00:00Z&kind=api-key").json["items"]} == {"api-key"}
    assert here.get("/api/v1/diff?from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z").json["items"] == [], "nothing of it was recorded then"


def test_a_stream_that_changed_often_shows_its_first_changes(here):
    path, _ = here.make(name="often")
    for n in range(24):
        last = here.put(path, {"title": str(n), "occurred_at": f"2019-03-01T00:00:{n:02}Z"})
    (item,) = here.get("/api/v1/diff?kind=prompt&from=" + here.get(path + "/history", headers=here.after(last)).json["items"][0]["recorded_at"]).json["items"]
    assert item["name"] == "test/often" and item["changes"] == 24 and len(item["events"]) == 20


def test_what_cannot_be_answered(api, here):
    problem(here.get("/api/v1/diff"), 422, "?from")
    problem(here.get("/api/v1/diff?from=yesterday"), 422, "?from")
    problem(here.get("/api/v1/diff?from=2021-01-01T00:00:00Z&to=2020-01-01T00:00:00Z"), 422, "?from")
    problem(here.get("/api/v1/diff?from=2100-01-01T00:00:00Z"), 422, "?from")
    problem(here.get("/api/v1/diff?from=2021-01-01T00:00:00Z&clock=sundial"), 422, "?clock")
    problem(here.get("/api/v1/diff?from=2021-01-01T00:00:00Z&kind=song"), 422, "?kind")
    problem(here.get("/api/v1/diff?from=2021-01-01T00:00:00Z&prompt=x"), 422, "?prompt")
    first = api.get("/api/v1/diff?from=2020-01-01T00:00:00Z&limit=1").json
    problem(here.get("/api/v1/diff?from=2020-01-01T00:00:00Z&limit=1&cursor=" + first["next_cursor"]), 400)
