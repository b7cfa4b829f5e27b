"""The read models kept up by processes of their own: shared, handed over, taken over, and never applied twice."""

import re
import signal
import time

import ledger_server
from read_models import PROJECTIONS, READ_MODELS, TOPICS

SESSION_MS = 6_000  # the least that a broker allows


def wait_until(true, within_s=60):
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def metric(node, name, model):
    found = re.search(rf'^{name}{{projection="{model}"}} (\S+)$', node.call("GET", "/metrics").text, re.M)
    return float(found.group(1)) if found else 0.0


def partitions(node, model):
    return metric(node, "promptledger_projection_partitions", model)


def write(serving, count, category):
    position = None
    for number in range(count):
        answer = serving.call("POST", "/api/v1/prompts", {"name": f"{category}-{number}", "category": category, "template": "t"})
        assert answer.status == 201, answer
        position = answer.headers["ledger-position"]
    return position


def listed(serving, category, position):
    answer = serving.call("GET", f"/api/v1/prompts?category={category}&limit=100", headers={"Ledger-Min-Position": position})
    assert answer.status == 200, answer
    return len(answer.json["items"])


def lags(node):
    return [model["lag_records"] for model in node.call("GET", "/health", key=None).json["components"]["projections"]["models"]]


def models_equal_a_rebuild(ledger):
    for model in READ_MODELS:
        rebuilt = ledger.run("rebuild", model)
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert "every table is identical to the one it replaces" in rebuilt.stdout


def start_three(ledger):
    """One that serves, two that project, settled."""
    projectors = [ledger.node(f"project-{n}", "project").launch("--group-session-timeout-ms", str(SESSION_MS)) for n in range(2)]
    serving = ledger.node("serve", "serve").launch()
    for node in [*projectors, serving]:
        node.wait_ready()
    ledger.read_key()
    wait_until(lambda: serving.call("GET", "/api/v1/prompts").status == 200)
    for model in READ_MODELS:
        everything = TOPICS[model] * ledger.partitions
        wait_until(lambda: sorted(partitions(node, model) for node in projectors) == [everything / 2, everything / 2])
    return serving, projectors


def test_two_projectors_share_and_one_that_is_killed_is_taken_over():
    with ledger_server.ledger() as ledger:
        serving, (first, second) = start_three(ledger)
        assert listed(serving, "shared", write(serving, 20, "shared")) == 20

        second.stop(signal.SIGKILL)
        killed = time.monotonic()
        position = write(serving, 20, "killed")
        for model in READ_MODELS:
            wait_until(lambda: partitions(first, model) == ledger.partitions * TOPICS[model])
        print(f"taken over {time.monotonic() - killed:.1f} s after the kill; the session is {SESSION_MS / 1000} s")
        assert listed(serving, "killed", position) == 20

        # Lag is known for the whole model, whoever applies it.
        wait_until(lambda: set(lags(first)) == {0})
        models_equal_a_rebuild(ledger)
        assert first.stop() == 0, first.log()[-2000:]


def test_a_projector_that_stops_hands_over_at_once():
    with ledger_server.ledger() as ledger:
        serving, (first, second) = start_three(ledger)
        asked = time.monotonic()
        assert second.stop() == 0, second.log()[-2000:]
        for model in READ_MODELS:
            wait_until(lambda: partitions(first, model) == ledger.partitions * TOPICS[model], within_s=SESSION_MS / 1000)
        print(f"stopped and taken over {time.monotonic() - asked:.1f} s after it was asked to stop")
        assert listed(serving, "stopped", write(serving, 20, "stopped")) == 20

        second.start("--group-session-timeout-ms", str(SESSION_MS))
        for model in READ_MODELS:
            wait_until(lambda: partitions(first, model) == partitions(second, model))
            assert metric(first, "promptledger_projection_handed_over_total", model) > 0
            assert metric(first, "promptledger_projection_lost_partitions_total", model) == 0
        assert listed(serving, "back", write(serving, 20, "back")) == 20
        models_equal_a_rebuild(ledger)


def test_a_projector_that_was_frozen_and_replaced_applies_nothing():
    with ledger_server.ledger() as ledger:
        serving, (first, second) = start_three(ledger)
        second.send(signal.SIGSTOP)
        position = write(serving, 30, "frozen")
        for model in READ_MODELS:
            wait_until(lambda: partitions(first, model) == ledger.partitions * TOPICS[model])
        assert listed(serving, "frozen", position) == 30

        second.send(signal.SIGCONT)
        position = write(serving, 30, "thawed")
        for model in READ_MODELS:
            wait_until(lambda: metric(second, "promptledger_projection_lost_partitions_total", model) > 0)
            wait_until(lambda: partitions(second, model) > 0 and partitions(first, model) == partitions(second, model))
        assert listed(serving, "thawed", position) == 30
        models_equal_a_rebuild(ledger)


def test_some_read_models_only_and_their_own_health():
    with ledger_server.ledger() as ledger:
        ledger.start()
        only = ledger.node("only", "project").start("--only", "history,access")
        names = {model["name"] for model in only.call("GET", "/health", key=None).json["components"]["projections"]["models"]}
        assert names == {"history", "access"}
        assert only.call("GET", "/health/live", key=None).status == 200
        assert only.call("GET", "/metrics", key=None).status == 401
        assert only.call("GET", "/api/v1/prompts").status == 404, "it serves nothing but its own state"
        assert only.stop() == 0
        unknown = ledger.run("project", "--only", "histories")
        assert unknown.returncode == 1 and "there is no projection histories; there are: " + ", ".join(PROJECTIONS) in unknown.stderr, unknown
