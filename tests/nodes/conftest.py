"""Three nodes that serve and two processes that project, on one ledger, for the tests of a file."""

import time

import pytest

import ledger_server

QUICK = ["--group-session-timeout-ms", "6000"]


def make_cluster(ledger, serve=3, project=2, flags=()):
    """Started, settled: every partition has its writer and all know it. Returns the nodes that serve."""
    serving = [ledger.node(f"serve-{n}", "serve") for n in range(serve)]
    projecting = [ledger.node(f"project-{n}", "project") for n in range(project)]
    for node in serving:
        node.launch(*QUICK, *flags)
    for node in projecting:
        node.launch(*QUICK)
    for node in serving + projecting:
        node.wait_ready()
    ledger.read_key()
    wait_settled(serving)
    return serving


def cluster_of(node):
    answer = node.call("GET", "/api/v1/cluster")
    assert answer.status == 200, answer
    return answer.json


def is_settled(nodes):
    """All agree who has which partition, each has one, and it is one of these."""
    names = {node.name for node in nodes}
    views = [{(p["topic"], p["partition"]): p["assigned_to"] for p in cluster_of(node)["partitions"]} for node in nodes]
    return all(view == views[0] for view in views) and set(views[0].values()) == names


def wait_until(true, within_s=60, what="it"):
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come in time"
        time.sleep(0.05)


def wait_settled(nodes):
    wait_until(lambda: is_settled(nodes), what="agreement on who has which partition")


def owner_of_prompts(nodes):
    """The node that writes the prompts of the home workspace, and the others."""
    probe = nodes[0].call("POST", "/api/v1/prompts", {"name": f"probe-{time.monotonic_ns()}", "category": "probe", "template": "t"})
    assert probe.status == 201, probe
    name = probe.headers.get("ledger-decided-by", nodes[0].name)
    return next(node for node in nodes if node.name == name), [node for node in nodes if node.name != name]


def make_prompts(node, count=4):
    paths = []
    for n in range(count):
        made = node.call("POST", "/api/v1/prompts", {"name": f"shared-{time.monotonic_ns()}-{n}", "category": "shared", "template": "t"})
        assert made.status == 201, made
        paths.append(made.headers["location"])
    return paths


@pytest.fixture(scope="module")
def ledger():
    with ledger_server.ledger(partitions=4) as made:
        yield made


@pytest.fixture(scope="module")
def nodes(ledger):
    return make_cluster(ledger)
