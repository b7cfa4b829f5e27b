"""Nodes that go: in order, killed, or stopped for longer than their session lasts. Nothing is lost or doubled, and somebody always takes the commands."""

import signal

import pytest

import ledger_server
from conftest import cluster_of, make_cluster, make_prompts, owner_of_prompts, wait_settled, wait_until
from node_crowd import NodeCrowd, check_log

# Short waits for answers that never come: else a test would wait as long as a client.
FLAGS = ["--forward-answer-timeout-ms", "2000", "--forward-pause-ms", "300"]


@pytest.fixture()
def nodes():
    with ledger_server.ledger(partitions=4) as ledger:
        yield make_cluster(ledger, project=1, flags=FLAGS)


def test_a_node_that_is_told_to_stop_hands_over_in_order(nodes):
    owner, others = owner_of_prompts(nodes)
    left = {(p["topic"], p["partition"]) for p in cluster_of(others[0])["partitions"] if p["assigned_to"] == owner.name}
    crowd = NodeCrowd(others, make_prompts(owner), clients=8).start()
    crowd.wait_for_more(50)
    assert owner.stop() == 0, owner.log()[-2000:]
    crowd.wait_for_more(50)
    wait_settled(others)
    crowd.wait_for_more(50)
    crowd.stop()
    keyed = [told for told in crowd.told if told.key]
    assert {told.status for told in keyed} == {200}, "with a key every command gets through"
    check_log(owner.ledger, crowd, others[0])
    # Each partition of the one that left says who took it over, and how long that was after it was assigned.
    taken = {(p["topic"], p["partition"]): p["hand_overs"][-1] for node in others for p in cluster_of(node)["partitions"] if p["assigned_to"] == node.name}
    for partition in left:
        assert taken[partition]["kind"] == "took_over" and taken[partition]["length_ms"] > 0, taken[partition]
    assert any(f"/{owner.name}/" in (taken[partition]["from"] or "") for partition in left)


def test_a_node_that_is_killed_is_replaced_and_nobody_waits_for_that(nodes):
    owner, others = owner_of_prompts(nodes)
    crowd = NodeCrowd(others, make_prompts(owner), clients=8).start()
    crowd.wait_for_more(50)
    owner.stop(signal.SIGKILL)
    # The group still names the dead node for the length of its session: the others decide themselves meanwhile.
    crowd.wait_for_more(20)
    assert any(p["assigned_to"] == owner.name for p in cluster_of(others[0])["partitions"]), "before anybody has taken over"
    wait_until(lambda: cluster_of(others[0])["forwarding"]["given"]["unreachable"] + cluster_of(others[1])["forwarding"]["given"]["unreachable"] > 0)
    wait_settled(others)
    crowd.wait_for_more(50)
    crowd.stop()
    check_log(owner.ledger, crowd, others[0])


def test_a_node_that_stood_still_past_its_session_does_no_harm(nodes):
    owner, others = owner_of_prompts(nodes)
    crowd = NodeCrowd(nodes, make_prompts(owner), clients=8).start()
    crowd.wait_for_more(50)
    owner.send(signal.SIGSTOP)
    wait_settled(others)
    crowd.nodes = others
    crowd.wait_for_more(50)
    owner.send(signal.SIGCONT)
    crowd.nodes = nodes
    wait_until(lambda: owner.call("GET", "/health/live", key=None).status == 200)
    wait_settled(nodes)
    crowd.wait_for_more(50)
    crowd.stop()
    check_log(owner.ledger, crowd, others[0])
    # What was open in the meantime has become definite, and says the truth: those that check_log found in the log are stored.
    for told in crowd.told:
        if told.status != 504:
            continue
        wait_until(lambda told=told: others[0].call("GET", told.answer.headers["location"]).json["state"] != "open", what="a definite answer")
