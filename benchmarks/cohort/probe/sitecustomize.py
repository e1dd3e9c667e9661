"""Loaded by every Python process of a measured run: writes down at its end what the process has cost."""

import atexit
import json
import os
import resource
import sys
import time
from pathlib import Path

STARTED = time.monotonic()


def write() -> None:
    """Add a line about this process and those that it waited for."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    record = {
        "what": sys.argv[0].rpartition("/")[2] if sys.argv else "",
        "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
        "own": own.ru_utime + own.ru_stime,
        "wall": time.monotonic() - STARTED,
        "mb": max(own.ru_maxrss, children.ru_maxrss) / 1024,
    }
    with Path(os.environ["ALS_SCREEN_PROBE"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


if "ALS_SCREEN_PROBE" in os.environ:
    atexit.register(write)
