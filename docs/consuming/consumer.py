#!/usr/bin/env python3
"""Follows a published topic and appends each event once, in its partition's order, to a file.

    consumer.py BROKERS TOPIC FILE [--to-end]

A line is partition, offset, height, type, stream, version and data, with tabs between them. The file is also this program's memory of where it
is: result and place are written together, so that it can be killed at any moment and started again. A database would do the same by one
transaction. With --to-end it stops where the topic ended when it began.
"""

import argparse
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

ANSWER_S = 10


def recall(path):
    """The last offset and height of each partition. A last line that a crash cut short is taken away."""
    places, whole = {}, 0
    with open(path, "ab+") as file:
        file.seek(0)
        for line in file:
            if not line.endswith(b"\n"):
                break
            partition, offset, height = (int(field) for field in line.split(b"\t", 3)[:3])
            places[partition] = (offset, height)
            whole += len(line)
        file.truncate(whole)
    return places


def line_of(message, height, headers):
    fields = [message.partition(), message.offset(), height, *(headers[name].decode() for name in ("ce_type", "ce_subject", "ce_sequence"))]
    # In JSON, tabs and line feeds as they are stand only between its words.
    data = message.value().translate(bytes.maketrans(b"\t\n", b"  "))
    return "\t".join(str(field) for field in fields).encode() + b"\t" + data + b"\n"


def follow(brokers, topic, path, to_end):
    places = recall(path)
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "example",  # the client asks for a name; it joins no group and commits nothing
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",  # a topic that was made anew: the heights are the place, offsets only a short cut to it
        }
    )
    start = {number: places[number][0] + 1 if number in places else OFFSET_BEGINNING for number in consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions}
    consumer.assign([TopicPartition(topic, number, offset) for number, offset in start.items()])
    ends = {}
    if to_end:
        ends = {number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=ANSWER_S) for number in start}
        ends = {number: end for number, (first, end) in ends.items() if max(first, start[number]) < end}
    try:
        with open(path, "ab") as file:
            while ends or not to_end:
                message = consumer.poll(1.0)
                if message is None:
                    continue
                if message.error():
                    raise KafkaException(message.error())
                take(file, message, places)
                if message.offset() + 1 >= ends.get(message.partition(), float("inf")):
                    del ends[message.partition()]
    finally:
        consumer.close()


def take(file, message, places):
    headers = dict(message.headers() or ())
    height = int(headers["ce_height"])
    _, seen = places.get(message.partition(), (-1, 0))
    if height <= seen:
        return  # sent twice
    if not headers.get("ce_type", b"").startswith(b"promptledger."):
        print(f"passed over: height {height} of partition {message.partition()} is no event of the ledger's", file=sys.stderr)
        return
    file.write(line_of(message, height, headers))
    file.flush()
    places[message.partition()] = (message.offset(), height)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("brokers", "topic", "file"):
        arguments.add_argument(name)
    arguments.add_argument("--to-end", action="store_true")
    chosen = arguments.parse_args()
    follow(chosen.brokers, chosen.topic, chosen.file, chosen.to_end)


if __name__ == "__main__":
    main()
