"""Two readers of one live topic, the program's own and the one written from docs/log-format.md, agree on every record.

The topic holds what an unlucky log may hold (mixed_log.cpp). Our reader here follows it while it is being written.
"""

import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter

import pytest

HERE = pathlib.Path(__file__).parent
PARTITIONS = 48
RECORDS = 150
PATIENCE_S = 60


@pytest.fixture(scope="module")
def brokers():
    return os.environ["PROMPTLEDGER_TEST_KAFKA"]


@pytest.fixture(scope="module")
def log_verdicts():
    """The tool that writes the topic and reads it as the program does."""
    build = os.environ["PROMPTLEDGER_TEST_BUILD"]
    subprocess.run(["ninja", "-C", build, "log_verdicts"], check=True, stdout=subprocess.DEVNULL)
    tool = pathlib.Path(build) / "tests" / "log_verdicts"

    def run(*words):
        done = subprocess.run([tool, *map(str, words)], stdout=subprocess.PIPE, text=True, timeout=PATIENCE_S, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


class Follower:
    """ledger_reader.py at work, and the lines that it has printed so far."""

    def __init__(self, *words):
        self.lines = []
        self._process = subprocess.Popen([sys.executable, "-B", HERE / "ledger_reader.py", *words], stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()

    def _collect(self):
        for line in self._process.stdout:
            self.lines.append(json.loads(line))

    def wait_for(self, count):
        until = time.monotonic() + PATIENCE_S
        while len(self.lines) < count and self._process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)

    def wait_for_end(self):
        assert self._process.wait(PATIENCE_S) == 0
        self._thread.join()

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._thread.join()


def verdicts(lines):
    """By place; why a reader halted is for people, and in no format."""
    found = {(line["partition"], line["offset"]): {name: line[name] for name in line if name != "why"} for line in lines}
    assert len(found) == len(lines), "a record was told twice"
    return found


def as_if_forgotten(theirs, ours):
    """Their verdicts, but an orphan where ours is one that the void record's predecessor would explain.

    The page lets a reader tell classes from a bounded memory; ours keeps no hash of a void record that carried no link, and theirs keeps all.
    """
    return {
        place: ours[place] if verdict.get("class") == "on_void" and ours.get(place, {}).get("class") == "orphan" else verdict
        for place, verdict in theirs.items()
    }


def test_both_readers_agree_on_a_live_topic(brokers, log_verdicts):
    seed = int.from_bytes(os.urandom(3), "big")
    print("seed", seed)  # shown when this fails
    topic = f"promptledger.log.{uuid.uuid4()}"
    log_verdicts("create", brokers, topic, PARTITIONS)
    follower = Follower(brokers, topic)
    try:
        log_verdicts("write", brokers, topic, PARTITIONS, RECORDS, seed)
        ours = verdicts(log_verdicts("read", brokers, topic, PARTITIONS))
        follower.wait_for(len(ours))
        theirs = verdicts(follower.lines)
    finally:
        follower.stop()
    assert as_if_forgotten(theirs, ours) == ours

    # The topic had everything in it that there is to agree on.
    kinds = Counter(verdict.get("class", verdict["verdict"]) for verdict in ours.values())
    assert set(kinds) == {"counts", "halt", "before_genesis", "stale_head", "on_void", "orphan", "unlinked"}, kinds

    again = Follower(brokers, topic, "--to-end")
    again.wait_for_end()
    assert verdicts(again.lines) == theirs
