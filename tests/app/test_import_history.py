"""`promptledger import history` on real changes: what is stored is what a straight reading of the file says."""

import datetime
import json
from pathlib import Path

import pytest
from ledger_server import ledger

HERE = Path(__file__).parent
EXCERPT = HERE / "data" / "prompt-history-excerpt.ndjson"  # of the real history: early ones, broken ones, ones that came again
WHOLE = HERE.parents[2] / "shared" / "data" / "prompt-history.ndjson"  # stands beside a checkout, not in it

MAX_NAME = 255


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class StraightReading:
    """What the file says, read line by line without any ledger."""

    def __init__(self, path):
        self.rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.refused, self.unchanged, self.applied = [], 0, 0
        last, dead = {}, set()
        for number, row in enumerate(self.rows, 1):
            name = row["act"]
            if not 1 <= len(name) <= MAX_NAME:
                self.refused.append(number)
                continue
            said = tuple(row.get(field, "") for field in ("prompt", "type", "for_devs"))
            if row["op"] == "changed" and last[name] == said:
                self.unchanged += 1
                continue
            self.applied += 1
            if row["op"] == "removed":
                dead.add(name)
            else:
                last[name] = said

    def alive(self, moment):
        prompts = {}
        for number, row in enumerate(self.rows, 1):
            if instant(row["at"]) > moment or number in self.refused:
                continue
            if row["op"] == "removed":
                prompts.pop(row["act"], None)
            else:
                prompts[row["act"]] = row["prompt"]
        return prompts

    def versions(self, name):
        """The texts of the last prompt of that name, each once it changed."""
        texts = []
        for row in self.rows:
            if row["act"] != name or row["op"] == "removed":
                continue
            if row["op"] == "created":
                texts = [row["prompt"]]
            elif texts[-1] != row["prompt"]:
                texts.append(row["prompt"])
        return texts


def listed(server, query):
    """Every prompt that the list gives, page by page: name to text."""
    prompts, cursor = {}, ""
    while True:
        page = server.call("GET", f"/api/v1/prompts?category=imported&limit=500&{query}{cursor}")
        assert page.status == 200, page
        prompts |= {item["name"]: item for item in page.json["items"]}
        if not page.json.get("next_cursor"):
            return prompts
        cursor = "&cursor=" + page.json["next_cursor"]


@pytest.fixture(scope="module", params=[EXCERPT] + ([WHOLE] if WHOLE.exists() else []), ids=lambda path: path.stem)
def imported(request):
    with ledger() as server:
        first = server.run("import", "history", str(request.param))
        assert first.returncode == 0, first.stdout[-2000:] + first.stderr[-2000:]
        yield server.start(), StraightReading(request.param), first.stdout, request.param


def test_every_row_is_accounted_for(imported):
    _, reading, report, _ = imported
    assert (
        f"{len(reading.rows)} rows: {reading.applied} applied, 0 known from an earlier import, {reading.unchanged} unchanged, "
        f"{len(reading.refused)} refused, 0 failed" in report
    )
    refused = [int(line.split()[1]) for line in report.splitlines() if " refused: " in line]
    assert refused == reading.refused


@pytest.mark.parametrize("moment", ["2022-12-14T00:44:50Z", "2023-01-01T00:00:00Z", "2024-06-01T12:00:00Z", "2025-12-13T12:00:00Z"])
def test_what_was_alive_then(imported, moment):
    server, reading, _, _ = imported
    then = listed(server, f"as_of={moment}&clock=occurred")
    assert {name: item["template"] for name, item in then.items()} == reading.alive(instant(moment))


def test_what_is_alive_now(imported):
    server, reading, _, _ = imported
    now = listed(server, "")
    assert {name: item["template"] for name, item in now.items()} == reading.alive(instant("2100-01-01T00:00:00Z"))


def test_changed_texts_are_versions_with_their_people(imported):
    server, reading, _, _ = imported
    now = listed(server, "")
    name = max(now, key=lambda alive: len(reading.versions(alive)))
    versions, cursor = [], ""
    while True:
        page = server.call("GET", f"/api/v1/prompts/{now[name]['id']}/versions?limit=500{cursor}").json
        versions += page["items"]
        if not page.get("next_cursor"):
            break
        cursor = "&cursor=" + page["next_cursor"]
    assert [v["template"] for v in sorted(versions, key=lambda v: v["version"])] == reading.versions(name)
    assert all(v["author"].startswith("contributor-") for v in versions)


def test_a_second_import_changes_nothing(imported):
    server, reading, _, path = imported
    before = {name: item["stream_version"] if "stream_version" in item else item["updated_at"] for name, item in listed(server, "").items()}
    again = server.run("import", "history", str(path))
    assert again.returncode == 0, again.stdout[-2000:] + again.stderr[-2000:]
    assert f": 0 applied, {reading.applied} known from an earlier import" in again.stdout
    after = {name: item["stream_version"] if "stream_version" in item else item["updated_at"] for name, item in listed(server, "").items()}
    assert after == before
