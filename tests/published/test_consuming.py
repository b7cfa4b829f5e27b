"""docs/consuming.md, run: its commands as they stand there, its example and its table; and both consumers, killed in the middle."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ledger_server
from asyncapi import DOCUMENT, Messages
from http_api import Api
from topic import consumed, when_published

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "consuming.md").read_text(encoding="utf-8")
PATIENCE_S = 90


@pytest.fixture(scope="module")
def ledger():
    """With every record twice in its topic, and some thrice."""
    with ledger_server.running_ledger() as running:
        api = Api(running, running.key)
        for number in range(300):
            api.make(description="tab\tand line\nfeed", metadata={"number": number})
        when_published(running)
        for _ in range(2):
            assert running.run("rebuild", "published").returncode == 0
        api.make()
        when_published(running)
        yield running


@pytest.fixture(scope="module")
def jars():
    done = subprocess.run(["bash", "-c", 'source "$0"/deploy/lib/load.sh; kafka_jars_dir', ROOT], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture()
def shell(ledger, jars, tmp_path):
    """A directory with the documents in it, and the variables that the page speaks of."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    variables = {"KAFKA": ledger.kafka, "TOPIC": f"{ledger.prefix}.prompts", "JARS": jars, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(command):
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=os.environ | variables, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def commands():
    return [line.removeprefix("$ ") for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line.startswith("$ ")]


def expected_lines(ledger):
    """The history's events as a consumer's file has them, without the offsets."""
    wanted, _ = when_published(ledger)
    return sorted(f"{number}\t{height}\t{event_type}\t{stream}\t{version}" for number, rows in wanted.items() for height, stream, version, event_type, _ in rows)


def lines_of(text):
    """A consumer's file in the same form; its order is checked on the way."""
    heights, out = {}, []
    for line in text.splitlines():
        partition, _, height, event_type, stream, version, data = line.split("\t")
        assert int(height) > heights.get(partition, 0)
        assert data.startswith("{") and data.endswith("}")
        heights[partition] = int(height)
        out.append(f"{partition}\t{height}\t{event_type}\t{stream}\t{version}")
    return sorted(out)


def test_the_page_s_commands(ledger, shell, tmp_path):
    setting, raw, table, python, cut, java, sums = commands()
    assert setting == "export KAFKA=127.0.0.1:9092 TOPIC=promptledger.prompts"
    wanted, found = when_published(ledger)

    shown = shell(raw).split("\n\n")
    assert len([text for text in shown if text]) == sum(map(len, found.values()))
    for number, records in found.items():
        for record in records[:3]:
            headers = ",".join(f"{name}={value}" for name, value in record.headers.items())
            assert f"{number}@{record.offset} {record.key}\n{headers}\n{record.value}" in shown
    rows = {f"{number}\tce_type={r.headers['ce_type']}\tce_sequence={r.headers['ce_sequence']}\tce_height={r.height}" for number, records in found.items() for r in records}
    assert set(shell(table).splitlines()) == rows

    shell(python)
    assert lines_of((tmp_path / "events.tsv").read_text()) == expected_lines(ledger)
    assert len(shell(cut).splitlines()) == sum(map(len, wanted.values()))
    shell(java)
    one, other = shell(sums).splitlines()
    assert one == other


@pytest.mark.parametrize("consumer", ["python", "java"])
def test_a_consumer_that_is_killed_goes_on_where_it_was(ledger, jars, tmp_path, consumer):
    page = {"python": [sys.executable, ROOT / "docs/consuming/consumer.py"], "java": ["java", "-cp", f"{jars}/*", ROOT / "docs/consuming/Consumer.java"]}
    file = tmp_path / "events.tsv"
    command = [*page[consumer], ledger.kafka, f"{ledger.prefix}.prompts", file]
    running = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not file.exists() or file.stat().st_size == 0:
            assert running.poll() is None and time.monotonic() < deadline
            time.sleep(0.001)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    # As if it had been killed earlier, in the middle of a line.
    text = file.read_bytes()
    file.write_bytes(text[: len(text) // 2])
    assert len(expected_lines(ledger)) > text[: len(text) // 2].count(b"\n")
    for _ in range(2):  # and with nothing new
        subprocess.run([*command, "--to-end"], check=True, timeout=PATIENCE_S)
        assert lines_of(file.read_text()) == expected_lines(ledger)


def test_the_page_s_files_are_those_beside_it():
    assert set(re.findall(r"\]\(consuming/([^)]*)\)", PAGE)) == {path.name for path in (ROOT / "docs" / "consuming").iterdir()}


def test_the_page_s_table_lists_the_headers():
    section = PAGE.split("## Headers")[1].split("##")[0]
    listed = re.findall(r"^\| `([a-z_-]+)` \| (.*) \|$", section, re.MULTILINE)
    headers = DOCUMENT["components"]["schemas"]["cloud_event"]
    assert {name for name, _ in listed} == set(headers["properties"])
    assert {name for name, text in listed if "Optional" not in text} == set(headers["required"])


def test_the_page_s_example_is_a_record(ledger):


    lines, value = re.search(r"```\nkey: (.*?)\n\n(\{.*?\})\n```", PAGE, re.DOTALL).groups()
    key, *headers = lines.splitlines()
    headers = dict(line.split(": ", 1) for line in headers)
    Messages().validate(headers, json.loads(value))
    assert headers["ce_partitionkey"] == key
    # The same headers in the same order as a record of today, whose request brought no trace.
    _, found = when_published(ledger)
    record = next(r for records in found.values() for r in consumed(records) if r.headers["ce_type"].startswith("promptledger.prompt."))
    assert [name for name in headers if name != "traceparent"] == list(record.headers)

