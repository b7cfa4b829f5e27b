"""Somebody who follows the ledger's events for ever: comes back with Last-Event-ID whenever the connection ends, at whichever node answers."""

import http.client
import json
import threading
import time


class EventFollower:
    """Remembers every event in the order in which it came, and how often it had to come back."""

    def __init__(self, nodes, key, query=""):
        self.nodes, self.key, self.query = list(nodes), key, query
        self.last_id, self.events, self.connections = None, [], 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.over.set()
        self.thread.join(60)
        assert not self.thread.is_alive()

    def run(self):
        at = 0
        while not self.over.is_set():
            node = self.nodes[at % len(self.nodes)]
            at += 1
            try:
                self.follow(node)
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)

    def follow(self, node):
        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=5)
        headers = {"Authorization": "Bearer " + self.key} | ({"Last-Event-ID": self.last_id} if self.last_id else {})
        connection.request("GET", "/api/v1/events" + self.query, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            time.sleep(0.05)
            return
        self.connections += 1
        block = {}
        while not self.over.is_set():
            line = answer.readline()
            if not line:
                break
            line = line.decode().rstrip("\n")
            if line == "":
                self.take(block)
                block = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(": ")
                block[name] = value
        connection.close()

    def take(self, block):
        """What is not whole when the connection ends does not count, as in a browser."""
        if "id" in block:
            self.last_id = block["id"]
        if "data" in block:
            self.events.append(json.loads(block["data"]))
