"""The table of general categories is what its script makes of the Unicode database."""

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "domain" / "json_path"


def test_the_table_is_what_the_script_prints():
    table = (FOLDER / "unicode_runs.inc").read_text(encoding="utf-8")
    if f"Unicode {unicodedata.unidata_version};" not in table:
        pytest.skip("this Python knows another version of Unicode")
    made = subprocess.run([sys.executable, FOLDER / "make_unicode_runs.py"], capture_output=True, text=True, check=True, timeout=60)
    assert made.stdout == table
