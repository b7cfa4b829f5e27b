"""Checkpoints with several nodes: all watch, one signs, and another when that is gone. What they sign is one history."""

import signal
import time

import pytest

import ledger_server
from conftest import make_cluster, wait_until
from http_api import Api


@pytest.fixture()
def nodes():
    with ledger_server.ledger() as ledger:
        yield make_cluster(ledger, serve=2, project=1, flags=ledger.signing())


def signers(nodes):
    return [node for node in nodes if node.call("GET", "/api/v1/verify").json["signs"]]


def make_prompt(node):
    """A prompt's event, and where in the log it is."""
    made = Api(node, node.ledger.key).post("/prompts", {"name": f"p{time.monotonic_ns()}", "category": "c", "template": "t"})
    assert made.status == 201, made
    history = node.call("GET", f"/api/v1/prompts/{made.json['id']}/history", headers={"Ledger-Min-Position": made.headers["ledger-position"]})
    return history.json["items"][0]["id"]


def wait_proven(node, event):
    wait_until(lambda: node.call("GET", f"/api/v1/events/{event}/proof").status == 200, what="a checkpoint over the event")


def wait_watched(nodes):
    """Until every node has compared the last checkpoint of every partition with what it read itself."""

    def agree():
        views = [{(p["topic"], p["partition"]): p["checkpoint_size"] for p in node.call("GET", "/api/v1/verify").json["partitions"]} for node in nodes]
        return all(view == views[0] for view in views) and any(views[0].values())

    wait_until(agree, what="agreement on what is signed")


def test_one_signs_all_watch_and_another_goes_on_when_it_dies(nodes):
    wait_until(lambda: len(signers(nodes)) == 1, what="one that signs")
    (signer,) = signers(nodes)
    (other,) = [node for node in nodes if node is not signer]
    for _ in range(5):
        wait_proven(other, make_prompt(other))
    wait_watched(nodes)
    signer.stop(signal.SIGKILL)
    wait_until(lambda: signers([other]) == [other], what="the other's turn")
    for _ in range(3):
        wait_proven(other, make_prompt(other))
    found = other.call("GET", "/api/v1/verify").json
    assert (found["log"], found["read_model"]) == ("holds", "holds"), found
    told = other.ledger.run("verify", "all", "--public-key", found["public_key"])
    assert told.returncode == 0 and "BROKEN" not in told.stdout, told


def test_a_node_with_another_key_signs_nothing_and_says_what_is_wrong(nodes):
    for node in nodes:
        wait_proven(node, make_prompt(node))
    stranger = nodes[0].ledger.node("stranger", "serve")
    stranger.start("--checkpoint-key-file", str(nodes[0].ledger.directory / "another-key"), "--checkpoint-interval-ms", "100")
    wait_until(lambda: stranger.call("GET", "/api/v1/verify").json["log"] == "broken", what="the stranger's complaint")
    faults = [p["fault"] for p in stranger.call("GET", "/api/v1/verify").json["partitions"] if p["fault"]]
    assert all("not one that this key signed" in fault for fault in faults), faults
    assert stranger.call("GET", "/health", key=None).json["components"]["proof"]["status"] == "degraded"
    for node in nodes:
        wait_proven(node, make_prompt(node))
        assert node.call("GET", "/api/v1/verify").json["log"] == "holds"
