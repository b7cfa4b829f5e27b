"""A clock for one process that can jump: Debian's libfaketime, told by a file. Time that only goes forward (steady clocks, waits) stays true."""

import pathlib

LIBRARY = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
LOOK_EVERY_S = 1  # how soon a process sees a jump


class Clock:
    def __init__(self, file):
        self._file = pathlib.Path(file)
        self.set(0)

    def set(self, offset_s):
        """Against the true time. The file is there and whole at every moment."""
        made = self._file.with_suffix(".new")
        made.write_text(f"{offset_s:+.3f}s\n")
        made.rename(self._file)

    @property
    def environment(self):
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(LOOK_EVERY_S),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
