"""The schedule of the fault tests: from its seed alone, complete, and never two faults on one target at a time."""

import collections
import threading
import time
import types

import faults
from processes import is_in_order, is_said
from schedule import Burst, Deck, Event


def events_of(seed, bursts=4):
    deck = Deck(faults.ALL, seed)
    return [event for _ in range(bursts) for event in deck.burst(20)]


def test_the_seed_decides_everything():
    assert events_of(7) == events_of(7)
    assert events_of(7) != events_of(8)


def test_every_fault_comes_as_often_as_the_deck_has_it():
    size = sum(fault.times for fault in faults.ALL)
    events = events_of(7)[:size]
    assert collections.Counter(event.fault.name for event in events) == collections.Counter(fault.name for fault in faults.ALL for _ in range(fault.times))
    assert all(len(set(event.targets)) == event.fault.taken for event in events)


def test_two_faults_on_one_target_come_one_after_the_other_and_others_meanwhile():
    under_way, together = collections.Counter(), set()

    def fault(stage, choose, target):
        under_way[target] += 1
        assert under_way[target] == 1
        together.add(tuple(sorted(name for name in under_way if under_way[name])))
        yield 0.05
        under_way[target] -= 1

    made = faults.Fault(fault, ["a", "b"], 1)
    stage = types.SimpleNamespace(locks={name: threading.Lock() for name in "ab"})
    burst = Burst(stage, [Event(0, made, (name,), "seed") for name in "aaabbb"], lambda line: None)
    burst.join()
    assert burst.failures == [] and burst.made["fault"] == 6
    assert ("a", "b") in together and burst.most_at_once == 2


def test_a_fault_that_fails_is_told():
    def fault(stage, choose, target):
        yield 0
        raise OSError("no disk")

    stage = types.SimpleNamespace(locks={"a": threading.Lock()})
    burst = Burst(stage, [Event(0, faults.Fault(fault, ["a"], 1), ("a",), "seed")], lambda line: None)
    burst.join()
    assert len(burst.failures) == 1 and "no disk" in burst.failures[0]


def test_a_start_waits_for_its_time():
    began = time.monotonic()
    made = []

    def fault(stage, choose, target):
        made.append(time.monotonic() - began)
        yield 0

    stage = types.SimpleNamespace(locks={"a": threading.Lock()})
    Burst(stage, [Event(0.2, faults.Fault(fault, ["a"], 1), ("a",), "seed")], lambda line: None).join()
    assert made[0] >= 0.2


def test_an_end_is_said_when_the_last_line_is_an_error_and_the_status_1():
    error = "2026-11-21T10:58:21Z info  starting\n2026-11-21T10:58:21Z error failed subcommand=serve"
    assert is_said(1, error)
    assert not is_said(0, error) and not is_said(-6, error) and not is_said(134, error)
    assert not is_said(1, error + "\nterminate called") and not is_said(1, "")


def test_what_sigterm_may_come_to():
    began, error = "2026-11-21T10:58:21Z info  starting", "2026-11-21T10:58:21Z error failed subcommand=serve"
    assert is_in_order(0, began) and is_in_order(None, "") and is_in_order(1, error) and is_in_order(-15, error) and is_in_order(-15, "")
    assert not is_in_order(1, began) and not is_in_order(-15, began) and not is_in_order(-9, began) and not is_in_order(-11, error)
