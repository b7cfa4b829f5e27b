"""The checker of the fault tests finds what it is there to find."""

import itertools
import subprocess

import checker
import pytest
from calls import Attempt, Call, Told
from checker import Counted, Violations

TOPIC = "t.log.prompts"


def event(height, marker, stream="prompt/1", sequence=None):
    return Counted(TOPIC, 0, height, f"hash{height}", stream, height if sequence is None else sequence, marker)


def call(marker, *told, record=None, if_match=None):
    """Each of `told` is an attempt; ("asked", …) is an inquiry."""
    made = Call("PUT", "/api/v1/prompts/1", {}, marker=marker, if_match=if_match)
    for each in told:
        inquiry, kind = each if isinstance(each, tuple) else (None, each)
        position = record.position if record and kind is Told.ACKNOWLEDGED else ""
        made.attempts.append(Attempt(0, kind, 0, position, inquiry is not None))
    return made


def violations_of(calls, counted):
    violations = Violations()
    checker.check_calls(calls, counted, violations)
    checker.check_streams(counted, violations)
    return violations


ONE, TWO = event(1, "a"), event(2, "b")


STORED, REFUSED, NOT_STORED, UNSENT, OPEN, NOTHING = Told.ACKNOWLEDGED, Told.REJECTED, Told.NOT_STORED, Told.UNSENT, Told.OPEN, Told.NOTHING
ASKED_ABSENT, ASKED_STORED = ("asked", NOT_STORED), ("asked", STORED)


def test_what_agrees_is_no_violation():
    calls = [call("a", STORED, record=ONE, if_match=0), call("b", NOTHING), call("c", OPEN), call("d", REFUSED), call("e", UNSENT)]
    assert violations_of(calls, [ONE, TWO]) == []


@pytest.mark.parametrize("told", [[NOTHING], [OPEN], [NOTHING, NOT_STORED], [OPEN, NOT_STORED], [NOTHING, ASKED_ABSENT], [NOTHING, UNSENT], [OPEN, ASKED_ABSENT, OPEN]])
def test_an_event_may_be_there_when_nobody_said_that_it_is_not(told):
    assert violations_of([call("a", *told)], [ONE]) == []


@pytest.mark.parametrize("told", [[REFUSED], [NOT_STORED], [UNSENT], [], [OPEN, ASKED_ABSENT], [NOTHING, REFUSED], [OPEN, REFUSED], [UNSENT, NOT_STORED]])
def test_an_event_of_what_is_told_absent_is_a_violation(told):
    assert any("an event of what was" in violation for violation in violations_of([call("a", *told)], [ONE]))


@pytest.mark.parametrize(
    ("calls", "counted", "sentence"),
    [
        ([call("a", STORED, record=ONE)], [], "0 events of what was acknowledged"),
        ([call("a", OPEN, ASKED_STORED, record=ONE)], [], "0 events of what was acknowledged"),
        ([call("a", STORED, record=ONE)], [ONE, event(2, "a")], "2 events of"),
        ([call("b", STORED, record=ONE)], [ONE, TWO], "and was told to be at"),
        ([call("b", NOTHING, STORED, record=TWO, if_match=2)], [ONE, TWO], "it made version 2 and expected 2"),
        ([call("a", NOTHING)], [ONE, event(2, "a")], "2 events of"),
        ([], [ONE, event(2, "b", sequence=3)], "prompt/1 goes from 1 to 3"),
        ([], [ONE, event(2, "b", sequence=1)], "prompt/1 goes from 1 to 1"),
    ],
)
def test_what_does_not_agree_is_one(calls, counted, sentence):
    assert any(sentence in violation for violation in violations_of(calls, counted))


@pytest.mark.parametrize(
    ("rows", "parked", "sentence"),
    [
        ("0|1|hash1", "0", "lacks 1 records"),
        ("0|1|hash1\n0|2|hash2\n0|3|hash3", "0", "has 1 records that do not count"),
        ("0|1|hash1\n0|2|hash2\n0|2|hash2", "0", "holds a record twice"),
        ("0|1|hash1\n0|2|other", "0", "lacks 1 records"),
        ("0|1|hash1\n0|2|hash2", "0\n2", "streams are parked"),
    ],
)
def test_a_history_that_is_not_the_log(monkeypatch, rows, parked, sentence):
    monkeypatch.setattr(checker, "run_sql", lambda postgres, sql: parked if "parked_stream" in sql else rows)
    violations = Violations()
    checker.check_history("", TOPIC, [ONE, TWO], violations)
    assert any(sentence in violation for violation in violations)


def test_a_history_that_is_the_log(monkeypatch):
    monkeypatch.setattr(checker, "run_sql", lambda postgres, sql: "0\n0\n0" if "parked_stream" in sql else "0|1|hash1\n0|2|hash2")
    violations = Violations()
    checker.check_history("", TOPIC, [ONE, TWO], violations)
    assert violations == []


class Node:
    """A node, or a door to it, that always says the same."""

    name = "serve-0"

    def __init__(self, told=NOTHING, definite=False, heights=()):
        self._told, self._definite, self._heights = told, definite, heights

    def make(self, made):
        made.attempts.append(Attempt(0, self._told))
        return made.attempts[-1]

    def inquire(self, made):
        return self._definite

    def health(self):
        partitions = [{"topic": TOPIC, "partition": number, "height": height} for number, height in enumerate(self._heights)]
        return {"components": {"commands": {"partitions": partitions}}}


@pytest.fixture(autouse=True)
def no_patience(monkeypatch):
    for limit in ("SETTLE_LIMIT_S", "CATCH_UP_LIMIT_S"):
        monkeypatch.setattr(checker, limit, 0)


@pytest.mark.parametrize(("node", "sentence"), [(Node(definite=True), ""), (Node(), "nobody knows the outcome")])
def test_what_is_open_has_to_become_definite(node, sentence):
    violations = Violations()
    checker.settle_open([call("a", OPEN)], lambda made: itertools.repeat(node), violations)
    assert (sentence in violations[0]) if sentence else not violations


@pytest.mark.parametrize(("told", "sentence"), [(STORED, ""), (REFUSED, ""), (NOT_STORED, "no definite answer"), (OPEN, "no definite answer")])
def test_a_retry_has_to_become_definite(told, sentence):
    violations = Violations()
    checker.retry([call("a", NOTHING)], lambda made: itertools.repeat(Node(told)), violations)
    assert (sentence in violations[0]) if sentence else not violations


@pytest.mark.parametrize(("heights", "behind"), [([2], False), ([7], False), ([1], True), ([], True)])
def test_a_node_that_is_behind(heights, behind):
    violations = Violations()
    checker.check_heads([Node(heights=heights)], TOPIC, [event(0, ""), ONE, TWO], violations)
    assert bool(violations) == behind


@pytest.mark.parametrize(
    ("status", "told", "same"),
    [(0, "every table is identical to the one it replaces", True), (1, "every table is identical to the one it replaces", False), (0, "2 rows differ", False)],
)
def test_a_rebuild_that_differs(status, told, same):
    violations = Violations()
    checker.check_rebuild(lambda *words: subprocess.CompletedProcess(words, status, told, ""), violations)
    assert bool(violations) != same


def published(height, made_of="one"):
    return (0, height, "prompt/1", height, made_of)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ([published(1), published(2)], ""),
        ([published(1), published(2), published(1), published(2)], ""),
        ([published(1), published(2), published(1, "other")], "another the second time"),
        ([published(2), published(1)], "is next"),
        ([published(1)], "1 events are not published"),
        ([published(1), published(2), published(3)], "where None is next"),
        ([(0, 1, "prompt/2", 1, "one"), published(2)], "is next"),
    ],
)
def test_what_outsiders_are_given(told, sentence):
    violations = Violations()
    checker.check_published(lambda: told, [event(0, "", stream=""), ONE, TWO], violations)
    assert any(sentence in violation for violation in violations) if sentence else not violations
