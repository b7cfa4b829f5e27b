"""A subject is erased at one node while others seal for it: what was answered before is gone everywhere, what is asked for afterwards stays."""

import json
import threading
import time

import pytest

SUBJECT, TEXT = "ada@example.com", "zebra-crossing"


@pytest.fixture(scope="module")
def prompt(nodes):
    made = nodes[0].call("POST", "/api/v1/prompts", {"name": "sealed", "category": "shared", "template": "t"})
    assert made.status == 201, made
    return made.json["id"]


def whole(prompt, text):
    return {"prompt_id": prompt, "version": 1, "model": "m", "output": text, "subject": SUBJECT,
            "started_at": "2026-01-02T03:04:05Z", "completed_at": "2026-01-02T03:04:06Z"}


class Sealing(threading.Thread):
    """Records executions for the subject at one node, one after the other, and when each was asked for and answered."""

    def __init__(self, node, prompt, name):
        super().__init__()
        self.node, self.prompt, self.name = node, prompt, name
        self.done, self.records, self.refused = threading.Event(), [], []

    def run(self):
        while not self.done.is_set():
            text = f"{TEXT}-{self.name}-{len(self.records)}"
            asked = time.monotonic()
            answer = self.node.call("POST", "/api/v1/executions", whole(self.prompt, text))
            if answer.status == 201:
                self.records.append((asked, time.monotonic(), answer, text))
            else:
                self.refused.append(answer)


def shown(node, made):
    answer = node.call("GET", "/api/v1/executions/" + made.json["id"], headers={"Ledger-Min-Position": made.headers["ledger-position"]})
    assert answer.status == 200, answer
    return answer.json


def count(threads):
    return sum(len(thread.records) for thread in threads)


def wait_for_more(threads, more=13):
    """More than two of each thread: some of them are asked for after this began."""
    enough, deadline = count(threads) + more, time.monotonic() + 60
    while count(threads) < enough:
        assert time.monotonic() < deadline, [thread.refused[-1:] for thread in threads]
        time.sleep(0.01)


def test_an_erasure_at_one_node_among_others_that_seal(nodes, prompt):
    threads = [Sealing(node, prompt, f"{node.name}-{n}") for node in nodes for n in range(2)]
    for thread in threads:
        thread.start()
    erasures = []
    try:
        for node in nodes:
            wait_for_more(threads)
            subject_id = next(thread.records[0][2] for thread in threads if thread.records).json["sealed_for"]
            asked = time.monotonic()
            while (done := node.call("POST", f"/api/v1/subjects/{subject_id}/erase")).status == 202:
                assert time.monotonic() < asked + 120, done
            assert done.status == 200 and done.json["carried_out"] is True, done
            erasures.append((asked, time.monotonic()))
            assert len(done.json["erasures"]) == len(erasures), "each of them had a key to erase"
        wait_for_more(threads)
    finally:
        for thread in threads:
            thread.done.set()
        for thread in threads:
            thread.join()

    last_asked, last_done = erasures[-1]
    before = after = 0
    for thread in threads:
        for asked, answered, made, text in thread.records:
            bodies = [shown(node, made) for node in nodes]
            assert all(body == bodies[0] for body in bodies), "all nodes show the same"
            body = bodies[0]
            assert (body["output"] is None) == body.get("erased", False)
            if answered < last_asked:
                before += 1
                assert body["output"] is None and TEXT not in json.dumps(body), (made, "was answered before the erasure was asked for")
            if asked > last_done:
                after += 1
                assert body["output"] == text, (made, "was asked for after the erasure was answered")
    assert before >= 39 and after >= 7, (before, after)


def test_the_first_texts_of_a_subject_at_all_nodes_at_once_have_one_key(nodes, prompt, ledger):
    answers, gate = [], threading.Barrier(len(nodes) * 3)

    def record(node):
        gate.wait()
        answers.append(node.call("POST", "/api/v1/executions", whole(prompt, "first") | {"subject": "new here"}))

    threads = [threading.Thread(target=record, args=[node]) for node in nodes for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {201} and {answer.json["output"] for answer in answers} == {"first"}
    events = [
        nodes[0].call("GET", f"/api/v1/streams/execution/{answer.json['id']}/events", headers={"Ledger-Min-Position": answer.headers["ledger-position"]}).json["items"][0]
        for answer in answers
    ]
    assert len({event["data"]["ending"]["sealed_output"]["data"][:36] for event in events}) == 1
