"""Records that somebody else writes into the log of a running ledger: void and counted by class, or parked, or the partition halts. All else goes on."""

import os
import re
import time
import uuid

import pytest

import ledger_server
from intruder import hash_of, headers_with, is_event, link, put, read_partition
from http_api import Api, Events
from link_rule import Head, Record

PATIENCE_S = 60


class Target:
    """The partition that holds the home workspace's prompts, and how the ledger is doing."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.topic = f"{ledger.prefix}.log.prompts"
        self.made = self.create()
        self.number = self.partition_of(self.made)

    def create(self, name=None):
        return self.ledger.call("POST", "/api/v1/prompts", {"name": name or uuid.uuid4().hex, "category": "foreign", "template": "t"})

    def partition_of(self, made):
        topic = self.topic
        self.wait(lambda: self.get(made).status == 200, "the prompt")
        return int(ledger_server.run_sql(self.ledger.postgres, f"SELECT partition FROM history.event WHERE topic = '{topic}' AND stream = 'prompt/{made.json['id']}'"))

    def get(self, made):
        return self.ledger.call("GET", made.headers["location"])

    def wait(self, is_so, what):
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline, f"{what} did not come in time"
            time.sleep(0.05)

    def read(self):
        """The head, and the last event that counts."""
        reader, counted = read_partition(self.ledger.kafka, self.topic, self.number)
        return reader.head, counted

    def put(self, record):
        put(self.ledger.kafka, self.topic, self.number, record)

    def voids(self):
        told = self.ledger.call("GET", "/metrics").text.splitlines()
        pattern = rf'promptledger_partition_void_records_total{{class="(\w+)",partition="{self.number}",topic="{re.escape(self.topic)}"}} (\d+)'
        found = {match.group(1): int(match.group(2)) for line in told if (match := re.fullmatch(pattern, line))}
        (row,) = [p for p in self.ledger.call("GET", "/api/v1/cluster").json["partitions"] if p["topic"] == self.topic and p["partition"] == self.number]
        assert row["void_records"].keys() == found.keys()
        return found

    def health(self):
        return self.ledger.call("GET", "/health", key=None)

    def all_answer(self, expected=201):
        """Reading and writing, in the same partition and in others, is answered, and nothing with 500."""
        made = self.create()
        assert made.status == expected, made
        if expected == 201:
            listed = self.ledger.call("GET", "/api/v1/prompts?category=foreign&limit=500", headers={"Ledger-Min-Position": made.headers["ledger-position"]})
            assert listed.status == 200 and made.json["id"] in {item["id"] for item in listed.json["items"]}, listed
        assert self.get(self.made).status == 200
        assert self.ledger.call("GET", "/health/ready", key=None).status == 200
        return made


@pytest.fixture(scope="module")
def target():
    with ledger_server.ledger() as ledger:
        yield Target(ledger.start("--command-guard-every-ms", "200"))


def test_void_records_are_counted_by_class_and_nothing_stops(target):
    head, counted = target.read()
    events = [record for record in counted if is_event(record)]
    elsewhere = os.urandom(32)
    foreign_value = Record(events[-1].key, events[-1].headers, b"{not json")
    late = link(events[0], Head(hash_of(counted[0]), 0, head.recorded))
    cases = [
        ("unlinked", Record(b"", (), b"")),
        ("unlinked", Record(events[-1].key, (), b"{not json")),
        ("unlinked", Record(b"\xff\xfe", ((b"ce_type", b"\xff"), (b"ce_prevhash", b"no hash")), b"\x00" * 1000)),
        ("unlinked", Record(b"k", headers_with(events[-1], {"ce_prevhash": "A" * 42 + "B"}), b"{}")),
        ("stale_head", late),
        ("stale_head", foreign_value),  # the record that is the head, changed and sent again
        ("stale_head", events[-1]),  # and unchanged
        ("orphan", link(events[-1], head, prevhash=elsewhere)),
        ("on_void", link(events[-1], Head(hash_of(late), 1, head.recorded))),
    ]
    for cls, record in cases:
        before, height = target.voids(), target.read()[0].height
        target.put(record)
        wanted = before | {cls: before[cls] + 1}
        target.wait(lambda wanted=wanted: target.voids() == wanted, f"a record that is void as {cls}")
        assert target.read()[0].height == height, "it counts"
        target.all_answer()
    health = target.health()
    assert health.status == 200 and health.json["status"] == "up", health
    target.wait(lambda: "find out who can write to the log's topics" in target.ledger.up.log(), "the warning")


def wait_parked(target, streams):
    def parked():
        return {m["name"]: m["parked_streams"] for m in target.health().json["components"]["projections"]["models"]}.get("prompt_catalog")

    target.wait(lambda: parked() == streams, f"{streams} parked streams")


def test_what_links_and_cannot_be_read_counts_and_is_parked_and_all_else_goes_on(target):
    parked = 0
    for changes, value in [
        ({"ce_type": "promptledger.prompt.sparkled.v9"}, None),
        ({"ce_type": "promptledger.prompt.created.v99"}, None),
        ({}, b"{not json"),
        ({}, b'{"name": 7}'),
        ({"ce_tags": "{"}, None),
    ]:
        head, counted = target.read()
        like = next(record for record in reversed(counted) if record.header("ce_type") == "promptledger.prompt.created.v1")
        prompt = str(uuid.uuid4())
        target.put(link(like, head, {"ce_subject": f"prompt/{prompt}", "ce_sequence": "1"} | changes, value))
        parked += 1
        wait_parked(target, parked)
        assert target.read()[0].height == head.height + 1, "it does not count"
        made = target.all_answer()
        # The stream itself: never an error of ours, and nothing is decided on what cannot be read.
        for method, path, body in [
            ("GET", f"/api/v1/prompts/{prompt}", None),
            ("GET", f"/api/v1/prompts/{prompt}/history", None),
            ("GET", f"/api/v1/prompts/{prompt}?at_version=1", None),
            ("GET", f"/api/v1/streams/prompt/{prompt}/events", None),
            ("PUT", f"/api/v1/prompts/{prompt}", {"title": "t"}),
            ("PUT", f"/api/v1/prompts/{prompt}/lifecycle", {"status": "published"}),
        ]:
            answer = target.ledger.call(method, path, body, headers={"Ledger-Min-Position": made.headers["ledger-position"]} if method == "GET" else None)
            assert answer.status in (200, 404, 503), (method, path, changes, value, answer)
            assert method == "GET" or answer.status != 200, "decided on what cannot be read"
    health = target.health()
    assert health.status == 200 and health.json["status"] == "degraded", health
    alarms = [line for line in target.ledger.up.log().splitlines() if "streams are parked" in line]
    assert alarms and all("Run one that can" in line for line in alarms), alarms
    # Lists of the past and the stream of events go past what cannot be read.
    now = target.ledger.call("GET", f"/api/v1/streams/prompt/{made.json['id']}/events").json["items"][-1]["recorded_at"]
    listed = target.ledger.call("GET", f"/api/v1/prompts?as_of={now}&category=foreign&limit=500")
    assert listed.status == 200 and made.json["id"] in {item["id"] for item in listed.json["items"]}, listed
    events = Events(Api(target.ledger, target.ledger.key), "?from=beginning")
    assert events.until(made.json["id"])["data"]["version"] == 1
    events.close()


def test_a_stream_that_cannot_be_read_any_more_stands_still_alone(target):
    victim = target.create()
    target.partition_of(victim)
    head, counted = target.read()
    before = [m["parked_streams"] for m in target.health().json["components"]["projections"]["models"] if m["name"] == "prompt_catalog"][0]
    target.put(link(counted[-1], head, {"ce_subject": f"prompt/{victim.json['id']}", "ce_sequence": "2", "ce_type": "promptledger.prompt.sparkled.v9"}))
    wait_parked(target, before + 1)
    assert target.get(victim).status == 200, "as of what could be read"
    now = target.create()
    time_of = target.ledger.call("GET", f"/api/v1/streams/prompt/{now.json['id']}/events", headers={"Ledger-Min-Position": now.headers["ledger-position"]}).json["items"][0]["recorded_at"]
    listed = target.ledger.call("GET", f"/api/v1/prompts?as_of={time_of}&category=foreign&limit=500").json["items"]
    assert victim.json["id"] in {item["id"] for item in listed}, "also in a list of the past"
    refused = target.ledger.call("PUT", victim.headers["location"].split("/versions")[0], {"title": "t"})
    assert refused.status == 503 and refused.json["cause"] == "unreadable", refused
    target.all_answer()


@pytest.mark.parametrize("what", ["hash", "height", "value", "time"])
def test_a_record_that_links_and_is_not_to_be_believed_halts_its_partition_and_no_other(what):
    with ledger_server.ledger() as ledger:
        target = Target(ledger.start())
        linked_to = None

        def phases():
            return {(p["topic"], p["partition"]): p["phase"] for p in target.health().json["components"]["commands"]["partitions"]}

        def put_and_halted():
            nonlocal linked_to
            if phases()[target.topic, target.number] == "halted":
                return True
            head, counted = target.read()
            if head != linked_to:  # the first, or somebody was faster (a barrier at the beginning): then the last was stale, and void
                linked_to = head
                good = link(counted[-1], head)
                target.put(
                    {
                        "hash": Record(good.key, headers_with(good, {"ce_hash": "A" * 43}), good.value),
                        "height": Record(good.key, headers_with(good, {"ce_height": "7"}), good.value),
                        "value": Record(good.key, good.headers, good.value + b" "),
                        "time": Record(good.key, headers_with(good, {"ce_recordedtime": "2026-01-01"}), good.value),
                    }[what]
                )
            return False

        target.wait(put_and_halted, "the halt")
        assert [place for place, phase in phases().items() if phase == "halted"] == [(target.topic, target.number)]
        refused = target.all_answer(503)
        assert refused.json["cause"] == "halted" and refused.json["state"] == "not_stored", refused
        (alarm,) = [line for line in ledger.up.log().splitlines() if "partition halted" in line]
        assert "links to the head but" in alarm and "Restore the partition, and find out who can write to it" in alarm, alarm
        health = target.health()
        assert health.json["components"]["commands"]["status"] == "degraded", health
        # The others: keys are in whichever partition the workspace's prompts are not, if there is one.
        assert ledger.call("GET", "/api/v1/api-keys").status == 200
        assert ledger.stop() == 0
