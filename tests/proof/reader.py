"""Proofs as docs/proof.md describes them, written from that page alone: Merkle trees, checkpoints, bundles. Signatures are openssl's business.

It shares no code with the program and checks the page as much as the program: where the two disagree, one of them is wrong.
"""

import base64
import hashlib
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parent.parent / "log_reader"))
from link_rule import Record, canonical_form, parse_hash  # noqa: E402

SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes
OPENSSL_LIMIT_S = 20


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\x00" + data)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def root_of(leaves):
    """The root over these leaf hashes, as RFC 9162 section 2.1.1 defines it."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(root_of(leaves[:k]), root_of(leaves[k:]))


def root_from_path(leaf, index, size, path):
    """The root that an inclusion proof leads to, or None when it has the wrong length."""
    if size == 1:
        return leaf if index == 0 and not path else None
    if not path or index >= size:
        return None
    k = 1
    while k * 2 < size:
        k *= 2
    if index < k:
        left = root_from_path(leaf, index, k, path[:-1])
        return left and node_hash(left, path[-1])
    right = root_from_path(leaf, index - k, size - k, path[:-1])
    return right and node_hash(path[-1], right)


def ed25519_holds(public_key, text, signature):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        pem = base64.encodebytes(SPKI_PREFIX + public_key).decode()
        (folder / "key").write_text(f"-----BEGIN PUBLIC KEY-----\n{pem}-----END PUBLIC KEY-----\n")
        (folder / "text").write_bytes(text)
        (folder / "signature").write_bytes(signature)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "key", "-rawin", "-in", folder / "text", "-sigfile", folder / "signature"]
        return subprocess.run(command, capture_output=True, timeout=OPENSSL_LIMIT_S, check=False).returncode == 0


def key_id(name, public_key):
    return sha256(name.encode() + b"\n\x01" + public_key)[:4]


def open_checkpoint(note, public_key):
    """(origin, size, root) of a checkpoint that this key signed under its origin; raises ValueError for anything else."""
    text, blank, signatures = note.rpartition("\n\n")
    if not blank:
        raise ValueError("no blank line")
    text += "\n"
    origin, size, root = text.splitlines()
    for line in signatures.splitlines():
        dash, name, data = line.split(" ")
        data = base64.b64decode(data, validate=True)
        if dash == "\u2014" and name == origin and data[:4] == key_id(name, public_key) and ed25519_holds(public_key, text.encode(), data[4:]):
            return origin, int(size), base64.b64decode(root, validate=True)
    raise ValueError("not signed by this key")


def roots_of_consistency(first, second, path, first_root):
    """(root of the first tree, root of the second) that a consistency proof leads to; raises IndexError when it is too short."""
    path = list(path)

    def walk(m, n, whole):
        """(the part of the first tree, the part of the second) within a subtree of n leaves, of which m are in the first."""
        if m == n:
            known = first_root if whole else path.pop(0)
            return known, known
        k = 1
        while k * 2 < n:
            k *= 2
        if m <= k:
            old, new = walk(m, k, whole)
            return old, node_hash(new, path.pop(0))
        old, new = walk(m - k, n - k, False)
        left = path.pop(0)
        return node_hash(left, old), node_hash(left, new)

    roots = walk(first, second, True)
    if path:
        raise IndexError("longer than a proof of these sizes")
    return roots


def open_bundle(bundle, public_key):
    """(origin, height, record) that a bundle proves; raises ValueError when it proves nothing."""
    if bundle["format"] != "promptledger/proof/1":
        raise ValueError("another format")
    origin, size, root = open_checkpoint(bundle["checkpoint"], public_key)
    said = bundle["record"]
    record = Record(said["key"].encode(), tuple((name.encode(), value.encode()) for name, value in said["headers"]), said["value"].encode())
    height = int(record.header("ce_height"))
    carried = parse_hash(record.header("ce_hash"))
    if carried is None or sha256(canonical_form(parse_hash(record.header("ce_prevhash")), height, record)) != carried:
        raise ValueError("the record is not what its hash says")
    if root_from_path(leaf_hash(carried), height, size, [parse_hash(text) for text in bundle["inclusion"]]) != root:
        raise ValueError("the record is not in the tree")
    return origin, height, record
