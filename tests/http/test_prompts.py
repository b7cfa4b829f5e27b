"""Prompts over HTTP: every call, as a client sees it."""

import urllib.parse

import pytest


def test_a_prompt_is_created_shown_and_named_by_its_location(api):
    path, made = api.make(name="first", title="First", description="d", tags=["a", "b", "a"], labels=["staging"],
                          metadata={"topic": "x", "n": 1}, config={"model": "m"}, request_id="r-1", change_log="c", source="api",
                          explanation="e", reason="because", occurred_at="2020-01-02T03:04:05Z")
    assert made.headers["location"] == "/api/v1" + path and made.headers["etag"] == '"1"'
    body = made.json
    assert body["labels"] == {"latest": 1, "staging": 1} and body["tags"] == ["a", "b"] and body["status"] == "draft"
    assert body["created_at"] == "2020-01-02T03:04:05.000000Z"
    assert body["variables"] == [{"name": "who", "type": "string", "required": True}]
    shown = api.get(path, headers=api.after(made))
    assert shown.status == 200 and shown.json == body and shown.headers["etag"] == '"1"'


def test_a_chat_with_a_placeholder(api):
    messages = [{"role": "system", "content": "You are {{who}}"}, {"type": "placeholder", "name": "history"}]
    path, made = api.make(messages=messages)
    assert made.json["type"] == "chat" and made.json["messages"] == messages and "template" not in made.json
    rendered = api.post(path + "/render", {"variables": {"who": "Ada", "history": [{"role": "user", "content": "hi {{x}}"}]}}, headers=api.after(made))
    assert rendered.json["rendered_messages"] == [{"role": "system", "content": "You are Ada"}, {"role": "user", "content": "hi {{x}}"}]


def test_put_changes_what_it_names_and_null_takes_away(api):
    path, made = api.make(title="t", description="d", tags=["x"])
    changed = api.put(path, {"title": None, "tags": ["y"], "metadata": {"k": [1]}})
    assert changed.status == 200 and changed.headers["etag"] == '"2"' and "location" not in changed.headers
    assert "title" not in changed.json and changed.json["description"] == "d" and changed.json["tags"] == ["y"]
    assert changed.json["version"] == 1
    again = api.put(path, {"tags": ["y"]})
    assert again.status == 200 and again.headers["etag"] == '"2"', "what is already so makes no event"
    text = api.put(path, {"template": "Bye {{whom}}", "change_log": "friendlier"})
    assert text.json["version"] == 2 and text.json["variables"][0]["name"] == "whom"


def test_versions_rollback_and_diff(api):
    path, _ = api.make(template="one\ntwo {{who}}\nthree\n")
    added = api.put(path + "/content", {"template": "one\n2 {{who}} {{why}}\nthree\n", "change_log": "why", "source": "me", "explanation": "x"})
    assert added.status == 201 and added.headers["location"] == f"/api/v1{path}/versions/2"
    assert api.put(path + "/content", {"template": "one\n2 {{who}} {{why}}\nthree\n"}).status == 200, "the same text makes no version"
    back = api.post(path + "/versions/1/rollback", {"reason": "oops"})
    assert back.status == 201 and back.json["version"] == 3 and back.json["template"] == "one\ntwo {{who}}\nthree\n"
    seen = api.after(back)
    first = api.get(path + "/versions?limit=2", headers=seen).json
    assert [v["version"] for v in first["items"]] == [3, 2]
    assert first["items"][0]["rolled_back_to"] == 1 and first["items"][0]["reason"] == "oops" and first["items"][0]["labels"] == ["latest"]
    rest = api.get(path + "/versions?limit=2&cursor=" + first["next_cursor"]).json
    assert [v["version"] for v in rest["items"]] == [1] and rest["next_cursor"] is None
    two = api.get(path + "/versions/2").json
    assert two["change_log"] == "why" and two["source"] == "me" and two["explanation"] == "x" and two["parent_version"] == 1
    diff = api.get(path + "/diff?from=1&to=2").json
    assert diff["template"]["unified"] == "@@ -1,3 +1,3 @@\n one\n-two {{who}}\n+2 {{who}} {{why}}\n three\n"
    assert {"op": "removed", "text": "two"} in diff["template"]["words"] and {"op": "added", "text": "2"} in diff["template"]["words"]
    assert diff["variables"]["added"] == ["why"] and diff["variables"]["removed"] == [] and diff["variables"]["unified"].startswith("@@")
    newest = api.get(path + "/diff").json
    assert (newest["from"], newest["to"]) == (2, 3)
    assert api.get(path + "/diff?from=1&to=1").json["template"]["unified"] == ""


def test_labels_move_and_remember(api):
    path, _ = api.make()
    api.put(path + "/content", {"template": "v2"})
    assert api.put(path + "/labels/production", {"version": 1, "reason": "go"}).json["labels"]["production"] == 1
    api.put(path + "/labels/production", {"version": 2, "reason": "better"})
    gone = api.delete(path + "/labels/production?reason=bad%20idea")
    assert gone.status == 200 and "production" not in gone.json["labels"]
    periods = api.get(path + "/labels/production/history", headers=api.after(gone)).json["items"]
    assert [(p["version"], p["reason"], p["end_reason"]) for p in periods] == [(1, "go", "better"), (2, "better", "bad idea")]
    assert periods[0]["until"] == periods[1]["from"]
    assert api.get(path + "/labels").json["items"] == [{"label": "latest", "version": 2, "protected": False}]
    assert api.delete(path + "/labels/production").status == 404
    assert api.get(path + "/labels/never/history").status == 404
    assert api.get(path + "/labels/latest/history").status == 404
    assert api.put(path + "/labels/production", {"version": 9}).status == 422
    assert api.put(path + "/labels/latest", {"version": 1}).status == 422


def test_a_protected_label_takes_a_publisher(api, roles):
    path, _ = api.make()
    locked = api.put("/api/v1/labels/guarded", {"protected": True, "reason": "customers see it"})
    assert locked.status == 200 and locked.json == {"label": "guarded", "protected": True, "protected_labels": ["guarded"]}
    refused = roles["editor"].put(path + "/labels/guarded", {"version": 1})
    assert refused.status == 403 and "guarded" in refused.json["detail"]
    moved = roles["publisher"].put(path + "/labels/guarded", {"version": 1})
    assert moved.status == 200
    assert {"label": "guarded", "version": 1, "protected": True} in api.get(path + "/labels", headers=api.after(moved)).json["items"]
    assert roles["editor"].delete(path + "/labels/guarded").status == 403
    assert api.put("/api/v1/labels/guarded", {"protected": False}).json["protected_labels"] == []
    assert roles["editor"].delete(path + "/labels/guarded").status == 200


def test_the_lifecycle_and_its_refusals(api):
    path, _ = api.make()
    published = api.put(path + "/lifecycle", {"status": "published"})
    assert published.json["status"] == "published" and "published_at" in published.json
    refused = api.put(path + "/lifecycle", {"status": "draft"})
    assert refused.status == 409 and "deprecated or archived" in refused.json["detail"]
    last = api.put(path + "/lifecycle", {"status": "deprecated"})
    listed = api.get("/prompts/lifecycle/deprecated?limit=500", headers=api.after(last)).json["items"]
    assert last.json["id"] in [p["id"] for p in listed] and {p["status"] for p in listed} == {"deprecated"}
    assert api.get("/prompts/lifecycle/published?category=nowhere").json["items"] == []
    assert api.get("/prompts/lifecycle/lost").status == 404


def test_delete_frees_the_name_and_restore_wants_it_back(api):
    path, made = api.make(name="reused")
    gone = api.delete(path + "?reason=old")
    assert gone.status == 200 and "deleted_at" in gone.json
    seen = api.after(gone)
    assert api.get(path, headers=seen).status == 404
    assert api.get(path + "?deleted=true").json["deleted_at"] == gone.json["deleted_at"]
    assert made.json["id"] in [p["id"] for p in api.get("/prompts?deleted=true&limit=500").json["items"]]
    assert made.json["id"] not in [p["id"] for p in api.get("/prompts?limit=500").json["items"]]
    assert api.get("/prompts/search/test/reused").status == 404
    assert api.put(path, {"title": "x"}).status == 404
    other, _ = api.make(name="reused")
    taken = api.post(path + "/restore")
    assert taken.status == 409 and taken.json["type"] == "/problems/name-taken"
    api.delete(other)
    back = api.post(path + "/restore", {"reason": "needed"})
    assert back.status == 200 and "deleted_at" not in back.json
    assert api.get("/prompts/search/test/reused", headers=api.after(back)).json["id"] == made.json["id"]


def test_a_fork_remembers(api):
    path, made = api.make(title="T", tags=["t"])
    api.put(path + "/content", {"template": "v2 {{who}}"})
    forked = api.post(path + "/fork", {"name": "forked-one", "version": 1, "category": "forks", "title": "mine"})
    assert forked.status == 201 and forked.json["forked_from"] == {"prompt_id": made.json["id"], "version": 1}
    assert forked.json["template"] == "Hello {{who}}" and forked.json["title"] == "mine" and forked.json["tags"] == ["t"]
    assert api.post(path + "/fork", {"name": "x", "version": 7}).status == 422
    assert api.post("/prompts/01a1fd47-e72d-7712-b447-264001802bda/fork", {"name": "x"}).status == 404


def test_by_name_filled_with_the_query(api):
    variables = [{"name": "who"}, {"name": "n", "type": "integer", "default": 3}, {"name": "label", "required": False}]
    name, category = 'odd/name? "x" ü', "a/b"
    _, made = api.make(name=name, category=category, template="{{who}} {{n}} {{label}}", variables=variables, labels=["prod"])
    path = "/prompts/search/" + urllib.parse.quote(category, safe="") + "/" + urllib.parse.quote(name, safe="")
    seen = api.after(made)
    assert api.get(path, headers=seen).json == made.json, "without values it comes as it is"
    assert api.get(path + "?who=Ada&var.n=5").json["rendered"] == "Ada 5 "
    assert api.get(path + "?var.label=L&who=A+B&label=prod").json["rendered"] == "A B 3 L"
    assert api.get(path + "?version=1&who=x").json["rendered"] == "x 3 "
    wrong = api.get(path + "?n=many&nope=1")
    assert wrong.status == 422 and [e["field"] for e in wrong.json["errors"]] == ["?who", "?n", "?nope"]
    assert api.get(path + "?label=nope").status == 404 and api.get(path + "?version=2").status == 404
    assert api.get("/prompts/search/a/none").status == 404


def test_rendering_lists_all_that_is_wrong(api):
    variables = [{"name": "a", "type": "number"}, {"name": "b", "type": "boolean"}, {"name": "c", "options": ["x", "y"]}]
    path, made = api.make(template="{{a}}{{b}}{{c}}", variables=variables)
    seen = api.after(made)
    good = api.post(path + "/render", {"variables": {"a": 1.5, "b": True, "c": "x"}}, headers=seen)
    assert good.json == {"prompt_id": made.json["id"], "version": 1, "rendered": "1.5truex"}
    wrong = api.post(path + "/render", {"variables": {"a": "1", "c": "z", "d": 1}})
    assert wrong.status == 422 and {e["field"] for e in wrong.json["errors"]} == {"variables.a", "variables.b", "variables.c", "variables.d"}
    assert api.post(path + "/render", {"label": "none"}).status == 404


@pytest.mark.parametrize("moment", ["", "as_of=2100-01-01T00:00:00Z", "as_of=2100-01-01T00:00:00Z&clock=occurred"])
def test_lists_filter_and_sort_alike_now_and_in_the_past(api, moment):
    if not api.get("/prompts?category=listed&limit=1").json["items"]:
        for i, (status, topic) in enumerate([("draft", "x"), ("published", "x"), ("draft", "y"), ("published", "y"), ("draft", "x")]):
            path, last = api.make(name=f"Listed {chr(101 - i)}", category="listed", tags=[f"t{i % 2}", "all"], labels=["prod"] if i == 3 else [],
                                  metadata={"topic": topic, "temperature": i, "deep": {"a": i, "b": [1, 2]}}, description="Needle" if i == 2 else "")
            if status == "published":
                last = api.put(path + "/lifecycle", {"status": status})
        api.get("/prompts", headers=api.after(last))
        api.get("/prompts?as_of=2100-01-01T00:00:00Z", headers=api.after(last))

    def names(query):
        answer = api.get(f"/prompts?category=listed&sort=name&{query}&{moment}".rstrip("&"))
        assert answer.status == 200, answer
        return "".join(p["name"][-1] for p in answer.json["items"])

    assert names("limit=500") == "abcde"
    assert names("status=published") == "bd"
    assert names("tag=t0") == "ace"
    assert names("tag=all&status=draft&topic=x") == "ae"
    assert names("topic=y") == "bc" and names("metadata.topic=y") == "bc"
    assert names("metadata.temperature=2") == "c" and names("metadata.deep=%7B%22b%22:%5B2%5D%7D") == "abcde" and names("metadata.none=1") == ""
    assert names("label=prod") == "b" and names("label=latest") == "abcde"
    assert names("q=needle") == "c" and names("q=LISTED+a") == "a" and names("q=%25") == ""
    assert names("author=nobody") == "" and names("updated_since=2099-01-01T00:00:00Z") == ""
    assert names("deleted=true") == ""

    def paged(sort):
        got, cursor = "", ""
        while True:
            page = api.get(f"/prompts?category=listed&sort={sort}&limit=2&{moment}{cursor}".rstrip("&")).json
            got += "".join(p["name"][-1] for p in page["items"])
            if page["next_cursor"] is None:
                return got
            cursor = ("&" if moment else "") + "cursor=" + page["next_cursor"]

    assert paged("name") == "abcde" and paged("-name") == "edcba"
    assert paged("created_at") == "edcba" and paged("-created_at") == "abcde"
    assert sorted(paged("updated_at")) == list("abcde") and paged("updated_at") == paged("-updated_at")[::-1]
