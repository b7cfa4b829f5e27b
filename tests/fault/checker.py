"""What must hold after any fault, looked up in Kafka, PostgreSQL, the clients' records and the ledger itself."""

import base64
import collections
import concurrent.futures
import dataclasses
import http.client
import json
import pathlib
import sys
import time

from confluent_kafka import TopicPartition

sys.path += [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("log_reader", "support")]
from clients import Door, Told  # noqa: E402
from ledger_reader import open_consumer, record_of  # noqa: E402
from ledger_server import run_sql  # noqa: E402
from link_rule import LinkReader, hash_text  # noqa: E402

ANSWER_S = 10
READ_LIMIT_S = 30
SETTLE_LIMIT_S = 30
CATCH_UP_LIMIT_S = 30
READ_MODELS = ("history", "prompt_catalog", "access")
SETTLERS = 8


@dataclasses.dataclass(frozen=True)
class Counted:
    """A record that counts, as the reader that is written from docs/log-format.md sees it."""

    topic: str
    partition: int
    height: int
    hash: str
    stream: str  # empty for genesis and barriers
    sequence: int
    marker: str  # the event's reason

    @property
    def position(self):
        text = f"{self.topic.rsplit('.', 1)[1]}/{self.partition}@{self.height}"
        return "1." + base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


class Violations(list):
    def expect(self, holds, sentence):
        if not holds:
            self.append(sentence)


def read_log(brokers, topic, violations):
    """All records that count, each partition to its present end. Void ones are only counted."""
    consumer = open_consumer(brokers)
    counted, voids = [], collections.Counter()
    try:
        for number in sorted(consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions):
            low, end = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_S)
            violations.expect(low == 0, f"{topic}/{number} begins at {low}")
            reader = LinkReader(topic, number)
            consumer.assign([TopicPartition(topic, number, 0)])
            at, deadline = 0, time.monotonic() + READ_LIMIT_S
            while at < end:
                assert time.monotonic() < deadline, f"{topic}/{number} could not be read to its end in {READ_LIMIT_S} s"
                for message in consumer.consume(1000, timeout=1.0):
                    if message.error():
                        raise RuntimeError(str(message.error()))
                    at = message.offset() + 1
                    record = record_of(message)
                    verdict = reader.read(record)
                    if verdict.kind == "halt":
                        violations.append(f"{topic}/{number} halts at {message.offset()}: {verdict.why}")
                        return counted, voids
                    if verdict.kind == "counts":
                        counted.append(_counted(topic, number, record, verdict))
                    else:
                        voids[verdict.void_class] += 1
    finally:
        consumer.close()
    return counted, voids


def _counted(topic, number, record, verdict):
    value = json.loads(record.value) if record.value else {}
    return Counted(
        topic,
        number,
        verdict.height,
        hash_text(verdict.hash),
        record.header("ce_subject") or "",
        int(record.header("ce_sequence") or 0),
        value.get("reason", ""),
    )


def check_streams(counted, violations):
    newest = collections.defaultdict(int)
    for record in counted:
        if record.stream:
            violations.expect(record.sequence == newest[record.stream] + 1, f"{record.stream} goes from {newest[record.stream]} to {record.sequence}")
            newest[record.stream] = record.sequence


def check_calls(calls, counted, violations):
    """What each client was told agrees with the log."""
    stored = collections.defaultdict(list)
    for record in counted:
        stored[record.marker].append(record)
    for call in calls:
        found = stored.get(call.marker, [])
        what = f"{call.method} {call.path} {call.marker}, answered {call.status}"
        violations.expect(len(found) <= 1, f"{len(found)} events of {what}")
        if call.told is Told.ACKNOWLEDGED:
            violations.expect(len(found) == 1, f"{len(found)} events of what was acknowledged: {what}")
            if found:
                violations.expect(found[0].position == call.position, f"it is at {found[0].position} and was told to be at {call.position}: {what}")
        if call.told in (Told.REJECTED, Told.NOT_STORED, Told.UNSENT):
            violations.expect(not found, f"an event of what was {call.told.value}: {what}")


def settle_open(calls, port, key, violations):
    """Asks at the place that a 504 named until the outcome is definite."""

    def settle(call):
        door = Door(port, key)
        deadline = time.monotonic() + SETTLE_LIMIT_S
        state = "nothing"
        while time.monotonic() < deadline:
            try:
                status, _, answer = door.ask("GET", call.location)
                state = answer.get("state") if status == 200 else f"status {status}"
            except (OSError, http.client.HTTPException):
                state = "no answer"
            if state == "stored":
                call.told, call.position = Told.ACKNOWLEDGED, answer["position"]
                break
            if state == "not_stored":
                call.told = Told.NOT_STORED
                break
            time.sleep(0.2)
        else:
            violations.append(f"after {SETTLE_LIMIT_S} s the outcome at {call.location} is still {state}")
        door.close()

    _at_once(settle, [call for call in calls if call.told is Told.OPEN])


def retry(calls, port, key, violations):
    """Sends what had no definite answer once more, with its key, until it has."""

    def again(call):
        door = Door(port, key)
        deadline = time.monotonic() + SETTLE_LIMIT_S
        while time.monotonic() < deadline:
            door.make(call)
            if call.told in (Told.ACKNOWLEDGED, Told.REJECTED):
                break
            time.sleep(0.2)
        else:
            violations.append(f"after {SETTLE_LIMIT_S} s a retry is still answered {call.told.value}, {call.status}: {call.method} {call.path} {call.marker}")
        door.close()

    _at_once(again, [call for call in calls if call.told in (Told.NOTHING, Told.NOT_STORED, Told.UNSENT)])


def _at_once(work, calls):
    with concurrent.futures.ThreadPoolExecutor(max_workers=SETTLERS) as workers:
        list(workers.map(work, calls))


def check_history(postgres, topic, counted, violations):
    """The history holds every record that counts, and nothing else."""
    expected = {(record.partition, record.height, record.hash) for record in counted}
    query = f"SELECT partition, height, translate(encode(hash, 'base64'), '+/=' || chr(10), '-_') FROM history.event WHERE topic = '{topic}'"
    deadline = time.monotonic() + CATCH_UP_LIMIT_S
    while True:
        rows = [line.split("|") for line in run_sql(postgres, query).splitlines()]
        found = [(int(partition), int(height), text) for partition, height, text in rows]
        if set(found) >= expected or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    violations.expect(len(found) == len(set(found)), "the history holds a record twice")
    violations.expect(set(found) >= expected, f"the history lacks {len(expected - set(found))} records of {topic}")
    violations.expect(set(found) <= expected, f"the history has {len(set(found) - expected)} records that do not count in {topic}")
    parked = run_sql(postgres, " UNION ALL ".join(f"SELECT count(*) FROM {model}.parked_stream" for model in READ_MODELS))
    violations.expect(set(parked.splitlines()) == {"0"}, "streams are parked")


def check_rebuild(ledger, violations):
    for model in READ_MODELS:
        done = ledger.run("rebuild", model)
        same = done.returncode == 0 and "every table is identical to the one it replaces" in done.stdout
        violations.expect(same, f"rebuild {model}: status {done.returncode}, {done.stdout.strip()} {done.stderr.strip()[-500:]}")
