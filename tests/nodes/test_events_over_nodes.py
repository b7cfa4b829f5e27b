"""Who follows events, and comes back with Last-Event-ID: nothing is lost, nothing comes twice, whichever node goes."""

import signal

import pytest

import ledger_server
from conftest import QUICK, cluster_of, make_cluster, make_prompts, wait_settled, wait_until
from event_follower import EventFollower
from node_crowd import NodeCrowd

FLAGS = ["--forward-answer-timeout-ms", "2000", "--forward-pause-ms", "300", "--http-heartbeat-ms", "200"]


@pytest.fixture()
def nodes():
    with ledger_server.ledger(partitions=4) as ledger:
        yield make_cluster(ledger, project=1, flags=FLAGS)


def check(follower, crowd, node):
    """All events of these prompts came, each once, each stream's in order."""
    want = {}
    for prompt in crowd.prompts:
        stored = [told for told in crowd.told if told.prompt == prompt and told.status == 200]
        newest = {"Ledger-Min-Position": max(stored, key=lambda told: told.version()).answer.headers["ledger-position"]}
        stream, cursor = [], ""
        while cursor is not None:
            page = node.call("GET", f"/api/v1/streams/prompt/{prompt.split('/')[-1]}/events?limit=500{cursor}", headers=newest).json
            stream += page["items"]
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        want[prompt.split("/")[-1]] = [event["id"] for event in stream]
    wait_until(lambda: len(follower.events) >= sum(map(len, want.values())), what="every event")
    follower.stop()
    got = {}
    for event in follower.events:
        got.setdefault(event["stream_id"], []).append(event["id"])
    assert got == want


def test_events_go_on_over_restarts_kills_and_hand_overs(nodes):
    prompts = make_prompts(nodes[0])
    query = "?from=beginning&" + "&".join("prompt=" + prompt.split("/")[-1] for prompt in prompts)
    follower = EventFollower([nodes[1], nodes[2], nodes[0]], nodes[0].ledger.key, query).start()   # it begins at the first that goes
    crowd = NodeCrowd(nodes, prompts, clients=6).start()
    crowd.wait_for_more(60)
    for node, how in ((nodes[1], signal.SIGTERM), (nodes[2], signal.SIGKILL)):
        crowd.nodes = [each for each in nodes if each is not node]
        node.stop(how)
        crowd.wait_for_more(60)
        node.start(*QUICK, *FLAGS)
        wait_settled(nodes)
        crowd.nodes = list(nodes)
        crowd.wait_for_more(60)
    # The process that keeps the read models up goes, too: events come late, and none is missing.
    projecting = next(node for node in nodes[0].ledger.nodes if node not in nodes and node.process and node.process.poll() is None)
    projecting.stop(signal.SIGKILL)
    crowd.wait_for_more(30)
    projecting.start(*QUICK)
    crowd.wait_for_more(30)
    crowd.stop()
    assert cluster_of(nodes[0])["nodes"]
    check(follower, crowd, nodes[0])
    assert follower.connections > 1, "it had to come back"
