"""What must hold after any fault, looked up in Kafka, PostgreSQL, the clients' records and the ledger itself."""

import base64
import collections
import concurrent.futures
import dataclasses
import json
import pathlib
import sys
import time

from confluent_kafka import TopicPartition

sys.path += [str(pathlib.Path(__file__).resolve().parent.parent / folder) for folder in ("log_reader", "support")]
from calls import Told  # noqa: E402
from ledger_reader import open_consumer, record_of  # noqa: E402
from ledger_server import run_sql  # noqa: E402
from link_rule import LinkReader, hash_text  # noqa: E402
from read_models import READ_MODELS  # noqa: E402

ANSWER_S = 10
READ_LIMIT_S = 30
SETTLE_LIMIT_S = 30
CATCH_UP_LIMIT_S = 120  # a forgotten session of PostgreSQL may keep its locks for the 90 s that its link is silent
SETTLERS = 8
RETRY_PAUSE_S = 0.2


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


def messages_of(brokers, topic):
    """(partition, message) of all that is in a topic from its beginning, each partition to its present end. Raises when something is missing."""
    consumer = open_consumer(brokers)
    try:
        for number in sorted(consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions):
            _, end = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_S)
            consumer.assign([TopicPartition(topic, number, 0)])
            at, deadline = 0, time.monotonic() + READ_LIMIT_S
            while at < end:
                assert time.monotonic() < deadline, f"{topic}/{number} could not be read to its end in {READ_LIMIT_S} s"
                for message in consumer.consume(1000, timeout=1.0):
                    if message.error():
                        raise RuntimeError(str(message.error()))
                    at = message.offset() + 1
                    yield number, message
    finally:
        consumer.close()


def read_log(brokers, topic, violations):
    """All records that count. Void ones are only counted."""
    counted, voids, readers = [], collections.Counter(), {}
    for number, message in messages_of(brokers, topic):
        reader = readers.setdefault(number, LinkReader(topic, number))
        record = record_of(message)
        verdict = reader.read(record)
        if verdict.kind == "halt":
            violations.append(f"{topic}/{number} halts at {message.offset()}: {verdict.why}")
            break
        if verdict.kind == "counts":
            counted.append(_counted(topic, number, record, verdict))
        else:
            voids[verdict.void_class] += 1
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
        violations.expect(len(found) <= 1, f"{len(found)} events of {call}")
        told = [attempt for attempt in call.attempts if attempt.told is Told.ACKNOWLEDGED]
        if told:
            violations.expect(len(found) == 1, f"{len(found)} events of what was acknowledged: {call}")
        for attempt in told if found else []:
            violations.expect(attempt.position == found[0].position, f"it is at {found[0].position} and was told to be at {attempt.position}: {call}")
        if told and found and call.if_match is not None:
            violations.expect(found[0].sequence == call.if_match + 1, f"it made version {found[0].sequence} and expected {call.if_match}: {call}")
        if not told and is_told_absent(call):
            violations.expect(not found, f"an event of what was {call.told.value}: {call}")


def is_told_absent(call):
    """Whether all that the client knows says that it is not in the log, and never will be. A refusal speaks for every attempt before it; an
    inquiry for those that were answered "open"; "not stored" for its own attempt."""
    possible = False
    for attempt in call.attempts:
        if attempt.told in (Told.NOTHING, Told.OPEN):
            possible = possible or attempt.told is Told.NOTHING or not _is_asked_later(call, attempt)
        elif attempt.told is Told.REJECTED:
            possible = False
    return not possible


def _is_asked_later(call, attempt):
    place = next(place for place, other in enumerate(call.attempts) if other is attempt)
    return any(later.inquiry and later.told is Told.NOT_STORED for later in call.attempts[place + 1 :])


def settle_open(calls, doors, violations):
    """Asks at the place that a 504 named until the outcome is definite."""

    def settle(call):
        deadline = time.monotonic() + SETTLE_LIMIT_S
        own = doors(call)
        while not next(own).inquire(call):
            if time.monotonic() > deadline:
                violations.append(f"after {SETTLE_LIMIT_S} s nobody knows the outcome: {call}")
                return
            time.sleep(RETRY_PAUSE_S)

    _at_once(settle, [call for call in calls if call.told is Told.OPEN])


def retry(calls, doors, violations):
    """Sends what had no definite answer once more, with its key, until it has."""

    def again(call):
        deadline = time.monotonic() + SETTLE_LIMIT_S
        own = doors(call)
        while next(own).make(call).told not in (Told.ACKNOWLEDGED, Told.REJECTED):
            if time.monotonic() > deadline:
                violations.append(f"after {SETTLE_LIMIT_S} s a retry has no definite answer: {call}")
                return
            time.sleep(RETRY_PAUSE_S)

    _at_once(again, [call for call in calls if call.keyed and call.told in (Told.NOTHING, Told.NOT_STORED, Told.UNSENT)])


def _at_once(work, calls):
    with concurrent.futures.ThreadPoolExecutor(max_workers=SETTLERS) as workers:
        list(workers.map(work, calls))


def check_heads(nodes, topic, counted, violations):
    """Every node follows every partition to its end."""
    heads = collections.Counter(record.partition for record in counted)
    for node in nodes:
        deadline = time.monotonic() + CATCH_UP_LIMIT_S
        while True:
            health = node.health() or {}
            told = {
                partition["partition"]: partition["height"]
                for partition in health.get("components", {}).get("commands", {}).get("partitions", [])
                if partition["topic"] == topic
            }
            # Barriers go on being written: nobody may be behind what was read, and nobody stands before it.
            if told and all(told.get(partition, -1) >= records - 1 for partition, records in heads.items()):
                break
            if time.monotonic() > deadline:
                violations.append(f"{node.name} is at {told} and the log at {dict(heads)}")
                break
            time.sleep(RETRY_PAUSE_S)


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
        time.sleep(RETRY_PAUSE_S)
    violations.expect(len(found) == len(set(found)), "the history holds a record twice")
    violations.expect(set(found) >= expected, f"the history lacks {len(expected - set(found))} records of {topic}")
    violations.expect(set(found) <= expected, f"the history has {len(set(found) - expected)} records that do not count in {topic}")
    parked = run_sql(postgres, " UNION ALL ".join(f"SELECT count(*) FROM {model}.parked_stream" for model in READ_MODELS))
    violations.expect(set(parked.splitlines()) == {"0"}, "streams are parked")


def check_published(read, counted, violations):
    """Outsiders are given every event that counts, in order, and what they are given again is the same. `read()` is all that is published so far:
    (partition, height, stream, sequence, what it is made of)."""
    events = [(record.partition, record.height, record.stream, record.sequence) for record in counted if record.stream]
    deadline = time.monotonic() + CATCH_UP_LIMIT_S
    while True:
        published = list(read())
        if len({record[:2] for record in published}) >= len(events) or time.monotonic() > deadline:
            break
        time.sleep(RETRY_PAUSE_S)
    left = collections.defaultdict(collections.deque)
    for event in events:
        left[event[0]].append(event)
    seen = {}
    for *event, made_of in published:
        partition, height = event[:2]
        if (partition, height) in seen:
            violations.expect(seen[partition, height] == made_of, f"what is published as {partition}@{height} is another the second time")
            continue
        seen[partition, height] = made_of
        expected = left[partition].popleft() if left[partition] else None
        violations.expect(tuple(event) == expected, f"published is {event} where {expected} is next")
    violations.expect(not any(left.values()), f"{sum(map(len, left.values()))} events are not published after {CATCH_UP_LIMIT_S} s")


def read_published(brokers, topic):
    """What check_published wants, from a published topic."""
    for number, message in messages_of(brokers, topic):
        record = record_of(message)
        place = (number, int(record.header("ce_height")), record.header("ce_subject"), int(record.header("ce_sequence")))
        yield *place, (record.header("ce_id"), record.header("ce_type"), record.value)


def check_rebuild(run, violations):
    for model in READ_MODELS:
        done = run("rebuild", model)
        same = done.returncode == 0 and "every table is identical to the one it replaces" in done.stdout
        violations.expect(same, f"rebuild {model}: status {done.returncode}, {done.stdout.strip()} {done.stderr.strip()[-500:]}")
