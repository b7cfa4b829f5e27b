"""Runs the real program for tests: a database and topics of its own on the servers that ./test gives, HTTP on free ports.

PROMPTLEDGER_TEST_BINARY names the program; PROMPTLEDGER_TEST_KAFKA and _POSTGRES the servers.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

START_S = 60
STOP_S = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_sql(url, sql):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Answer:
    """What came back: status, headers (by lower-case name), body as text and as JSON."""

    def __init__(self, status, headers, body):
        self.status, self.text = status, body
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return f"<{self.status} {self.text[:500]}>"


class Node:
    """One process that serves HTTP for a ledger. Its log outlives it, in `log_path`."""

    def __init__(self, ledger, name, subcommand="up"):
        self.ledger, self.name, self.subcommand = ledger, name, subcommand
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log_path = ledger.directory / f"{name}.log"
        self.process = None

    def launch(self, *flags):
        """Begins to start it."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [self.ledger.binary, self.subcommand, *self.own_flags(), *flags],
                env=self.ledger.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        return self

    def own_flags(self):
        return ["--node-name", self.name, "--http-port", str(self.port)] + (
            [] if self.subcommand == "project" else ["--first-key-file", str(self.ledger.key_file)]
        )

    def wait_ready(self, path="/health/ready"):
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"{self.name} ended:\n" + self.log()[-4000:]
            with contextlib.suppress(OSError):
                if self.call("GET", path, key=None).status == 200:
                    return self
            time.sleep(0.05)
        raise AssertionError(f"{self.name} was not ready in time:\n" + self.log()[-4000:])

    def start(self, *flags):
        return self.launch(*flags).wait_ready()

    def log(self):
        return self.log_path.read_text()

    def send(self, how):
        self.process.send_signal(how)

    def wait_stopped(self):
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        self.send(how)
        return self.wait_stopped()

    def remove(self):
        if self.process is not None:
            self.send(signal.SIGCONT)
            self.stop(signal.SIGKILL)

    def call(self, method, path, body=None, key="admin", headers=None, timeout=30):
        """One request. `body` is sent as JSON unless it is bytes; `key` is the first admin's unless another, or None, is given."""
        sent = dict(headers or {})
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        key = self.ledger.key if key == "admin" else key
        if key is not None:
            sent.setdefault("Authorization", "Bearer " + key)
        request = urllib.request.Request(self.base + path, data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return Answer(answer.status, answer.getheaders(), answer.read().decode())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.headers.items(), refused.read().decode())


class Ledger:
    """A ledger of its own: its servers' part, and the processes of it that a test starts. Calls go to the first one, `up`."""

    def __init__(self, directory, partitions=2):
        name = "t" + uuid.uuid4().hex[:12]
        self.directory = Path(directory)
        self.binary = os.environ["PROMPTLEDGER_TEST_BINARY"]
        self.admin_url = os.environ["PROMPTLEDGER_TEST_POSTGRES"]
        self.database = name
        run_sql(self.admin_url, f"CREATE DATABASE {name}")
        parts = urllib.parse.urlsplit(self.admin_url)
        self.postgres = urllib.parse.urlunsplit(parts._replace(path="/" + name))
        self.kafka = os.environ["PROMPTLEDGER_TEST_KAFKA"]
        self.prefix = name
        self.partitions = partitions
        self.key_file = self.directory / "key"
        self.master_key_file = self.directory / "master-key"
        self.master_key_file.touch(mode=0o600)
        self.master_key_file.write_text(os.urandom(32).hex() + "\n")
        self.key = None
        self.nodes = []
        self.up = self.node("up")

    @property
    def environment(self):
        own = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTLEDGER_")}
        return own | {
            "PROMPTLEDGER_KAFKA": self.kafka,
            "PROMPTLEDGER_POSTGRES": self.postgres,
            "PROMPTLEDGER_KAFKA_TOPIC_PREFIX": self.prefix,
            "PROMPTLEDGER_KAFKA_PARTITIONS": str(self.partitions),
            "PROMPTLEDGER_MASTER_KEY_FILE": str(self.master_key_file),
        }

    def signing(self, interval_ms=100):
        """Flags for a process that signs checkpoints."""
        return ["--checkpoint-key-file", str(self.directory / "checkpoint-key"), "--checkpoint-interval-ms", str(interval_ms)]

    def node(self, name, subcommand="up"):
        self.nodes.append(Node(self, name, subcommand))
        return self.nodes[-1]

    def run(self, *words, timeout=120):
        """A subcommand, to its end."""
        return subprocess.run([self.binary, *words], env=self.environment, capture_output=True, text=True, timeout=timeout)

    def read_key(self):
        self.key = self.key_file.read_text().strip()
        return self.key

    def start(self, *flags):
        self.up.start(*flags)
        self.read_key()
        return self

    def stop(self, how=signal.SIGTERM):
        return self.up.stop(how)

    def remove(self):
        for node in self.nodes:
            node.remove()
        run_sql(self.admin_url, f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    @property
    def port(self):
        return self.up.port

    @property
    def base(self):
        return self.up.base

    @property
    def process(self):
        return self.up.process

    @property
    def log_path(self):
        return self.up.log_path

    def call(self, *words, **options):
        return self.up.call(*words, **options)


@contextlib.contextmanager
def ledger(partitions=2):
    """A ledger that is not started yet."""
    with tempfile.TemporaryDirectory() as directory:
        made = Ledger(directory, partitions)
        try:
            yield made
        finally:
            made.remove()


@contextlib.contextmanager
def running_ledger(*flags):
    with ledger() as made:
        yield made.start(*flags)
