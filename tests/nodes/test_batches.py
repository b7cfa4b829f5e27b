"""Batches at any node: lines of partitions that other nodes write are decided all the same, each id once."""

import concurrent.futures
import json
import signal

import batches
import ledger_server
from conftest import make_prompts, wait_until

# A line whose outcome was not known in time is tried again by the server, and may find itself there already.
IN = {"recorded", "already_recorded"}


def prompt_at(node):
    return make_prompts(node, count=1)[0].split("/prompts/")[1].split("/")[0]


def events_of(ledger, told):
    """How many events each of the executions has, in the log as the history keeps it."""
    ids = [result["id"] for result in told.results]
    rows = ledger_server.run_sql(ledger.postgres, "SELECT substr(stream, 11), count(*) FROM history.event WHERE stream LIKE 'execution/%' GROUP BY stream")
    counts = dict(row.split("|") for row in rows.splitlines())
    return [int(counts.get(each, 0)) for each in ids]


def test_batches_at_all_nodes_at_once_record_each_line_once(ledger, nodes):
    prompt = prompt_at(nodes[0])
    texts = [batches.lines(prompt, 600) for _ in nodes]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda pair: batches.send(pair[0], batches.body(pair[1]), ledger.key), zip(nodes, texts)))
    for each in told:
        assert set(each.statuses) <= IN, each
        wait_until(lambda each=each: set(events_of(ledger, each)) == {1}, what="the history of all")


def test_the_same_batch_at_two_nodes_at_once_is_recorded_once(ledger, nodes):
    prompt = prompt_at(nodes[0])
    texts = batches.lines(prompt, 300)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda node: batches.send(node, batches.body(texts), ledger.key), nodes[:2]))
    for first, second in zip(*(each.statuses for each in told)):
        assert {first, second} <= IN and (first, second) != ("recorded", "recorded"), told
    wait_until(lambda: set(events_of(ledger, told[0])) == {1}, what="the history of all")


def test_a_node_that_is_killed_in_the_middle_leaves_what_another_completes(ledger, nodes):
    prompt = prompt_at(nodes[0])
    texts = batches.lines(prompt, 2_000)
    stream = batches.Stream(nodes[2], ledger.key)
    stream.send(batches.body(texts))
    before = stream.results(100)
    nodes[2].stop(signal.SIGKILL)
    told = batches.send(nodes[0], batches.body(texts), ledger.key)
    assert set(told.statuses) == IN, told
    known = {result["id"] for result in told.results if result["status"] == "already_recorded"}
    assert known >= {result["id"] for result in before.results if result["status"] == "recorded"}
    assert [result["id"] for result in told.results] == [json.loads(text)["id"] for text in texts]
    wait_until(lambda: set(events_of(ledger, told)) == {1}, what="the history of all")
