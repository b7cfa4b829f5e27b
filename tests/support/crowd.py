"""Calls of many clients at once, each on a connection of its own, and what became of them."""

import concurrent.futures
import http.client
import json


def ask(ledger, method, path, body=None, headers=None):
    """(status, headers, body), or None when the connection ended without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", ledger.port, timeout=60)
    sent = {"Authorization": "Bearer " + ledger.key} | (headers or {})
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, sent | ({"Content-Type": "application/json"} if body is not None else {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def create(ledger, name, category="load"):
    """A prompt with a known name; the name is the Idempotency-Key, too."""
    return ask(ledger, "POST", "/api/v1/prompts", {"name": name, "category": category, "template": "Say {{word}}"}, {"Idempotency-Key": name})


def at_once(clients, work, items):
    with concurrent.futures.ThreadPoolExecutor(clients) as crowd:
        return list(crowd.map(work, items))


def names_in(ledger, category):
    """All prompts of a category, by name: id."""
    found, cursor = {}, ""
    while True:
        status, _, text = ask(ledger, "GET", f"/api/v1/prompts?category={category}&limit=500{cursor}")
        assert status == 200, text
        page = json.loads(text)
        for item in page["items"]:
            assert item["name"] not in found
            found[item["name"]] = item["id"]
        if not page.get("next_cursor"):
            return found
        cursor = "&cursor=" + page["next_cursor"]
