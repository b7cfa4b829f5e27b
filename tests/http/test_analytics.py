"""What executions come to: summaries, time series and the dashboard, over HTTP, and what is refused."""

import datetime
import itertools

import pytest

from http_api import problem

NOBODY = "01a1fd47-e72d-7712-b447-264001802bda"
_years = itertools.count(2001)
ZERO = {"executions": 0, "cost_usd": "0.000000", "average_cost_usd": None, "failure_rate": None}
NO_LATENCY = {"count": 0, "average": None, "min": None, "max": None, "p50": None, "p95": None, "p99": None}


class Year:
    """A year that no other test works in: summaries are of a workspace."""

    def __init__(self, api):
        self.api, self.number, self.made = api, next(_years), []
        self.path, answer = api.make(tags=["red", "blue"])
        self.prompt, self.writes = self.path.removeprefix("/prompts/"), [answer]

    def at(self, rest):
        return f"{self.number}-{rest}"

    def record(self, created, prompt=None, latency=None, **fields):
        created = self.at(created)
        body = {"prompt_id": prompt or self.prompt, "version": 1, "model": "flash", "request_id": f"r-{self.number}-{len(self.writes)}", "created_at": created, "started_at": created,
                "completed_at": created} | fields
        if fields.get("status") in ("pending", "running"):
            del body["completed_at"]
        if fields.get("status") == "pending":
            del body["started_at"]
        answer = self.api.post("/executions", body | ({"latency_ms": latency} if latency else {}))
        assert answer.status == 201, answer
        self.writes.append(answer)
        return answer

    def wrote(self, answer):
        assert answer.status in (200, 201), answer
        self.writes.append(answer)
        return answer

    def get(self, path, **query):
        query = {"from": self.at("01-01T00:00:00Z"), "to": f"{self.number + 1}-01-01T00:00:00Z"} | query
        text = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.api.get(f"{path}?{text}", headers=self.api.after_each(*self.writes))
        assert answer.status == 200, answer
        return answer.json


@pytest.fixture()
def year(api):
    return Year(api)


def like(answer, **wanted):
    assert {name: answer[name] for name in wanted} == wanted


def test_a_summary_is_the_sum_of_what_executions_are_now(year):
    year.record("03-01T10:00:00Z", latency=100, cost_usd="0.100001", token_usage={"input": 10, "output": 5, "audio": 2}, label="production", validation_status="passed")
    year.record("03-01T10:20:00Z", latency=300, cost_usd="0.2", token_usage={"input": 20}, model="pro")
    year.record("11-30T23:59:59.999999Z", latency=7, status="failed", error="quota")
    year.record("04-01T00:00:00Z", status="pending")
    running = year.record("05-01T00:00:00Z", status="running")
    summary = year.get("/analytics/summary")
    like(summary, executions=5, failure_rate=1 / 3, cost_usd="0.300001", average_cost_usd="0.100000",
         by_status={"pending": 1, "running": 1, "completed": 2, "failed": 1, "cancelled": 0}, by_validation={"pending": 4, "passed": 1, "failed": 0, "skipped": 0},
         tokens={"total": 37, "input": 30, "cached_input": 0, "output": 5, "reasoning": 0, "other": 2})
    like(summary["latency_ms"], count=3, average=136, min=7, max=300)
    assert abs(summary["latency_ms"]["p50"] - 100) <= 2 and abs(summary["latency_ms"]["p99"] - 300) <= 6

    # It moves on: it counts in the same place, as what it is now.
    year.wrote(year.api.post(f"/executions/{running.json['id']}/complete", {"cost_usd": 1, "latency_ms": 40, "occurred_at": year.at("05-01T00:00:01Z")}))
    later = year.get("/analytics/summary")
    like(later, executions=5, failure_rate=0.25, cost_usd="1.300001", by_status={"pending": 1, "running": 0, "completed": 3, "failed": 1, "cancelled": 0})
    like(year.get("/analytics/summary", **{"from": year.at("05-01T00:00:00Z"), "to": year.at("05-01T00:00:01Z")}), executions=1, cost_usd="1.000000")


def test_any_period_is_exact_to_the_microsecond(year):
    for created in ("02-28T23:44:59.999999Z", "02-28T23:45:00Z", "03-01T00:00:00Z", "06-15T12:07:30.5Z", "07-01T00:00:00Z", "07-01T00:00:00.000001Z"):
        year.record(created, latency=50)

    def executions(first, end):
        return year.get("/analytics/summary", **{"from": year.at(first), "to": year.at(end)})["executions"]

    assert executions("02-28T23:44:59.999999Z", "07-01T00:00:00.000001Z") == 5
    assert executions("02-28T23:45:00Z", "07-01T00:00:00Z") == 3
    assert executions("02-28T23:45:00.000001Z", "06-15T12:07:30.500000Z") == 1
    assert executions("06-15T12:07:30Z", "06-15T12:07:30.500001Z") == 1
    assert executions("06-15T12:07:00Z", "06-15T12:07:30.500000Z") == 0


def test_a_period_without_executions_is_told_as_zeros(year):
    summary = year.get("/analytics/summary")
    like(summary, **ZERO, latency_ms=NO_LATENCY, top_prompts=[])
    assert summary["scores"] == {"judges": {"average": None, "dimensions": {}},
                                 "feedback": {"given": 0, "ratings": 0, "average_rating": None, "thumbs_up": 0, "thumbs_down": 0, "judge_correct_rate": None}}


def test_top_prompts_have_the_most_executions(year):
    other = year.wrote(year.api.post("/prompts", {"name": f"top-{year.number}", "category": "test", "template": "t"}))
    for n in range(3):
        year.record(f"03-0{n + 1}T10:00:00Z", prompt=other.json["id"], latency=10 + n)
    year.record("03-01T10:00:00Z", latency=99)
    top = year.get("/analytics/summary")["top_prompts"]
    assert [(one["prompt_id"], one["executions"]) for one in top] == [(other.json["id"], 3), (year.prompt, 1)]
    assert top[0]["name"] == f"top-{year.number}" and top[0]["latency_ms"]["p50"] == 11


def test_a_prompt_by_version_label_and_model(year):
    year.wrote(year.api.put(year.path + "/content", {"template": "Hi {{who}}"}))
    year.record("03-01T10:00:00Z", label="production", cost_usd="1")
    year.record("03-02T10:00:00Z", label="production", cost_usd="2", version=2)
    year.record("03-03T10:00:00Z", model="pro", cost_usd="4", version=2, status="failed", error="quota")
    year.record("03-03T11:00:00Z", prompt=year.wrote(year.api.make()[1]).json["id"], cost_usd="8")
    found = year.get(f"/analytics/prompts/{year.prompt}")
    like(found, prompt_id=year.prompt, executions=3, cost_usd="7.000000")
    assert {one["version"]: one["cost_usd"] for one in found["by_version"]} == {1: "1.000000", 2: "6.000000"}
    assert [(one["label"], one["executions"]) for one in found["by_label"]] == [("production", 2), (None, 1)]
    assert {one["model"]: one["failure_rate"] for one in found["by_model"]} == {"flash": 0.0, "pro": 1.0}
    assert [one["version"] for one in found["by_version"]] == [2, 1], "the most executions first"


def test_scores_and_feedback_count_when_they_were_said(year):
    request = year.record("03-01T10:00:00Z").json["request_id"]
    year.wrote(year.api.post("/feedback", {"request_id": request, "rating": 4, "thumbs": "up", "judge_winner": "syntax", "agent_winner": "syntax", "occurred_at": year.at("03-02T00:00:00Z")}))
    for clarity, when in ((8, "03-03T00:00:00Z"), (9, "03-04T00:00:00Z")):
        year.wrote(year.api.post(f"{year.path}/versions/1/judge-scores", {"judge": "j", "scores": {"clarity": clarity, "tone": 5}, "occurred_at": year.at(when)}))
    said = {"judges": {"average": 6.75, "dimensions": {"clarity": {"scores": 2, "average": 8.5, "lowest": 8, "highest": 9}, "tone": {"scores": 2, "average": 5, "lowest": 5, "highest": 5}}},
            "feedback": {"given": 1, "ratings": 1, "average_rating": 4.0, "thumbs_up": 1, "thumbs_down": 0, "judge_correct_rate": 1.0}}
    assert year.get("/analytics/summary")["scores"] == said
    assert year.get(f"/analytics/prompts/{year.prompt}")["scores"] == [said | {"version": 1}]
    assert year.get("/analytics/summary", to=year.at("03-02T00:00:00Z"))["scores"]["feedback"]["given"] == 0

    temporal = year.get("/analytics/temporal", step="1mo", prompt_id=year.prompt)
    assert len(temporal["points"]) == 12 and temporal["prompt_id"] == year.prompt
    march = temporal["points"][2]
    assert march["executions"] == 1 and march["versions"] == [said | {"version": 1, "executions": 1, "failure_rate": 0.0, "average_cost_usd": "0.000000", "p50_latency_ms": 1}]
    assert all(point["versions"] == [] and point["executions"] == 0 for n, point in enumerate(temporal["points"]) if n != 2)
    everything = year.get("/analytics/temporal", step="1mo")["points"][2]
    like(everything, **said, executions=1, versions_added=0, labels_moved=0)


def test_temporal_tells_when_versions_and_labels_moved(year):
    year.wrote(year.api.put(year.path + "/content", {"template": "v2", "occurred_at": year.at("05-05T05:05:05Z")}))
    year.wrote(year.api.put(year.path + "/labels/staging", {"version": 2, "occurred_at": year.at("06-06T06:06:06Z")}))
    points = year.get("/analytics/temporal", step="1mo", prompt_id=year.prompt)["points"]
    assert [n for n, point in enumerate(points, 1) if point["versions_added"]] == [5]
    assert [n for n, point in enumerate(points, 1) if point["labels_moved"]] == [6]


def counts(series):
    return [point["executions"] for point in series["points"]]


def test_usage_has_a_point_for_every_step(year):
    for created in ("03-01T10:00:00Z", "03-01T10:14:59Z", "03-01T10:15:00Z", "03-01T11:00:00Z", "03-02T00:00:00Z"):
        year.record(created, latency=20, cost_usd="0.1")
    day = {"from": year.at("03-01T10:00:00Z"), "to": year.at("03-01T11:30:00Z")}
    (quarters,) = year.get("/analytics/usage", step="15m", **day)["series"]
    assert counts(quarters) == [2, 1, 0, 0, 1, 0] and quarters["key"] is None
    like(quarters["points"][0], **{"from": year.at("03-01T10:00:00.000000Z"), "to": year.at("03-01T10:15:00.000000Z")}, cost_usd="0.200000")
    like(quarters["points"][2], **ZERO, latency_ms=NO_LATENCY)
    assert counts(year.get("/analytics/usage", step="1h", **day)["series"][0]) == [3, 1]
    assert counts(year.get("/analytics/usage", step="5m", **day)["series"][0])[:4] == [1, 0, 1, 1], "finer than any slot"
    assert counts(year.get("/analytics/usage", step="1mo")["series"][0]) == [0, 0, 5] + [0] * 9
    assert sum(counts(year.get("/analytics/usage", step="1w")["series"][0])) == 5
    assert counts(year.get("/analytics/usage", **{"from": year.at("02-28T12:00:00Z"), "to": year.at("03-02T12:00:00Z")})["series"][0])[-2:] == [4, 1]


def test_usage_by_what_executions_are_told_apart_by(year):
    bare = year.wrote(year.api.make()[1]).json["id"]
    year.record("03-01T10:00:00Z", label="production", user="u-1")
    year.record("03-01T11:00:00Z", model="pro", user="u-1")
    year.record("03-02T10:00:00Z", prompt=bare, user="u-2")
    days = {"from": year.at("03-01T00:00:00Z"), "to": year.at("03-03T00:00:00Z"), "step": "1d"}

    def by(group, **more):
        return {(s["key"], s.get("others", False)): counts(s) for s in year.get("/analytics/usage", group_by=group, **days | more)["series"]}

    assert by("prompt") == {(year.prompt, False): [2, 0], (bare, False): [0, 1]}
    assert by("label") == {("production", False): [1, 0], (None, False): [1, 1]}
    assert by("model") == {("flash", False): [1, 1], ("pro", False): [1, 0]}
    assert by("model", prompt_id=year.prompt) == {("flash", False): [1, 0], ("pro", False): [1, 0]}
    assert by("user") == {("u-1", False): [2, 0], ("u-2", False): [0, 1]}
    assert by("version", prompt_id=year.prompt) == {(1, False): [2, 0]}
    assert by("tag") == {("red", False): [2, 0], ("blue", False): [2, 0], (None, False): [0, 1]}, "a prompt counts with each of its tags"
    assert by("prompt", groups=1) == {(year.prompt, False): [2, 0], (None, True): [0, 1]}
    assert by("user", step="15m", to=year.at("03-01T00:30:00Z")) == {}


def test_days_weeks_and_months_are_those_of_the_time_zone(year):
    # 23:30 in UTC is the next day in Berlin, summer or winter, and 18:30 or 19:30 of the same in New York.
    for created in ("03-31T22:30:00Z", "01-31T23:30:00Z"):
        year.record(created)
    months = [n for n, count in enumerate(counts(year.get("/analytics/usage", step="1mo", time_zone="Europe/Berlin")["series"][0])) if count]
    assert len(months) == 2
    # The year begins an hour before that of UTC ends there: the first point is what is left of January, from midnight UTC on.
    zone = year.get("/analytics/usage", step="1mo", time_zone="Europe/Berlin")
    assert zone["time_zone"] == "Europe/Berlin" and zone["series"][0]["points"][1]["from"] == year.at("01-31T23:00:00.000000Z")
    assert months == [1, 3]
    assert [n for n, count in enumerate(counts(year.get("/analytics/usage", step="1mo", time_zone="America/New_York")["series"][0])) if count] == [1, 3]
    assert [n for n, count in enumerate(counts(year.get("/analytics/usage", step="1mo")["series"][0])) if count] == [0, 2]
    # Kathmandu is 5:45 ahead.
    kathmandu = year.get("/analytics/usage", step="1d", time_zone="Asia/Kathmandu", **{"from": year.at("01-31T00:00:00Z"), "to": year.at("02-02T00:00:00Z")})
    assert [point["from"][11:16] for point in kathmandu["series"][0]["points"]] == ["00:00", "18:15", "18:15"] and counts(kathmandu["series"][0]) == [0, 1, 0]


def test_a_day_on_which_clocks_change_has_its_own_length(api):
    spring = api.get("/analytics/usage?from=2026-03-28T23:00:00Z&to=2026-03-30T22:00:00Z&time_zone=Europe/Berlin&step=1d").json["series"][0]["points"]
    assert [(p["from"][:16], p["to"][:16]) for p in spring] == [("2026-03-28T23:00", "2026-03-29T22:00"), ("2026-03-29T22:00", "2026-03-30T22:00")]
    hours = api.get("/analytics/usage?from=2026-03-28T23:00:00Z&to=2026-03-29T22:00:00Z&time_zone=Europe/Berlin&step=1h").json["series"][0]["points"]
    assert len(hours) == 23
    assert len(api.get("/analytics/usage?from=2026-10-24T22:00:00Z&to=2026-10-25T23:00:00Z&time_zone=Europe/Berlin&step=1h").json["series"][0]["points"]) == 25


def test_weeks_begin_on_monday(api):
    weeks = api.get("/analytics/usage?from=2026-11-01T00:00:00Z&to=2026-11-16T00:00:00Z&step=1w").json["series"][0]["points"]
    assert [p["from"][:10] for p in weeks] == ["2026-11-01", "2026-11-02", "2026-11-09"]


def test_the_dashboard_shows_the_last_executions_and_the_last_day(api, year):
    now = datetime.datetime.now(datetime.timezone.utc)
    before = api.get("/api/v1/dashboard").json
    for n in range(21):
        created = (now - datetime.timedelta(minutes=n)).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = api.post("/executions", {"prompt_id": year.prompt, "version": 1, "model": "m", "request_id": f"dash-{n}", "created_at": created, "started_at": created, "completed_at": created,
                                          "latency_ms": 100, "cost_usd": "0.000001", "inputs": {"a": 1}, "output": "text"})
        assert answer.status == 201, answer
        year.writes.append(answer)
    after = api.get("/api/v1/dashboard", headers=api.after_each(*year.writes)).json
    assert [e["request_id"] for e in after["last_executions"]] == [f"dash-{n}" for n in range(20)]
    assert "inputs" not in after["last_executions"][0] and after["last_executions"][0]["cost_usd"] == "0.000001"
    assert after["last_24_hours"]["executions"] - before["last_24_hours"]["executions"] == 21
    assert after["total"]["executions"] - before["total"]["executions"] >= 21
    assert after["last_24_hours"]["average_latency_ms"] > 0 and after["last_24_hours"]["average_cost_usd"] is not None


@pytest.mark.parametrize("path", ["summary", f"prompts/{NOBODY}", "usage", "temporal"])
@pytest.mark.parametrize(
    "query, wrong",
    [
        ("from=yesterday", ["?from"]),
        ("to=2026-13-01T00:00:00Z", ["?to"]),
        ("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", ["?from"]),
        ("from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", ["?from"]),
        ("nonsense=1", ["?nonsense"]),
    ],
)
def test_bad_periods(api, path, query, wrong):
    problem(api.get(f"/analytics/{path}?{query}"), 422, *wrong)


@pytest.mark.parametrize("path", ["usage", "temporal"])
@pytest.mark.parametrize(
    "query, wrong",
    [
        ("step=", ["?step"]),
        ("step=0d", ["?step"]),
        ("step=-1d", ["?step"]),
        ("step=1y", ["?step"]),
        ("step=1.5h", ["?step"]),
        ("step=99999999999999h", ["?step"]),
        ("step=5000mo", ["?step"]),
        ("step=1m&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", ["?step"]),
        ("step=15m&from=0000-01-01T00:00:00Z&to=9999-12-31T00:00:00Z", ["?step"]),
        ("time_zone=Mars/Olympus", ["?time_zone"]),
        ("time_zone=", ["?time_zone"]),
        ("time_zone=FOO5BAR", ["?time_zone"]),
        ("time_zone=%2B05:30", ["?time_zone"]),
        (f"prompt_id={NOBODY}", ["?prompt_id"]),
        ("prompt_id=x", ["?prompt_id"]),
    ],
)
def test_bad_time_series(api, path, query, wrong):
    problem(api.get(f"/analytics/{path}?{query}"), 422, *wrong)


def test_bad_groups(api, year):
    problem(api.get("/analytics/usage?group_by=colour"), 422, "?group_by")
    assert "prompt_id" in problem(api.get("/analytics/usage?group_by=version"), 422, "?group_by")["detail"]
    problem(api.get("/analytics/usage?group_by=model&groups=0"), 422, "?groups")
    problem(api.get("/analytics/usage?group_by=model&groups=51"), 422, "?groups")
    assert "31 days" in problem(api.get("/analytics/usage?group_by=user&from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z"), 422, "?group_by")["detail"]
    refused = problem(api.get("/analytics/usage?group_by=model&groups=50&step=1d&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), 422, "?groups")
    assert "10000" in refused["detail"]
    assert "1000 points" in problem(api.get("/analytics/usage?step=1h&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), 422, "?step")["detail"]


def test_unknown_prompts(api):
    problem(api.get(f"/analytics/prompts/{NOBODY}"), 404)
    problem(api.get("/analytics/prompts/nothing"), 404)


def test_all_of_time_is_a_period(api):
    for path in ("summary?", "usage?step=600mo&", "temporal?step=600mo&"):
        answer = api.get(f"/analytics/{path}from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999Z")
        assert answer.status == 200, answer


def test_another_workspace_sees_nothing_of_it(api, year):
    year.record("03-01T10:00:00Z", user="u-1")
    made = api.call("POST", "/api/v1/workspaces", {"name": f"strangers of {year.number}"})
    key = api.call("POST", "/api/v1/api-keys", {"name": "admin", "role": "admin", "workspace_id": made.json["id"]})
    stranger = type(api)(api.ledger, key.json["secret"])
    period = f"from={year.at('03-01T00:00:00Z')}&to={year.at('03-02T00:00:00Z')}"
    headers = api.after_each(*year.writes)
    assert stranger.get(f"/analytics/summary?{period}", headers=headers).json["executions"] == 0
    for group in ("prompt", "user", "tag", "label", "model"):
        assert stranger.get(f"/analytics/usage?{period}&group_by={group}", headers=headers).json["series"] == []
    problem(stranger.get(f"/analytics/prompts/{year.prompt}"), 404)
    assert stranger.get("/api/v1/dashboard").json["last_executions"] == []


def test_a_position_that_is_none(api):
    for path in ("/analytics/summary", "/analytics/usage", "/analytics/temporal", "/api/v1/dashboard"):
        assert problem(api.get(path, headers={"Ledger-Min-Position": "x"}), 400)["type"] == "/problems/malformed-request"
