#!/usr/bin/env python3
"""Follows a log topic of a ledger and says of each record whether it counts, one JSON object a line.

    ledger_reader.py BROKERS TOPIC [--to-end]

{"partition":3,"offset":7,"verdict":"counts","height":0,"hash":"..."}
{"partition":3,"offset":8,"verdict":"void","class":"stale_head"}
{"partition":3,"offset":9,"verdict":"halt","why":"..."}      nothing more is read in that partition

It follows until it is stopped; with --to-end it stops where the partitions ended when it began.
"""

import argparse
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from link_rule import LinkReader, Record, hash_text

ANSWER_S = 10


def record_of(message):
    headers = tuple((name.encode(), value or b"") for name, value in message.headers() or ())
    return Record(message.key() or b"", headers, message.value() or b"")


def line_of(message, verdict):
    line = {"partition": message.partition(), "offset": message.offset(), "verdict": verdict.kind}
    if verdict.kind == "counts":
        line |= {"height": verdict.height, "hash": hash_text(verdict.hash)}
    elif verdict.kind == "void":
        line["class"] = verdict.void_class
    else:
        line["why"] = verdict.why
    return json.dumps(line, separators=(",", ":"))


def open_consumer(brokers):
    return Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "ledger-reader",  # the client asks for a name; it joins no group and commits nothing
            "enable.auto.commit": False,
            "isolation.level": "read_uncommitted",
            "auto.offset.reset": "error",
            "fetch.wait.max.ms": 100,
        }
    )


def follow(brokers, topic, to_end, out):
    consumer = open_consumer(brokers)
    try:
        numbers = sorted(consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions)
        if not numbers:
            raise SystemExit(f"there is no topic {topic}")
        left = set(numbers)
        ends = {}
        if to_end:
            for number in numbers:
                low, ends[number] = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_S)
                if low == ends[number]:
                    left.discard(number)
        readers = {number: LinkReader(topic, number) for number in numbers}
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in numbers])
        while left:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            number = message.partition()
            if number not in left:
                continue
            verdict = readers[number].read(record_of(message))
            print(line_of(message, verdict), file=out, flush=True)
            if verdict.kind == "halt" or (to_end and message.offset() + 1 >= ends[number]):
                left.discard(number)
    finally:
        consumer.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("brokers")
    arguments.add_argument("topic")
    arguments.add_argument("--to-end", action="store_true")
    chosen = arguments.parse_args()
    follow(chosen.brokers, chosen.topic, chosen.to_end, sys.stdout)


if __name__ == "__main__":
    main()
