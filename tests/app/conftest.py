"""Tests here also read the log by its rule and the published topics, as the tests of those do."""

import sys
from pathlib import Path

for folder in ("log_reader", "published"):
    sys.path.insert(0, str(Path(__file__).parent.parent / folder))
