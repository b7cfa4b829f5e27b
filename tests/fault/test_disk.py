"""The full disk of the fault tests, either kind: nothing can be written while it is full, and everything afterwards."""

import subprocess
import sys

import disk
import pytest

# Tries to write where it is told to, for each line that it reads, and says how that went.
WRITER = """
import sys, tempfile
for line in sys.stdin:
    try:
        with tempfile.TemporaryFile(dir=sys.argv[1], buffering=0) as file:
            file.write(bytes(100_000))
        print("written", flush=True)
    except OSError as refused:
        print(refused.strerror, flush=True)
"""


@pytest.fixture
def tries(tmp_path):
    """Starts a process that writes below a directory; what it is asked, it tries."""
    started = []

    def start(directory):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(writer)

        def ask():
            writer.stdin.write("\n")
            writer.stdin.flush()
            return writer.stdout.readline().strip()

        return ask, writer.pid

    yield start
    for writer in started:
        writer.stdin.close()
        writer.wait()


def full_and_free(made, ask, refusal):
    assert ask() == "written"
    made.fill()
    assert ask() == refusal
    made.free()
    assert ask() == "written"


def test_a_small_disk(tmp_path, tries, monkeypatch):
    monkeypatch.setattr(disk, "SIZE_MIB", 4)
    made = disk.small_disk(tmp_path / "disk", lambda: [])
    if not isinstance(made, disk.SmallDisk):
        return  # nothing may be mounted here: then the limit is what is used
    try:
        ask, _ = tries(made.place)
        full_and_free(made, ask, "No space left on device")
    finally:
        made.remove()


def test_a_limit_on_files(tmp_path, tries):
    ask, process = tries(tmp_path)
    full_and_free(disk.FileLimit(lambda: [process]), ask, "File too large")
