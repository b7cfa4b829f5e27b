"""Who may call what: every route with every role, and the borders between workspaces."""

import re

import pytest

ORDER = ["viewer", "editor", "publisher", "admin"]
ID = "01a1fd47-e72d-7712-b447-264001802bda"


def calls(api):
    for path, item in api.get("/openapi.json", key=None).json["paths"].items():
        for method, operation in item.items():
            if operation["operationId"] != "follow_events":
                yield method.upper(), re.sub(r"\{\w+\}", ID, path), operation["x-role"]


def test_every_call_asks_for_its_role(api, roles, unchanged):
    with unchanged:
        seen = 0
        for method, path, role in calls(api):
            body = {} if method in ("POST", "PUT") else None
            anonymous = api.ledger.call(method, path, body, key=None)
            if role == "open":
                assert anonymous.status in (200, 503), path
                continue
            assert anonymous.status == 401, (method, path)
            for have in ORDER:
                answer = api.ledger.call(method, path, body, key=roles[have].key)
                if ORDER.index(have) < ORDER.index(role):
                    assert answer.status == 403 and role in answer.json["detail"], (method, path, have, answer)
                else:
                    assert answer.status not in (401, 403), (method, path, have, answer)
            seen += 1
        assert seen > 25


def test_a_new_key_works_and_a_revoked_one_does_not_from_the_answer_on(api):
    for _ in range(5):
        made = api.call("POST", "/api/v1/api-keys", {"name": "short-lived", "role": "viewer"})
        secret, path = made.json["secret"], "/api/v1/api-keys/" + made.json["id"]
        assert made.headers["location"] == path
        assert api.get("/prompts", key=secret).status == 200
        shown = api.get(path).json
        assert "secret" not in shown and shown["role"] == "viewer" and "secret_sha256" not in shown
        gone = api.delete(path + "?reason=lost")
        assert gone.status == 200 and "revoked_at" in gone.json
        assert api.get("/prompts", key=secret).status == 401
        assert api.delete(path).status == 200, "revoking twice changes nothing"


def test_the_secret_is_not_shown_again(api):
    key = {"Idempotency-Key": "make-a-key-once"}
    body = {"name": "once", "role": "viewer"}
    first = api.call("POST", "/api/v1/api-keys", body, headers=key)
    again = api.call("POST", "/api/v1/api-keys", body, headers=key)
    assert again.status == 201 and again.json["id"] == first.json["id"]
    assert again.json["secret"] is None and "first answer" in again.json["secret_note"]
    events = api.get(f"/api/v1/streams/api-key/{first.json['id']}/events", headers=api.after(first)).text
    assert first.json["secret"] not in events and "sha256" not in events


def test_basic_authentication(api):
    import base64

    made = api.call("POST", "/api/v1/api-keys", {"name": "basic", "role": "viewer"}).json
    good = base64.b64encode(f"{made['public_id']}:{made['secret']}".encode()).decode()
    assert api.get("/prompts", key=None, headers={"Authorization": "Basic " + good}).status == 200


@pytest.fixture(scope="module")
def stranger(api):
    """An admin of another workspace."""
    made = api.call("POST", "/api/v1/workspaces", {"name": "strangers"})
    assert made.status == 201 and made.headers["location"] == "/api/v1/workspaces/" + made.json["id"]
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": made.json["id"]})
    assert key.status == 201 and key.json["workspace_id"] == made.json["id"]
    other = type(api)(api.ledger, key.json["secret"])
    other.workspace, other.key_id = made.json["id"], key.json["id"]
    return other


def test_workspaces_do_not_see_each_other(api, stranger):
    path, made = api.make(name="ours")
    seen = api.after(made)
    assert stranger.get(path, headers=seen).status == 404
    assert stranger.get("/prompts", headers=seen).json["items"] == []
    assert stranger.get("/prompts?as_of=2100-01-01T00:00:00Z").json["items"] == []
    assert stranger.get("/prompts/search/test/ours").status == 404
    assert stranger.get(path + "?at_version=1").status == 404
    assert stranger.get(path + "/history").status == 404
    assert stranger.get(f"/api/v1/streams/prompt/{made.json['id']}/events").status == 404
    assert stranger.put(path, {"title": "x"}).status == 404 and stranger.delete(path).status == 404
    assert stranger.post(path + "/fork", {"name": "stolen"}).status == 404
    theirs, _ = stranger.make(name="ours")
    assert api.get(theirs).status == 404, "the same name in another workspace is another name"


def test_admins_look_after_their_own_workspace_but_those_of_home_after_all(api, stranger):
    home = api.get("/api/v1/api-keys").json["items"][0]
    assert stranger.get("/api/v1/api-keys/" + home["id"]).status == 404
    assert stranger.delete("/api/v1/api-keys/" + home["id"]).status == 404
    for query in ["/api/v1/api-keys?workspace_id=", f"/api/v1/api-keys/{home['id']}?workspace_id="]:
        assert stranger.get(query + home["workspace_id"]).status == 403
    refused = stranger.call("POST", "/api/v1/api-keys", {"name": "x", "role": "admin", "workspace_id": home["workspace_id"]})
    assert refused.status == 403 and "home workspace" in refused.json["detail"]
    assert stranger.call("POST", "/api/v1/workspaces", {"name": "theirs"}).status == 403
    assert [w["id"] for w in stranger.get("/api/v1/workspaces").json["items"]] == [stranger.workspace]
    assert stranger.get("/api/v1/workspaces/" + home["workspace_id"]).status == 404
    assert stranger.get("/api/v1/workspaces/" + stranger.workspace).json["name"] == "strangers"
    names = [w["name"] for w in api.get("/api/v1/workspaces?limit=500").json["items"]]
    assert "strangers" in names and "default" in names
    keys = api.get("/api/v1/api-keys?workspace_id=" + stranger.workspace).json["items"]
    assert [k["id"] for k in keys] == [stranger.key_id]
    assert api.call("POST", "/api/v1/workspaces", {"name": "strangers"}).status == 409
    unknown = api.call("POST", "/api/v1/api-keys", {"name": "x", "role": "viewer", "workspace_id": ID})
    assert unknown.status == 422 and unknown.json["errors"][0]["field"] == "workspace"
    assert api.get("/api/v1/api-keys?workspace_id=x").status == 422


def test_keys_are_paged(api):
    for i in range(3):
        last = api.call("POST", "/api/v1/api-keys", {"name": f"paged {i}", "role": "viewer"})
    got, cursor = [], ""
    while True:
        page = api.get("/api/v1/api-keys?limit=2" + cursor, headers=api.after(last)).json
        got += [k["id"] for k in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = "&cursor=" + page["next_cursor"]
    assert len(got) == len(set(got)) and last.json["id"] in got
