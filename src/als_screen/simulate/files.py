"""Write a file and its index elsewhere, then rename both: data first, so that no index is older."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path


def publish(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file in a temporary directory, then rename it and what lies beside it.

    `write` gets the temporary path and may write an index next to it (`name.bai`, `name.tbi`, …).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as name:
        temporary = Path(name) / path.name
        write(temporary)
        made = sorted(Path(name).iterdir(), key=lambda item: (item != temporary, item.name))
        for item in made:
            item.replace(path.parent / item.name)
