"""The reader that is written from docs/proof.md agrees with that page's test vectors, and so does openssl."""

import base64
import copy
import json
import pathlib

import pytest
import reader
from link_rule import hash_text, parse_hash

VECTORS = json.loads((pathlib.Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
PUBLIC_KEY = base64.b64decode(VECTORS["public_key"])
LEAVES = [parse_hash(text) for text in VECTORS["leaf_hashes"]]


def test_leaves():
    assert [hash_text(reader.leaf_hash(parse_hash(link))) for link in VECTORS["link_hashes"]] == VECTORS["leaf_hashes"]


def test_the_key_s_names():
    assert reader.key_id(VECTORS["origin"], PUBLIC_KEY).hex() == VECTORS["key_id"]
    name, key_id, key = VECTORS["verifier_key"].split("+", 2)
    assert (name, key_id, base64.b64decode(key)) == (VECTORS["origin"], VECTORS["key_id"], b"\x01" + PUBLIC_KEY)


@pytest.mark.parametrize("vector", VECTORS["checkpoints"], ids=lambda vector: vector["size"])
def test_checkpoints(vector):
    assert reader.open_checkpoint(vector["note"], PUBLIC_KEY) == (VECTORS["origin"], vector["size"], reader.root_of(LEAVES[: vector["size"]]))
    with pytest.raises(ValueError):
        reader.open_checkpoint(vector["note"].replace(f"\n{vector['size']}\n", "\n4\n"), PUBLIC_KEY)


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["index"])
def test_inclusion(vector):
    path = [parse_hash(text) for text in vector["path"]]
    assert reader.root_from_path(LEAVES[vector["index"]], vector["index"], vector["size"], path) == reader.root_of(LEAVES)


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["from"])
def test_consistency(vector):
    path = [parse_hash(text) for text in vector["path"]]
    first, second = reader.root_of(LEAVES[: vector["from"]]), reader.root_of(LEAVES[: vector["to"]])
    assert reader.roots_of_consistency(vector["from"], vector["to"], path, first) == (first, second)


def test_the_bundle():
    origin, height, record = reader.open_bundle(VECTORS["bundle"], PUBLIC_KEY)
    assert (origin, height, record.header("ce_id")) == (VECTORS["origin"], 1, "0190a1b2-0000-7000-8000-0000000000e1")
    changed = copy.deepcopy(VECTORS["bundle"])
    changed["record"]["value"] += " "
    with pytest.raises(ValueError):
        reader.open_bundle(changed, PUBLIC_KEY)
