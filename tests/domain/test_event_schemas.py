"""Every event that the domain can make is valid against its schema.

test_domain writes what its random commands made, and the whole corpus, to a file; here each line meets its schema, by a JSON Schema
implementation that is not ours. PROMPTLEDGER_TEST_DOMAIN names the test_domain executable; ./test names the build instead.
"""

import collections
import copy
import json
import os
import pathlib
import subprocess

import jsonschema
import pytest
import referencing

SCHEMAS = pathlib.Path(__file__).parents[2] / "schemas" / "events"
TYPE_SUFFIX = ".schema.json"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def all_schemas():
    return {path.name.removesuffix(TYPE_SUFFIX): load(path) for path in sorted(SCHEMAS.glob("*" + TYPE_SUFFIX))}


@pytest.fixture(scope="session")
def validators():
    documents = [load(path) for path in SCHEMAS.rglob("*" + TYPE_SUFFIX)]
    registry = referencing.Registry().with_resources(
        (document["$id"], referencing.Resource.from_contents(document)) for document in documents
    )
    return {
        event_type: jsonschema.Draft202012Validator(schema, registry=registry)
        for event_type, schema in all_schemas().items()
    }


def domain_binary():
    if "PROMPTLEDGER_TEST_DOMAIN" in os.environ:
        return pathlib.Path(os.environ["PROMPTLEDGER_TEST_DOMAIN"])
    assert "PROMPTLEDGER_TEST_BUILD" in os.environ, "PROMPTLEDGER_TEST_DOMAIN must name the test_domain executable"
    return pathlib.Path(os.environ["PROMPTLEDGER_TEST_BUILD"]) / "tests" / "test_domain"


@pytest.fixture(scope="session")
def made_events(tmp_path_factory):
    binary = domain_binary()
    dump = tmp_path_factory.mktemp("events") / "events.ndjson"
    subprocess.run([binary], env={**os.environ, "PROMPTLEDGER_DUMP_EVENTS": str(dump)}, check=True, timeout=600)
    return [json.loads(line) for line in dump.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.parametrize("event_type", sorted(all_schemas()))
def test_schema_is_a_schema_and_names_itself(event_type):
    schema = all_schemas()[event_type]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith("/" + event_type + TYPE_SUFFIX)
    assert schema["additionalProperties"] is False
    assert schema["properties"]["reason"]["type"] == "string"


def test_every_event_made_is_valid(validators, made_events):
    count = collections.Counter()
    for event in made_events:
        errors = list(validators[event["type"]].iter_errors(event["data"]))
        assert not errors, f"{event['type']}: {errors[0].message}\n{json.dumps(event['data'])}"
        count[event["type"]] += 1
    # The corpus alone brings only a few of each: more than those were made by commands.
    few = {event_type for event_type in validators if count[event_type] < 5}
    assert not few, f"hardly any events of {sorted(few)} were made"


@pytest.mark.parametrize("path", sorted((SCHEMAS / "examples").glob("*.json")), ids=lambda path: path.name)
def test_example_is_valid_with_and_without_a_reason(validators, path):
    event_type = next(name for name in validators if path.name.startswith(name + "."))
    example = load(path)
    validators[event_type].validate(example)
    validators[event_type].validate({**example, "reason": "Because."})


def without(document, path):
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    return changed


@pytest.mark.parametrize("event_type", sorted(all_schemas()))
def test_schema_refuses_what_it_does_not_know_or_misses(validators, event_type):
    validator = validators[event_type]
    example = load(SCHEMAS / "examples" / (event_type + ".json"))
    assert not validator.is_valid({**example, "surprise": 1})
    assert not validator.is_valid({**example, "reason": 1})
    assert not validator.is_valid([])
    for member in all_schemas()[event_type].get("required", []):
        assert not validator.is_valid(without(example, [member])), member


def test_schema_looks_inside_a_version(validators):
    validator = validators["promptledger.prompt.created.v1"]
    example = load(SCHEMAS / "examples" / "promptledger.prompt.created.v1.json")
    for path in (["version", "content", "kind"], ["version", "content", "template"], ["version", "content", "variables", 0, "type"]):
        assert not validator.is_valid(without(example, path)), path
    surprised = copy.deepcopy(example)
    surprised["version"]["content"]["variables"][0]["surprise"] = 1
    assert not validator.is_valid(surprised)
