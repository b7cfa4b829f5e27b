"""schemas/asyncapi.yaml says what is in schemas/events, no more and no less, and all that it refers to is there.

That real records are what it says is in test_published.py.
"""

import json

import jsonschema
import pytest

from asyncapi import DOCUMENT, SCHEMAS, Messages, resolve

EVENT_TYPES = {path.name.removesuffix(".schema.json") for path in (SCHEMAS / "events").glob("*.schema.json")}


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_it_is_an_asyncapi_document():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    assert set(DOCUMENT) == {"asyncapi", "info", "defaultContentType", "servers", "channels", "operations", "components"}
    for channel in DOCUMENT["channels"].values():
        assert set(channel) == {"address", "title", "description", "bindings", "messages"}
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] == "send"
    for name, message in DOCUMENT["components"]["messages"].items():
        assert set(message) == {"name", "title", "traits", "headers", "payload"}, name


def test_all_that_it_refers_to_is_there():
    found = list(references(DOCUMENT))
    assert len(found) > 50
    for reference in found:
        assert resolve(reference) is not None, reference


def test_there_is_a_channel_for_every_topic_and_an_operation_on_it():
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == {"promptledger.prompts", "promptledger.executions", "promptledger.feedback"}
    assert {operation["channel"]["$ref"] for operation in DOCUMENT["operations"].values()} == {f"#/channels/{name}" for name in DOCUMENT["channels"]}


def test_every_event_type_is_a_message_and_every_message_an_event_type():
    messages = DOCUMENT["components"]["messages"]
    assert set(messages) == EVENT_TYPES
    assert set().union(*(channel["messages"] for channel in DOCUMENT["channels"].values())) == EVENT_TYPES
    for event_type, message in messages.items():
        assert message["name"] == event_type
        assert message["payload"]["schema"]["$ref"] == f"events/{event_type}.schema.json"
        assert message["title"] == json.loads((SCHEMAS / "events" / f"{event_type}.schema.json").read_text())["title"]


GOOD = {
    "content-type": "application/json",
    "ce_specversion": "1.0",
    "ce_id": "0190a1b2-0000-7000-8000-0000000000a1",
    "ce_type": "promptledger.prompt.restored.v1",
    "ce_source": "/workspaces/w",
    "ce_subject": "prompt/x",
    "ce_sequence": "3",
    "ce_time": "2026-01-02T03:04:05.000006Z",
    "ce_recordedtime": "2026-01-02T03:04:05.000006Z",
    "ce_height": "17",
    "ce_partitionkey": "ws/w",
}


def test_a_message_is_held_to_its_headers_and_its_data():
    messages = Messages()
    example = json.loads((SCHEMAS / "events" / "examples" / "promptledger.prompt.restored.v1.json").read_text())
    messages.validate(GOOD, example)
    for name in GOOD:
        with pytest.raises((jsonschema.ValidationError, KeyError)):
            messages.validate({header: value for header, value in GOOD.items() if header != name}, example)
    for spoilt in ({"ce_height": "0"}, {"ce_time": "yesterday"}, {"ce_commandid": "x"}, {"ce_hash": "x"}):
        with pytest.raises(jsonschema.ValidationError):
            messages.validate(GOOD | spoilt, example)
    with pytest.raises(jsonschema.ValidationError):
        messages.validate(GOOD, example | {"surprise": 1})
