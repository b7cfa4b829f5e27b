"""A broker that comes back with an older copy of its data: running processes halt, and `promptledger heal` puts back what was acknowledged."""

import contextlib
import io
import json
import re

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

import ledger_server
from heal_stage import HealStage, wait_until
from ledger_reader import follow
from link_rule import Record, canonical_form, hash_text, parse_hash, sha256
from own_kafka import OwnKafka, own
from topic import as_fact, consumed, when_published


@pytest.fixture(scope="module")
def cut():
    """Two ledgers on one broker that lost what was written since its backup: (broker, one, another)."""
    with own(OwnKafka) as kafka, contextlib.ExitStack() as stack:
        stages = [HealStage(stack.enter_context(ledger_server.ledger()), kafka).start() for _ in range(2)]
        for stage in stages:
            stage.work(2)
        kafka.stop()
        kafka.back_up()
        kafka.start()
        for stage in stages:
            stage.work(5)
        kafka.kill()
        kafka.restore()
        kafka.start()
        yield kafka, *stages


def test_running_processes_halt_with_an_alarm_and_nothing_is_answered_from_the_cut_partition(cut):
    _, stage, _ = cut
    stage.wait_halted()
    for node in (stage.serve, stage.project):
        alarms = [line for line in node.log().splitlines() if " error " in line and "cut underneath" in line]
        assert alarms, node.log()[-4000:]
        assert all("promptledger heal" in line for line in alarms)
        of_home = [line for line in alarms if re.search(r"(offset|before offset) \d+", line)]
        assert of_home
    assert stage.serve.call("GET", "/health/live", key=None).status == 200
    answer = stage.serve.call("POST", "/api/v1/prompts", {"name": "too late", "category": "heal", "template": "t"})
    assert answer.status == 503 and "halted" in answer.text, answer
    topic, number = stage.home
    assert f'promptledger_partition_phase{{partition="{number}",phase="halted",topic="{topic}"}} 1' in stage.serve.call("GET", "/metrics").text
    assert f'promptledger_projection_halted{{partition="{number}",projection="history",topic="{topic}"}} 1' in stage.project.call("GET", "/metrics").text


def test_heal_says_what_is_missing_and_changes_nothing(cut):
    _, stage, _ = cut
    end, checkpoints = stage.log_end(), stage.checkpoints()
    for _ in range(2):
        told = stage.heal()
        assert told.returncode == 3, told.stdout + told.stderr
        topic, number = stage.home
        assert re.search(rf"{re.escape(topic)}/{number}: cut after height \d+ at offset \d+: \d+ records, heights \d+ to \d+, can be put back", told.stdout), told.stdout
        assert "promptledger heal --apply" in told.stdout
    assert (stage.log_end(), stage.checkpoints()) == (end, checkpoints)


def test_what_was_acknowledged_is_in_effect_again(cut):
    _, stage, _ = cut
    stage.wait_halted()
    healed = stage.heal("--apply")
    assert healed.returncode == 0, healed.stdout + healed.stderr
    assert "rebuild published" in healed.stdout
    again = stage.heal("--apply")
    assert again.returncode == 0 and "put back" not in again.stdout, again.stdout
    assert re.search(r"whole, \d+ records", again.stdout)
    stage.stop()
    stage.check_goes_on()


def test_the_published_topics_are_filled_again(cut):
    _, stage, _ = cut
    assert stage.ledger.run("rebuild", "published").returncode == 0
    wanted, found = when_published(stage.ledger)
    for number, records in found.items():
        assert sorted({as_fact(record) for record in records}) == sorted(wanted[number])
        assert as_fact(consumed(records)[-1]) == wanted[number][-1] if wanted[number] else not records


def head_of(ledger, topic, number):
    """(hash, height) of the last record that counts, by the reader that knows the format's page only."""
    lines = io.StringIO()
    follow(ledger.kafka, topic, True, lines)
    counted = [line for line in map(json.loads, lines.getvalue().splitlines()) if line["partition"] == number and line["verdict"] == "counts"]
    return parse_hash(counted[-1]["hash"]), counted[-1]["height"]


def write_on_head(stage, count):
    """As a program that knows nothing of the ledger's records but how to link: barriers on whatever is the head now."""
    topic, number = stage.home
    prevhash, height = head_of(stage.ledger, topic, number)
    producer = Producer({"bootstrap.servers": stage.ledger.kafka})
    for n in range(count):
        height += 1
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", f"foreign-{n}".encode()),
            ("ce_kind", b"barrier"),
            ("ce_barrierreason", b"\x1b[31mtake_over"),
            ("ce_recordedtime", f"2099-01-01T00:00:00.{n:06}Z".encode()),
            ("ce_linkversion", b"1"),
            ("ce_writer", b"somebody else"),
            ("ce_height", str(height).encode()),
        ]
        own_hash = sha256(canonical_form(prevhash, height, Record(b"", tuple((name.encode(), value) for name, value in headers), b"")))
        headers += [("ce_prevhash", hash_text(prevhash).encode()), ("ce_hash", hash_text(own_hash).encode())]
        producer.produce(topic, partition=number, headers=headers)
        prevhash = own_hash
    assert producer.flush(30) == 0


def test_when_somebody_wrote_on_the_cut_head_both_branches_are_shown_and_nothing_is_changed(cut):
    _, _, stage = cut
    stage.wait_halted()
    write_on_head(stage, 12)
    end, checkpoints = stage.log_end(), stage.checkpoints()
    for words in ((), ("--apply",)):
        told = stage.heal("--topic", "prompts", "--partition", str(stage.home[1]), *words)
        assert told.returncode == 4, told.stdout + told.stderr
        assert "forked after height" in told.stdout and "Nothing is changed" in told.stdout
        here, kept = told.stdout.split("in the history, ")
        assert "event foreign-0, writer somebody else" in here and "and 2 more" in here
        assert "promptledger.prompt.created.v1 by api-key/" in kept and re.search(r"and \d+ more", kept)
        assert "\x1b" not in told.stdout
    assert (stage.log_end(), stage.checkpoints()) == (end, checkpoints)
    assert stage.phase() == "halted"


def make_topic_anew(stage):
    """Empty, with its name. The brokers may need a moment to forget the old one."""
    topic, _ = stage.home
    admin = AdminClient({"bootstrap.servers": stage.ledger.kafka})
    admin.delete_topics([topic])[topic].result(30)
    wait_until(lambda: topic not in admin.list_topics(timeout=10).topics, "the end of the topic")
    migrated = stage.ledger.run("migrate")
    assert migrated.returncode == 0, migrated.stderr


def test_a_fork_can_be_settled_for_what_was_acknowledged_by_filling_a_new_topic(cut):
    _, _, stage = cut
    stage.stop()
    make_topic_anew(stage)
    healed = stage.heal("--apply")
    assert healed.returncode == 0, healed.stdout + healed.stderr
    assert "cut before its first record" in healed.stdout
    stage.check_goes_on()
