"""Clients that change prompts over HTTP, each at any node, and keep a record of every call."""

import collections
import http.client
import random
import threading
import time
import uuid

from calls import CALL_LIMIT_S, Call, Door, Told

PAUSE_S = 0.1  # after an answer that is none
ATTEMPTS_MAX = 8
CATEGORY = "fault"
NAMES = 8  # that forks compete for
UNEXPECTED = (400, 401, 403, 405, 413, 415, 500, 505)  # nothing that is done here deserves them


class Prompts:
    """The prompts of a workspace that its clients change, with the newest version that somebody saw of each."""

    def __init__(self):
        self._lock = threading.Lock()
        self._versions = {}

    def saw(self, prompt, version):
        with self._lock:
            self._versions[prompt] = max(version, self._versions.get(prompt, 0))

    def any(self, choose):
        with self._lock:
            return choose.choice(list(self._versions.items())) if self._versions else None


class Workspace:
    """Where clients work: its number, a key for it, its prompts."""

    def __init__(self, number, key):
        self.number, self.key = number, key
        self.prompts = Prompts()


class Client(threading.Thread):
    """Makes one random call after the other until it is stopped: mostly at one node, and elsewhere when that does not answer."""

    def __init__(self, number, seed, ports, workspace):
        super().__init__(name=f"client-{number}", daemon=True)
        self.calls, self.violations = [], []
        self.acknowledged = collections.Counter(dict.fromkeys(range(len(ports)), 0))  # by node
        self.reads = collections.Counter()  # by what came of them
        self._choose = random.Random(f"{seed}/{number}")
        self._workspace = workspace
        self._doors = [Door(node, port, workspace.key) for node, port in enumerate(ports)]
        self._home = number % len(ports)
        self._stopped = threading.Event()

    def stop(self):
        self._stopped.set()

    def run(self):
        while not self._stopped.is_set():
            call = self._next()
            self.calls.append(call)
            self._pursue(call)
            if call.told is not Told.ACKNOWLEDGED:
                continue
            self._workspace.prompts.saw(call.answer["id"], call.answer["stream_version"])
            dice = self._choose.random()
            if dice < 0.3:
                self._read_back(call)
            elif dice < 0.4 and call.keyed:
                self._repeat(call)
            elif dice < 0.43 and call.keyed:
                self._use_key_again(call)
        for door in self._doors:
            door.close()

    def _next(self):
        known = self._workspace.prompts.any(self._choose)
        dice = self._choose.random()
        keyed = self._choose.random() < 0.8
        place = {"workspace": self._workspace.number, "keyed": keyed}
        if known is None or dice < 0.1:
            return Call("POST", "/api/v1/prompts", {"category": CATEGORY, "name": uuid.uuid4().hex, "template": "Say {{what}}."}, **place)
        prompt, version = known
        path = f"/api/v1/prompts/{prompt}"
        if dice < 0.5:
            return Call("PUT", path, {"description": uuid.uuid4().hex}, **place)
        if dice < 0.7:
            return Call("PUT", path, {"description": uuid.uuid4().hex}, if_match=version, **place)
        if dice < 0.9:
            return Call("PUT", path + "/content", {"template": "Say {{what}} " + uuid.uuid4().hex}, if_match=version, **place)
        # A handful of names: most are taken.
        return Call("POST", path + "/fork", {"name": f"copy {self._choose.randrange(NAMES)}"}, **place)

    def _any_door(self):
        return self._doors[self._home] if self._choose.random() < 0.6 else self._choose.choice(self._doors)

    def _pursue(self, call):
        """Until there is a definite answer, or the client gives up, as some do. Without a key a command is sent once."""
        door = self._any_door()
        for _ in range(ATTEMPTS_MAX):
            asking = call.told is Told.OPEN and (not call.keyed or self._choose.random() < 0.5)
            if asking:
                door.inquire(call)
            else:
                self._note(call, door.make(call))
            unsent = all(attempt.told is Told.UNSENT for attempt in call.attempts)
            may_go_on = call.keyed or unsent or call.told is Told.OPEN
            if call.told in (Told.ACKNOWLEDGED, Told.REJECTED) or not may_go_on or self._choose.random() < 0.05:
                return
            if self._stopped.wait(PAUSE_S):
                return
            door = self._choose.choice(self._doors)

    def _note(self, call, attempt):
        if attempt.told is Told.ACKNOWLEDGED:
            self.acknowledged[attempt.node] += 1
        if attempt.status in UNEXPECTED:
            self.violations.append(f"node {attempt.node} answered {attempt.status}: {call}")

    def _repeat(self, call):
        """Sent again, anywhere, it is answered as at first."""
        door = self._choose.choice(self._doors)
        first = call.position
        attempt = door.make(call)
        if attempt.told is Told.ACKNOWLEDGED and attempt.position != first:
            self.violations.append(f"repeated, it is at {attempt.position}, not at {first}: {call}")
        if attempt.told is Told.REJECTED:
            self.violations.append(f"repeated, it is refused: {call}")
        if attempt.told is not Told.ACKNOWLEDGED:
            call.attempts.remove(attempt)

    def _use_key_again(self, call):
        """Another body under the same key is refused."""
        field = list(call.body)[-1]
        other = Call(call.method, call.path, call.body | {field: "another"}, call.workspace, marker=call.marker)
        attempt = self._choose.choice(self._doors).make(other)
        if attempt.told is Told.ACKNOWLEDGED:
            self.violations.append(f"another command under its key was acknowledged: {call}")

    def _read_back(self, call):
        """Nobody who names the position of his own change is shown anything older, wherever he reads."""
        door = self._choose.choice(self._doors)
        prompt, version = call.answer["id"], call.answer["stream_version"]
        try:
            status, _, shown = door.ask("GET", f"/api/v1/prompts/{prompt}", headers={"Ledger-Min-Position": call.position})
        except (OSError, http.client.HTTPException, ValueError):
            self.reads["nothing"] += 1
            return
        self.reads[status] += 1
        if status == 200 and shown["stream_version"] < version:
            self.violations.append(f"node {door.node}, read behind {call.position}, showed version {shown['stream_version']} after {version}: {call}")
        if status not in (200, 503, 504):
            self.violations.append(f"node {door.node}, read behind {call.position}, answered {status}: {call}")


class Crowd:
    """A number of clients at work. Their records are read after stop()."""

    def __init__(self, size, seed, ports, workspaces):
        self.clients = [Client(number, seed, ports, workspaces[number % len(workspaces)]) for number in range(size)]
        for client in self.clients:
            client.start()

    def acknowledged(self):
        """So far, by node."""
        return sum((client.acknowledged for client in self.clients), collections.Counter())

    def await_progress(self, nodes, more, limit_s):
        """Until each of the nodes has acknowledged so many more commands. Returns how long that took."""
        began = time.monotonic()
        before = self.acknowledged()
        while lagging := [node for node in nodes if self.acknowledged()[node] - before[node] < more]:
            assert time.monotonic() - began < limit_s, f"nodes {lagging} acknowledged fewer than {more} commands in {limit_s} s"
            time.sleep(0.05)
        return time.monotonic() - began

    def stop(self):
        for client in self.clients:
            client.stop()
        for client in self.clients:
            client.join(3 * CALL_LIMIT_S)
            assert not client.is_alive(), "a client hangs"

    @property
    def calls(self):
        return [call for client in self.clients for call in client.calls]

    @property
    def violations(self):
        return [violation for client in self.clients for violation in client.violations]
