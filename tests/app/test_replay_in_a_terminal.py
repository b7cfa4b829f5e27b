"""`promptledger replay`: the real history step by step, in a list and at a terminal, bisected, and checked from its dump."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest
from http_api import Api
from ledger_server import ledger

HISTORY = Path(__file__).parent / "data" / "prompt-history-excerpt.ndjson"
WAIT_S = 20


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A ledger with the excerpt, the prompt with the most versions in it, and the dump of all."""
    with ledger() as server:
        assert server.run("import", "history", str(HISTORY)).returncode == 0
        server.start()
        api = Api(server, server.key)
        prompts, cursor = [], ""
        while cursor is not None:
            page = api.get(f"/prompts?limit=500{cursor and '&cursor=' + cursor}").json
            prompts += page["items"]
            cursor = page["next_cursor"]
        many = max(prompts, key=lambda prompt: prompt["labels"]["latest"])
        dump = tmp_path_factory.mktemp("dump") / "dump.ndjson"
        assert server.run("export", "workspace", "--output", str(dump)).returncode == 0
        yield server, "prompt/" + many["id"], dump


def replay(server, *words, status=0):
    done = server.run("replay", *words)
    assert done.returncode == status, done
    return done.stdout


def steps(server, *words):
    return [json.loads(line) for line in replay(server, *words, "--json").splitlines()]


def applied(patch, document):
    """RFC 6902, as far as diffs use it."""
    for change in patch:
        path = [part.replace("~1", "/").replace("~0", "~") for part in change["path"].split("/")[1:]]
        *way, last = path
        at = document
        for part in way:
            at = at[int(part)] if isinstance(at, list) else at[part]
        if isinstance(at, list):
            if change["op"] == "add":
                at.insert(len(at) if last == "-" else int(last), change["value"])
            elif change["op"] == "remove":
                del at[int(last)]
            else:
                at[int(last)] = change["value"]
        elif change["op"] == "remove":
            del at[last]
        else:
            at[last] = change["value"]
    return document


def test_every_step_is_what_the_patches_say(imported):
    server, stream, _ = imported
    document = {}
    seen = steps(server, stream, "--state")
    assert [step["version"] for step in seen] == list(range(1, len(seen) + 1)) and len(seen) > 2
    for step in seen:
        document = applied(step["patch"], document)
        assert document == step["state"]
        assert step["event"]["subject"] == stream and step["change"]


def test_a_dump_is_replayed_as_the_ledger_is(imported):
    server, stream, dump = imported
    assert steps(server, stream, "--file", str(dump)) == steps(server, stream)


def test_a_part_of_a_stream_by_version_and_by_time(imported):
    server, stream, _ = imported
    seen = steps(server, stream)
    assert [step["version"] for step in steps(server, stream, "--from", "2", "--to", "3")] == [2, 3]
    at = seen[1]["event"]["time"]
    assert [step["version"] for step in steps(server, stream, "--clock", "occurred", "--from", at, "--to", at)] == [2]
    assert "no version of the stream lies there" in server.run("replay", stream, "--to", "2000-01-01").stderr


def test_only_steps_that_change_a_path(imported):
    server, stream, _ = imported
    changed = {step["version"] for step in steps(server, stream, "--filter", "$.versions.*.content.template")}
    assert changed == {step["version"] for step in steps(server, stream) if any(change["path"].startswith("/versions") for change in step["patch"])}
    assert [step["version"] for step in steps(server, stream, "--filter", "/created_at")] == [1]
    assert steps(server, stream, "--filter", "/nowhere") == []


def test_a_list_is_for_people_and_coloured_only_when_asked_for(imported):
    server, stream, _ = imported
    plain = replay(server, stream)
    assert "\033" not in plain and f"version 1 of {len(steps(server, stream))}" in plain and "  + /name: " in plain
    assert "\033[32m" in replay(server, stream, "--color", "always")


def test_bisecting_finds_the_change_that_first_made_it_so(imported):
    server, stream, _ = imported
    seen = steps(server, stream, "--state")
    words = {word for step in seen for version in step["state"]["versions"].values() for word in re.findall(r"[a-z]{6,}", version["content"]["template"])}
    first_with = lambda word: next(step["version"] for step in seen if any(word in version["content"]["template"] for version in step["state"]["versions"].values()))
    word = max(sorted(words), key=first_with)
    assert first_with(word) > 1
    question = f'$.versions.*.content.template contains "{word}"'
    told = replay(server, stream, "--bisect", question)
    assert told.startswith(f"{question} is first true at\nversion {first_with(word)} of {len(seen)}   ")
    turns = [json.loads(line) for line in replay(server, stream, "--bisect", question, "--json").splitlines()]
    assert [(turn["version"], turn["holds"]) for turn in turns] == [(first_with(word), True)]
    assert "is not true at any of" in replay(server, stream, "--bisect", '/name == "no such name"', status=1)


def test_a_dump_comes_out_as_recorded_until_it_does_not(imported, tmp_path):
    server, stream, dump = imported
    assert ", 0 of which come out otherwise" in replay(server, "--check", str(dump))
    lines = dump.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if f'"subject":"{stream}"' in line and '"sequence":"2"' in line)
    spoilt = json.loads(lines[at])
    next(change for change in spoilt["patch"] if change["op"] != "remove")["value"] = "otherwise"
    lines[at] = json.dumps(spoilt)
    other = tmp_path / "other.ndjson"
    other.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = replay(server, "--check", str(dump), str(other), status=1)
    assert f"{other}, line {at + 1}: {stream}, version 2 (" in told and '"otherwise"' in told
    difference = json.loads(replay(server, "--check", str(other), "--json", status=1))
    assert (difference["stream"], difference["version"], difference["line"]) == (stream, 2, at + 1)


def test_a_check_needs_no_server(imported):
    server, _, dump = imported
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTLEDGER_")}
    done = subprocess.run([server.binary, "replay", "--check", str(dump)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done


@pytest.mark.parametrize(
    "words, why",
    [
        ((), "the stream is missing"),
        (("--check",), "the dump is missing"),
        (("prompt/a", "--bisect", "/a =="), "--bisect, at byte"),
        (("prompt/a", "--filter", "a"), "--filter, at byte 1"),
        (("prompt/a", "prompt/b"), "one stream at a time"),
    ],
)
def test_what_is_asked_wrongly_is_refused(imported, words, why):
    server, stream, _ = imported
    done = server.run("replay", *(stream if word == "prompt/a" else word for word in words))
    assert done.returncode == 2 and why in done.stderr, done


class Sitting:
    """The program at a terminal of its own, which remembers the screen that it was sent last."""

    def __init__(self, server, *words, rows=30, columns=100):
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.follower, self.before = follower, termios.tcgetattr(follower)
        environment = {name: value for name, value in server.environment.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
        self.process = subprocess.Popen(
            [server.binary, "replay", *words], env=environment, stdin=follower, stdout=follower, stderr=subprocess.PIPE, start_new_session=True
        )
        self.sent = b""

    def resize(self, rows, columns):
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.leader, text.encode())
        return self

    def screen(self):
        """The rows that were drawn last, without colours."""
        whole = self.sent.decode(errors="replace").rsplit("\033[H", 1)[-1]
        return [re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", row) for row in whole.split("\r\n")]

    def until(self, shown):
        deadline = time.monotonic() + WAIT_S
        while not shown(self.screen()):
            assert time.monotonic() < deadline, self.screen()
            if select.select([self.leader], [], [], 0.1)[0]:
                self.sent += os.read(self.leader, 65536)
        return self

    def shows(self, text):
        return self.until(lambda rows: any(text in row for row in rows))

    def ends(self, status=0):
        deadline = time.monotonic() + WAIT_S
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self.leader], [], [], 0.1)[0]:
                self.sent += os.read(self.leader, 65536)
        assert self.process.wait(1) == status, self.process.stderr.read()
        while select.select([self.leader], [], [], 0.1)[0]:
            self.sent += os.read(self.leader, 65536)
        assert termios.tcgetattr(self.follower) == self.before, "the terminal is as it was"
        assert self.sent.endswith(b"\033[?25h\033[?1049l"), "and so is the screen"


@contextlib.contextmanager
def sitting(*words, **options):
    made = Sitting(*words, **options)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
        made.process.wait()
        os.close(made.leader)
        os.close(made.follower)


def test_walking_with_keys(imported):
    server, stream, _ = imported
    last = len(steps(server, stream))
    with sitting(server, stream, rows=500) as at:
        at.shows(f"version 1 of {last}").type("\033[C").shows(f"version 2 of {last}").type("\033[D").shows(f"version 1 of {last}")
        at.type("G").shows(f"version {last} of {last}").type("l").shows("this is the last step").type("g").shows(f"version 1 of {last}")
        at.type("j3").shows("version, time or day: 3_").type("\r").shows(f"version 3 of {last}")
        at.type("f$.versions.*.content.template\r").shows("that change $.versions.*.content.template")
        at.type("f\033").shows("that change").type("f\r").shows("q quit")
        at.type("s").shows("the state behind it").type("q").ends()
    assert b"\033[32m" in at.sent


def test_the_terminal_changes_its_size(imported):
    server, stream, _ = imported
    with sitting(server, stream) as at:
        at.shows("version 1 of")
        at.resize(8, 40)
        at.until(lambda rows: len(rows) == 8 and all(len(row) <= 40 for row in rows))
        at.resize(2, 3)
        at.until(lambda rows: len(rows) <= 2 and all(len(row) <= 3 for row in rows))
        at.type("q").ends()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_gives_the_terminal_back(imported, how):
    server, stream, _ = imported
    with sitting(server, stream) as at:
        at.shows("version 1 of")
        at.process.send_signal(how)
        at.ends()
