"""Two nodes that both believe every partition theirs, under load, with and without protocol step 16: nothing is lost and nothing comes twice.

PROMPTLEDGER_CONTENTION_SECONDS is how long each lasts; what it costs is measured by `bench/run contention`.
"""

import os
import time

import pytest

import ledger_server
from conftest import cluster_of, make_prompts, wait_until
from node_crowd import NodeCrowd, check_log

SECONDS = float(os.environ.get("PROMPTLEDGER_CONTENTION_SECONDS", "4"))


def contention(nodes):
    seen = [p["contention"] | {"void": sum(p["void_records"].values())} for node in nodes for p in cluster_of(node)["partitions"]]
    return {name: sum(each[name] for each in seen) for name in seen[0]}


@pytest.mark.parametrize("step_16", ["on", "off"])
def test_two_nodes_that_believe_a_partition_theirs_lose_nothing(step_16):
    with ledger_server.ledger(partitions=1) as ledger:
        flags = ["--command-assignment", "all", "--command-contention-yield", step_16]
        nodes = [ledger.node(name, "serve").launch(*flags) for name in ("a", "b")]
        project = ledger.node("project", "project").launch()
        for node in [*nodes, project]:
            node.wait_ready()
        ledger.read_key()
        wait_until(lambda: all(len(cluster_of(node)["nodes"]) == 2 for node in nodes), what="that they know of each other")
        wait_until(lambda: {p["role"] for node in nodes for p in cluster_of(node)["partitions"]} == {"assigned"}, what="that each believes all of them its own")

        crowd = NodeCrowd(nodes, make_prompts(nodes[0], 8), clients=16).start()
        begun = time.monotonic()
        crowd.wait_for_more(200)
        # They meet, whoever is faster.
        wait_until(lambda: contention(nodes)["races_lost"] > 0, what="a lost race")
        time.sleep(max(0.0, SECONDS - (time.monotonic() - begun)))
        crowd.stop()

        assert not crowd.unanswered, crowd.unanswered[0].answer
        assert {told.status for told in crowd.told} <= {200, 503, 504}, {told.status: told.answer for told in crowd.told}
        check_log(ledger, crowd, nodes[1])
        met = contention(nodes)
        assert met["void"] > 0, "the losers' records are void, and told"
        assert step_16 == "on" or met["yields"] == 0, "off is off"
        by_node = {node.name: sum(told.node == node.name and told.status == 200 for told in crowd.told) for node in nodes}
        print(f"step 16 {step_16}: stored for clients of each node {by_node}, {met}")
