"""A private Kafka and PostgreSQL through deploy/lib, on ports that stay, and what can be done to them."""

import contextlib
import ctypes
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

import disk

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NAMES = ("kafka", "postgres")
START_LIMIT_S = 150
STOP_LIMIT_S = 90
GONE_LIMIT_S = 20
PR_SET_CHILD_SUBREAPER = 36

FETCH = 'packages_install "$2/packages.log" "${packages_for_postgres[@]}" "${packages_for_kafka[@]}" "${packages_to_test[@]}"; kafka_fetch_jars'
START = {
    # Later lines of the settings win: more ways in than one broker has of itself.
    "kafka": """
        kafka_write_settings "$2/kafka" 1 "$3" "$4" "1@127.0.0.1:$4" 1
        cat "$2/kafka/doors.properties" >> "$2/kafka/server.properties"
        printf '%s\\n' "$3" > "$2/kafka/kafka.port"
        kafka_start "$2/kafka" "$(kafka_new_cluster_id)" none""",
    "postgres": 'postgres_spawn "$2/postgres" none throw-away',
}
WAIT = {"kafka": 'kafka_wait "$2/kafka"', "postgres": 'postgres_wait "$2/postgres"'}
REMOVE = 'kafka_stop "$2/kafka" 5; postgres_stop "$2/postgres" 5; servers_remove "$2"'


def draw_ports(count):
    """Below the kernel's range for outgoing connections: what is stopped finds its port free when it starts again."""
    ports = set()
    while len(ports) < count:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.add(port)
    return list(ports)


class Servers:
    """Both servers of one directory. `kafka` and `postgres` are their names everywhere.

    Kafka has a plain way in, `kafka_address`, and a door for each of `doors` proxies: who comes to `door_port(n)` is told that the broker
    is at `door_address(n)`, where a proxy is to be that leads back to the door.
    """

    def __init__(self, directory, doors):
        self._directory = pathlib.Path(directory)
        self._kafka_port, self._controller_port, *ports = draw_ports(2 + 2 * doors)
        self.door_ports, self.proxy_ports = ports[:doors], ports[doors:]
        self.disk = disk.small_disk(self._directory.parent / "disk", lambda: family(self._id("postgres")))

    @property
    def kafka_address(self):
        return f"127.0.0.1:{self._kafka_port}"

    @property
    def postgres_url(self):
        return self._bash('postgres_url "$2/postgres"').strip()

    def start(self):
        # What we kill becomes our child to bury. Left to a machine's first process, its remains may stay, and PostgreSQL takes them for a
        # server that still runs.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for name in NAMES:
            (self._directory / name).mkdir(parents=True)
        self._directory.chmod(0o755)  # PostgreSQL's user has to enter
        if self.disk.place is not None:
            (self._directory / "postgres" / "location").write_text(f"{self.disk.place}/data\n")
        (self._directory / "kafka" / "doors.properties").write_text(self._doors())
        self._bash("\n".join([FETCH, *START.values(), *WAIT.values()]))

    def remove(self):
        for name in NAMES:
            if self.runs(name):
                self.go_on(name)
        self.disk.free()
        self._bash(REMOVE, check=False)
        self.disk.remove()

    def runs(self, name):
        return self._id(name) is not None

    def kill(self, name):
        """Not to be survived, children included."""
        victims = family(self._id(name))
        if not victims:
            return
        os.kill(victims[0], signal.SIGKILL)
        deadline = time.monotonic() + GONE_LIMIT_S
        while any(_stat(process) is not None for process in victims):
            assert time.monotonic() < deadline, f"{name} does not die"
            for process in victims:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process, os.WNOHANG)
            time.sleep(0.02)

    def restart(self, name):
        """Returns when it is ready: on its old port, with its old data."""
        self._bash(START[name] + "\n" + WAIT[name])

    def pause(self, name):
        os.kill(self._id(name), signal.SIGSTOP)

    def go_on(self, name):
        os.kill(self._id(name), signal.SIGCONT)

    def _doors(self):
        doors = list(zip(self.door_ports, self.proxy_ports, strict=True))
        plain = f"CLIENT://127.0.0.1:{self._kafka_port}"
        return "\n".join(
            [
                "listeners=" + ",".join([plain, f"CONTROLLER://127.0.0.1:{self._controller_port}"] + [f"DOOR{n}://127.0.0.1:{own}" for n, (own, _) in enumerate(doors)]),
                "advertised.listeners=" + ",".join([plain] + [f"DOOR{n}://127.0.0.1:{proxy}" for n, (_, proxy) in enumerate(doors)]),
                "listener.security.protocol.map=" + ",".join(["CLIENT:PLAINTEXT", "CONTROLLER:PLAINTEXT"] + [f"DOOR{n}:PLAINTEXT" for n in range(len(doors))]),
                "",
            ]
        )

    def _bash(self, script, check=True):
        command = ["bash", "-c", 'source "$1/deploy/lib/load.sh"\n' + script, "servers", ROOT, self._directory, self._kafka_port, self._controller_port]
        done = subprocess.run([str(word) for word in command], check=False, timeout=START_LIMIT_S, stdout=subprocess.PIPE, text=True)
        assert done.returncode == 0 or not check, f"the servers' script ended with {done.returncode}: {script}"
        return done.stdout

    def _id(self, name):
        try:
            process = int((self._directory / name / f"{name}.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return None
        return process if _is_alive(process) else None


def family(process):
    """A process and its children; nobody when there is no such process."""
    if process is None:
        return []
    ids = [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]
    return [process] + [child for child in ids if (stat := _stat(child)) is not None and int(stat[1]) == process]


def _stat(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


def _is_alive(process):
    stat = _stat(process)
    return stat is not None and stat[0] not in "ZX"
