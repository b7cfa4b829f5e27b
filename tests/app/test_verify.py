"""`promptledger verify` over real servers: whatever somebody does to the log or to PostgreSQL is caught, and the first place named."""

import copy
import json
import pathlib
import sys
import time

import confluent_kafka
import confluent_kafka.admin
import pytest

import ledger_server
from http_api import Api
from ledger_server import run_sql

sys.path.append(str(pathlib.Path(__file__).parent.parent / "log_reader"))
import link_rule  # noqa: E402

EXECUTIONS = 60
WITHIN_S = 60
TAMPERED = 6


class Log:
    """The ledger's topics, as whoever may write to Kafka can read and replace them."""

    def __init__(self, ledger):
        self.brokers, self.prefix, self.partitions = ledger.kafka, ledger.prefix, ledger.partitions
        self.admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.brokers})

    def topic(self, name):
        return f"{self.prefix}.log.{name}"

    def read(self, name):
        """All records of a topic: for each partition a list of (key, headers, value)."""
        consumer = confluent_kafka.Consumer({"bootstrap.servers": self.brokers, "group.id": "verify-test", "enable.auto.commit": False, "isolation.level": "read_uncommitted"})
        ends = {p: consumer.get_watermark_offsets(confluent_kafka.TopicPartition(self.topic(name), p), timeout=10)[1] for p in range(self.partitions)}
        consumer.assign([confluent_kafka.TopicPartition(self.topic(name), p, 0) for p in ends])
        records = {p: [] for p in ends}
        deadline = time.monotonic() + WITHIN_S
        while any(len(records[p]) < ends[p] for p in ends):
            assert time.monotonic() < deadline, "the log was not read in time"
            for message in consumer.consume(500, timeout=1):
                records[message.partition()].append((message.key(), message.headers(), message.value()))
        consumer.close()
        return records

    def replace(self, name, records):
        """Deletes the topic and makes it anew with these records."""
        self.admin.delete_topics([self.topic(name)])[self.topic(name)].result(30)
        deadline = time.monotonic() + WITHIN_S
        while True:
            made = self.admin.create_topics([confluent_kafka.admin.NewTopic(self.topic(name), self.partitions, 1, config={"message.timestamp.type": "LogAppendTime"})])
            try:
                made[self.topic(name)].result(30)
                break
            except confluent_kafka.KafkaException:
                assert time.monotonic() < deadline, "the topic was not deleted in time"
                time.sleep(0.1)
        producer = confluent_kafka.Producer({"bootstrap.servers": self.brokers, "enable.idempotence": True, "allow.auto.create.topics": False})
        for partition, of_partition in records.items():
            for key, headers, value in of_partition:
                producer.produce(self.topic(name), value, key, partition, headers=headers)
        assert producer.flush(WITHIN_S) == 0


def header(record, name):
    return dict(record[1])[name].decode()


def with_headers(record, **changed):
    key, headers, value = record
    return key, [(name, changed[name].encode() if name in changed else old) for name, old in headers], value


def height(record):
    return int(header(record, "ce_height"))


def linked(record, before):
    """The record as somebody would write it who can link: on that head, with hashes of its own."""
    record = with_headers(record, ce_height=str(height(before) + 1), ce_prevhash=header(before, "ce_hash"))
    form = link_rule.canonical_form(link_rule.parse_hash(header(before, "ce_hash")), height(record), link_rule.Record(record[0] or b"", tuple((n.encode(), v) for n, v in record[1]), record[2] or b""))
    return with_headers(record, ce_hash=link_rule.hash_text(link_rule.sha256(form)))


def forged(record):
    key, headers, value = record
    return key, headers, value.replace(b'"a model"', b'"another"')


# What is done to a partition, from index `at` on, where the record of height `at` stands.
def flip_data(records, at):
    key, headers, value = records[at]
    records[at] = key, headers, value[:5] + bytes([value[5] ^ 1]) + value[6:]


def flip_header(records, at):
    records[at] = with_headers(records[at], ce_actor=header(records[at], "ce_actor")[:-1] + "x")


def drop(records, at):
    del records[at]


def swap(records, at):
    records[at], records[at + 1] = records[at + 1], records[at]


def insert(records, at):
    records.insert(at, linked(forged(records[at]), records[at - 1]))


def fork(records, at):
    before = records[at - 1]
    for index in range(at, at + 5):
        before = records[index] = linked(forged(records[index]), before)


def rewrite_suffix(records, at):
    before = records[at - 1]
    for index in range(at, len(records)):
        before = records[index] = linked(forged(records[index]), before)


def cut(records, at):
    del records[at:]


@pytest.fixture(scope="module")
def stage():
    """A ledger that was stopped, all of it under checkpoints and in PostgreSQL; its log as it was."""
    with ledger_server.ledger() as ledger:
        ledger.start(*ledger.signing())
        api = Api(ledger, ledger.key)
        prompt = api.make()[1].json["id"]
        for number in range(EXECUTIONS):
            made = api.post("/executions", {"request_id": f"r{number}", "prompt_id": prompt, "model": "a model", "output": f"output {number}", "created_at": "2026-01-01T00:00:00Z",
                                            "started_at": "2026-01-01T00:00:00Z", "completed_at": "2026-01-01T00:00:01Z"})
            assert made.status == 201, made
        ledger.public_key = api.get("/api/v1/verify").json["public_key"]
        deadline = time.monotonic() + WITHIN_S
        while not settled(api):
            assert time.monotonic() < deadline, api.get("/api/v1/verify").json
            time.sleep(0.1)
        ledger.checkpoints = {p: api.get(f"/api/v1/log/executions/{p}/checkpoints?limit=500").json["items"] for p in range(2)}
        ledger.stop()
        ledger.log = Log(ledger)
        ledger.original = {name: ledger.log.read(name) for name in ("prompts", "executions")}
        yield ledger


def settled(api):
    watched = api.get("/api/v1/verify").json["partitions"]
    health = api.get("/health", key=None).json["components"]["projections"]["models"]
    covered = all(p["checkpoint_size"] == p["records"] for p in watched if ".log.executions" in p["topic"])
    return covered and all(model["lag_records"] == 0 for model in health)


def verify(ledger, what, *words):
    told = ledger.run("verify", what, "--public-key", ledger.public_key, *words)
    assert told.returncode in (0, TAMPERED), told.stderr
    return told.returncode, told.stdout


def broken(output):
    """What is broken, by the partition: the lines below its own."""
    found = {}
    for line in output.splitlines():
        if line.startswith("  "):
            found[place] = found.get(place, "") + line
        else:
            place = line.split(":")[0].split(".")[-1]
    return found


def test_what_nobody_touched_holds(stage):
    for what in ("log", "all"):
        status, output = verify(stage, what)
        assert status == 0 and output.count("holds") == 6 and not broken(output), output
    assert "the same in PostgreSQL" in output


AT = 12


@pytest.mark.parametrize("tamper", [flip_data, flip_header, drop, swap, insert, fork, rewrite_suffix, cut], ids=lambda tamper: tamper.__name__)
def test_what_is_done_to_the_log_is_caught_and_the_first_bad_height_named(stage, tamper):
    records = copy.deepcopy(stage.original["executions"])
    tamper(records[0], AT)
    stage.log.replace("executions", records)
    try:
        status, alone = verify(stage, "log")
        assert status == TAMPERED and list(broken(alone)) == ["executions/0"], alone
        line = broken(alone)["executions/0"]
        # Behind a record that came too early, the one before it still counts.
        bad = AT + 1 if tamper is swap else AT
        # Where records were linked anew, only what was signed tells, and the first place lies between two checkpoints.
        first, _, last = line.split("height ")[1].split(":")[0].partition(" to ")
        assert int(first) <= bad <= int(last or first), alone
        status, beside = verify(stage, "all")
        assert status == TAMPERED and list(broken(beside)) == ["executions/0"] and f"height {bad}:" in beside, beside
    finally:
        stage.log.replace("executions", stage.original["executions"])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE history.event SET value = convert_to(replace(convert_from(value, 'UTF8'), 'a model', 'another'), 'UTF8')",
        "UPDATE history.event SET headers = set_byte(headers, 30, get_byte(headers, 30) # 1)",
        "UPDATE history.event SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1)",
        "DELETE FROM history.event",
    ],
    ids=["value", "header", "hash", "row"],
)
def test_what_is_changed_in_the_history_is_caught_and_its_height_named(stage, change):
    place = f"topic = '{stage.prefix}.log.executions' AND partition = 0 AND height = {AT}"
    run_sql(stage.postgres, f"CREATE TABLE kept AS SELECT * FROM history.event WHERE {place}")
    run_sql(stage.postgres, f"{change} WHERE {place}")
    try:
        assert verify(stage, "log")[0] == 0
        status, output = verify(stage, "all")
        assert status == TAMPERED and f"DIFFERENT in PostgreSQL at height {AT}:" in broken(output)["executions/0"], output
    finally:
        run_sql(stage.postgres, f"DELETE FROM history.event WHERE {place}")
        run_sql(stage.postgres, "INSERT INTO history.event SELECT * FROM kept")
        run_sql(stage.postgres, "DROP TABLE kept")


def test_what_is_changed_in_a_tree_is_caught_and_its_height_named(stage):
    flip = f"UPDATE proof.tile SET hashes = set_byte(hashes, {32 * AT}, get_byte(hashes, {32 * AT}) # 1) WHERE topic = '{stage.prefix}.log.executions' AND partition = 0 AND level = 0 AND number = 0"
    run_sql(stage.postgres, flip)
    try:
        status, output = verify(stage, "all")
        assert status == TAMPERED and f"height {AT}: the tree" in broken(output)["executions/0"], output
    finally:
        run_sql(stage.postgres, flip)


def checkpoints_place(stage):
    return next(p for p, records in stage.original["prompts"].items() if any(b"checkpoint.signed" in dict(r[1]).get("ce_type", b"") for r in records))


def test_a_checkpoint_that_is_told_again_is_caught(stage):
    partition = checkpoints_place(stage)
    records = copy.deepcopy(stage.original["prompts"])
    old = next(r for r in records[partition] if b"checkpoint.signed" in dict(r[1]).get("ce_type", b""))
    later = with_headers(old, ce_recordedtime="2099-01-01T00:00:00.000000Z")
    records[partition].append(linked(later, records[partition][-1]))
    stage.log.replace("prompts", records)
    try:
        status, output = verify(stage, "log")
        assert status == TAMPERED and "not to be believed" in broken(output)[f"prompts/{partition}"], output
        assert f"height {height(records[partition][-1])}:" in output
    finally:
        stage.log.replace("prompts", stage.original["prompts"])


def test_a_log_that_was_put_back_to_an_old_checkpoint_is_caught_by_whoever_kept_a_later_one(stage):
    prompts, executions = copy.deepcopy(stage.original["prompts"]), copy.deepcopy(stage.original["executions"])
    partition = checkpoints_place(stage)
    kept = stage.checkpoints[0]
    signed = [n for n, r in enumerate(prompts[partition]) if b"checkpoint.signed" in dict(r[1]).get("ce_type", b"") and json.loads(r[2])["log"] == "executions" and json.loads(r[2])["partition"] == 0]
    cut(prompts[partition], signed[-1])
    cut(executions[0], kept[1]["size"])
    stage.log.replace("prompts", prompts)
    stage.log.replace("executions", executions)
    note = stage.directory / "kept.note"
    note.write_text(kept[0]["note"])
    try:
        status, output = verify(stage, "log", "--checkpoint", str(note))
        assert status == TAMPERED and f"height {kept[1]['size']}: {kept[0]['size']} records were signed" in broken(output)["executions/0"], output
    finally:
        stage.log.replace("prompts", stage.original["prompts"])
        stage.log.replace("executions", stage.original["executions"])


def test_a_kept_checkpoint_of_another_ledger_is_not_passed_over(stage):
    vectors = json.loads((pathlib.Path(__file__).parent.parent / "proof" / "vectors.json").read_text(encoding="utf-8"))
    note = stage.directory / "foreign.note"
    note.write_text(vectors["checkpoints"][2]["note"])
    told = stage.run("verify", "log", "--public-key", vectors["public_key"], "--checkpoint", str(note))
    assert told.returncode == 1 and "of no partition of this log" in told.stderr, told


def test_another_s_key_signed_nothing(stage):
    told = stage.run("verify", "log", "--public-key", "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")
    assert told.returncode == TAMPERED and "not signed by this key" in told.stdout, told


def test_a_bundle_is_verified_with_nothing_but_the_key(stage):
    vectors = json.loads((pathlib.Path(__file__).parent.parent / "proof" / "vectors.json").read_text(encoding="utf-8"))
    file = stage.directory / "bundle.json"
    words = ["verify", "bundle", str(file), "--public-key", vectors["public_key"], "--kafka", "127.0.0.1:1", "--postgres", "postgresql://127.0.0.1:1/none"]
    file.write_text(json.dumps(vectors["bundle"]))
    told = stage.run(*words)
    assert told.returncode == 0 and "holds: height 1 of " + vectors["origin"] in told.stdout, told
    file.write_text(json.dumps(vectors["bundle"]).replace("greeting", "greetinq"))
    told = stage.run(*words)
    assert told.returncode == TAMPERED and "BROKEN: its record is not what its hash says" in told.stdout, told
    file.write_text("{}")
    assert stage.run(*words).returncode == TAMPERED
    assert stage.run("verify", "bundle", "/nowhere", "--public-key", vectors["public_key"]).returncode == 1
    assert "which bundle" in stage.run("verify", "bundle", "--public-key", vectors["public_key"]).stderr
