"""A private Kafka and PostgreSQL through deploy/lib, and what can be done to them."""

import contextlib
import ctypes
import os
import pathlib
import shlex
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
START_LIMIT_S = 150
STOP_LIMIT_S = 90
GONE_LIMIT_S = 20
PR_SET_CHILD_SUBREAPER = 36


class Servers:
    """Both servers of one directory. `kafka` and `postgres` are their names everywhere."""

    def __init__(self, directory):
        self._directory = pathlib.Path(directory)

    def start(self):
        # What we kill becomes our child to bury. Left to a machine's first process, its remains may stay, and PostgreSQL takes them for a
        # server that still runs.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        subprocess.run([ROOT / "deploy/servers", "start", self._directory], check=True, timeout=START_LIMIT_S)
        exports = subprocess.run([ROOT / "deploy/servers", "env", self._directory], check=True, timeout=10, capture_output=True, text=True)
        for line in exports.stdout.splitlines():
            name, value = shlex.split(line)[1].split("=", 1)
            os.environ[name] = value

    def remove(self):
        for name in ("kafka", "postgres"):
            if self._id(name) is not None:
                os.kill(self._id(name), signal.SIGCONT)
        subprocess.run([ROOT / "deploy/servers", "remove", self._directory], check=False, timeout=STOP_LIMIT_S)

    def kill(self, name):
        """Not to be survived, children included."""
        own = self._id(name)
        family = [own, *_children(own)]
        os.kill(own, signal.SIGKILL)
        deadline = time.monotonic() + GONE_LIMIT_S
        while any(_stat(process) is not None for process in family):
            assert time.monotonic() < deadline, f"{name} does not die"
            for process in family:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process, os.WNOHANG)
            time.sleep(0.02)

    def restart(self, name):
        """Returns when it is ready: on its old port, with its old data."""
        spawn = {"kafka": 'kafka_spawn "$2/kafka" none', "postgres": 'postgres_spawn "$2/postgres" none throw-away'}[name]
        script = f'source "$1/deploy/lib/load.sh"; {spawn}; {name}_wait "$2/{name}"'
        subprocess.run(["bash", "-c", script, "restart", ROOT, self._directory], check=True, timeout=START_LIMIT_S)

    def pause(self, name):
        os.kill(self._id(name), signal.SIGSTOP)

    def go_on(self, name):
        os.kill(self._id(name), signal.SIGCONT)

    def _id(self, name):
        try:
            process = int((self._directory / name / f"{name}.pid").read_text().split()[0])
        except (OSError, IndexError):
            return None
        return process if _is_alive(process) else None


def _stat(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


def _is_alive(process):
    stat = _stat(process)
    return stat is not None and stat[0] not in "ZX"


def _children(process):
    ids = [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]
    return [child for child in ids if (stat := _stat(child)) is not None and int(stat[1]) == process]
