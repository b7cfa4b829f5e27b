"""Any node takes any command: it is decided once, where its partition is written, and everybody sees it."""

import concurrent.futures
import json
import uuid

from conftest import cluster_of, make_prompts, owner_of_prompts, wait_until
from node_crowd import NodeCrowd, check_log


def test_a_command_is_decided_by_the_node_that_has_its_partition_under_one_request_id(nodes):
    owner, others = owner_of_prompts(nodes)
    request_id = "test-" + uuid.uuid4().hex
    made = others[0].call("POST", "/api/v1/prompts", {"name": request_id, "category": "c", "template": "t"}, headers={"X-Request-Id": request_id})
    assert made.status == 201 and made.headers["x-request-id"] == request_id and made.headers["ledger-decided-by"] == owner.name
    event = others[1].call("GET", "/api/v1/streams/prompt/" + made.json["id"] + "/events", headers={"Ledger-Min-Position": made.headers["ledger-position"]}).json["items"][0]
    assert event["correlation_id"] == request_id
    for node in (owner, others[0]):
        wait_until(lambda node=node: request_id in node.log(), what=f"the access log line of {node.name}")
    assert request_id not in others[1].log().replace("/api/v1/streams", ""), "no third node has to do with it"


def test_what_was_written_at_one_node_is_read_at_another_at_once(nodes):
    _, (a, b) = owner_of_prompts(nodes)
    name = "read-" + uuid.uuid4().hex
    path = f"/api/v1/prompts/search/c/{name}"
    last = a.call("POST", "/api/v1/prompts", {"name": name, "category": "c", "template": "0"})
    for n in range(1, 20):
        seen = b.call("GET", path, headers={"Ledger-Min-Position": last.headers["ledger-position"]})
        assert seen.json["template"] == str(n - 1), "older than what was waited for"
        last = a.call("PUT", last.headers["location"].split("/versions")[0] + "/content", {"template": str(n)})
        assert last.status == 201, last


def test_a_key_that_was_revoked_at_one_node_opens_nothing_at_the_others(nodes):
    for n in range(6):
        made = nodes[n % 3].call("POST", "/api/v1/api-keys", {"name": f"key {n}", "role": "viewer"})
        secret = made.json["secret"]
        assert [node.call("GET", "/api/v1/prompts", key=secret).status for node in nodes] == [200] * 3
        assert nodes[(n + 1) % 3].call("DELETE", "/api/v1/api-keys/" + made.json["id"]).status == 200
        for node in nodes:
            wait_until(lambda node=node: node.call("GET", "/api/v1/prompts", key=secret).status == 401, within_s=5, what="the refusal")


def test_clients_at_all_nodes_at_once_make_gapless_versions(ledger, nodes):
    crowd = NodeCrowd(nodes, make_prompts(nodes[0]), clients=12).start()
    crowd.wait_for_more(400)
    crowd.stop()
    assert not crowd.unanswered and {told.status for told in crowd.told} == {200}, {t.status: t.answer for t in crowd.told if t.status != 200}
    check_log(ledger, crowd, nodes[1])
    given = [cluster_of(node)["forwarding"] for node in nodes]
    assert sum(view["given"]["answered"] for view in given) == sum(view["taken"] for view in given) > 0


def test_one_key_at_all_nodes_at_once_is_one_command(nodes):
    for _ in range(10):
        key = uuid.uuid4().hex
        with concurrent.futures.ThreadPoolExecutor() as pool:
            answers = list(
                pool.map(
                    lambda node: node.call("POST", "/api/v1/prompts", {"name": key, "category": "c", "template": "t"}, headers={"Idempotency-Key": key}), nodes * 2
                )
            )
        ids = {answer.json["id"] for answer in answers if answer.status == 201}
        assert len(ids) == 1, answers
        assert all(answer.status in (201, 503) for answer in answers), answers


def check_cluster_metrics(node, view, alone):
    """The metrics tell the same: nodes, who writes what, heads, void records and hand-overs."""
    told = dict(line.rsplit(" ", 1) for line in node.call("GET", "/metrics").text.splitlines() if not line.startswith("#"))
    for each in view["nodes"]:
        assert float(told[f'promptledger_cluster_node_partitions{{node="{each["name"]}"}}']) == each["partitions"]
    for partition in alone["partitions"]:
        labels = f'partition="{partition["partition"]}",topic="{partition["topic"]}"'
        assert told[f'promptledger_cluster_assigned{{node="{partition["assigned_to"]}",{labels}}}'] == "1"
        assert float(told[f"promptledger_partition_head_height{{{labels}}}"]) >= partition["head"]["height"]
        for cls, count in partition["void_records"].items():
            assert float(told[f'promptledger_partition_void_records_total{{class="{cls}",{labels}}}']) >= count
        for kind in ("took_over", "released", "lost"):
            hand_overs = [h for h in partition["hand_overs"] if h["kind"] == kind]
            assert float(told[f'promptledger_cluster_hand_overs_total{{kind="{kind}",{labels}}}']) == len(hand_overs)
            seconds = float(told[f'promptledger_cluster_hand_over_seconds_total{{kind="{kind}",{labels}}}'])
            assert abs(seconds - sum(h["length_ms"] for h in hand_overs) / 1000) < 1e-6


def test_the_cluster_is_told(ledger, nodes):
    for node in nodes:
        view = cluster_of(node)
        assert view["node"] == node.name
        assert {n["name"] for n in view["nodes"]} == {n.name for n in nodes}
        assert {n["address"] for n in view["nodes"]} == {f"127.0.0.1:{n.port}" for n in nodes}
        assert len(view["partitions"]) == 3 * ledger.partitions
        assert all(n["answers"] for n in view["nodes"]), view["nodes"]
        own = [p for p in view["partitions"] if p["role"] == "assigned"]
        assert {(p["topic"], p["partition"]) for p in own} == {(p["topic"], p["partition"]) for p in view["partitions"] if p["assigned_to"] == node.name}
        for partition in view["partitions"]:
            took_over = [h for h in partition["hand_overs"] if h["kind"] == "took_over"][-1]
            assert f"/{partition['assigned_to']}/" in took_over["to"] and took_over["length_ms"] > 0, "also of what other nodes took over"
            assert [h["at"] for h in partition["hand_overs"]] == sorted(h["at"] for h in partition["hand_overs"])
            assert set(partition["void_records"]) == {"stale_head", "on_void", "orphan", "unlinked", "before_genesis"}
        alone = node.call("GET", "/api/v1/cluster?scope=node").json
        assert {n["name"]: n["answers"] for n in alone["nodes"]} == {n.name: n is node for n in nodes}
        assert all(f"/{node.name}/" in (h["to"] or h["from"]) for p in alone["partitions"] for h in p["hand_overs"])
        check_cluster_metrics(node, view, alone)
        for projection in view["projections"]:
            members = projection["members"]
            assert sorted(m["name"] for m in members) == ["project-0", "project-1"], json.dumps(projection)
    viewer = nodes[0].call("POST", "/api/v1/api-keys", {"name": "viewer", "role": "viewer"}).json["secret"]
    assert nodes[1].call("GET", "/api/v1/cluster", key=viewer).status == 403
