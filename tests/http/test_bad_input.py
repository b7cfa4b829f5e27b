"""Bad input: each answered with the documented status and a precise message, and nothing written."""

import http.client
import json
import urllib.parse
import uuid

import pytest

NOBODY = "01a1fd47-e72d-7712-b447-264001802bda"


def problem(answer, status, slug, *words):
    assert answer.status == status, answer
    body = answer.json
    assert body["type"] == "/problems/" + slug and body["status"] == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    for word in words:
        assert word in body["detail"] + json.dumps(body.get("errors", []), ensure_ascii=False), answer
    return body


def fields(answer):
    return [error["field"] for error in answer.json["errors"]]


def create(**changes):
    body = {"name": "bad", "category": "bad", "template": "x"} | changes
    return {name: value for name, value in body.items() if value is not None}


@pytest.mark.parametrize(
    "text, words",
    [
        (b"{", ["Line 1"]),
        (b"", []),
        (b'{"name": "a",}', ["Line 1, column 14"]),
        (b'{"name": "a" "b"}', ["Line 1"]),
        (b'{"a": 1, "a": 2}', ["twice"]),
        (b'{"name": "\xff"}', ["UTF-8"]),
        (b'{"name": "\xed\xa0\x80"}', ["UTF-8"]),
        (b'{"name": "a\\u0000b"}', ["NUL"]),
        (b'{"name": "a\x00b"}', ["NUL"]),
        (b'{"name": "\\ud800"}', []),
        (b'{"n": 123456789012345678901234567890}', []),
        (b'{"n": 1e999}', []),
        (b"[" * 100_000, ["64"]),
        (b'{"a":' * 100 + b"1" + b"}" * 100, ["64"]),
        (b"nan", []),
    ],
)
def test_what_is_no_json_is_a_400_with_its_place(api, unchanged, text, words):
    with unchanged:
        problem(api.post("/prompts", text), 400, "malformed-json", *words)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null"])
def test_json_that_is_no_object(api, unchanged, body):
    with unchanged:
        problem(api.post("/prompts", body), 422, "invalid", "must be a JSON object")


def test_other_media_types(api, unchanged):
    with unchanged:
        problem(api.post("/prompts", b"name=x", headers={"Content-Type": "application/x-www-form-urlencoded"}), 415, "unsupported-media-type", "application/json")


def test_wrong_types_and_unknown_fields_are_all_told_at_once(api, unchanged):
    body = {"name": 1, "template": [], "tags": "a", "metadata": [], "variables": [{"name": "a", "type": "text", "x": 1}, 5], "labels": [1],
            "occurred_at": "yesterday", "reason": 5, "colour": "red", "config": "c", "messages": None}
    with unchanged:
        answer = api.post("/prompts", body)
    problem(answer, 422, "invalid", "fields are not valid")
    assert set(fields(answer)) == {"name", "category", "template", "tags", "metadata", "variables[0].type", "variables[0].x", "variables[1]", "labels[0]",
                                   "occurred_at", "reason", "colour", "config", "messages"}


@pytest.mark.parametrize(
    "changes, field, words",
    [
        ({"name": ""}, "name", ["1"]),
        ({"name": "n" * 256}, "name", ["255"]),
        ({"category": "c" * 256}, "category", ["255"]),
        ({"name": "a\x07b"}, "name", []),
        ({"title": "t" * 256}, "title", ["255"]),
        ({"description": "d" * 10_001}, "description", ["10000"]),
        ({"tags": ["t"] * 101}, "tags", ["100"]),
        ({"tags": ["t" * 65]}, "tags[0]", ["64"]),
        ({"labels": ["Über"]}, "labels[0]", ["a-z"]),
        ({"labels": ["latest"]}, "labels[0]", ["latest"]),
        ({"template": ""}, "template", ["empty"]),
        ({"template": None}, "template", ["required"]),
        ({"template": "Hello {{who"}, "template", ["line 1, column 7"]),
        ({"template": "ok\n  {{ }}"}, "template", ["line 2, column 3"]),
        ({"template": "{{a b}}"}, "template", ["line 1, column 1"]),
        ({"template": "x" * (1024 * 1024)}, "template", ["983040"]),
        ({"template": "{{a}}", "variables": []}, "variables", ['\\"a\\" occurs']),
        ({"template": "a", "variables": [{"name": "b"}]}, "variables[0].name", ["does not occur"]),
        ({"template": "{{a}}", "variables": [{"name": "a"}, {"name": "a"}]}, "variables[1].name", ["twice"]),
        ({"template": "{{a}}", "variables": [{"name": "a", "type": "integer", "default": "x"}]}, "variables[0].default", []),
        ({"template": None, "messages": []}, "messages", ["at least one"]),
        ({"messages": [{"role": "user", "content": "x"}]}, "messages", ["template"]),
        ({"template": None, "messages": [{"role": "", "content": "x"}]}, "messages[0].role", []),
        ({"template": None, "messages": [{"type": "picture"}]}, "messages[0].type", ["message, placeholder"]),
        ({"metadata": {"x": "y" * 70_000}}, "metadata", ["65536"]),
        ({"reason": "r" * 2_001}, "reason", ["2000"]),
        ({"request_id": "r" * 129}, "request_id", ["128"]),
    ],
)
def test_fields_over_their_limits(api, unchanged, changes, field, words):
    with unchanged:
        answer = api.post("/prompts", create(**changes))
    problem(answer, 422, "invalid", *words)
    assert field in fields(answer), answer


def test_a_record_that_the_log_cannot_take(api, unchanged):
    with unchanged:
        problem(api.post("/prompts", create(template="\x01" * 600_000)), 422, "too-large", "bytes")


def test_a_body_over_the_limit_is_refused_before_it_is_read(api, ledger, unchanged):
    with unchanged:
        connection = http.client.HTTPConnection("127.0.0.1", ledger.port, timeout=10)
        connection.putrequest("POST", "/api/v1/prompts")
        for name, value in {"Authorization": "Bearer " + api.key, "Content-Type": "application/json", "Content-Length": str(10**12)}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()   # not a byte of the body was sent
        assert answer.status == 413 and json.loads(answer.read())["type"] == "/problems/body-too-large"
        connection.close()


def test_a_taken_name(api, unchanged):
    api.make(name="taken", category="bad")
    with unchanged:
        problem(api.post("/prompts", create(name="taken")), 409, "name-taken", "taken")


CALLS_ON_ONE = [
    ("GET", "", None), ("PUT", "", {"title": "x"}), ("DELETE", "", None), ("POST", "/restore", {}), ("PUT", "/content", {"template": "x"}),
    ("POST", "/render", {}), ("POST", "/fork", {"name": "x"}), ("PUT", "/lifecycle", {"status": "published"}), ("GET", "/versions", None),
    ("GET", "/versions/1", None), ("POST", "/versions/1/rollback", {}), ("GET", "/diff", None), ("GET", "/history", None), ("GET", "/labels", None),
    ("PUT", "/labels/x", {"version": 1}), ("DELETE", "/labels/x", None), ("GET", "/labels/x/history", None),
]


@pytest.mark.parametrize("method, rest, body", CALLS_ON_ONE)
def test_unknown_ids(api, unchanged, method, rest, body):
    with unchanged:
        problem(api.call(method, f"/prompts/{NOBODY}{rest}", body), 404, "not-found")
        problem(api.call(method, f"/prompts/no-uuid{rest}", body), 404, "not-found", "UUID")


@pytest.mark.parametrize("path", ["/versions/9", "/versions/0", "/versions/x", "/versions/99999999999", "?version=9", "?label=nope", "?at_version=9",
                                  "?as_of=2001-01-01T00:00:00Z", "/diff?from=1&to=9"])
def test_unknown_parts_of_a_prompt(api, path):
    at, made = api.make()
    problem(api.get(at + path, headers=api.after(made)), 404, "not-found")


@pytest.mark.parametrize(
    "path, field",
    [
        ("/prompts?limit=0", "limit"), ("/prompts?limit=501", "limit"), ("/prompts?limit=x", "limit"), ("/prompts?limit=1&limit=2", "limit"),
        ("/prompts?status=lost", "status"), ("/prompts?sort=size", "sort"), ("/prompts?colour=red", "colour"), ("/prompts?deleted=maybe", "deleted"),
        ("/prompts?updated_since=today", "updated_since"), ("/prompts?as_of=2023-01-01", "as_of"), ("/prompts?clock=occurred", "clock"),
        ("/prompts?as_of=2023-01-01T00:00:00Z&clock=wall", "clock"), ("/prompts?topic=a&metadata.topic=b", "topic"),
        ("/prompts/lifecycle/draft?status=draft", "status"), ("/events?colour=red", "colour"), ("/openapi.json?x=1", "x"),
    ],
)
def test_parameters_that_say_nothing(api, path, field):
    answer = api.get(path if path.startswith("/p") else path.replace("/events", "/api/v1/events"))
    problem(answer, 422, "invalid")
    assert any(field in error["field"] for error in answer.json["errors"]), answer


@pytest.mark.parametrize("query", ["version=0", "version=x", "version=1&label=a", "at_version=1&as_of=2023-01-01T00:00:00Z", "at_version=-1"])
def test_moments_that_contradict_themselves(api, query):
    path, _ = api.make()
    problem(api.get(path + "?" + query), 422, "invalid")


@pytest.mark.parametrize("query", ["q=%ff", "q=%00", "q=%zz", "tag=%c3"])
def test_a_query_that_is_no_text(api, query):
    problem(api.get("/prompts?" + query), 400, "malformed-request", "percent-escape")


def test_a_path_that_is_no_text(api):
    problem(api.get("/prompts/search/%ff/x"), 400, "malformed-request")
    problem(api.get("/prompts/search/a%00/x"), 400, "malformed-request")


@pytest.mark.parametrize("tampered", ["x", "", "AAAA", "a" * 400, "!!!", "reverse"])
def test_a_cursor_that_was_tampered_with(api, tampered):
    api.make(category="cursors")
    _, made = api.make(category="cursors")
    cursor = api.get("/prompts?category=cursors&limit=1", headers=api.after(made)).json["next_cursor"]
    assert api.get(f"/prompts?category=cursors&limit=1&cursor={cursor}").status == 200
    bad = cursor[::-1] if tampered == "reverse" else tampered
    body = problem(api.get(f"/prompts?category=cursors&limit=1&cursor={bad}"), 400, "malformed-cursor", "next_cursor")
    assert body["errors"][0]["field"] == "?cursor"


def test_a_cursor_of_another_list(api):
    api.make(category="cursors-a")
    _, made = api.make(category="cursors-a")
    cursor = api.get("/prompts?category=cursors-a&limit=1", headers=api.after(made)).json["next_cursor"]
    for other in ["/prompts?category=cursors-b", "/prompts?", "/prompts?category=cursors-a&sort=name", "/prompts/lifecycle/draft?category=cursors-a"]:
        problem(api.get(f"{other}&cursor={cursor}"), 400, "malformed-cursor")


def test_stale_and_malformed_if_match(api, unchanged):
    path, _ = api.make()
    api.put(path, {"title": "two"})
    with unchanged:
        for method, rest, body in [("PUT", "", {"title": "x"}), ("DELETE", "", None), ("PUT", "/content", {"template": "y"}), ("PUT", "/labels/x", {"version": 1}),
                                   ("PUT", "/lifecycle", {"status": "published"}), ("POST", "/versions/1/rollback", {})]:
            problem(api.call(method, path + rest, body, headers={"If-Match": '"1"'}), 412, "stale-version", "2")
        for bad in ["1", '"x"', 'W/"2"', '"1", "2"', '"-1"']:
            problem(api.put(path, {"title": "x"}, headers={"If-Match": bad}), 400, "malformed-request", "If-Match")
    assert api.put(path, {"title": "x"}, headers={"If-Match": '"2"'}).headers["etag"] == '"3"'


def test_an_older_parent_needs_if_match(api, unchanged):
    path, _ = api.make()
    api.put(path + "/content", {"template": "v2"})
    with unchanged:
        problem(api.put(path + "/content", {"template": "v3", "parent_version": 1}), 409, "wrong-state", 'If-Match: "2"')
        problem(api.put(path + "/content", {"template": "v3", "parent_version": 8}), 422, "invalid", "versions 1 to 2")
        problem(api.put(path + "/content", {}), 422, "invalid", "template")
    assert api.put(path + "/content", {"template": "v3", "parent_version": 1}, headers={"If-Match": '"2"'}).status == 201


def test_an_idempotency_key_with_another_body(api):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = create(name=str(uuid.uuid4()))
    first = api.post("/prompts", body, headers=key)
    again = api.post("/prompts", body, headers=key)
    assert again.status == first.status == 201 and again.json == first.json
    assert (again.headers["etag"], again.headers["location"], again.headers["ledger-position"]) == (
        first.headers["etag"], first.headers["location"], first.headers["ledger-position"])
    path = "/prompts/" + first.json["id"]
    api.put(path, {"title": "later"})
    assert api.post("/prompts", body, headers=key).json == first.json, "the first answer, whatever came after"
    before = api.heads()
    problem(api.post("/prompts", create(name="another"), headers=key), 422, "idempotency-key-reused")
    problem(api.put(path, {"title": "other"}, headers=key), 422, "idempotency-key-reused")
    assert api.heads() == before
    for bad in ["", "a b", "k" * 256]:
        problem(api.post("/prompts", body, headers={"Idempotency-Key": bad}), 400, "malformed-request", "Idempotency-Key")


NASTY = ["O'Reilly; DROP TABLE prompt;--", '"quoted"', "a\\'b", "%", "_", "$1", "{{x}}", "<script>", "../..", "😀", "ＦＵＬＬ", "a\tb"]


@pytest.mark.parametrize("name", NASTY)
def test_names_with_quotes_and_sql_are_names(api, name):
    path, made = api.make(name=name, category=name, tags=[name], metadata={name: name})
    quoted = urllib.parse.quote(name, safe="")
    seen = api.after(made)
    assert api.get(f"/prompts/search/{quoted}/{quoted}", headers=seen).json["id"] == made.json["id"]
    for query in [f"category={quoted}", f"tag={quoted}", f"q={quoted}&category={quoted}", f"metadata.{quoted}={quoted}"]:
        assert [p["name"] for p in api.get("/prompts?" + query).json["items"]] == [name], query
        past = api.get("/prompts?as_of=2100-01-01T00:00:00Z&" + query, headers=seen)
        assert [p["name"] for p in past.json["items"]] == [name], query


@pytest.mark.parametrize("key", [None, "", "plk_unknown", "x" * 500])
def test_a_missing_or_unknown_key(api, unchanged, key):
    with unchanged:
        headers = {} if key is None else {"Authorization": "Bearer " + key}
        answer = api.post("/prompts", create(), key=None, headers=headers)
        problem(answer, 401, "unauthenticated")
        assert "www-authenticate" in answer.headers


def test_positions_that_are_none(api):
    for bad in ["x", "1.", "1.AAAA", "2.cHJvbXB0cy8xQDI", "1.cHJvbXB0cy8xQDI="]:
        problem(api.get("/prompts", headers={"Ledger-Min-Position": bad}), 400, "malformed-request", "Ledger-Position")
        problem(api.get("/api/v1/events?from=" + bad), 400, "malformed-request")
        problem(api.get("/api/v1/events", headers={"Last-Event-ID": bad}), 400, "malformed-request", "Last-Event-ID")


def test_tokens_of_commands_that_are_none(api):
    for bad in ["x", "AAAA", "%20", "a" * 300]:
        problem(api.get("/api/v1/commands/" + bad), 404, "not-found", "504")


def test_streams_that_are_none(api):
    problem(api.get(f"/api/v1/streams/prompt/{NOBODY}/events"), 404, "not-found")
    problem(api.get(f"/api/v1/streams/nothing/{NOBODY}/events"), 404, "not-found", "api-key")
