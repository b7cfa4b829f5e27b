"""schemas/asyncapi.yaml as tests use it: the document, what it refers to, and records held against the message they claim to be."""

import json
import urllib.parse
from pathlib import Path

import jsonschema
import referencing
import referencing.jsonschema
import yaml

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
DOCUMENT = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
BASE = "https://promptledger.dev/schemas/asyncapi.yaml"  # so that events/… are the schemas' own names


def resolve(reference):
    """What a reference in the document names: a place in it, or a file beside it."""
    if not reference.startswith("#/"):
        return json.loads((SCHEMAS / reference).read_text(encoding="utf-8"))
    node = DOCUMENT
    for step in reference[2:].split("/"):
        node = node[step]
    return node


class Messages:
    """Holds a record against the headers' and the data's schema of its message."""

    def __init__(self):
        documents = [json.loads(path.read_text(encoding="utf-8")) for path in (SCHEMAS / "events").rglob("*.schema.json")]
        resources = [(document["$id"], referencing.Resource.from_contents(document)) for document in documents]
        own = referencing.Resource.from_contents(DOCUMENT, default_specification=referencing.jsonschema.DRAFT202012)
        self._registry = referencing.Registry().with_resources([*resources, (BASE, own)])

    def validate(self, headers, data):
        """Raises KeyError for a type that is no message, jsonschema.ValidationError for a record that is not what its message says."""
        event_type = headers["ce_type"]
        payload = DOCUMENT["components"]["messages"][event_type]["payload"]["schema"]["$ref"]
        self._check(f"#/components/messages/{event_type}/headers", headers)
        self._check(payload, data)

    def _check(self, reference, instance):
        jsonschema.Draft202012Validator({"$ref": urllib.parse.urljoin(BASE, reference)}, registry=self._registry).validate(instance)
