"""Batches of executions over HTTP: streamed both ways, each line by itself, each id once."""

import json
import socket
import threading
import time
import uuid

import pytest

import batches
import ledger_server
from http_api import Api


@pytest.fixture()
def prompt(api):
    return api.make()[0].removeprefix("/prompts/")


def id_of(text):
    return json.loads(text)["id"]


def count(api, told, **filters):
    """How many executions there are, to the last of a batch."""
    listed, cursor = [], ""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    while cursor is not None:
        answer = api.get(f"/executions?limit=500&{query}{cursor and '&cursor=' + cursor}", headers={"Ledger-Min-Position": told.summary["position"]})
        assert answer.status == 200, answer
        listed += [item["id"] for item in answer.json["items"]]
        cursor = answer.json["next_cursor"]
    return listed


def test_every_line_is_recorded_and_told_in_order(api, prompt):
    user = uuid.uuid4().hex
    texts = batches.lines(prompt, 3_000, user=user)
    told = batches.send(api.ledger, batches.body(texts), api.key)
    assert [(r["line"], r["id"]) for r in told.results] == [(n, id_of(text)) for n, text in enumerate(texts, 1)], told
    # On a slow machine a line may be tried again, and found to be there.
    assert set(told.statuses) <= {"recorded", "already_recorded"} and told.summary["recorded"] + told.summary["already_recorded"] == 3_000, told
    assert not any(told.summary[other] for other in ("rejected", "not_stored", "open"))
    assert sorted(count(api, told, user=user)) == sorted(map(id_of, texts))
    shown = api.get("/executions/" + id_of(texts[0]), headers={"Ledger-Min-Position": told.summary["position"]}).json
    assert shown["cost_usd"] == "0.004200" and shown["output"] == "Dear Ada" and shown["token_usage"]["total"] == 162


def test_a_whole_batch_again_records_nothing_again(api, prompt, unchanged):
    texts = batches.lines(prompt, 500)
    first = batches.send(api.ledger, batches.body(texts), api.key)
    assert set(first.statuses) == {"recorded"}
    with unchanged:
        again = batches.send(api.ledger, batches.body(texts), api.key)
    assert set(again.statuses) == {"already_recorded"} and [r["id"] for r in again.results] == [r["id"] for r in first.results]


def test_lines_without_an_id_are_the_keys(api, prompt):
    texts = batches.lines(prompt, 50, id=None)
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = batches.send(api.ledger, batches.body(texts), api.key, key)
    again = batches.send(api.ledger, batches.body(texts), api.key, key)
    assert set(first.statuses) == {"recorded"} and set(again.statuses) == {"already_recorded"}
    assert [r["id"] for r in first.results] == [r["id"] for r in again.results] and len({r["id"] for r in first.results}) == 50
    other = batches.send(api.ledger, batches.body(texts), api.key, {"Idempotency-Key": uuid.uuid4().hex})
    keyless = batches.send(api.ledger, batches.body(texts), api.key)
    assert set(other.statuses) == set(keyless.statuses) == {"recorded"}
    assert len({r["id"] for told in (first, other, keyless) for r in told.results}) == 150


def test_what_a_label_means_later_does_not_make_a_retry_another_execution(api):
    path, made = api.make()
    prompt = made.json["id"]
    api.put(path + "/labels/live", {"version": 1})
    texts = batches.lines(prompt, 3, version=None, label="live") + batches.lines(prompt, 3, version=None)
    assert set(batches.send(api.ledger, batches.body(texts), api.key).statuses) == {"recorded"}
    api.put(path + "/content", {"template": "two"})
    api.put(path + "/labels/live", {"version": 2})
    assert set(batches.send(api.ledger, batches.body(texts), api.key).statuses) == {"already_recorded"}
    other = [json.dumps(json.loads(text) | {"version": 2}) for text in texts[:1]]
    assert batches.send(api.ledger, batches.body(other), api.key).statuses == ["rejected"], "one that names it says something else"


def test_bad_lines_of_every_kind_stop_no_other(api, prompt):
    good = batches.lines(prompt, 3)
    taken = batches.line(prompt)
    bad = [
        (b"{", "malformed-json", 400),
        (b'{"id": "\xff"}', "malformed-json", 400),
        (b"\xef\xbb\xbf{}", "malformed-json", 400),
        (b'{"n": 1e999}', "malformed-json", 400),
        (b'{"a": 1, "a": 2}', "malformed-json", 400),
        (b"[" * 70, "malformed-json", 400),
        (b'{"a": "\x00"}', "malformed-json", 400),
        (b"[]", "invalid", 422),
        (b"null", "invalid", 422),
        (b"{}", "invalid", 422),
        (b'{"padding": "' + b"x" * (5 << 20) + b'"}', "body-too-large", 413),
        (batches.line(prompt, id="mine").encode(), "invalid", 422),
        (batches.line(prompt, cost_usd=-1).encode(), "invalid", 422),
        (batches.line(prompt, cost_usd="0.0000001").encode(), "invalid", 422),
        (batches.line(prompt, colour="red").encode(), "invalid", 422),
        (batches.line(prompt, version=9).encode(), "invalid", 422),
        (batches.line(prompt, version=None, label="nowhere").encode(), "invalid", 422),
        (batches.line(str(uuid.uuid4())).encode(), "invalid", 422),
        (batches.line("x").encode(), "invalid", 422),
        (batches.line(prompt, id=id_of(taken), cost_usd=7).encode(), "already-exists", 409),
        (batches.line(prompt, output="x" * (1 << 20)).encode(), "invalid", 422),
        (batches.line(prompt, reason="r" * 2_001).encode(), "invalid", 422),
    ]
    body = b"\n  \n" + taken.encode() + b"\r\n" + good[0].encode() + b"\n" + b"".join(text + b"\n\n" for text, *_ in bad) + good[1].encode() + b"\n \t \n" + good[2].encode()
    told = batches.send(api.ledger, body, api.key)
    assert [r["line"] for r in told.results] == [3, 4] + list(range(5, 5 + 2 * len(bad), 2)) + [5 + 2 * len(bad), 7 + 2 * len(bad)]
    assert told.statuses == ["recorded"] * 2 + ["rejected"] * len(bad) + ["recorded"] * 2, told
    for (text, slug, status), result in zip(bad, told.results[2:-2]):
        problem = result["problem"]
        assert (problem["type"], problem["status"]) == ("/problems/" + slug, status), (text[:200], result)
    assert told.results[2]["problem"]["detail"] == "Column 2: the name of a field, in double quotes, should be here."
    assert "id" not in told.results[2] and told.results[2 + 12]["id"] == id_of(bad[12][0])
    assert [error["field"] for error in told.results[2 + 12]["problem"]["errors"]] == ["cost_usd"]
    for text in good:
        assert api.get("/executions/" + id_of(text), headers={"Ledger-Min-Position": told.summary["position"]}).status == 200


@pytest.mark.parametrize("body", [b"", b"\n\n \r\n"])
def test_a_batch_of_nothing(api, body):
    told = batches.send(api.ledger, body, api.key)
    assert told.results == [] and told.summary == {"recorded": 0, "already_recorded": 0, "rejected": 0, "not_stored": 0, "open": 0}


def test_whole_requests_are_refused_before_their_lines(api, roles, prompt):
    data = batches.body(batches.lines(prompt, 1))
    def ask(**options):
        return api.call("POST", "/executions/batch", data, **({"headers": {"Content-Type": "application/x-ndjson"}} | options))
    assert ask(headers={"Content-Type": "application/json"}).status == 415
    assert ask(key=None).status == 401 and ask(key=roles["viewer"].key).status == 403
    assert ask(headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": "a b"}).status == 400
    assert ask(headers={"Content-Type": "application/x-ndjson; charset=utf-8"}).status == 200
    assert api.call("GET", "/executions/batch").status == 404, "no execution is called that"


def test_results_come_while_the_body_goes_on(api, prompt):
    stream = batches.Stream(api.ledger, api.key)
    texts = batches.lines(prompt, 3)
    stream.send(texts[0].encode() + b"\n" + texts[1].encode()[:20])
    assert stream.head().startswith("HTTP/1.1 200")
    assert stream.results(1).statuses == ["recorded"], "the first is told before the second has come"
    stream.send(texts[1].encode()[20:] + b"\n")
    assert stream.results(2).statuses == ["recorded"] * 2
    stream.send(texts[2].encode())
    stream.end()
    told = stream.rest()
    assert told.statuses == ["recorded"] * 3 and told.summary["recorded"] == 3


def test_one_that_waits_for_100_continue(api, prompt):
    stream = batches.Stream.__new__(batches.Stream)
    stream.__dict__.update(unread=b"", text=b"", ended=False, started=False)
    data = batches.body(batches.lines(prompt, 2))
    stream.socket = socket.create_connection(("127.0.0.1", api.ledger.port), timeout=30)
    stream.socket.sendall((f"POST /api/v1/executions/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.key}\r\nContent-Type: application/x-ndjson\r\n"
                           f"Expect: 100-continue\r\nContent-Length: {len(data)}\r\n\r\n").encode())
    assert stream.head() == "HTTP/1.1 100 Continue"
    stream.socket.sendall(data)
    assert stream.head().startswith("HTTP/1.1 200")
    assert stream.rest().statuses == ["recorded"] * 2


def test_a_client_that_breaks_off_and_comes_again_has_each_once(api, prompt):
    user = uuid.uuid4().hex
    texts = batches.lines(prompt, 2_000, user=user)
    stream = batches.Stream(api.ledger, api.key)
    stream.send(batches.body(texts[:1_500])[:-30])
    stream.results(100)
    stream.close()
    told = batches.send(api.ledger, batches.body(texts), api.key)
    assert set(told.statuses) <= {"recorded", "already_recorded"} and told.summary["already_recorded"] >= 100, told.summary
    assert sorted(count(api, told, user=user)) == sorted(map(id_of, texts))


def test_a_body_that_is_cut_short_is_told_from_which_line_on(api, prompt):
    texts = batches.lines(prompt, 10)
    data = batches.body(texts)
    stream = batches.Stream(api.ledger, api.key)
    stream.send(data[:-5])
    stream.head()  # from then on: a change whose client is gone before it is begun is not begun
    stream.socket.shutdown(socket.SHUT_WR)
    told = stream.rest()
    assert told.statuses == ["recorded"] * 9
    assert told.summary["not_taken_from"] == 10 and told.summary["problem"]["type"] == "/problems/malformed-request"


@pytest.fixture(scope="module")
def tight():
    """A server with little room for what is not read, and little patience."""
    with ledger_server.running_ledger("--http-batch-unread-max-bytes", "20000", "--http-batch-in-flight-max", "50", "--http-batch-reader-patience-ms", "300",
                                      "--http-receive-timeout-ms", "1500") as running:
        yield Api(running, running.key)


def test_one_that_sends_all_before_it_reads_comes_to_its_end_and_can_go_on(tight):
    """The results exceed what the server and the kernel hold: it takes no more lines, but reads them away, and says from which on."""
    prompt = tight.make()[0].removeprefix("/prompts/")
    # Results are long and lines are short: each is refused, with its reason.
    many = [json.dumps({"prompt_id": prompt, "colour": "c", "n": n}) for n in range(60_000)]
    stream = batches.Stream(tight.ledger, tight.key, receive_buffer=4096)
    for at in range(0, len(many), 1_000):
        stream.send(batches.body(many[at : at + 1_000]))
    stream.end()
    stream.head()
    told = stream.rest()
    beyond = told.summary["not_taken_from"]
    assert 1 < beyond <= 60_000 and told.summary["problem"]["type"] == "/problems/overloaded" and "read while you send" in told.summary["problem"]["detail"].lower()
    assert [r["line"] for r in told.results] == list(range(1, beyond)), "each line before it has its result, and none behind"
    assert set(told.statuses) == {"rejected"}


def test_one_that_reads_slowly_is_slowed_down_and_gets_everything(tight):
    prompt = tight.make()[0].removeprefix("/prompts/")
    texts = batches.lines(prompt, 1_500, output=None)
    stream = batches.Stream(tight.ledger, tight.key, receive_buffer=4096)
    def send():
        for at in range(0, len(texts), 100):
            stream.send(batches.body(texts[at : at + 100]))
        stream.end()

    sender = threading.Thread(target=send)
    sender.start()
    stream.head()
    while stream.piece():
        time.sleep(0.002)
    sender.join(60)
    told = batches.Told(stream.text.decode())
    assert len(told.results) == 1_500 and set(told.statuses) <= {"recorded", "already_recorded"} and "not_taken_from" not in told.summary


def test_one_that_stops_sending_is_cut_off_with_what_there_is(tight):
    prompt = tight.make()[0].removeprefix("/prompts/")
    stream = batches.Stream(tight.ledger, tight.key)
    stream.send(batches.body(batches.lines(prompt, 3)) + b'{"half')
    stream.head()
    told = stream.rest()
    assert told.statuses == ["recorded"] * 3 and told.summary["not_taken_from"] == 4 and told.summary["problem"]["type"] == "/problems/request-timeout"
    assert tight.get("/health", key=None).status == 200


def test_a_server_killed_in_the_middle_and_asked_again_has_each_once():
    with ledger_server.running_ledger() as ledger:
        api = Api(ledger, ledger.key)
        prompt = api.make()[0].removeprefix("/prompts/")
        user = uuid.uuid4().hex
        texts = batches.lines(prompt, 3_000, user=user)
        stream = batches.Stream(ledger, ledger.key)
        stream.send(batches.body(texts))
        before = stream.results(200)
        ledger.up.stop(ledger_server.signal.SIGKILL)
        with pytest.raises(Exception):  # noqa: B017 - a reset, or an end without the last chunk
            stream.rest()
            raise ConnectionError
        ledger.up.start()
        told = batches.send(ledger, batches.body(texts), ledger.key)
        assert set(told.statuses) <= {"recorded", "already_recorded"}, told
        known = {r["id"] for r in before.results}
        assert {r["id"] for r in told.results if r["status"] == "already_recorded"} >= known, "what was told is there"
        assert sorted(count(api, told, user=user)) == sorted(map(id_of, texts))
        for result in told.results[:: len(texts) // 20]:
            events = api.get(f"/api/v1/streams/execution/{result['id']}/events", headers={"Ledger-Min-Position": told.summary["position"]}).json["items"]
            assert len(events) == 1


def test_a_server_that_has_no_room_for_another_says_so_and_one_that_stops_says_where():
    with ledger_server.running_ledger("--http-max-held-bytes", str(30 << 20)) as ledger:
        api = Api(ledger, ledger.key)
        prompt = api.make()[0].removeprefix("/prompts/")
        stream = batches.Stream(ledger, ledger.key)
        stream.send(batches.body(batches.lines(prompt, 5)))
        stream.head()
        stream.results(5)
        refused = batches.Stream(ledger, ledger.key)
        head = refused.head()
        assert head.startswith("HTTP/1.1 503") and "Retry-After: 1" in head, "a batch sets aside what it may hold: there is room for one"
        ledger.up.send(ledger_server.signal.SIGTERM)
        told = stream.rest()
        assert told.statuses == ["recorded"] * 5 and told.summary["not_taken_from"] == 6 and told.summary["problem"]["type"] == "/problems/unavailable"
        assert ledger.up.wait_stopped() == 0
