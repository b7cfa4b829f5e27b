"""PostgreSQL's disk, which can be full: a small file system in memory, or, where nothing may be mounted, a limit on the size of files."""

import contextlib
import errno
import os
import resource
import subprocess

SIZE_MIB = 1024
MIB = 1024 * 1024
MOUNT_LIMIT_S = 10


def small_disk(place, processes):
    """A disk at `place` if mounting is allowed, else a limit on `processes()`, which are PostgreSQL's."""
    place.mkdir(parents=True)
    options = ["-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=755", "promptledger-fault", str(place)]
    mounted = subprocess.run(["mount", *options], capture_output=True, check=False, timeout=MOUNT_LIMIT_S)
    return SmallDisk(place) if mounted.returncode == 0 else FileLimit(processes)


class SmallDisk:
    """Full when a ballast takes all that is left."""

    def __init__(self, place):
        self.place = place
        self._ballast = place / "ballast"

    def fill(self):
        with self._ballast.open("wb") as ballast:
            for step in range(SIZE_MIB):
                try:
                    os.posix_fallocate(ballast.fileno(), step * MIB, MIB)
                except OSError as full:
                    if full.errno != errno.ENOSPC:
                        raise
                    return

    def free(self):
        self._ballast.unlink(missing_ok=True)

    def remove(self):
        subprocess.run(["umount", str(self.place)], check=False, timeout=MOUNT_LIMIT_S)


class FileLimit:
    """Full when no file may grow."""

    place = None

    def __init__(self, processes):
        self._processes = processes

    def fill(self):
        self._limit(0)

    def free(self):
        self._limit(resource.RLIM_INFINITY)

    def remove(self):
        pass

    def _limit(self, most_bytes):
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
                resource.prlimit(process, resource.RLIMIT_FSIZE, (most_bytes, hard))
