"""Who wrote which line of a prompt."""

from http_api import problem


def blame(api, path, after, query=""):
    answer = api.get(path + "/blame" + query, headers=api.after(after))
    assert answer.status == 200, answer
    return answer.json


def told(body):
    return [(line["text"], line["version"]) for line in body["items"]]


def test_every_line_with_who_wrote_it_when_and_why(api):
    path, _ = api.make(template="one\ntwo\nthree", reason="the beginning", occurred_at="2020-01-01T00:00:00Z")
    editor = api.as_role("editor")
    changed = editor.put(path + "/content", {"template": "one\n2\nthree", "reason": "digits", "change_log": "two is 2", "occurred_at": "2020-02-01T00:00:00Z"})
    body = blame(api, path, changed)
    assert (body["version"], body["lines"], body["next_cursor"]) == (2, 3, None) and body["prompt_id"] in path
    one, two, three = body["items"]
    assert (one["line"], one["text"], one["version"], one["reason"], one["written_at"]) == (1, "one", 1, "the beginning", "2020-01-01T00:00:00.000000Z")
    assert (two["text"], two["version"], two["reason"], two["change_log"], two["written_at"]) == ("2", 2, "digits", "two is 2", "2020-02-01T00:00:00.000000Z")
    assert one["author"] == three["author"] != two["author"] and "message" not in one

    rolled = api.post(path + "/versions/1/rollback", {"reason": "back"})
    assert told(blame(api, path, rolled)) == [("one", 1), ("two", 1), ("three", 1)]
    assert told(blame(api, path, rolled, "?version=2")) == [("one", 1), ("2", 2), ("three", 1)]
    assert blame(api, path, rolled, "?as_of=2020-01-15T00:00:00Z&clock=occurred")["version"] == 1
    assert blame(api, path, rolled, "?at_version=2")["version"] == 2
    labelled = api.put(path + "/labels/production", {"version": 2})
    assert blame(api, path, labelled, "?label=production")["version"] == 2
    gone = api.delete(path)
    assert blame(api, path, gone)["version"] == 3, "who wrote a deleted prompt is asked, too"


def test_through_forks_of_forks(api):
    path, first = api.make(template="one\ntwo")
    api.put(path + "/content", {"template": "one\ntwo\nthree"})
    fork = api.post(path + "/fork", {"name": "blamed-fork", "category": "test", "version": 2})
    assert fork.status == 201, fork
    api.put("/prompts/" + fork.json["id"] + "/content", {"template": "one\ntwo\nthree\nfour"})
    again = api.post("/prompts/" + fork.json["id"] + "/fork", {"name": "blamed-fork-again", "category": "test"})
    last = api.put("/prompts/" + again.json["id"] + "/content", {"template": "one\n2\nthree\nfour"})
    lines = blame(api, "/prompts/" + again.json["id"], last)["items"]
    assert [(line["text"], line["prompt_id"], line["version"]) for line in lines] == [
        ("one", first.json["id"], 1), ("2", again.json["id"], 2), ("three", first.json["id"], 2), ("four", fork.json["id"], 2)]


def test_a_chat_by_its_messages(api):
    path, _ = api.make(messages=[{"role": "system", "content": "be kind\nbe brief"}, {"role": "user", "content": "{{q}}"}])
    last = api.put(path + "/content", {"messages": [{"role": "system", "content": "be kind\nbe terse"}, {"role": "user", "content": "{{q}}"}]})
    lines = blame(api, path, last)["items"]
    assert [(line["message"], line["part"], line["text"], line["version"]) for line in lines] == [
        (0, "role", "system", 1), (0, "text", "be kind", 1), (0, "text", "be terse", 2), (1, "role", "user", 1), (1, "text", "{{q}}", 1)]


def test_lines_are_paged_of_the_version_that_the_first_page_was_of(api):
    path, made = api.make(template="\n".join(f"line {n}" for n in range(10)))
    page = blame(api, path, made, "?limit=4")
    changed = api.put(path + "/content", {"template": "other"})
    lines = page["items"]
    while page["next_cursor"]:
        page = blame(api, path, changed, f"?limit=4&cursor={page['next_cursor']}")
        assert page["version"] == 1 and page["lines"] == 10
        lines += page["items"]
    assert [(line["line"], line["text"]) for line in lines] == [(n + 1, f"line {n}") for n in range(10)]


def test_what_is_not_there_and_bad_questions(api, roles):
    path, made = api.make()
    for query, status in [("?version=2", 404), ("?label=none", 404), ("?at_version=9", 404), ("?as_of=2000-01-01T00:00:00Z", 404), ("?version=1&label=x", 422), ("?version=0", 422), ("?colour=red", 422), ("?cursor=made-up", 400)]:
        problem(api.get(path + "/blame" + query, headers=api.after(made)), status)
    problem(api.get("/prompts/01a1fd47-e72d-7712-b447-264001802bda/blame"), 404)
    problem(api.get("/prompts/x/blame"), 404)
    for role in roles.values():
        assert role.get(path + "/blame", headers=api.after(made)).status == 200
    assert api.get(path + "/blame", key=None).status == 401
