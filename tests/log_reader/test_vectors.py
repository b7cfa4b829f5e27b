"""The reader that is written from docs/log-format.md agrees with that page's test vectors."""

import json
import pathlib

import pytest

import link_rule
from link_rule import LinkReader, Record

VECTORS = json.loads((pathlib.Path(__file__).parent.parent / "log" / "vectors.json").read_text())


def record_of(vector):
    headers = tuple((name.encode(), value.encode()) for name, value in vector["headers"])
    return Record(vector["key"].encode(), headers, vector["value"].encode())


def what(vector):
    return vector["what"]


def test_hashes_as_text():
    for vector in VECTORS["hash_texts"]["valid"]:
        assert link_rule.hash_text(bytes.fromhex(vector["hex"])) == vector["text"]
        assert link_rule.parse_hash(vector["text"]) == bytes.fromhex(vector["hex"])


@pytest.mark.parametrize("text", VECTORS["hash_texts"]["invalid"])
def test_a_text_that_is_no_hash(text):
    assert link_rule.parse_hash(text) is None


@pytest.mark.parametrize("vector", VECTORS["partitions"], ids=lambda vector: vector["key"] or "empty")
def test_the_partition_of_a_key(vector):
    key = vector["key"].encode()
    assert link_rule.murmur2(key) == vector["murmur2"]
    for count in (1, 8, 12):
        assert link_rule.partition_of(key, count) == vector[f"of_{count}"]


def test_recorded_times():
    for vector in VECTORS["recorded_times"]["valid"]:
        assert link_rule.parse_time(vector["text"]) == vector["microseconds"]


@pytest.mark.parametrize("text", VECTORS["recorded_times"]["invalid"])
def test_a_malformed_recorded_time(text):
    assert link_rule.parse_time(text) is None


def test_the_identity_of_a_genesis():
    vector = VECTORS["identity"]
    form = link_rule.identity_form(
        vector["ledger"],
        vector["topic"],
        vector["partition"],
        vector["partition_count"],
        vector["partitioner"],
        vector["hash_algorithm"],
        vector["link_version"],
    )
    assert form.hex() == vector["canonical_hex"]
    assert link_rule.hash_text(link_rule.sha256(form)) == vector["hash"]


def test_the_worked_example():
    chain = VECTORS["chain"]
    reader = LinkReader(chain["topic"], chain["partition"])
    for vector in chain["records"]:
        record = record_of(vector)
        form = link_rule.canonical_form(link_rule.parse_hash(vector["prevhash"]), vector["height"], record)
        assert form.hex() == vector["canonical_hex"]
        verdict = reader.read(record)
        assert (verdict.kind, verdict.height, link_rule.hash_text(verdict.hash)) == ("counts", vector["height"], vector["hash"])
        assert reader.head.recorded == vector["recorded_microseconds"]


def test_a_partition_as_a_reader_may_find_it():
    partition = VECTORS["partition"]
    reader = LinkReader(partition["topic"], partition["partition"])
    for vector in partition["arrivals"]:
        verdict = reader.read(record_of(vector))
        if vector["counts"]:
            assert (verdict.kind, verdict.height, link_rule.hash_text(verdict.hash)) == ("counts", vector["height"], vector["hash"]), vector["what"]
        else:
            assert (verdict.kind, verdict.void_class) == ("void", vector["class"]), vector["what"]


@pytest.mark.parametrize("vector", VECTORS["halts"], ids=what)
def test_a_record_at_which_a_reader_halts(vector):
    chain = VECTORS["chain"]
    reader = LinkReader(chain["topic"], chain["partition"])
    for before in chain["records"][: vector["after"]]:
        assert reader.read(record_of(before)).kind == "counts"
    assert reader.read(record_of(vector)).kind == "halt"
