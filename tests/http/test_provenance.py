"""What produced an output."""

import itertools

import pytest

from http_api import problem

_names = itertools.count(1)


@pytest.fixture()
def lived(api):
    """A prompt that three people shaped, an execution through its label, and what was said since; by name the answers."""
    path, created = api.make(name=f"provenance-{next(_names)}", template="Hello {{who}}", occurred_at="2026-01-01T00:00:00Z")
    writer, publisher = api.as_role("editor"), api.as_role("publisher")
    done = {"path": path, "created": created}
    done["written"] = writer.put(path + "/content", {"template": "Hi {{who}}", "reason": "shorter", "occurred_at": "2026-01-02T00:00:00Z"})
    done["published"] = publisher.put(path + "/lifecycle", {"status": "published", "reason": "approved", "occurred_at": "2026-01-03T00:00:00Z"})
    done["labelled"] = publisher.put(path + "/labels/production", {"version": 2, "reason": "go", "occurred_at": "2026-01-04T00:00:00Z"})
    done["execution"] = api.post("/executions", {"prompt_id": created.json["id"], "label": "production", "model": "m", "provider": "p", "output": "Hi Ada", "request_id": f"provenance-{next(_names)}",
                                                 "started_at": "2026-01-05T00:00:00Z", "completed_at": "2026-01-05T00:00:01Z", "created_at": "2026-01-05T00:00:00Z"})
    assert done["execution"].status == 201, done["execution"]
    done["renamed"] = api.put(path, {"name": f"renamed-{next(_names)}", "occurred_at": "2026-01-06T00:00:00Z"})
    done["moved"] = publisher.put(path + "/labels/production", {"version": 1, "reason": "back", "occurred_at": "2026-01-07T00:00:00Z"})
    done["feedback"] = api.post("/feedback", {"request_id": done["execution"].json["request_id"], "rating": 1, "comment": "too short"})
    done["score"] = api.post("/scores", {"execution_id": done["execution"].json["id"], "name": "warmth", "value": 0.1})
    done["judged"] = api.post(path + "/versions/2/judge-scores", {"judge": "gemini", "scores": {"clarity": 9}})
    return done


def provenance(api, lived):
    after = api.after_each(*(answer for answer in lived.values() if not isinstance(answer, str)))
    answer = api.get("/executions/" + lived["execution"].json["id"] + "/provenance", headers=after)
    assert answer.status == 200, answer
    return answer.json


def test_one_document_tells_it_all(api, lived):
    told = provenance(api, lived)
    assert told["execution"]["output"] == "Hi Ada" and told["execution"]["version"] == 2
    assert told["version"]["template"] == "Hi {{who}}" and told["version"]["labels"] == ["production", "latest"]
    assert told["prompt"]["name"] == lived["created"].json["name"] and told["prompt"]["status"] == "published", "as it was then"
    assert told["written"]["reason"] == "shorter" and told["published"]["reason"] == "approved" and told["recorded"]["kind"] == "execution"
    assert len({told["written"]["actor"], told["published"]["actor"], told["recorded"]["actor"]}) == 3
    (label,) = told["labels"]
    assert (label["label"], label["version"], label["reason"], label["end_reason"], label["until"]) == ("production", 2, "go", "back", "2026-01-07T00:00:00.000000Z")
    assert [move["reason"] for move in told["label_moves"]] == ["go", "back"]
    assert [f["rating"] for f in told["feedback"]] == [1] and told["feedback"][0]["comment"] == "too short"
    assert [s["name"] for s in told["scores"]] == ["warmth"] and told["more_scores"] is False
    assert [s["judge"] for s in told["judge_scores"]] == ["gemini"] and told["more_judge_scores"] is False


def test_the_graph_tells_the_same(api, lived):
    told = provenance(api, lived)
    graph, execution, prompt = told["graph"], told["execution"]["id"], told["prompt"]["id"]
    kinds = {node["id"]: node["kind"] for node in graph["nodes"]}
    assert len(kinds) == len(graph["nodes"]) and all(edge[end] in kinds for edge in graph["edges"] for end in ("from", "to"))
    edges = {(edge["from"], edge["relation"], edge["to"]) for edge in graph["edges"]}
    assert len(edges) == len(graph["edges"])
    written, published = "event:" + told["written"]["id"], "event:" + told["published"]["id"]
    assert edges >= {
        ("output:" + execution, "wasGeneratedBy", "execution:" + execution),
        ("execution:" + execution, "used", f"version:{prompt}/2"),
        ("execution:" + execution, "wasAssociatedWith", "agent:model/m"),
        ("execution:" + execution, "wasAssociatedWith", "agent:" + told["recorded"]["actor"]),
        (f"version:{prompt}/2", "wasGeneratedBy", written),
        (f"version:{prompt}/2", "wasAttributedTo", "agent:" + told["written"]["actor"]),
        (f"version:{prompt}/2", "wasDerivedFrom", f"version:{prompt}/1"),
        (written, "wasAssociatedWith", "agent:" + told["written"]["actor"]),
        (published, "used", f"version:{prompt}/2"),
        ("feedback:" + told["feedback"][0]["id"], "wasDerivedFrom", "output:" + execution),
        ("score:" + told["scores"][0]["id"], "wasDerivedFrom", "output:" + execution),
        ("judge-score:" + told["judge_scores"][0]["id"], "wasDerivedFrom", f"version:{prompt}/2"),
    }
    assert {kind for kind in kinds.values()} == {"entity", "activity", "agent"}


def test_of_a_fork_that_was_never_published(api, lived):
    fork = api.post(lived["path"] + "/fork", {"name": f"provenance-{next(_names)}", "category": "test", "version": 2})
    execution = api.post("/executions", {"prompt_id": fork.json["id"], "version": 1, "model": "m", "request_id": f"provenance-{next(_names)}", "started_at": "2025-01-05T00:00:00Z", "completed_at": "2025-01-05T00:00:01Z"})
    told = provenance(api, {"execution": execution, "fork": fork})
    assert told["published"] is None and told["labels"] == [] and told["feedback"] == [] and told["version"]["template"] == "Hi {{who}}"
    assert {"from": f"version:{fork.json['id']}/1", "relation": "wasDerivedFrom", "to": f"version:{lived['created'].json['id']}/2"} in told["graph"]["edges"]


def test_what_is_not_there_and_who_may_ask(api, roles, lived):
    path = "/executions/" + lived["execution"].json["id"] + "/provenance"
    problem(api.get("/executions/01a1fd47-e72d-7712-b447-264001802bda/provenance"), 404)
    problem(api.get("/executions/x/provenance"), 404)
    problem(api.get(path + "?format=graph"), 422, "?format")
    problem(api.get(path, headers={"Ledger-Min-Position": "x"}), 400)
    for role in roles.values():
        assert role.get(path, headers=api.after(lived["execution"])).status == 200
    assert api.get(path, key=None).status == 401
    workspace = api.call("POST", "/api/v1/workspaces", {"name": f"provenance-{next(_names)}"}).json["id"]
    key = api.call("POST", "/api/v1/api-keys", {"name": "their admin", "role": "admin", "workspace_id": workspace}).json["secret"]
    problem(type(api)(api.ledger, key).get(path), 404)
