"""A command as its client knows it: what was sent, to whom, and what each node told of it."""

import dataclasses
import enum
import http.client
import json
import uuid

CALL_LIMIT_S = 20


class Told(enum.Enum):
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    NOT_STORED = "not stored"  # said so, for this attempt
    UNSENT = "unsent"  # nobody took the connection
    OPEN = "open"  # 504 with a place to ask at
    NOTHING = "nothing"  # the connection broke, or an error that says nothing of the command


@dataclasses.dataclass
class Attempt:
    """One time that the command was sent to a node, or that a node was asked for its outcome."""

    node: int
    told: Told = Told.NOTHING
    status: int = 0
    position: str = ""
    inquiry: bool = False


@dataclasses.dataclass
class Call:
    """A command. Its marker is the reason that its event must carry, and its Idempotency-Key if it has one."""

    method: str
    path: str
    body: dict
    workspace: int = 0
    if_match: int | None = None
    keyed: bool = True
    marker: str = dataclasses.field(default_factory=lambda: uuid.uuid4().hex)
    attempts: list[Attempt] = dataclasses.field(default_factory=list)
    location: str = ""
    answer: dict | None = None

    @property
    def told(self):
        """What the client knows in the end."""
        return self.attempts[-1].told if self.attempts else Told.UNSENT

    @property
    def position(self):
        return self.attempts[-1].position if self.attempts else ""

    def __str__(self):
        told = ", ".join(f"node {attempt.node}: {attempt.told.value} {attempt.status}" for attempt in self.attempts)
        return f"{self.method} {self.path} {self.marker} ({'with' if self.keyed else 'without'} a key; {told})"


class Door:
    """One connection to a node, made anew when it broke."""

    def __init__(self, node, port, key):
        self.node, self._port, self._key = node, port, key
        self._connection = None

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, JSON). Raises ConnectionRefusedError when nothing was sent, else OSError or HTTPException."""
        sent = {"Authorization": "Bearer " + self._key, **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        try:
            if self._connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=CALL_LIMIT_S)
                connection.connect()
                self._connection = connection
            self._connection.request(method, path, data, sent)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.will_close:
            self.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, json.loads(text) if text else None

    def make(self, call):
        """Sends a command and writes into its record what was told."""
        headers = {}
        if call.keyed:
            headers["Idempotency-Key"] = call.marker
        if call.if_match is not None:
            headers["If-Match"] = f'"{call.if_match}"'
        attempt = Attempt(self.node)
        call.attempts.append(attempt)
        try:
            attempt.status, received, answer = self.ask(call.method, call.path, call.body | {"reason": call.marker}, headers)
        except ConnectionRefusedError:
            attempt.told = Told.UNSENT
            return attempt
        except (OSError, http.client.HTTPException, ValueError):
            return attempt
        attempt.told = told_by(attempt.status, received, answer)
        if attempt.told is Told.ACKNOWLEDGED:
            call.answer, attempt.position = answer, received.get("ledger-position", "")
        elif attempt.told is Told.OPEN:
            call.location = received["location"]
        return attempt

    def inquire(self, call):
        """Asks at the place that a 504 named, and writes down what is told when it is definite. True if it is."""
        try:
            status, _, answer = self.ask("GET", call.location)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if status != 200 or answer["state"] == "open":
            return False
        told = Told.ACKNOWLEDGED if answer["state"] == "stored" else Told.NOT_STORED
        call.attempts.append(Attempt(self.node, told, status, answer["position"] if told is Told.ACKNOWLEDGED else "", True))
        if told is Told.ACKNOWLEDGED:
            call.answer = answer["response"]["body"]
        return True


def told_by(status, headers, answer):
    if status in (200, 201):
        return Told.ACKNOWLEDGED
    if status == 504 and headers.get("location", "").startswith("/api/v1/commands/"):
        return Told.OPEN
    if status in (404, 409, 412, 422):  # decided on what is stored
        return Told.REJECTED
    if isinstance(answer, dict) and answer.get("state") == "not_stored":
        return Told.NOT_STORED
    return Told.NOTHING
