"""`promptledger export` and `import` of a dump: what was in one ledger is in another, but for when it was recorded."""

import json
from pathlib import Path

import pytest
from http_api import Api
from ledger_server import ledger

HISTORY = Path(__file__).parent / "data" / "prompt-history-excerpt.ndjson"
SEALED = "what Ada wrote to us"


def run(server, *words, status=0):
    done = server.run(*words)
    assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def export(server, path, *words):
    run(server, "export", *(words or ("workspace",)), "--output", str(path))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def events_of(lines):
    """As they were, wherever and whenever they were recorded."""
    events = [line["event"] for line in lines if "event" in line]
    return [{name: value for name, value in event.items() if name not in ("recordedtime", "firstrecordedtime")} for event in events]


def ends_of(lines):
    """What came of the streams; the state of an execution says when the ledger learned of it, and so is another one elsewhere."""
    return [line for line in lines if "stream" in line and not line["stream"].startswith("execution/")]


def all_prompts(api):
    found, cursor = {}, ""
    while cursor is not None:
        page = api.get(f"/prompts?limit=500{cursor and '&cursor=' + cursor}").json
        found |= {item["id"]: item for item in page["items"]}
        cursor = page["next_cursor"]
    return found


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A ledger in which much has happened, its dump, and its prompts as the API shows them."""
    with ledger() as server:
        run(server, "import", "history", str(HISTORY))
        server.start()
        api = Api(server, server.key)
        first, second = sorted(all_prompts(api))[:2]
        shown = {id: api.get(f"/prompts/{id}").json for id in (first, second)}
        # A name that passes to an older prompt, so that in the order of ids it would be taken before it is free.
        assert api.call("DELETE", f"/prompts/{second}").status in (200, 204)
        changed = api.call("PUT", f"/prompts/{first}", {"name": shown[second]["name"], "reason": "takes over"}, headers={"If-Match": f'"{shown[first]["stream_version"]}"'})
        assert changed.status == 200, changed
        assert api.call("PUT", f"/prompts/{first}/labels/production", {"version": 1}).status in (200, 201)
        assert api.call("PUT", "/api/v1/labels/production", {"protected": True}).status in (200, 201)
        recorded = api.call(
            "POST",
            "/executions",
            {"prompt_id": first, "version": 1, "model": "m", "output": SEALED, "subject": "ada@example.com", "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"},
        )
        assert recorded.status == 201, recorded
        score = api.call("POST", "/scores", {"execution_id": recorded.json["id"], "name": "tone", "value": 0.5})
        assert score.status == 201, score
        prompts = all_prompts(api)
        assert api.get("/scores?limit=5", headers={"Ledger-Min-Position": score.headers["ledger-position"]}).status == 200
        path = tmp_path_factory.mktemp("dump") / "workspace.ndjson"
        yield server, path, export(server, path), prompts


def test_a_dump_is_whole_and_says_whose_it_is(original):
    server, _, lines, prompts = original
    beginning, end = lines[0], lines[-1]["end"]
    assert beginning["format"] == "promptledger-dump" and beginning["positions"]
    assert {event["source"] for event in events_of(lines)} == {"/workspaces/" + beginning["workspace"]}
    assert end["events"] == sum("event" in line for line in lines) and end["streams"] == sum("stream" in line for line in lines)
    kinds = {line["stream"].split("/")[0] for line in lines if "stream" in line}
    assert kinds == {"workspace", "prompt", "settings", "model", "execution", "score"}
    assert all("patch" in line for line in lines if "event" in line)


def test_nothing_that_is_secret_is_in_a_dump(original):
    server, path, _, _ = original
    text = path.read_text(encoding="utf-8")
    assert SEALED not in text and "ada@example.com" not in text
    assert '"sealed_output"' in text
    assert server.key not in text and "api_key.created" not in text and "secret_sha256" not in text and "commandid" not in text


@pytest.fixture(scope="module")
def restored(original):
    """The dump in a ledger that held nothing, which serves it now."""
    _, path, _, _ = original
    with ledger() as server:
        told = run(server, "import", str(path))
        yield server.start(), told


def test_a_restored_ledger_is_what_the_dump_says(original, restored, tmp_path):
    _, _, lines, _ = original
    server, told = restored
    again = export(server, tmp_path / "again.ndjson")
    assert again[0]["workspace"] == lines[0]["workspace"] and again[0]["ledger"] != lines[0]["ledger"]
    assert events_of(again) == events_of(lines)
    assert ends_of(again) == ends_of(lines)
    assert again[-1] == lines[-1]
    assert told.startswith(f"{lines[-1]['end']['events']} events restored, 0 known from an earlier import, 0 streams refused")


def test_it_says_when_an_event_was_recorded_first(original, restored, tmp_path):
    _, _, lines, _ = original
    server, _ = restored
    again = export(server, tmp_path / "again.ndjson")
    first = [line["event"]["recordedtime"] for line in lines if "event" in line]
    assert [line["event"]["firstrecordedtime"] for line in again if "event" in line] == first
    assert min(line["event"]["recordedtime"] for line in again if "event" in line) > max(first)
    stream = next(line["event"]["subject"] for line in again if "event" in line and line["event"]["subject"].startswith("prompt/"))
    shown = Api(server, server.key).get(f"/api/v1/streams/{stream}/events").json["items"][0]
    assert shown["first_recorded_at"] in first and shown["first_recorded_at"] < shown["recorded_at"]


def test_prompts_are_served_as_before(original, restored):
    _, _, _, prompts = original
    server, _ = restored
    assert all_prompts(Api(server, server.key)) == prompts


def test_a_second_import_adds_nothing(original, restored, tmp_path):
    _, path, lines, _ = original
    server, _ = restored
    told = run(server, "import", str(path))
    assert told.startswith(f"0 events restored, {lines[-1]['end']['events']} known from an earlier import, 0 streams refused")
    assert events_of(export(server, tmp_path / "again.ndjson")) == events_of(lines)


def test_what_was_restored_can_be_restored_from_its_own_dump(original, restored, tmp_path):
    _, _, lines, _ = original
    server, _ = restored
    own = tmp_path / "own.ndjson"
    export(server, own)
    told = run(server, "import", str(own))
    assert told.startswith(f"0 events restored, {lines[-1]['end']['events']} known")


def test_a_dump_of_its_own_events_is_refused_where_they_are(original, tmp_path):
    server, path, lines, _ = original
    told = run(server, "import", str(path), status=1)
    assert told.splitlines()[-1].startswith("0 events restored, 1 known from an earlier import"), told
    assert f"{lines[-1]['end']['streams'] - 1} streams refused" in told
    assert "did not come from a dump" in told


def test_one_stream_goes_into_another_ledger_beside_its_home(original, tmp_path):
    server, _, lines, prompts = original
    prompt = max(prompts, key=lambda id: prompts[id]["stream_version"])
    one = export(server, tmp_path / "one.ndjson", "stream", f"prompt/{prompt}")
    assert [line["stream"] for line in one if "stream" in line] == [f"workspace/{lines[0]['workspace']}", f"prompt/{prompt}"]
    with ledger() as other:
        other.start()
        refused = other.run("import", str(tmp_path / "one.ndjson"))
        assert refused.returncode == 1 and "--workspace-name" in refused.stderr
        run(other, "import", str(tmp_path / "one.ndjson"), "--workspace-name", "from elsewhere")
        admin = Api(other, other.key)
        made = admin.call("POST", "/api/v1/api-keys", {"name": "reader", "role": "viewer", "workspace_id": lines[0]["workspace"]})
        assert made.status == 201, made
        assert Api(other, made.json["secret"]).get(f"/prompts/{prompt}").json == Api(server, server.key).get(f"/prompts/{prompt}").json
        assert admin.get(f"/prompts/{prompt}").status == 404


def test_an_interrupted_import_goes_on(original, tmp_path):
    server, path, lines, _ = original
    few = tmp_path / "few.ndjson"
    export(server, few, "stream", f"settings/{lines[0]['workspace']}")
    with ledger() as other:
        begun = run(other, "import", str(few)).split()[0]
        told = run(other, "import", str(path))
        assert told.startswith(f"{lines[-1]['end']['events'] - int(begun)} events restored, {begun} known from an earlier import, 0 streams refused")
        assert events_of(export(other, tmp_path / "again.ndjson")) == events_of(lines)


@pytest.mark.parametrize("spoil", ["cut", "other", "api-key"])
def test_what_is_no_whole_dump_restores_nothing(original, tmp_path, spoil):
    _, path, lines, _ = original
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)
    bad = tmp_path / "bad.ndjson"
    if spoil == "cut":
        bad.write_text("".join(text[:-1]), encoding="utf-8")
    elif spoil == "other":
        bad.write_text("".join(text[1:]), encoding="utf-8")
    else:
        stream = lines[1]["event"]["subject"]
        bad.write_text("".join(text[:3]).replace(stream, "api-key/" + stream.split("/")[1]) + '{"end":{"streams":1,"events":1}}\n', encoding="utf-8")
    with ledger() as other:
        refused = other.run("import", str(bad))
        assert refused.returncode == 1
        assert {"cut": "cut off", "other": "is no dump", "api-key": "are not restored"}[spoil] in refused.stderr
        other.start()
        assert Api(other, other.key).get("/api/v1/workspaces").json["items"][0]["id"] != lines[0]["workspace"]


def test_what_cannot_be_exported_is_told(original, tmp_path):
    server, _, lines, _ = original
    assert server.run("export", "stream", "prompt/none", "--output", str(tmp_path / "none.ndjson")).returncode == 1
    assert not list(tmp_path.iterdir())
    for words, why in {
        ("stream", "prompt"): "is no stream",
        ("stream", "prompt/none"): "there is no stream prompt/none",
        ("stream", "api-key/x"): "are not exported",
        ("workspace", "--workspace", "nobody"): "there is no workspace",
    }.items():
        done = server.run("export", *words)
        assert done.returncode == 1 and why in done.stderr, done
        assert done.stdout == ""
    assert json.loads(server.run("export", "workspace", "--workspace", "default", "--without-patches").stdout.splitlines()[0])["workspace"] == lines[0]["workspace"]
