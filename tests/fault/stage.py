"""All that is there: both servers, a proxy on every way between them and the ledger's processes, the processes, and their clocks."""

import collections
import os
import pathlib
import subprocess
import threading
import time
import urllib.parse

from calls import Door
from clock import Clock
from clients import Workspace
from faults import ALL, PROJECTS, SERVES, SESSION_TIMEOUT_S
from processes import Process, Supervisor, environment_of, is_said
from proxy import Proxy
from servers import Servers, draw_ports

PREFIX = "promptledger"
TOPIC, PUBLISHED = f"{PREFIX}.log.prompts", f"{PREFIX}.prompts"
PARTITIONS = 4
WORKSPACES = 4
START_LIMIT_S = 60
SUBCOMMAND_LIMIT_S = 120

# So that doubt, deadlines and given-up connections come while a test waits for them.
SETTINGS = {
    "group-session-timeout-ms": 1000 * SESSION_TIMEOUT_S,
    "command-doubt-after-ms": 1_000,
    "command-deadline-ms": 4_000,
    "command-log-timeout-ms": 5_000,
    "command-load-timeout-ms": 2_000,
    "postgres-pool-size": 8,
    "postgres-connect-timeout-ms": 2_000,
    "postgres-statement-timeout-ms": 5_000,
    "postgres-lock-timeout-ms": 2_000,
    "postgres-idle-in-transaction-timeout-ms": 5_000,
    "postgres-tcp-user-timeout-ms": 5_000,
    "projection-publish-timeout-ms": 3_000,
}


class Stage:
    """Faults are made of it: by `process`, `link` and `clock`, which take a target's name, and `servers`."""

    def __init__(self, directory):
        self._directory = pathlib.Path(directory)
        count = SERVES + PROJECTS
        self.servers = Servers(self._directory / "servers", doors=count)
        self.proxy = Proxy()
        self._ports = draw_ports(2 * count + SERVES)
        self._links, self._clocks, self.processes = {}, {}, []
        self.supervisor = None
        self.locks = {target: threading.Lock() for fault in ALL for target in fault.targets}
        self.kills = collections.Counter()
        self.ended_by_themselves = 0
        self._violations, self._lock = [], threading.Lock()
        self.workspaces = []

    def start(self):
        self.servers.start()
        self.postgres = self.servers.postgres_url
        self._connect()
        self.run("migrate")
        for number in range(SERVES + PROJECTS):
            self._make_process(number)
        for process in self.processes:
            process.start()
        self.supervisor = Supervisor(self.processes)
        self.await_ready(START_LIMIT_S)
        self._found_workspaces()

    def close(self):
        if self.supervisor is not None:
            self.supervisor.close()
        self.servers.remove()
        self.proxy.close()

    # Targets.

    def process(self, target):
        return self.processes[int(target.rsplit("/", 1)[1])]

    def link(self, target):
        return self._links[target]

    def clock(self, target):
        return self._clocks[target]

    @property
    def serves(self):
        return self.processes[:SERVES]

    # What happened.

    def killed(self, process):
        with self._lock:
            self.kills[process.name.split("-")[0]] += 1

    def violation(self, sentence):
        with self._lock:
            self._violations.append(sentence)

    def take_violations(self):
        """Those since the last time; a process that ended by itself has to have ended with status 1, and to have said why."""
        with self._lock:
            taken, self._violations = self._violations, []
        for process in self.processes:
            ends, process.ends = process.ends, []
            taken += [f"{process.name} ended by itself with status {status}: {end}" for status, end in ends if not is_said(status, end)]
            self.ended_by_themselves += len(ends)
        return taken

    def run(self, *words):
        """A subcommand beside the processes, past all proxies, to its end."""
        environment = environment_of(**self._places(self.servers.kafka_address, self.postgres))
        return subprocess.run([binary(), *words], env=environment, capture_output=True, text=True, timeout=SUBCOMMAND_LIMIT_S)

    def await_ready(self, limit_s):
        began = time.monotonic()
        while late := [process.name for process in self.processes if not process.is_ready()]:
            assert time.monotonic() - began < limit_s, f"{late} are not ready after {limit_s} s"
            time.sleep(0.1)
        return time.monotonic() - began

    # Making it.

    def _connect(self):
        own = self._ports[: SERVES + PROJECTS]
        postgres_port = urllib.parse.urlsplit(self.postgres).port
        for number in range(SERVES + PROJECTS):
            self._links[f"link/kafka/{number}"] = self.proxy.link(self.servers.proxy_ports[number], self.servers.door_ports[number])
            self._links[f"link/postgres/{number}"] = self.proxy.link(self._ports[SERVES + PROJECTS + number], postgres_port)
            self._clocks[f"clock/{number}"] = Clock(self._directory / f"clock.{number}")
        for number in range(SERVES):
            self._links[f"link/peer/{number}"] = self.proxy.link(self._ports[2 * (SERVES + PROJECTS) + number], own[number])

    def _make_process(self, number):
        name, words = (f"serve-{number}", ["serve"]) if number < SERVES else (f"project-{number}", ["project"])
        port = self._ports[number]
        words = [binary(), *words, "--node-name", name, "--http-port", str(port)]
        if number < SERVES:
            words += ["--http-peer-address", f"127.0.0.1:{self._links[f'link/peer/{number}'].port}"]
        kafka = f"127.0.0.1:{self._links[f'link/kafka/{number}'].port}"
        parts = urllib.parse.urlsplit(self.postgres)
        user, _, _ = parts.netloc.rpartition("@")
        postgres = urllib.parse.urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{self._links[f'link/postgres/{number}'].port}"))
        environment = environment_of(
            PROMPTLEDGER_FIRST_KEY_FILE=str(self._directory / "key"),
            **self._places(kafka, postgres),
            **{"PROMPTLEDGER_" + setting.upper().replace("-", "_"): str(value) for setting, value in SETTINGS.items()},
            **self._clocks[f"clock/{number}"].environment,
        )
        self.processes.append(Process(name, words, environment, port, self._directory / f"{name}.log"))

    @staticmethod
    def _places(kafka, postgres):
        return {
            "PROMPTLEDGER_KAFKA": kafka,
            "PROMPTLEDGER_POSTGRES": postgres,
            "PROMPTLEDGER_KAFKA_TOPIC_PREFIX": PREFIX,
            "PROMPTLEDGER_KAFKA_PARTITIONS": str(PARTITIONS),
        }

    def _found_workspaces(self):
        """Several, so that they fall into several partitions, each with a key of its own."""
        door = Door(0, self.serves[0].port, (self._directory / "key").read_text().strip())
        for number in range(WORKSPACES):
            status, _, made = door.ask("POST", "/api/v1/workspaces", {"name": f"fault {number}"})
            assert status == 201, made
            status, _, key = door.ask("POST", "/api/v1/api-keys", {"name": "crowd", "role": "editor", "workspace_id": made["id"]})
            assert status == 201, key
            self.workspaces.append(Workspace(number, key["secret"]))
        door.close()


def binary():
    return os.environ["PROMPTLEDGER_TEST_BINARY"]
