"""Brokers of a test's own, through deploy/lib, whose data can be lost: copied and put back, killed, started again on their ports."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT_S = 300


def run_lib(script, *words):
    """A piece of bash with deploy/lib loaded; `words` are $2 and on."""
    command = ["bash", "-c", 'source "$1/deploy/lib/load.sh"\n' + script, "own-kafka", ROOT, *words]
    environment = os.environ | {"PROMPTLEDGER_START_LIMIT_S": str(LIMIT_S - 60)}
    done = subprocess.run([str(word) for word in command], check=False, timeout=LIMIT_S, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, f"{script} ended with {done.returncode}: {done.stderr}"
    return done.stdout.strip()


class OwnKafka:
    """One broker."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory) / "kafka"
        self.backup = pathlib.Path(directory) / "backup"

    def start(self):
        """Returns when it is ready: on the port that it had, with the data that it has."""
        self.directory.mkdir(exist_ok=True)
        run_lib('kafka_fetch_jars\nkafka_spawn "$2" none\nkafka_wait "$2"', self.directory)
        return self

    @property
    def address(self):
        return run_lib('kafka_address "$2"', self.directory)

    def stop(self):
        run_lib('kafka_stop "$2" 30', self.directory)

    def kill(self):
        run_lib('process_stop Kafka "$2/kafka.pid" KILL 30', self.directory)

    def back_up(self):
        """Of a stopped one."""
        shutil.copytree(self.directory / "data", self.backup)

    def restore(self):
        """Of a stopped one: what it wrote since the backup is gone."""
        shutil.rmtree(self.directory / "data")
        shutil.copytree(self.backup, self.directory / "data")


class OwnCluster:
    """Three brokers, each of them broker and controller."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory) / "brokers"

    def start(self):
        self.directory.mkdir(exist_ok=True)
        run_lib('kafka_fetch_jars\nkafka_cluster_spawn "$2" none\nkafka_cluster_wait "$2"', self.directory)
        return self

    @property
    def address(self):
        return run_lib('kafka_cluster_address "$2"', self.directory)

    def start_broker(self, number):
        """Returns before it is ready: it may need the others for that."""
        run_lib('kafka_broker_spawn "$2" "$3" none', self.directory, number)

    def stop_broker(self, number):
        run_lib('kafka_stop "$2/$3"', self.directory, number)

    def kill_broker(self, number):
        run_lib('process_stop Kafka "$2/$3/kafka.pid" KILL 30', self.directory, number)

    def wait_broker(self, number):
        run_lib('kafka_wait "$2/$3"', self.directory, number)

    def kill(self):
        for number in (1, 2, 3):
            with contextlib.suppress(AssertionError):
                self.kill_broker(number)


@contextlib.contextmanager
def own(kind):
    """A running OwnKafka or OwnCluster, removed at the end."""
    with tempfile.TemporaryDirectory() as directory:
        kafka = kind(directory)
        try:
            yield kafka.start()
        finally:
            kafka.kill()
