"""A published topic as tests read it: everything that is in it, and what a consumer takes who skips every height not above the last."""

import time
from typing import NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

import ledger_server

PATIENCE_S = 60


class Record(NamedTuple):
    partition: int
    offset: int
    height: int
    key: str
    headers: dict
    value: str

    @property
    def content(self):
        """All that a second copy has as well."""
        return self.height, self.key, tuple(self.headers.items()), self.value


def record_of(message):
    headers = {name: value.decode() for name, value in message.headers()}
    assert len(headers) == len(message.headers()), "a header came twice"
    return Record(message.partition(), message.offset(), int(headers["ce_height"]), message.key().decode(), headers, message.value().decode())


def read_all(brokers, topic):
    """Everything that is there now, by partition."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "test", "enable.auto.commit": False})
    try:
        found = {number: [] for number in consumer.list_topics(topic, timeout=PATIENCE_S).topics[topic].partitions}
        ends = {number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=PATIENCE_S)[1] for number in found}
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in found])
        deadline = time.monotonic() + PATIENCE_S
        while any(len(records) < ends[number] for number, records in found.items()):
            assert time.monotonic() < deadline, "the topic's end was not reached"
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            found[message.partition()].append(record_of(message))
        return found
    finally:
        consumer.close()


def consumed(records):
    """What is left of a partition's records by the consumer's rule."""
    taken = []
    for record in records:
        if not taken or record.height > taken[-1].height:
            taken.append(record)
    return taken


def facts(ledger, name):
    """What the history holds of a log topic: (height, stream, version, type, event id) of every event, by partition."""
    rows = ledger_server.run_sql(
        ledger.postgres,
        "SELECT partition, height, stream, sequence, type, event_id FROM history.event "
        f"WHERE topic = '{ledger.prefix}.log.{name}' AND event_id IS NOT NULL ORDER BY partition, height",
    )
    found = {number: [] for number in range(ledger.partitions)}
    for row in rows.splitlines():
        partition, height, stream, sequence, event_type, event_id = row.split("|")
        found[int(partition)].append((int(height), stream, sequence, event_type, event_id))
    return found


def as_fact(record):
    return record.height, *(record.headers[name] for name in ("ce_subject", "ce_sequence", "ce_type", "ce_id"))


def when_published(ledger, name="prompts"):
    """The history's events and the topic's records, by partition, as soon as both end with the same event."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        wanted = facts(ledger, name)
        found = read_all(ledger.kafka, f"{ledger.prefix}.{name}")
        last = {number: records[-1].height if records else 0 for number, records in ((n, consumed(r)) for n, r in found.items())}
        if all(last[number] == (rows[-1][0] if rows else 0) for number, rows in wanted.items()):
            return wanted, found
        assert time.monotonic() < deadline, f"not published in time: {last}"
        time.sleep(0.2)
