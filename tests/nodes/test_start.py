"""Many processes that start at the same instant on servers that hold nothing yet: each finds or makes what there is once."""

import re
import time

import ledger_server


def wait_until(true, within_s=60):
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def test_five_processes_start_at_once_on_an_empty_ledger():
    with ledger_server.ledger() as ledger:
        serving = [ledger.node(f"serve-{n}", "serve") for n in range(3)]
        projecting = [ledger.node(f"project-{n}", "project") for n in range(2)]
        for node in serving + projecting:
            node.launch()
        for node in serving + projecting:
            node.wait_ready()

        for node in serving:
            wait_until(lambda node=node: re.search(r" ready .*workspace=", node.log()))
        logs = [node.log() for node in serving]
        assert sum("first admin key written" in log for log in logs) == 1, "one of them makes the first key"
        ledger.read_key()
        for pattern in (r"ledger=(\S+)", r"workspace=(\S+)"):
            assert len({re.search(r" ready .*" + pattern, log).group(1) for log in logs}) == 1, pattern
        for node in serving:
            answer = node.call("POST", "/api/v1/prompts", {"name": node.name, "category": "start", "template": "t"})
            assert answer.status == 201, answer
        listed = serving[0].call("GET", "/api/v1/prompts?category=start", headers={"Ledger-Min-Position": answer.headers["ledger-position"]}).json
        assert len(listed["items"]) == 3
        # Whatever was made several times would show: one home workspace, one key.
        assert len(serving[1].call("GET", "/api/v1/workspaces").json["items"]) == 1
        assert len(serving[2].call("GET", "/api/v1/api-keys").json["items"]) == 1
        for node in serving + projecting:
            assert node.stop() == 0, node.log()[-2000:]


def test_a_node_without_projectors_says_so_and_is_ready_when_one_has_come():
    with ledger_server.ledger() as ledger:
        alone = ledger.node("alone", "serve").launch("--http-keys-wait-ms", "100")
        alone.wait_ready("/health/live")
        health = alone.call("GET", "/health", key=None)
        assert health.status == 503 and health.json["components"]["projections"]["status"] == "down", health
        assert {model["state"] for model in health.json["components"]["projections"]["models"]} == {"starting"}
        assert health.json["components"]["commands"]["status"] == "up"
        ledger.read_key()
        assert alone.call("GET", "/api/v1/prompts").status == 401, "no read model knows the first key yet"
        assert "Does a `promptledger project` run?" in alone.log()

        ledger.node("late", "project").start()
        alone.wait_ready()
        wait_until(lambda: alone.call("GET", "/api/v1/prompts").status == 200)
