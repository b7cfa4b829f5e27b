"""What a real ledger publishes: the events of its history, each once and in order for whoever skips old heights, whatever is killed."""

import contextlib
import json
import os
import random
import signal
import threading
import time
import urllib.error

import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

import ledger_server
from asyncapi import DOCUMENT, Messages
from http_api import Api
from topic import as_fact, consumed, facts, read_all, when_published

@pytest.fixture(scope="module")
def ledger():
    with ledger_server.running_ledger() as running:
        yield running


@pytest.fixture(scope="module")
def api(ledger):
    return Api(ledger, ledger.key)


def work(api, count):
    """Prompts with all that can happen to them."""
    for number in range(count):
        path, made = api.make(tags=["a tag"], reason="because") if number % 3 else api.make()
        api.put(path + "/content", {"template": f"Number {number} for {{{{who}}}}", "change_log": "better"})
        api.put(path + "/lifecycle", {"status": "published"})
        api.put(path + "/labels/production", {"version": 2})
        api.put(path, {"title": "\u00fcber \u2603"})
        if number % 4 == 0:
            api.post(path + "/versions/1/rollback", {})
            api.delete(path + "/labels/production")
            api.delete(path)
            api.post(path + "/restore", {})
        yield path


def check_all(ledger):
    wanted, found = when_published(ledger)
    for number, records in found.items():
        assert [as_fact(record) for record in consumed(records)] == wanted[number]
        contents = {record.height: record.content for record in consumed(records)}
        assert all(contents[record.height] == record.content for record in records), "a second copy differs"
    return found


def test_every_event_of_the_history_is_published_and_is_what_its_message_says(ledger, api):
    for path in work(api, 8):
        history = api.get(path + "/history?limit=500", headers=api.after_all()).json["items"]
        assert len(history) >= 5
    found = check_all(ledger)
    records = [record for partition in found.values() for record in partition]
    messages = Messages()
    for record in records:
        messages.validate(record.headers, json.loads(record.value))
        assert record.headers.keys() <= DOCUMENT["components"]["schemas"]["cloud_event"]["properties"].keys()
        assert record.key == record.headers["ce_partitionkey"]
    # One of the prompts, event by event, as the HTTP API tells it.
    events = [record for record in records if record.headers["ce_subject"] == "prompt/" + path.removeprefix("/prompts/")]
    told = [(item["id"], str(item["version"]), item["type"], item["recorded_at"], item["actor"]) for item in history]
    assert [tuple(r.headers[n] for n in ("ce_id", "ce_sequence", "ce_type", "ce_recordedtime", "ce_actor")) for r in events] == told


def test_the_other_topics_are_there_with_as_many_partitions(ledger):
    for name in ("executions", "feedback"):
        assert read_all(ledger.kafka, f"{ledger.prefix}.{name}") == {0: [], 1: []}


def test_health_and_metrics_tell_how_far_it_is(ledger, api):
    list(work(api, 1))
    when_published(ledger)
    deadline = time.monotonic() + 30
    while True:
        models = {model["name"]: model for model in api.get("/health", key=None).json["components"]["projections"]["models"]}
        if models["published"]["status"] == "up" and models["published"]["lag_records"] == 0:
            break
        assert time.monotonic() < deadline, models
        time.sleep(0.2)
    metrics = api.get("/metrics").text
    assert f'promptledger_projection_height{{partition="0",projection="published",topic="{ledger.prefix}.log.prompts"}}' in metrics
    assert 'promptledger_projection_write_to_visible_seconds_count{projection="published"}' in metrics


def test_publishing_again_makes_identical_records(ledger, api):
    list(work(api, 2))
    _, before = when_published(ledger)
    done = ledger.run("rebuild", "published")
    assert done.returncode == 0, done.stderr
    assert "written again" in done.stdout
    after = check_all(ledger)
    for number, records in before.items():
        assert after[number][: len(records)] == records
        assert len(after[number]) >= len(records) + len(consumed(records))


def test_killed_stopped_and_rebuilt_in_the_middle():
    seed = int.from_bytes(os.urandom(3), "big")
    print("seed", seed)  # shown when this fails
    chance = random.Random(seed)
    with ledger_server.running_ledger("--projection-batch-max-records", "7") as ledger:
        other = ledger.node("other").start("--projection-batch-max-records", "7")
        nodes = [ledger.up, other]
        done = threading.Event()

        def write(node):
            while not done.is_set():
                with contextlib.suppress(OSError, urllib.error.URLError, ValueError):
                    node.call("POST", "/api/v1/prompts", {"name": f"p{chance.random()}", "category": "c", "template": "x"}, timeout=5)

        writers = [threading.Thread(target=write, args=(node,)) for node in nodes]
        for writer in writers:
            writer.start()
        try:
            for _ in range(6):
                time.sleep(chance.uniform(0.2, 1.0))
                node = chance.choice(nodes)
                what = chance.choice(("kill", "stop", "rebuild"))
                if what == "kill":
                    node.stop(signal.SIGKILL)
                    node.start("--projection-batch-max-records", "7")
                elif what == "stop":
                    node.send(signal.SIGSTOP)
                    time.sleep(chance.uniform(0.2, 1.0))
                    node.send(signal.SIGCONT)
                else:
                    rebuilt = ledger.run("rebuild", "published")
                    assert rebuilt.returncode == 0, rebuilt.stderr
        finally:
            done.set()
            for writer in writers:
                writer.join()
        assert sum(map(len, facts(ledger, "prompts").values())) > 50
        check_all(ledger)


def test_a_topic_that_is_not_fit_stops_only_what_is_published(ledger, api):
    admin = AdminClient({"bootstrap.servers": ledger.kafka})

    def set_policy(value):
        entry = ConfigEntry("cleanup.policy", value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, f"{ledger.prefix}.prompts", incremental_configs=[entry])
        for answer in admin.incremental_alter_configs([resource]).values():
            answer.result(30)

    def published():
        models = api.get("/health", key=None).json["components"]["projections"]["models"]
        return next(model for model in models if model["name"] == "published")

    set_policy("compact")
    try:
        ledger.stop()
        ledger.up.launch().wait_ready("/health/live")
        path, _ = api.make()
        deadline = time.monotonic() + 30
        while "Set cleanup.policy=delete" not in ledger.log_path.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert published()["status"] != "up"
        assert api.get("/health/ready", key=None).status == 200
        assert api.get(path).status == 200
    finally:
        set_policy("delete")
    check_all(ledger)
