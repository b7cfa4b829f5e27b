"""Clients that change prompts over several nodes at once, and remember what they were told."""

import http.client
import random
import threading
import time
import uuid

import ledger_server


class Told:
    """One command and its answer: what was asked of whom, and what came back."""

    def __init__(self, node, prompt, title, key, status, answer):
        self.node, self.prompt, self.title, self.key, self.status, self.answer = node, prompt, title, key, status, answer

    def version(self):
        return int(self.answer.headers["etag"].strip('"'))


class NodeCrowd:
    """Each client sets titles of shared prompts, every title once, at a random node; half of them with Idempotency-Keys, who try again at
    another node until the answer is definite."""

    def __init__(self, nodes, prompts, clients=8, seed=1):
        self.nodes, self.prompts = list(nodes), prompts
        self.told, self.unanswered = [], []
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.client, args=(random.Random(seed * 1000 + n), n % 2 == 0)) for n in range(clients)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()

    def accepted(self):
        with self.lock:
            return sum(told.status == 200 for told in self.told)

    def wait_for_more(self, count, within_s=60):
        """Until so many more commands were stored: whatever happened, somebody still takes them."""
        wanted, deadline = self.accepted() + count, time.monotonic() + within_s
        while self.accepted() < wanted:
            assert time.monotonic() < deadline, f"only {self.accepted()} of {wanted} commands were stored in time"
            time.sleep(0.02)

    def client(self, random, keyed):
        while not self.over.is_set():
            prompt, title = random.choice(self.prompts), uuid.uuid4().hex
            headers = {"Idempotency-Key": title} if keyed else {}
            for _ in range(100):
                node = random.choice(self.nodes)
                try:
                    answer = node.call("PUT", prompt, {"title": title}, headers=headers, timeout=40)
                except (OSError, http.client.HTTPException) as broken:
                    answer = ledger_server.Answer(0, [], repr(broken))
                definite = answer.status == 200 or 400 <= answer.status < 500
                if definite or not keyed:
                    break
                time.sleep(0.05)
            with self.lock:
                (self.told if answer.status else self.unanswered).append(Told(node.name, prompt, title, headers.get("Idempotency-Key"), answer.status, answer))


def check_log(ledger, crowd, node):
    """Every acknowledged title is in the log once, no other more than once, and versions are gapless."""
    events = {}
    for prompt in crowd.prompts:
        stored = [told for told in crowd.told if told.prompt == prompt and told.status == 200]
        newest = max(stored, key=lambda told: told.version()).answer.headers["ledger-position"]
        stream, cursor = [], ""
        while cursor is not None:
            page = node.call("GET", f"/api/v1/streams/prompt/{prompt.split('/')[-1]}/events?limit=500{cursor}", headers={"Ledger-Min-Position": newest}).json
            stream += page["items"]
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        assert [e["version"] for e in stream] == list(range(1, len(stream) + 1)), "versions are not gapless"
        for event in stream:
            title = event["data"].get("title")
            if title is not None:
                events.setdefault((prompt, title), []).append(event["version"])
    assert all(len(versions) == 1 for versions in events.values()), "a command took effect twice"
    for told in crowd.told:
        versions = events.get((told.prompt, told.title), [])
        if told.status == 200:
            assert versions == [told.version()], f"{told.answer} at {told.node}, and the log has {versions}"
        elif 400 <= told.status < 500 or (told.status == 503 and '"state":"not_stored"' in told.answer.text):
            assert not versions, f"{told.answer} at {told.node}, and it took effect"
