"""The checker of the fault tests finds what it is there to find."""

import checker
import pytest
from checker import Counted, Violations
from clients import Call, Told

TOPIC = "t.log.prompts"


def event(height, marker, stream="prompt/1", sequence=None):
    return Counted(TOPIC, 0, height, f"hash{height}", stream, height if sequence is None else sequence, marker)


def call(marker, told, record=None):
    made = Call("PUT", "/api/v1/prompts/1", {}, marker=marker, told=told)
    made.position = record.position if record else ""
    return made


def violations_of(calls, counted):
    violations = Violations()
    checker.check_calls(calls, counted, violations)
    checker.check_streams(counted, violations)
    return violations


ONE, TWO = event(1, "a"), event(2, "b")


def test_what_agrees_is_no_violation():
    calls = [call("a", Told.ACKNOWLEDGED, ONE), call("b", Told.NOTHING), call("c", Told.OPEN), call("d", Told.REJECTED), call("e", Told.UNSENT)]
    assert violations_of(calls, [ONE, TWO]) == []


@pytest.mark.parametrize(
    ("calls", "counted", "sentence"),
    [
        ([call("a", Told.ACKNOWLEDGED, ONE)], [], "0 events of what was acknowledged"),
        ([call("a", Told.ACKNOWLEDGED, ONE)], [ONE, event(2, "a")], "2 events of"),
        ([call("b", Told.ACKNOWLEDGED, ONE)], [ONE, TWO], "and was told to be at"),
        ([call("a", Told.REJECTED)], [ONE], "an event of what was rejected"),
        ([call("a", Told.NOT_STORED)], [ONE], "an event of what was not stored"),
        ([call("a", Told.UNSENT)], [ONE], "an event of what was unsent"),
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
    monkeypatch.setattr(checker, "CATCH_UP_LIMIT_S", 0)
    monkeypatch.setattr(checker, "run_sql", lambda postgres, sql: parked if "parked_stream" in sql else rows)
    violations = Violations()
    checker.check_history("", TOPIC, [ONE, TWO], violations)
    assert any(sentence in violation for violation in violations)


def test_a_history_that_is_the_log(monkeypatch):
    monkeypatch.setattr(checker, "run_sql", lambda postgres, sql: "0\n0\n0" if "parked_stream" in sql else "0|1|hash1\n0|2|hash2")
    violations = Violations()
    checker.check_history("", TOPIC, [ONE, TWO], violations)
    assert violations == []
