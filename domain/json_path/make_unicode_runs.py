#!/usr/bin/env python3
"""Prints unicode_runs.inc: the general categories of all characters, from the Unicode database that Python brings along."""

import unicodedata

NAMES = "Cc Cf Cn Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split()
CHARACTERS = 0x110000
A_LINE = 14


def runs():
    before = None
    for character in range(CHARACTERS):
        category = NAMES.index(unicodedata.category(chr(character)))
        if category != before:
            yield f"{character << 5 | category:#x},"
        before = category


def text():
    numbers = list(runs())
    lines = [" ".join(numbers[at : at + A_LINE]) for at in range(0, len(numbers), A_LINE)]
    return "\n".join([f"// Unicode {unicodedata.unidata_version}; made by make_unicode_runs.py.", *lines]) + "\n"


if __name__ == "__main__":
    print(text(), end="")
