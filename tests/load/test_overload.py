"""A server with more than it can take: it refuses quickly and with Retry-After, stays within its memory, serves on, and loses nothing."""

import itertools
import json
import socket
import time
from pathlib import Path

import pytest

import ledger_server
from crowd import ask, at_once, create, names_in

BODY_BYTES = 4 << 20
HELD_BYTES = 8 << 20
SENDERS = 60
LEVEL_S = 30


def resident_bytes(ledger):
    status = Path(f"/proc/{ledger.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) * 1024


def when_level(ledger, category, wanted):
    """The prompts of a category, when the read model has caught up with what was acknowledged."""
    deadline = time.monotonic() + LEVEL_S
    while not wanted <= (found := names_in(ledger, category)).keys():
        assert time.monotonic() < deadline, f"not to be seen: {sorted(wanted - found.keys())[:5]}"
        time.sleep(0.05)
    return found


def is_refused_well(answer):
    status, headers, body = answer
    assert status == 503, answer
    assert int(headers["retry-after"]) >= 1
    assert json.loads(body)["type"] == "/problems/overloaded", body
    return True


def check_flood(ledger, category, clients, calls):
    """Everybody is answered; what was acknowledged is there, what was refused is not; and then it is as before."""
    names = [f"{category}-{number}" for number in range(calls)]
    answers = dict(zip(names, at_once(clients, lambda name: create(ledger, name, category), names)))
    assert None not in answers.values()
    accepted = {name for name, answer in answers.items() if answer[0] == 201}
    refused = {name for name, answer in answers.items() if name not in accepted and is_refused_well(answer)}
    assert accepted and refused
    found = when_level(ledger, category, accepted)
    assert not refused & found.keys(), "stored although it was refused"
    for name in sorted(refused)[:20]:
        assert create(ledger, name, category)[0] == 201
    return refused


@pytest.fixture(scope="module")
def narrow():
    """Places for few requests and few bytes, but for many connections."""
    with ledger_server.running_ledger(
        "--http-max-requests", "4", "--http-max-connections", "96", "--http-max-event-streams", "4",
        "--http-max-body-bytes", str(BODY_BYTES), "--http-max-held-bytes", str(HELD_BYTES), "--log-level", "warn",
    ) as running:  # fmt: skip
        yield running


def test_more_requests_than_places_are_refused_at_once_and_the_rest_is_served(narrow):
    check_flood(narrow, "places", 32, 1200)


def test_who_watches_sees_a_full_server(narrow):
    def flood(number):
        if number % 8:
            return create(narrow, f"watched-{number}", "watched")
        answers = [ask(narrow, "GET", path) for path in ("/health/live", "/health/ready", "/metrics")]
        assert [answer[0] for answer in answers] == [200, 200, 200], answers
        return answers[-1]

    answers = at_once(32, flood, range(400))
    assert any(answer[0] == 503 for answer in answers), "it was never full, so this showed nothing"
    metrics = ask(narrow, "GET", "/metrics")[2].decode()
    refused = next(line for line in metrics.splitlines() if line.startswith('promptledger_http_refused_total{full="requests"}'))
    assert float(refused.split()[-1]) > 0


def test_bodies_that_are_held_take_bounded_memory(narrow):
    head = (
        "POST /api/v1/prompts HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {narrow.key}\r\nContent-Length: {BODY_BYTES}\r\n\r\n"
    ).encode()
    before = resident_bytes(narrow)
    senders = []
    try:
        for _ in range(SENDERS):
            sender = socket.create_connection(("127.0.0.1", narrow.port), timeout=20)
            senders.append(sender)
            # All but the last byte: whoever takes it has to keep it.
            try:
                sender.sendall(head + b" " * (BODY_BYTES - 1))
            except OSError:
                pass  # refused while we were still sending
        grown = resident_bytes(narrow) - before
    finally:
        for sender in senders:
            sender.close()
    # 240 MiB were sent. Twice the bound is for copies while a body grows, the rest for threads and the kernel's share.
    assert grown < 2 * HELD_BYTES + (64 << 20), f"{grown >> 20} MiB more"
    deadline = time.monotonic() + LEVEL_S
    while create(narrow, f"after-bodies-{time.monotonic_ns()}")[0] != 201:
        assert time.monotonic() < deadline, "it serves nobody any more"


def test_commands_that_wait_for_a_decision_are_bounded():
    with ledger_server.running_ledger("--command-queue-max", "2", "--command-flights-max", "1", "--log-level", "warn") as ledger:
        refused = check_flood(ledger, "queue", 32, 600)
        cause = create(ledger, "queue-again", "queue")
        assert cause[0] == 201
        assert refused


def test_told_to_stop_under_load_it_loses_nothing():
    with ledger_server.running_ledger("--log-level", "warn") as ledger:
        told = {}
        numbers = itertools.count()

        for _ in range(3):
            ending = []

            def client(_, ending=ending):
                while not ending:
                    name = f"stop-{next(numbers)}"
                    answer = create(ledger, name, "stop")
                    told[name] = answer
                    if answer is None:
                        return  # it has stopped

            def stopper(_, ending=ending, at_least=len(told) + 150):
                deadline = time.monotonic() + LEVEL_S
                while len(told) < at_least:
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
                status = ledger.stop()
                ending.append(True)
                return status

            results = at_once(13, lambda number: stopper(number) if number == 0 else client(number), range(13))
            assert results[0] == 0
            ledger.start("--log-level", "warn")

        acknowledged = {name: json.loads(answer[2])["id"] for name, answer in told.items() if answer is not None and answer[0] == 201}
        assert len(acknowledged) > 300
        assert {answer[0] for answer in told.values() if answer is not None} <= {201, 503, 504}
        found = when_level(ledger, "stop", acknowledged.keys())
        assert {name: found[name] for name in acknowledged} == acknowledged
        # What had no answer, or a refusal, is tried again with its key: it was stored or it was not, and now it is there once.
        for name in told.keys() - acknowledged.keys():
            assert create(ledger, name, "stop")[0] == 201
        assert when_level(ledger, "stop", told.keys()).keys() == told.keys()
