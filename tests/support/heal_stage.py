"""What the tests of healing share: a ledger of one `serve` and one `project`, its commands and their answers, and its log as it is."""

import base64
import json
import time
import uuid

from confluent_kafka import Consumer, TopicPartition

import ledger_server

PATIENCE_S = 120
# Those that are made of the prompts' topic.
READ_MODELS = ("history", "prompt_catalog", "access", "published")


def wait_until(true, what, within_s=PATIENCE_S):
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come in time"
        time.sleep(0.1)


class HealStage:
    def __init__(self, ledger, kafka):
        self.ledger = ledger
        ledger.kafka = kafka.address
        self.serve, self.project = ledger.node("serve", "serve"), ledger.node("project", "project")
        self.done = []  # (method, path, body, key, answer), all of them acknowledged

    def start(self, *flags):
        for node in (self.serve, self.project):
            node.launch(*flags)
        for node in (self.serve, self.project):
            node.wait_ready()
        self.ledger.read_key()
        return self

    def stop(self):
        for node in (self.serve, self.project):
            node.stop()

    def send(self, method, path, body, key):
        """Until it is acknowledged: a client that gets no definite answer tries again with its key."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self.serve.call(method, path, body, headers={"Idempotency-Key": key})
            except OSError as broken:
                answer = ledger_server.Answer(503, [], repr(broken))
            if answer.status in (200, 201):
                return answer
            assert answer.status in (503, 504) and time.monotonic() < deadline, answer
            time.sleep(0.2)

    def do(self, method, path, body):
        key = uuid.uuid4().hex
        answer = self.send(method, path, body, key)
        self.done.append((method, path, body, key, answer))
        return answer

    def work(self, prompts):
        """Prompts with a second version and a title each; every projection has applied all of it when this returns."""
        for _ in range(prompts):
            made = self.do("POST", "/api/v1/prompts", {"name": uuid.uuid4().hex, "category": "heal", "template": "Hello {{who}}"})
            path = "/api/v1/prompts/" + made.json["id"]
            self.do("PUT", path + "/content", {"template": "Good morning {{who}}"})
            last = self.do("PUT", path, {"title": "title of " + path})
        self.wait_applied(last.headers["ledger-position"])

    def wait_applied(self, position):
        """`position` is what an answer told: prompts/<partition>@<height>."""
        token = position.split(".")[1]
        height = int(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split("@")[1])

        def is_applied():
            heights = [ledger_server.run_sql(self.ledger.postgres, f"SELECT max(height) FROM {model}.checkpoint WHERE topic LIKE '%.prompts'") for model in READ_MODELS]
            return all(text and int(text) >= height for text in heights)

        wait_until(is_applied, "what was written in every projection")

    @property
    def home(self):
        """Topic and number of the partition that all of this is written to."""
        row = ledger_server.run_sql(self.ledger.postgres, "SELECT DISTINCT topic, partition FROM history.event WHERE stream LIKE 'prompt/%'")
        topic, number = row.split("|")
        return topic, int(number)

    def wait_halted(self):
        """Both processes have found out, and say so."""
        topic, number = self.home
        place = {"topic": topic, "partition": number}
        wait_until(lambda: self.phase() == "halted", "the alarm of serve")

        def is_known_to_all_models():
            models = {model["name"]: model for model in self.project.call("GET", "/health", key=None).json["components"]["projections"]["models"]}
            return all(name in models and place in models[name]["halted"] for name in READ_MODELS)

        wait_until(is_known_to_all_models, "the alarm of project")

    def phase(self):
        topic, number = self.home
        partitions = self.serve.call("GET", "/health", key=None).json["components"]["commands"]["partitions"]
        return next(p["phase"] for p in partitions if (p["topic"], p["partition"]) == (topic, number))

    def heal(self, *words):
        return self.ledger.run("heal", *words, timeout=PATIENCE_S)

    def log_end(self):
        topic, number = self.home
        consumer = Consumer({"bootstrap.servers": self.ledger.kafka, "group.id": "test"})
        try:
            return consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1]
        finally:
            consumer.close()

    def checkpoints(self):
        return [ledger_server.run_sql(self.ledger.postgres, f"SELECT * FROM {model}.checkpoint ORDER BY topic, partition") for model in READ_MODELS]

    def check_all_in_effect(self):
        """Every acknowledged command, read from every side, and answered again under its key as the first time."""
        for method, path, body, key, first in self.done:
            again = self.send(method, path, body, key)
            assert again.headers["ledger-position"] == first.headers["ledger-position"], (path, again)
            assert again.status == first.status and again.headers.get("etag") == first.headers.get("etag"), (path, again)
        ids = {json.loads(answer.text)["id"] for method, path, _, _, answer in self.done if method == "POST"}
        for prompt in ids:
            path = "/api/v1/prompts/" + prompt
            seen = self.serve.call("GET", path)
            assert seen.status == 200 and seen.json["template"] == "Good morning {{who}}" and seen.json["title"] == "title of " + path, seen
            events = self.serve.call("GET", f"/api/v1/streams/prompt/{prompt}/events").json["items"]
            assert [event["version"] for event in events] == [1, 2, 3], events
        assert ids

    def check_goes_on(self):
        """Started again, everything is as it was told, and new commands are taken, seen and published."""
        self.start()
        self.check_all_in_effect()
        self.work(2)
        self.check_all_in_effect()
        for model in ("history", "prompt_catalog", "access"):
            rebuilt = self.ledger.run("rebuild", model)
            assert rebuilt.returncode == 0 and "identical" in rebuilt.stdout, rebuilt.stderr
