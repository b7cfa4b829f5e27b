"""The link rule of docs/log-format.md, written from that page alone: what counts in a partition, and what is void.

It shares no code with the program and is not meant to be fast. It checks the page as much as the program: where the two disagree, one of
them is wrong.
"""

import base64
import hashlib
import re
import struct
from dataclasses import dataclass, field
from datetime import datetime, timezone

LINK_VERSION = "1"
HASH_ALGORITHM = "sha-256"
PARTITIONER = "murmur2"
GENESIS_HEADERS = ("ce_ledger", "ce_topic", "ce_partition", "ce_partitioncount", "ce_partitioner", "ce_hashalgorithm")


@dataclass(frozen=True)
class Record:
    key: bytes
    headers: tuple  # of (name, value), both bytes, in the order sent
    value: bytes

    def header(self, name):
        """The first header of that name as text, or None. Bytes that are no UTF-8 become such that only they give them back."""
        wanted = name.encode()
        for found, value in self.headers:
            if found == wanted:
                return value.decode("utf-8", "surrogateescape")
        return None


@dataclass(frozen=True)
class Head:
    hash: bytes
    height: int
    recorded: int  # microseconds since 1970


@dataclass(frozen=True)
class Verdict:
    kind: str  # counts, void, halt
    height: int | None = None
    hash: bytes | None = None
    void_class: str | None = None
    why: str | None = None


def lp(data):
    return struct.pack(">I", len(data)) + data


def hash_text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parse_hash(text):
    if text is None or not re.fullmatch(r"[A-Za-z0-9_-]{43}", text):
        return None
    data = base64.urlsafe_b64decode(text + "=")
    return data if hash_text(data) == text else None  # else bits stand over


def parse_time(text):
    """Microseconds since 1970, or None when the text is not written exactly as the format says."""
    if text is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", text):
        return None
    try:
        moment = datetime.strptime(text[:-1], "%Y-%m-%dT%H:%M:%S.%f")
    except ValueError:
        return None
    if moment.second != int(text[17:19]):  # strptime lets a leap second pass
        return None
    since = moment.replace(tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def parse_number(text):
    return int(text) if text is not None and re.fullmatch(r"0|[1-9][0-9]*", text) else None


def covered(record):
    """The covered headers by name, or None when one of them occurs twice."""
    found = [
        (name, value)
        for name, value in record.headers
        if name == b"content-type" or (name.startswith(b"ce_") and name not in (b"ce_hash", b"ce_prevhash"))
    ]
    names = [name for name, _ in found]
    return sorted(found) if len(set(names)) == len(names) else None


def canonical_form(prevhash, height, record):
    headers = covered(record)
    if headers is None:
        return None
    return (
        b"promptledger/link/1\0"
        + prevhash
        + struct.pack(">Q", height)
        + lp(record.key)
        + struct.pack(">I", len(headers))
        + b"".join(lp(name) + lp(value) for name, value in headers)
        + lp(record.value)
    )


def identity_form(ledger, topic, partition, partition_count, partitioner, hash_algorithm, link_version):
    return (
        b"promptledger/genesis/1\0"
        + lp(ledger.encode("utf-8", "surrogateescape"))
        + lp(topic.encode())
        + struct.pack(">II", partition, partition_count)
        + lp(partitioner.encode())
        + lp(hash_algorithm.encode())
        + lp(link_version.encode())
    )


def sha256(data):
    return hashlib.sha256(data).digest()


def murmur2(data):
    """As a signed number of 32 bits."""
    multiplier, mask = 0x5BD1E995, 0xFFFFFFFF
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for (k,) in struct.iter_unpack("<I", data[:whole]):
        k = k * multiplier & mask
        k ^= k >> 24
        h = (h * multiplier & mask) ^ (k * multiplier & mask)
    rest = data[whole:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * multiplier & mask
    h ^= h >> 13
    h = h * multiplier & mask
    h ^= h >> 15
    return h - (1 << 32) if h >= 1 << 31 else h


def partition_of(key, count):
    return (murmur2(key) & 0x7FFFFFFF) % count


def believe(record, prevhash, height):
    """(hash, recorded time) of a record that is what it says at that height behind that hash, else a sentence."""
    if record.header("ce_linkversion") != LINK_VERSION:
        return "another link version"
    if record.header("ce_height") != str(height):
        return "another height"
    carried = parse_hash(record.header("ce_hash"))
    if carried is None:
        return "no hash"
    form = canonical_form(prevhash, height, record)
    if form is None:
        return "a covered header occurs twice"
    if sha256(form) != carried:
        return "not what its hash says"
    recorded = parse_time(record.header("ce_recordedtime"))
    if recorded is None:
        return "no recorded time"
    return carried, recorded


@dataclass
class LinkReader:
    """Reads one partition's records in the order of their offsets, from its beginning. After a halt it must not be asked again."""

    topic: str
    partition: int
    head: Head | None = None
    _counted: set = field(default_factory=set)  # hashes that counted, and the genesis' identity
    _voided: set = field(default_factory=set)  # hashes that void records carried

    def read(self, record):
        verdict = self._begin(record) if self.head is None else self._follow(record)
        if verdict.kind == "void":
            carried = parse_hash(record.header("ce_hash"))
            if carried is not None:
                self._voided.add(carried)
        return verdict

    def _begin(self, record):
        nothing = Verdict("void", void_class="before_genesis")
        said = {name: record.header(name) for name in GENESIS_HEADERS}
        if record.header("ce_kind") != "genesis" or said["ce_topic"] != self.topic or said["ce_partition"] != str(self.partition):
            return nothing
        if record.header("ce_linkversion") != LINK_VERSION:
            return Verdict("halt", why="a genesis of another link version")
        if said["ce_hashalgorithm"] != HASH_ALGORITHM:
            return Verdict("halt", why="a genesis of another hash algorithm")
        if said["ce_partitioner"] != PARTITIONER:
            return Verdict("halt", why="a genesis of another partitioner")
        count = parse_number(said["ce_partitioncount"])
        if said["ce_ledger"] is None or count is None or count >= 1 << 32:
            return nothing
        form = identity_form(said["ce_ledger"], self.topic, self.partition, count, PARTITIONER, HASH_ALGORITHM, LINK_VERSION)
        identity = sha256(form)
        if parse_hash(record.header("ce_prevhash")) != identity:
            return nothing
        believed = believe(record, identity, 0)
        if isinstance(believed, str):
            return nothing
        self._counted.add(identity)
        return self._count(believed, 0)

    def _follow(self, record):
        prevhash = parse_hash(record.header("ce_prevhash"))
        if prevhash is None:
            return Verdict("void", void_class="unlinked")
        if prevhash != self.head.hash:
            known = "stale_head" if prevhash in self._counted else "on_void" if prevhash in self._voided else "orphan"
            return Verdict("void", void_class=known)
        height = self.head.height + 1
        believed = believe(record, prevhash, height)
        if isinstance(believed, str):
            return Verdict("halt", why=believed)
        if believed[1] <= self.head.recorded:
            return Verdict("halt", why="its recorded time does not rise")
        return self._count(believed, height)

    def _count(self, believed, height):
        own_hash, recorded = believed
        self.head = Head(own_hash, height, recorded)
        self._counted.add(own_hash)
        return Verdict("counts", height=height, hash=own_hash)
