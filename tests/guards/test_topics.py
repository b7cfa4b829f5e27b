"""Log topics that are not fit for the ledger: nothing starts on them, and what runs raises an alarm and writes nothing that could be lost."""

import functools
import time

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic, ResourceType

import ledger_server

PATIENCE_S = 60
EVERY = ["--command-guard-every-ms", "200"]
FIT = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "unclean.leader.election.enable": "false",
    "min.insync.replicas": "1",
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": str(2 << 20),
}
LOSES = [
    ("cleanup.policy", "compact"),
    ("cleanup.policy", "compact,delete"),
    ("retention.ms", "604800000"),
    ("retention.bytes", "1000000"),
    ("unclean.leader.election.enable", "true"),
]
IS_UNFIT = [("message.timestamp.type", "CreateTime"), ("max.message.bytes", "1000")]


@functools.cache
def admin_of(brokers):
    return AdminClient({"bootstrap.servers": brokers})


def admin(ledger):
    return admin_of(ledger.kafka)  # kept: what it was asked ends with it


def done(futures):
    for future in futures.values():
        future.result(PATIENCE_S)


def alter(ledger, topic, setting, value):
    resource = ConfigResource(
        ResourceType.TOPIC, topic, incremental_configs=[ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET)]
    )
    done(admin(ledger).incremental_alter_configs([resource], request_timeout=PATIENCE_S))


def widen(ledger, topic, count):
    done(admin(ledger).create_partitions([NewPartitions(topic, count)], request_timeout=PATIENCE_S))


def log_topic(ledger, name="prompts"):
    return f"{ledger.prefix}.log.{name}"


def refused(ledger, subcommand="serve", *flags):
    """The one sentence with which it does not start."""
    ended = ledger.run(subcommand, "--http-port", "0", *flags)
    assert ended.returncode == 1, ended.stderr
    *_, last = ended.stderr.strip().splitlines()
    assert "error" in last.lower(), ended.stderr
    assert "ready" not in ended.stderr
    return last


@pytest.fixture(scope="module")
def begun():
    """A ledger that has run, and does not now."""
    with ledger_server.ledger() as made:
        made.start()
        assert made.stop() == 0
        yield made


@pytest.mark.parametrize("setting, value", LOSES + IS_UNFIT)
def test_nothing_starts_on_a_topic_that_is_not_fit_and_the_remedy_is_named(begun, setting, value):
    topic = log_topic(begun, "feedback")
    alter(begun, topic, setting, value)
    try:
        for subcommand in ("serve", "up", "project"):
            said = refused(begun, subcommand)
            assert topic in said and f"{setting}={value}" in said or "takes no record of more than 1000 bytes" in said, said
            assert f"Set {setting}={FIT[setting]}" in said, said
    finally:
        alter(begun, topic, setting, FIT[setting])


def test_fewer_copies_than_are_configured_are_refused(begun):
    said = refused(begun, "serve", "--kafka-replication-factor", "3", "--kafka-min-insync-replicas", "2")
    assert "has 1 replicas and kafka-replication-factor is 3" in said and "Reassign its partitions to more brokers" in said, said


def test_another_number_of_partitions_than_it_was_begun_with_is_refused():
    with ledger_server.ledger() as ledger:
        ledger.start()
        assert ledger.stop() == 0
        widen(ledger, log_topic(ledger, "executions"), 4)
        said = refused(ledger)
        assert "was begun with 2 partitions and has 4 now" in said and "Restore the topic" in said, said


def test_fewer_partitions_than_are_wanted_are_refused_while_it_can_be_mended():
    with ledger_server.ledger() as ledger:
        done(admin(ledger).create_topics([NewTopic(log_topic(ledger), 1, 1, config=FIT)], request_timeout=PATIENCE_S))
        said = refused(ledger)
        assert "has 1 partitions, and kafka-partitions is 2" in said and "Add partitions, or set kafka-partitions=1" in said, said
        widen(ledger, log_topic(ledger), 2)
        ledger.start()
        assert ledger.stop() == 0


def test_a_beginning_that_was_deleted_is_refused():
    with ledger_server.ledger() as ledger:
        ledger.start()
        assert ledger.stop() == 0
        topic = log_topic(ledger, "executions")
        done(admin(ledger).delete_records([TopicPartition(topic, 1, 1)], request_timeout=PATIENCE_S))
        said = refused(ledger)
        assert topic in said and "its beginning was deleted" in said and "restore the topic and set retention.ms=-1" in said, said


@pytest.fixture(scope="module")
def running():
    with ledger_server.ledger() as made:
        yield made.start(*EVERY)


def guard_of(ledger):
    answer = ledger.call("GET", "/health", key=None)
    assert answer.status == 200, answer
    commands = answer.json["components"]["commands"]
    return answer.json["status"], {topic["topic"]: topic["fault"] for topic in commands["guard"]["topics"]}


def wait_for_fault(ledger, topic, fault):
    deadline = time.monotonic() + PATIENCE_S
    while (seen := guard_of(ledger)[1][topic]) != fault:
        assert time.monotonic() < deadline, f"{seen} instead of {fault}"
        time.sleep(0.05)


def metric(ledger, name):
    (line,) = [line for line in ledger.call("GET", "/metrics").text.splitlines() if line.startswith(name + " ")]
    return float(line.split()[-1])


def create(ledger):
    return ledger.call("POST", "/api/v1/prompts", {"name": f"p-{time.monotonic_ns()}", "category": "guard", "template": "t"})


@pytest.mark.parametrize("setting, value", LOSES)
def test_a_topic_that_is_altered_underneath_is_not_written_to_until_it_is_mended(running, setting, value):
    topic = log_topic(running)
    made = create(running)
    assert made.status == 201, made
    said_before = len(running.up.log())
    alter(running, topic, setting, value)
    try:
        wait_for_fault(running, topic, "can_lose")
        assert guard_of(running)[0] == "degraded"
        refused = create(running)
        assert refused.status == 503 and refused.json["cause"] == "unfit_log" and refused.json["state"] == "not_stored", refused
        assert int(refused.headers["retry-after"]) >= 1
        assert running.call("GET", made.headers["location"], headers={"Ledger-Min-Position": made.headers["ledger-position"]}).status == 200, "reading goes on"
        assert running.call("GET", "/health/ready", key=None).status == 200
        assert metric(running, f'promptledger_log_guard_fault{{fault="can_lose",topic="{topic}"}}') == 1
        (alarm,) = [line for line in running.up.log()[said_before:].splitlines() if "not fit for the ledger any more" in line]
        assert topic in alarm and f"{setting}={value}" in alarm and f"Set {setting}={FIT[setting]}" in alarm and "nothing is written to it" in alarm, alarm
    finally:
        alter(running, topic, setting, FIT[setting])
    wait_for_fault(running, topic, None)
    assert create(running).status == 201
    assert metric(running, f'promptledger_log_guard_fault{{fault="can_lose",topic="{topic}"}}') == 0


def test_a_topic_that_is_widened_underneath_is_told_and_loses_nothing():
    with ledger_server.ledger() as ledger:
        ledger.start(*EVERY)
        topic = log_topic(ledger)
        widen(ledger, topic, 5)
        wait_for_fault(ledger, topic, "unfit")
        assert guard_of(ledger)[0] == "degraded"
        made = [create(ledger) for _ in range(20)]
        assert {answer.status for answer in made} == {201}
        for answer in made:
            assert ledger.call("GET", answer.headers["location"], headers={"Ledger-Min-Position": answer.headers["ledger-position"]}).status == 200
        assert "was begun with 2 partitions and has 5 now" in ledger.up.log()
        assert ledger.stop() == 0
        assert "was begun with 2 partitions" in refused(ledger)


def test_a_beginning_that_is_deleted_underneath_is_found_and_nothing_follows_it():
    with ledger_server.ledger() as ledger:
        ledger.start(*EVERY)
        topic = log_topic(ledger)
        done(admin(ledger).delete_records([TopicPartition(topic, number, 1) for number in range(2)], request_timeout=PATIENCE_S))
        wait_for_fault(ledger, topic, "can_lose")
        refused = create(ledger)
        assert refused.status == 503 and refused.json["cause"] == "unfit_log", refused
        assert "its beginning was deleted" in ledger.up.log()
