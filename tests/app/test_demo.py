"""promptledger demo: a year that is the same each time, and whose truth is what the ledger then counts."""

import json
from pathlib import Path

import pytest

import ledger_server
from http_api import Api

HISTORY = Path(__file__).parent / "data" / "prompt-history-excerpt.ndjson"
COUNT = 1_500


def run_demo(ledger, truth, *flags):
    done = ledger.run("demo", str(HISTORY), "--executions", str(COUNT), "--days", "60", "--truth", str(truth), *flags, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout, json.loads(truth.read_text())


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A ledger with a demo in it, served: what the run printed, and its truth."""
    truth = tmp_path_factory.mktemp("demo") / "truth.json"
    with ledger_server.running_ledger() as ledger:
        printed, told = run_demo(ledger, truth)
        yield ledger, Api(ledger, ledger.key), printed, told


def listed(api, query):
    items, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/executions?limit=500&{query}{cursor and '&cursor=' + cursor}").json
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def nearest_rank(values, share):
    return sorted(values)[max(1, -(-int(len(values) * share * 1000) // 1000)) - 1]


def test_it_tells_how_many_of_each(demo):
    _, _, printed, told = demo
    assert f"executions: {COUNT} made, 0 known from an earlier run" in printed and "commands/s" in printed
    for kind in ("versions added", "labels moved", "feedback", "judges' scores"):
        assert f"{kind}: " in printed
    assert told["all"]["executions"] == COUNT == sum(told["all"]["by_status"].values())


def test_the_truth_is_what_the_ledger_counts(demo):
    _, api, _, told = demo
    seen = 0
    for prompt in told["prompts"]:
        for version in prompt["versions"]:
            expected = version["expected"]
            found = listed(api, f"prompt_id={prompt['id']}&version={version['version']}")
            seen += len(found)
            assert len(found) == expected["executions"], (prompt["name"], version)
            for status, count in expected["by_status"].items():
                assert sum(item["status"] == status for item in found) == count
            assert sum(round(float(item["cost_usd"]) * 1e6) for item in found) == round(float(expected["cost_usd"]) * 1e6)
            assert sum(item["token_usage"]["input"] for item in found) == expected["input_tokens"]
            if found:
                assert nearest_rank([item["latency_ms"] for item in found], 0.5) == expected["latency_ms"]["p50"]
    assert seen == COUNT
    for label, expected in told["labels"].items():
        assert len(listed(api, f"label={label}")) == expected["executions"]
    for model, expected in told["models"].items():
        assert len(listed(api, f"model={model}")) == expected["executions"]


def test_the_agents_wins_are_those_of_the_truth(demo):
    _, api, _, told = demo
    wins = api.get("/analytics/agent-effectiveness").json
    assert {agent: each["wins"] for agent, each in wins.items() if each["wins"]} == told["all"]["feedback"]["agent_wins"]
    assert all(each["total"] == told["all"]["feedback"]["ratings"] for each in wins.values())


def test_versions_have_labels_and_differ(demo):
    _, api, _, told = demo
    rolled_back = 0
    for prompt in told["prompts"]:
        shown = api.get("/prompts/" + prompt["id"]).json
        numbers = [version["version"] for version in prompt["versions"]]
        back = "rolled_back_at" in prompt
        rolled_back += back
        assert shown["labels"]["production"] == numbers[1 if back else 2] and shown["labels"]["staging"] == numbers[2]
        first, second, third = (version["parameters"] for version in prompt["versions"])
        assert second["quality"] > first["quality"] and second["median_ms"] > first["median_ms"] > 0 and third["median_ms"] < second["median_ms"]
        assert (third["quality"] < second["quality"] - 0.2) == back
    assert 0 < rolled_back < len(told["prompts"])


def test_a_second_run_adds_nothing_and_tells_the_same(demo, tmp_path):
    ledger, api, _, told = demo
    counted = "SELECT count(event_id) FROM history.event"
    before = ledger_server.run_sql(ledger.postgres, counted)
    printed, again = run_demo(ledger, tmp_path / "truth.json")
    assert again == told and f"executions: 0 made, {COUNT} known from an earlier run" in printed
    assert " made, " in printed and all(" 0 made, " in line for line in printed.splitlines() if " made, " in line), printed
    assert ledger_server.run_sql(ledger.postgres, counted) == before, "barriers at most were written, and they are no events"


def test_another_seed_is_another_year(demo, tmp_path):
    _, _, _, told = demo
    with ledger_server.ledger() as other:
        _, same = run_demo(other.start(), tmp_path / "same.json")
        _, different = run_demo(other, tmp_path / "different.json", "--seed", "2")
    figures = lambda truth: [[version["expected"] for version in prompt["versions"]] for prompt in truth["prompts"]]  # noqa: E731
    assert figures(same) == figures(told), "only ids differ between two ledgers"
    assert figures(different) != figures(told)
