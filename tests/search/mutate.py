#!/usr/bin/env python3
"""Takes a rule out of a source: mutate.py MUTANT SOURCE OUT.

A mutant is a text: `key: value` lines (about, source, scenario, breaks), then for each change the line `--- take out`, exact text of the
source, the line `--- put in`, what stands there instead, and at last `--- end`. A text that is not in the source exactly once is an error,
so that no mutant outlives the code that it changes.
"""

import pathlib
import re
import sys

CHANGE = re.compile(r"^--- take out\n(.*?)^--- put in\n(.*?)(?=^--- take out\n|^--- end\n)", re.MULTILINE | re.DOTALL)


def facts(mutant):
    """What its lines say: about, source, scenario, breaks."""
    head = pathlib.Path(mutant).read_text().split("--- take out\n", 1)[0]
    return dict(line.split(": ", 1) for line in head.splitlines())


def mutated(mutant, source):
    changes = CHANGE.findall(pathlib.Path(mutant).read_text())
    if not changes:
        raise SystemExit(f"{mutant} changes nothing")
    for taken, put in changes:
        if source.count(taken) != 1:
            raise SystemExit(f"{mutant}: found {source.count(taken)} times instead of once:\n{taken}")
        source = source.replace(taken, put)
    return source


if __name__ == "__main__":
    _, mutant_file, source_file, out = sys.argv
    pathlib.Path(out).write_text(mutated(mutant_file, pathlib.Path(source_file).read_text()))
