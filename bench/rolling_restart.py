"""Restarts three brokers, one after the other, under a ledger that is written to, and tells how long nothing was acknowledged.

    rolling_restart.py LEDGER_PORT KEY_FILE SERVERS_DIRECTORY TOPIC_PREFIX [CLIENTS]

Every client sends a command until it is acknowledged, always with the same Idempotency-Key, and then the next. Afterwards the log is read by the
Python reader of the link rule: every acknowledged command must be in it, once. Ends with status 1 when it is not.
"""

import collections
import http.client
import json
import os
import pathlib
import shlex
import subprocess
import sys
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/log_reader"))

from confluent_kafka import TopicPartition  # noqa: E402
from ledger_reader import ANSWER_S, open_consumer, record_of  # noqa: E402
from link_rule import LinkReader  # noqa: E402

BROKERS = (1, 2, 3)
CALL_LIMIT_S = 20
AGAIN_AFTER_S = 0.05
PAUSE_S = 0.02  # between two commands of a client: the brokers are to be restarted under load, not on a machine that has nothing left
STEADY_S = 5
IN_SYNC_LIMIT_S = 60
RESTART_LIMIT_S = 180
READ_LIMIT_S = 120


class Client(threading.Thread):
    """One command at a time, each until it is acknowledged."""

    def __init__(self, port, key, ending):
        super().__init__(daemon=True)
        self._port, self._key, self._ending = port, key, ending
        self.acknowledged = []  # (marker, when)
        self.told = collections.Counter()

    def run(self):
        connection = None
        while not self._ending.is_set():
            marker = uuid.uuid4().hex
            body = json.dumps({"name": marker, "category": "rolling", "template": "Say {{word}}", "reason": marker})
            headers = {"Authorization": "Bearer " + self._key, "Content-Type": "application/json", "Idempotency-Key": marker}
            while True:
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", self._port, timeout=CALL_LIMIT_S)
                    connection.request("POST", "/api/v1/prompts", body, headers)
                    answer = connection.getresponse()
                    answer.read()
                    status = answer.status
                except (OSError, http.client.HTTPException):
                    connection, status = None, "no answer"
                self.told[status] += 1
                if status == 201:
                    self.acknowledged.append((marker, time.monotonic()))
                    time.sleep(PAUSE_S)
                    break
                time.sleep(AGAIN_AFTER_S)


def wait_until_in_sync(brokers, prefix):
    consumer = open_consumer(brokers)
    deadline = time.monotonic() + IN_SYNC_LIMIT_S
    try:
        while True:
            topics = [topic for name, topic in consumer.list_topics(timeout=ANSWER_S).topics.items() if name.startswith(prefix) or name.startswith("__")]
            if all(len(partition.isrs) == len(BROKERS) for topic in topics for partition in topic.partitions.values()):
                return
            assert time.monotonic() < deadline, "the restarted broker's copies do not catch up"
            time.sleep(0.1)
    finally:
        consumer.close()


def order(servers, number, verb):
    limit = {"PROMPTLEDGER_START_LIMIT_S": str(RESTART_LIMIT_S - 10)}
    subprocess.run([ROOT / "deploy/servers", "broker", servers, str(number), verb], check=True, timeout=RESTART_LIMIT_S, env=os.environ | limit)


def restart_all(servers, brokers, prefix):
    """When each was restarted: from the order to stop it until all copies were in sync again."""
    spans = []
    for number in BROKERS:
        began = time.monotonic()
        order(servers, number, "stop")
        order(servers, number, "start")
        wait_until_in_sync(brokers, prefix)
        spans.append((began, time.monotonic()))
        time.sleep(STEADY_S)
    return spans


def markers_in_log(brokers, topic):
    """How often each command counts, and how many records are void. Raises what breaks the chain."""
    consumer = open_consumer(brokers)
    counts, voids = collections.Counter(), 0
    deadline = time.monotonic() + READ_LIMIT_S
    try:
        for number in sorted(consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions):
            low, end = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_S)
            reader, at = LinkReader(topic, number), low
            consumer.assign([TopicPartition(topic, number, low)])
            while at < end:
                assert time.monotonic() < deadline, f"{topic} could not be read to its end"
                for message in consumer.consume(1000, timeout=1.0):
                    assert not message.error(), message.error()
                    at = message.offset() + 1
                    record = record_of(message)
                    verdict = reader.read(record)
                    assert verdict.kind != "halt", verdict
                    if verdict.kind == "counts" and record.value:
                        counts[json.loads(record.value).get("reason")] += 1
                    voids += verdict.kind == "void"
    finally:
        consumer.close()
    return counts, voids


def longest_pause(moments, begin, end):
    within = [begin, *(moment for moment in moments if begin <= moment <= end), end]
    return max(after - before for before, after in zip(within, within[1:]))


def main(port, key_file, servers, prefix, clients="16"):
    key = pathlib.Path(key_file).read_text().strip()
    exports = subprocess.run([ROOT / "deploy/servers", "env", servers], check=True, capture_output=True, text=True).stdout
    brokers = shlex.split(exports.splitlines()[0])[1].split("=", 1)[1]
    ending = threading.Event()
    crowd = [Client(int(port), key, ending) for _ in range(int(clients))]
    began = time.monotonic()
    for client in crowd:
        client.start()
    time.sleep(STEADY_S)
    spans = restart_all(servers, brokers, prefix)
    ending.set()
    for client in crowd:
        client.join(2 * CALL_LIMIT_S)
        assert not client.is_alive(), "a command is not acknowledged although all brokers are back"
    ended = time.monotonic()

    acknowledged = [marker for client in crowd for marker, _ in client.acknowledged]
    moments = sorted(moment for client in crowd for _, moment in client.acknowledged)
    told = sum((client.told for client in crowd), collections.Counter())
    counts, voids = markers_in_log(brokers, f"{prefix}.log.prompts")
    lost = [marker for marker in acknowledged if counts[marker] == 0]
    doubled = [marker for marker in acknowledged if counts[marker] > 1]

    print(f"{clients} clients for {ended - began:.0f} s: {len(acknowledged)} commands acknowledged ({len(acknowledged) / (ended - began):.0f}/s); answers: "
          + ", ".join(f"{status} {times}" for status, times in sorted(told.items(), key=str)))
    print(f"before the restarts the longest time without an acknowledgement was {1000 * longest_pause(moments, began + 1, spans[0][0]):.0f} ms")
    for number, (begin, end) in zip(BROKERS, spans):
        print(f"broker {number}: {end - begin:.1f} s from its stop until all copies were in sync; longest without an acknowledgement {1000 * longest_pause(moments, begin, end + 1):.0f} ms")
    print(f"in the log: {len(lost)} acknowledged commands lost, {len(doubled)} there twice, {voids} void records")
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
