"""Somebody who may write a ledger's log topics and should not: makes records by docs/log-format.md and puts them there."""

import sys
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

sys.path.insert(0, str(Path(__file__).parents[1] / "log_reader"))

from link_rule import LinkReader, Record, canonical_form, hash_text, parse_hash, sha256  # noqa: E402

PATIENCE_S = 60
START = datetime(1970, 1, 1, tzinfo=timezone.utc)


def read_partition(brokers, topic, number):
    """The link reader at the partition's end, and the records that counted, oldest first."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "intruder", "enable.auto.commit": False, "isolation.level": "read_uncommitted"})
    try:
        end = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=PATIENCE_S)[1]
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING)])
        reader, counted, offset = LinkReader(topic, number), [], -1
        deadline = time.monotonic() + PATIENCE_S
        while offset + 1 < end:
            assert time.monotonic() < deadline, "the partition's end was not reached"
            for message in consumer.consume(1000, timeout=0.1):  # waits for so many, or so long
                assert not message.error(), message.error()
                record = Record(message.key() or b"", tuple((name.encode(), value or b"") for name, value in message.headers() or ()), message.value() or b"")
                if reader.read(record).kind == "counts":
                    counted.append(record)
                offset = message.offset()
        return reader, counted
    finally:
        consumer.close()


def put(brokers, topic, number, record):
    stored = []
    producer = Producer({"bootstrap.servers": brokers})
    producer.produce(
        topic, record.value, record.key, number, headers=[(name.decode(), value) for name, value in record.headers], on_delivery=lambda error, _: stored.append(error)
    )
    assert producer.flush(PATIENCE_S) == 0 and stored == [None], stored


def headers_with(record, changes):
    return tuple((name, changes.get(name.decode(), value.decode()).encode()) for name, value in record.headers)


def link(record, head, changes=None, value=None, prevhash=None):
    """A record like this one, on that head, and with the hash that belongs to it."""
    height = head.height + 1
    text = (START + timedelta(microseconds=head.recorded + 1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    prevhash = prevhash or head.hash
    fixed = {"ce_height": str(height), "ce_recordedtime": text, "ce_prevhash": hash_text(prevhash), "ce_id": str(uuid.uuid4()), "ce_writer": "intruder"}
    made = Record(record.key, headers_with(record, fixed | (changes or {})), record.value if value is None else value)
    return Record(made.key, headers_with(made, {"ce_hash": hash_text(sha256(canonical_form(prevhash, height, made)))}), made.value)


def is_event(record):
    return record.header("ce_kind") is None


def hash_of(record):
    return parse_hash(record.header("ce_hash"))
