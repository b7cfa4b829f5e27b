"""Clients that change prompts over HTTP and keep a record of every call: what they sent, and what they were told."""

import dataclasses
import enum
import http.client
import json
import random
import threading
import time
import uuid

CALL_LIMIT_S = 20
PAUSE_S = 0.1  # after a call that found nobody, or was told to try again
CATEGORY = "fault"


class Told(enum.Enum):
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    NOT_STORED = "not stored"  # said so, for this attempt
    UNSENT = "unsent"  # nobody took the connection
    OPEN = "open"  # 504 with a place to ask at
    NOTHING = "nothing"  # the connection broke, or an error that says nothing of the command


@dataclasses.dataclass
class Call:
    """A command. Its marker is its Idempotency-Key, and the reason that its event must carry."""

    method: str
    path: str
    body: dict
    if_match: int | None = None
    marker: str = dataclasses.field(default_factory=lambda: uuid.uuid4().hex)
    told: Told = Told.NOTHING
    status: int = 0
    position: str = ""
    location: str = ""
    answer: dict | None = None


class Door:
    """One connection to the ledger, made anew when it broke."""

    def __init__(self, port, key):
        self._port, self._key = port, key
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
        headers = {"Idempotency-Key": call.marker}
        if call.if_match is not None:
            headers["If-Match"] = f'"{call.if_match}"'
        try:
            status, received, answer = self.ask(call.method, call.path, call.body | {"reason": call.marker}, headers)
        except ConnectionRefusedError:
            call.told = Told.UNSENT
            return
        except (OSError, http.client.HTTPException, ValueError):
            call.told = Told.NOTHING
            return
        call.status, call.answer = status, answer
        if status in (200, 201):
            call.told, call.position = Told.ACKNOWLEDGED, received.get("ledger-position", "")
        elif status == 504 and received.get("location", "").startswith("/api/v1/commands/"):
            call.told, call.location = Told.OPEN, received["location"]
        elif 400 <= status < 500 and status != 429:
            call.told = Told.REJECTED
        elif isinstance(answer, dict) and answer.get("state") == "not_stored":
            call.told = Told.NOT_STORED
        else:
            call.told = Told.NOTHING


class Prompts:
    """The prompts that all clients change, with the newest version that somebody saw of each."""

    def __init__(self):
        self._lock = threading.Lock()
        self._versions = {}

    def saw(self, prompt, version):
        with self._lock:
            self._versions[prompt] = max(version, self._versions.get(prompt, 0))

    def any(self, choose):
        with self._lock:
            return choose.choice(sorted(self._versions.items())) if self._versions else None


class Client(threading.Thread):
    """Makes one random call after the other until it is stopped."""

    def __init__(self, number, seed, port, key, prompts):
        super().__init__(name=f"client-{number}", daemon=True)
        self.calls = []
        self.violations = []
        self._choose = random.Random(f"{seed}/{number}")
        self._door = Door(port, key)
        self._prompts = prompts
        self._stopped = threading.Event()

    def stop(self):
        self._stopped.set()

    def run(self):
        while not self._stopped.is_set():
            call = self._next()
            self.calls.append(call)
            self._door.make(call)
            if call.told is Told.ACKNOWLEDGED:
                self._prompts.saw(call.answer["id"], call.answer["version"])
                if self._choose.random() < 0.2:
                    self._read_back(call)
            elif call.told is not Told.REJECTED:
                self._stopped.wait(PAUSE_S)
        self._door.close()

    def _next(self):
        known = self._prompts.any(self._choose)
        dice = self._choose.random()
        if known is None or dice < 0.1:
            return Call("POST", "/api/v1/prompts", {"category": CATEGORY, "name": uuid.uuid4().hex, "template": "Say {{what}}."})
        prompt, version = known
        path = f"/api/v1/prompts/{prompt}"
        if dice < 0.5:
            return Call("PUT", path, {"description": uuid.uuid4().hex})
        if dice < 0.7:
            return Call("PUT", path, {"description": uuid.uuid4().hex}, if_match=version)
        if dice < 0.9:
            return Call("PUT", path + "/content", {"template": "Say {{what}} " + uuid.uuid4().hex}, if_match=version)
        # A handful of names: most are taken.
        return Call("POST", path + "/fork", {"name": f"copy {self._choose.randrange(8)}"})

    def _read_back(self, call):
        """Nobody who names the position of his own change is shown anything older."""
        try:
            status, _, prompt = self._door.ask("GET", f"/api/v1/prompts/{call.answer['id']}", headers={"Ledger-Min-Position": call.position})
        except (OSError, http.client.HTTPException, ValueError):
            return
        if status == 200 and prompt["version"] < call.answer["version"]:
            self.violations.append(f"a read behind {call.position} showed version {prompt['version']} after {call.answer['version']} ({call.marker})")
        if status in (400, 404):
            self.violations.append(f"a read behind {call.position} was answered {status} ({call.marker})")


class Crowd:
    """A number of clients at work. Their records are read after stop()."""

    def __init__(self, size, seed, port, key, prompts):
        self._clients = [Client(number, seed, port, key, prompts) for number in range(size)]
        for client in self._clients:
            client.start()

    def acknowledged(self):
        return sum(call.told is Told.ACKNOWLEDGED for client in self._clients for call in list(client.calls))

    def await_progress(self, more, limit_s):
        """Until so many more commands were acknowledged: the ledger is at work."""
        goal = self.acknowledged() + more
        deadline = time.monotonic() + limit_s
        while self.acknowledged() < goal:
            assert time.monotonic() < deadline, f"fewer than {more} commands were acknowledged in {limit_s} s"
            time.sleep(0.05)

    def stop(self):
        for client in self._clients:
            client.stop()
        for client in self._clients:
            client.join(2 * CALL_LIMIT_S)
            assert not client.is_alive(), "a client hangs"

    @property
    def calls(self):
        return [call for client in self._clients for call in client.calls]

    @property
    def violations(self):
        return [violation for client in self._clients for violation in client.violations]
