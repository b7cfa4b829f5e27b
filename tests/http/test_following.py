"""Server-sent events for who reads slowly, and for who comes back."""

import json
import socket
import time

import pytest

import ledger_server
from http_api import Api, Events, problem

TEXT = "x" * 100_000


@pytest.fixture(scope="module")
def hasty():
    """A server that waits half a second for a client who takes nothing, and gives a sign of life as often as can be."""
    with ledger_server.running_ledger("--http-send-timeout-ms", "500", "--http-heartbeat-ms", "100") as running:
        yield Api(running, running.key)


def blocks(raw):
    """The whole blocks of a stream: id and, if it is an event, its data."""
    *whole, _cut = raw.split("\n\n")
    for block in whole:
        fields = dict(line.partition(": ")[::2] for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            yield fields


def dechunked(raw):
    body, out = raw.partition(b"\r\n\r\n")[2], b""
    while b"\r\n" in body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        out += rest[:length]
        if len(rest) < length + 2:
            break
        body = rest[length + 2 :]
    return out.decode(errors="ignore")


def read_all(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)   # what is on its way comes quickly now
    sock.settimeout(10)
    raw = b""
    while True:
        try:
            piece = sock.recv(65536)
        except ConnectionResetError:
            return raw
        if not piece:
            return raw
        raw += piece


def streams_open(api):
    text = api.get("/metrics").text
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith("promptledger_http_event_streams"))


def test_a_slow_reader_is_cut_off_and_goes_on_from_where_he_was(hasty):
    slow = socket.create_connection(("127.0.0.1", hasty.ledger.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.sendall(f"GET /api/v1/events?kind=prompt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hasty.key}\r\n\r\n".encode())
    time.sleep(0.3)   # it is there before the first event, and takes nothing
    made = [hasty.make(template=f"{n} {TEXT}")[1].json["id"] for n in range(60)]
    deadline = time.monotonic() + 30
    while streams_open(hasty) > 0:
        assert time.monotonic() < deadline, "nobody was cut off"
        time.sleep(0.1)
    seen = list(blocks(dechunked(read_all(slow))))
    got = [json.loads(block["data"])["stream_id"] for block in seen if "data" in block]
    assert got and len(got) < len(made)
    again = Events(hasty, "?kind=prompt", headers={"Last-Event-ID": seen[-1]["id"]})
    while len(got) < len(made):
        got.append(again.next()["data"]["stream_id"])
    again.close()
    assert got == made, "nothing is lost, nothing comes twice"


def test_who_sees_nothing_still_knows_where_he_is(hasty):
    """A filter that nothing passes: the place comes with the signs of life, so that coming back does not begin at the beginning."""
    follower = Events(hasty, "?kind=settings")
    _, made = hasty.make()
    position = made.headers["ledger-position"]
    deadline = time.monotonic() + 20
    place = None
    while place != position:
        assert time.monotonic() < deadline, place
        line = follower.answer.readline().decode().rstrip("\n")
        if line.startswith("id: "):
            place = line.removeprefix("id: ")
            heights = ledger_heights(place)
            if all(heights.get(partition, -1) >= height for partition, height in ledger_heights(position).items()):
                break
    follower.close()
    protected = hasty.put("/api/v1/labels/production", {"protected": True})
    assert protected.status == 200
    back = Events(hasty, "?kind=settings", headers={"Last-Event-ID": place})
    assert back.next()["data"]["change"] == 'protected label "production"'
    back.close()


def ledger_heights(token):
    import base64

    payload = token.removeprefix("1.")
    text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    return {part.split("@")[0]: int(part.split("@")[1]) for part in text.split(",")} if text else {}


def test_filters_take_several_words(hasty):
    path, made = hasty.make()
    hasty.put(path, {"title": "t"})
    last = hasty.put(path + "/labels/staging", {"version": 1})
    hasty.get(path + "/history", headers=hasty.after(last))
    types = "type=promptledger.prompt.changed.v1&type=promptledger.prompt.label_moved.v1"
    actor = made.json["author"]
    follower = Events(hasty, f"?from=beginning&kind=prompt&kind=settings&prompt={made.json['id']}&{types}&actor={actor}")
    assert [follower.next()["data"]["version"] for _ in range(2)] == [2, 3]
    follower.close()
    nobody = Events(hasty, f"?from=beginning&prompt={made.json['id']}&actor=nobody&actor={actor}")
    assert nobody.next()["data"]["version"] == 1
    nobody.close()
    problem(hasty.get("/api/v1/events?kind=nothing"), 422, "?kind")
